/** Everything that is asked of the program but sending: version, help, check, and the modes it does not have. */

import { modes, queueRunRefusal } from '../cli/flags.ts';
import { helpText } from '../cli/help.ts';
import type { Options } from '../cli/options.ts';
import { Failure, reasonOf } from '../failure.ts';
import type { System } from '../system.ts';
import { version } from '../version.ts';
import { checkReport } from './check.ts';

/** Gives the exit status. Throws Failure usage for a mode that this program does not have, io when nobody reads. */
export function answer(options: Options, system: System): number {
  switch (options.mode) {
    case 'version':
      return print(`ssmtp ${version}\n`, system);
    case 'help':
      return print(helpText(), system);
    case 'check': {
      const { text, status } = checkReport(options, system);
      print(text, system);
      return status;
    }
    default:
      throw refusalOf(options);
  }
}

function print(text: string, system: System): number {
  try {
    system.print(text);
    return 0;
  } catch (error) {
    throw new Failure('io', `Cannot write to standard output: ${reasonOf(error)}`, { cause: error });
  }
}

function refusalOf({ mode }: Options): Failure {
  const row = modes.find((candidate) => candidate.mode === mode);
  const words = row ? `-b${row.letter}` : '-q';
  return new Failure('usage', `Cannot do ${words}: ${row?.refusal ?? queueRunRefusal}`);
}
