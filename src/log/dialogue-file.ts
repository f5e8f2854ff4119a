/** -X: appends the dialogue with the hub to a file of the caller's, with the caller's own rights. */

import { closeSync, writeSync } from 'node:fs';
import { reasonOf } from '../failure.ts';
import { printable } from '../printable.ts';
import { openForAppending } from './append.ts';

/**
 * Takes lines whose secrets are masked. Links, pipes and directories are refused. The mail is more than its log: what goes
 * wrong is told once, and then nothing is written.
 */
export function dialogueFile(path: string, complain: (why: string) => void): (line: string) => void {
  let file: number | undefined;
  try {
    file = openForAppending(path, { mode: 0o600, mayBeTerminal: true });
  } catch (error) {
    complain(`Cannot write the dialogue to ${path}: ${reasonOf(error)}`);
  }
  return (line) => {
    if (file === undefined) return;
    try {
      writeSync(file, `${process.pid} ${printable(line)}\n`);
    } catch (error) {
      complain(`Cannot write the dialogue to ${path}: ${reasonOf(error)}`);
      closeSync(file);
      file = undefined;
    }
  };
}
