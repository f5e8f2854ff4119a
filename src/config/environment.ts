/** `SSMTP_<KEY>` and `SSMTP_<KEY>_FILE`: settings from the environment, as containers give them. */

import { octetsOf, trimmed } from '../octets.ts';
import type { System } from '../system.ts';
import { fileReasonOf } from './file-reason.ts';
import { fileVariableOf, type Key, keys, variableOf } from './keys.ts';
import type { Assignment } from './reader.ts';

/**
 * In the order of the table, to be used like lines at the end of the file. An empty variable counts as absent, since
 * `SSMTP_ROOT=${ROOT:-}` is how compose files say "nothing". Errors name the variable and hold no secret.
 *
 * Why a caller may redirect mail: ssmtp runs with the caller's rights only (it is never installed setgid), so whoever can make
 * it read AuthPass can read the file himself; a variable gives him nothing that -C does not.
 */
export function readEnvironment(system: Pick<System, 'environment' | 'readFile'>): {
  assignments: Assignment[];
  errors: string[];
} {
  const assignments: Assignment[] = [];
  const errors: string[] = [];
  for (const key of keys) {
    const variable = variableOf(key);
    if (variable === undefined) continue;
    const fileVariable = fileVariableOf(key);
    const value = system.environment[variable];
    const path = fileVariable && system.environment[fileVariable];
    if (value && path)
      errors.push(`${variable}: Cannot use ${variable} and ${fileVariable}: only one of them may be set`);
    else if (value) assignments.push({ key, octets: asWritten(octetsOf(value), key), place: variable });
    else if (fileVariable && path) {
      try {
        const octets = withoutNewline(system.readFile(path));
        assignments.push({ key, octets: asWritten(octets, key), place: fileVariable });
      } catch (error) {
        errors.push(`${fileVariable}: Cannot read ${path}: ${fileReasonOf(error)}`);
      }
    }
  }
  return { assignments, errors };
}

/** The blanks around a password given this way belong to it; no line has to be taken apart. */
function asWritten(octets: string, key: Key): string {
  return key.kind === 'secret' ? octets : trimmed(octets);
}

function withoutNewline(octets: string): string {
  if (!octets.endsWith('\n')) return octets;
  return octets.slice(0, octets.endsWith('\r\n') ? -2 : -1);
}
