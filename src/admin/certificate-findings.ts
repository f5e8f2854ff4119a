/** Whether the client certificates can be shown: `--check` opens their keys, which asks for their passphrases. */

import { Failure } from '../failure.ts';
import { clientCertificate } from '../hub/client-certificate.ts';
import type { Plan } from '../hub/plan.ts';
import { type Finding, refusedFinding } from './finding.ts';

/** One for each certificate and key. */
export function certificateFindings(hubs: readonly Plan[]): Finding[] {
  const shown = hubs.filter(({ tls, tlsFiles }) => tls !== 'none' && tlsFiles.cert !== undefined);
  const byFiles = new Map(shown.map((hub) => [JSON.stringify([hub.tlsFiles.cert, hub.tlsFiles.key]), hub]));
  return [...byFiles.values()].map(certificateFinding);
}

function certificateFinding(hub: Plan): Finding {
  const what = 'certificate';
  const { cert, key } = hub.tlsFiles;
  try {
    const shown = clientCertificate(hub);
    const passphrase = shown?.passphrase === undefined ? '' : ', opened with its passphrase';
    return {
      what,
      result: 'ok',
      text: `${cert} with ${key === undefined ? 'its key in it' : `its key ${key}`}${passphrase}`,
    };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return refusedFinding(what, error);
  }
}
