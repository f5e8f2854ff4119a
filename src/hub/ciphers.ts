/** What TLSCiphers= comes to: versions of TLS, and words that OpenSSL does not know, which it passes over. */

import { createSecureContext, getCiphers } from 'node:tls';
import type { Plan } from './plan.ts';

/** What takes ciphers away, or sorts them, may be about none. */
export function unknownCiphers(text: string): string[] {
  const known = new Set(getCiphers());
  return text
    .split(/[:, ]/)
    .filter((word) => word !== '' && !/^[!+@-]/.test(word))
    .filter((word) => (word.startsWith('TLS_') ? !known.has(word.toLowerCase()) : !isUsable(word)));
}

/** TLS 1.3 is all that Node speaks then. */
export function namesNewestOnly({ ciphers, minTls }: Plan): boolean {
  if (ciphers === undefined || minTls === 'TLSv1.3') return false;
  return ciphers.split(':').every((name) => name === '' || name.startsWith('TLS_'));
}

/** At no level of security it may be too weak. */
function isUsable(word: string): boolean {
  try {
    createSecureContext({ ciphers: `${word}:@SECLEVEL=0` });
    return true;
  } catch (error) {
    if (error instanceof Error) return false;
    throw error;
  }
}
