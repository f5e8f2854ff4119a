/** What a hub must show: a public key or a certificate, by its SHA-256. */

import type { Pin } from './types.ts';

/** `sha256//<base64>` (curl) or `AA:BB:…`, colons and a name before "=" left out or not; undefined when it is neither. */
export function parsePin(text: string): Pin | undefined {
  const [, base64] = /^sha256\/\/([A-Za-z0-9+/]{43}=)$/.exec(text) ?? [];
  if (base64 !== undefined) return { of: 'public key', digest: Buffer.from(base64, 'base64') };
  const hex = text.replace(/^.*=/, '').replaceAll(':', '');
  return /^[0-9a-fA-F]{64}$/.test(hex) ? { of: 'certificate', digest: Buffer.from(hex, 'hex') } : undefined;
}
