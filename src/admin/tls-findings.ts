/** Whether what is named for TLS can be used: `--check` reads the authorities, and asks OpenSSL for the ciphers. */

import type { Options } from '../cli/options.ts';
import { isDenied, isMissing } from '../config/file-reason.ts';
import { Failure } from '../failure.ts';
import { namedAuthorities } from '../hub/authorities.ts';
import { unknownCiphers } from '../hub/ciphers.ts';
import type { Plan } from '../hub/plan.ts';
import type { Finding } from './finding.ts';
import type { Machine } from './machine-findings.ts';
import { waysFrom } from './ways.ts';

/** One for whatever is wrong. Throws Failure when there is no way at all. */
export function tlsFindings(options: Options, machine: Pick<Machine, 'settings' | 'system'>): Finding[] {
  const hubs = waysFrom(options, machine).flatMap((way) => way.hubs);
  const encrypted = hubs.filter(({ tls }) => tls !== 'none');
  const found = encrypted.flatMap((hub) => [...authorityFindings(hub), ...cipherFindings(hub)]);
  return [...new Map(found.map((finding) => [finding.text, finding])).values()];
}

/** That there is no such file stands among the errors already. */
function authorityFindings({ tlsFiles }: Plan): Finding[] {
  try {
    namedAuthorities(tlsFiles);
    return [];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (isMissing(error.cause)) return [];
    const text = error.hint === undefined ? error.message : `${error.message}. ${error.hint}`;
    return [{ what: 'authorities', result: isDenied(error.cause) ? 'note' : 'error', text }];
  }
}

function cipherFindings({ ciphers }: Plan): Finding[] {
  return unknownCiphers(ciphers ?? '').map((word) => ({
    what: 'ciphers',
    result: 'warning',
    text: `Cannot use "${word}" in TLSCiphers=: OpenSSL knows no such cipher`,
  }));
}
