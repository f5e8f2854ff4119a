/** What the user is told when something went wrong: one line, and at most one hint. */

import type { Options } from './cli/options.ts';
import { Failure, reasonOf } from './failure.ts';
import { printable } from './printable.ts';
import type { System } from './system.ts';

export interface Listener {
  /** undefined while the command line is not understood. */
  readonly options: Options | undefined;
  readonly system: System;
  /** Where the message is now, as the tail of the line. */
  readonly kept?: string | undefined;
}

/** `-oeq` and `-oee` keep it quiet; the status stays. */
export function tell(failure: Failure, { options, system, kept = '' }: Listener): void {
  const isQuiet = options?.errorMode === 'q' || options?.errorMode === 'e';
  const lines = [failure.message + kept, ...(failure.hint ? [failure.hint] : [])];
  if (!isQuiet) system.tell(lines.map((line) => `${system.programName}: ${printable(line)}\n`).join(''));
  if (failure.kind === 'bug' && options?.verbose && failure.cause instanceof Error)
    system.tell(`${failure.cause.stack}\n`);
}

/** Whatever is thrown that is no Failure is a bug. */
export function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const hint = 'This is a defect of ssmtp: please report it; -v shows where it happened';
  return new Failure('bug', `Cannot go on: ${reasonOf(error)}`, { hint, cause: error });
}
