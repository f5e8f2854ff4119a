/** Opens a file to append to, with the caller's own rights, and nothing but a file. */

import { closeSync, constants, fstatSync, openSync } from 'node:fs';

/** A descriptor. Links, pipes, sockets, directories and what has several names are refused; throws Error with the reason. */
export function openForAppending(
  path: string,
  { mode, mayBeTerminal }: { mode: number; mayBeTerminal: boolean },
): number {
  const { O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_WRONLY } = constants;
  const file = openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK, mode);
  const status = fstatSync(file);
  if (status.isFile() && status.nlink === 1) return file;
  if (mayBeTerminal && status.isCharacterDevice()) return file;
  closeSync(file);
  if (status.isFile()) throw new Error('the file has several names');
  throw new Error(mayBeTerminal ? 'it is neither a file nor a terminal' : 'it is not a file');
}
