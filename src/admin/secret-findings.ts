/** Whether the files that hold the passwords can be used: `--check` reads them, and runs no program. */

import { isMissing } from '../config/file-reason.ts';
import { Failure } from '../failure.ts';
import type { Login, Plan } from '../hub/plan.ts';
import { eachOnce, type Finding, refusedFinding } from './finding.ts';

/** One for each that is wrong, or odd. */
export function secretFindings(hubs: readonly Plan[]): Finding[] {
  return eachOnce(hubs.flatMap(({ login }) => (login ? findingsOf(login) : [])));
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
    return [refusedFinding('password', error)];
  }
}
