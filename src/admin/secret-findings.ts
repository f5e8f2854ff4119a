/** Whether the files that hold the passwords can be used: `--check` reads them, and runs no program. */

import type { Options } from '../cli/options.ts';
import { isDenied, isMissing } from '../config/file-reason.ts';
import { Failure } from '../failure.ts';
import type { Login } from '../hub/plan.ts';
import type { Finding } from './finding.ts';
import type { Machine } from './machine-findings.ts';
import { waysFrom } from './ways.ts';

/** One for each that is wrong, or odd. Throws Failure when there is no way at all. */
export function secretFindings(options: Options, machine: Pick<Machine, 'settings' | 'system'>): Finding[] {
  const hubs = waysFrom(options, machine).flatMap((way) => way.hubs);
  const found = hubs.flatMap(({ login }) => (login ? findingsOf(login) : []));
  return [...new Map(found.map((finding) => [finding.text, finding])).values()];
}

/** That there is no such file is warned about already. */
function findingsOf({ pass }: Login): Finding[] {
  if (!pass.isFile) return [];
  try {
    const secret = pass().toString('latin1');
    if (!/^[ \t]|[ \t\r\n]$|\n/.test(secret)) return [];
    const text = `The password of ${pass.source} begins or ends with a blank, or holds a line end: all of it counts`;
    return [{ what: 'password', result: 'warning', text }];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (isMissing(error.cause)) return [];
    return [{ what: 'password', result: isDenied(error.cause) ? 'note' : 'error', text: error.message }];
  }
}
