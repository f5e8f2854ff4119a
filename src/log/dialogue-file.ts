/** -X: appends the dialogue with the hub to a file of the caller's, with the caller's own rights. */

import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs';
import { reasonOf } from '../failure.ts';
import { printable } from '../printable.ts';

/**
 * Takes lines whose secrets are masked. Links, pipes and directories are refused. The mail is more than its log: what goes
 * wrong is told once, and then nothing is written.
 */
export function dialogueFile(path: string, complain: (why: string) => void): (line: string) => void {
  let file: number | undefined;
  try {
    file = openPlain(path);
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

function openPlain(path: string): number {
  const { O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_WRONLY } = constants;
  const file = openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600);
  const status = fstatSync(file);
  if (status.isFile() || status.isCharacterDevice()) return file;
  closeSync(file);
  throw new Error('it is neither a file nor a terminal');
}
