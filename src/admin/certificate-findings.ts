/** Whether the client certificates can be shown: `--check` opens their keys, which asks for their passphrases. */

import type { Options } from '../cli/options.ts';
import { isDenied } from '../config/file-reason.ts';
import { Failure } from '../failure.ts';
import { clientCertificate } from '../hub/client-certificate.ts';
import type { Plan } from '../hub/plan.ts';
import type { Finding } from './finding.ts';
import type { Machine } from './machine-findings.ts';
import { waysFrom } from './ways.ts';

/** One for each certificate and key. Throws Failure when there is no way at all. */
export function certificateFindings(options: Options, machine: Pick<Machine, 'settings' | 'system'>): Finding[] {
  const hubs = waysFrom(options, machine).flatMap((way) => way.hubs);
  const shown = hubs.filter(({ tls, tlsFiles }) => tls !== 'none' && tlsFiles.cert !== undefined);
  const byFiles = new Map(shown.map((hub) => [JSON.stringify([hub.tlsFiles.cert, hub.tlsFiles.key]), hub]));
  return [...byFiles.values()].map(certificateFinding);
}

/** Who asks may be less than those who send. */
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
    const text = error.hint === undefined ? error.message : `${error.message}. ${error.hint}`;
    return { what, result: isDenied(error.cause) ? 'note' : 'error', text };
  }
}
