/** Whether what is named for TLS can be used: `--check` reads the authorities, and asks OpenSSL for the ciphers. */

import { isMissing } from '../config/file-reason.ts';
import { Failure } from '../failure.ts';
import { namedAuthorities } from '../hub/authorities.ts';
import { unknownCiphers } from '../hub/ciphers.ts';
import type { Plan } from '../hub/plan.ts';
import { eachOnce, type Finding, refusedFinding } from './finding.ts';

/** One for whatever is wrong. */
export function tlsFindings(hubs: readonly Plan[]): Finding[] {
  const encrypted = hubs.filter(({ tls }) => tls !== 'none');
  return eachOnce(encrypted.flatMap((hub) => [...authorityFindings(hub), ...cipherFindings(hub)]));
}

/** That there is no such file stands among the errors already. */
function authorityFindings({ tlsFiles }: Plan): Finding[] {
  try {
    namedAuthorities(tlsFiles);
    return [];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (isMissing(error.cause)) return [];
    return [refusedFinding('authorities', error)];
  }
}

function cipherFindings({ ciphers }: Plan): Finding[] {
  return unknownCiphers(ciphers ?? '').map((word) => ({
    what: 'ciphers',
    result: 'warning',
    text: `Cannot use "${word}" in TLSCiphers=: OpenSSL knows no such cipher`,
  }));
}
