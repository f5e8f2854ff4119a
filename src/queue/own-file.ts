/** Small files beside the messages, in a directory where others may create files too: replaced as a whole, read only when ours. */

import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  openSync,
  readSync,
  renameSync,
  rmdirSync,
  unlinkSync,
  writeSync,
} from 'node:fs';

const largest = 8 * 1024 * 1024;

/** Returns when the text is on the disk; throws the system's own error, and leaves what was there before. */
export function writeOwn(path: string, text: string): void {
  const draft = `${path}~`;
  clearDirectory(draft);
  removeFile(draft);
  const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;
  const file = openSync(draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o640);
  try {
    // Whatever the umask: the runner reads it by its group.
    fchmodSync(file, 0o640);
    const octets = Buffer.from(text);
    if (octets.length > largest) throw new Error(`it would have ${octets.length} octets`);
    for (let written = 0; written < octets.length; ) written += writeSync(file, octets, written);
    fsyncSync(file);
    clearDirectory(path);
    renameSync(draft, path);
  } catch (error) {
    removeFile(draft);
    throw error;
  } finally {
    closeSync(file);
  }
}

/**
 * JSON that one of `owners` (user ids) wrote; undefined for a file that is not there, not theirs, or says nothing of the kind. Throws
 * the system's own error when theirs cannot be read now: what it says must not be taken for nothing.
 */
export function readOwn(path: string, owners: readonly number[]): unknown {
  const text = textOf(path, owners);
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** A file that is not there is removed already; then it gives false. */
export function removeFile(path: string): boolean {
  try {
    unlinkSync(path);
    return true;
  } catch (error) {
    if (!isMissing(error)) throw error;
    return false;
  }
}

export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

/** Anyone may have laid a directory there. One that is not empty cannot be removed, but its own name can be taken from it. */
function clearDirectory(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return;
  try {
    rmdirSync(path);
  } catch (error) {
    if (!(error instanceof Error && 'errno' in error)) throw error;
    renameSync(path, `${path}.${process.hrtime.bigint()}`);
  }
}

function textOf(path: string, owners: readonly number[]): string | undefined {
  // Most messages have none, and asking is cheaper than an error. What a stranger has laid there is not even opened.
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found?.isFile() || !owners.includes(found.uid)) return undefined;
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const status = fstatSync(file);
    const isOurs = status.isFile() && status.nlink === 1 && owners.includes(status.uid) && status.size <= largest;
    if (!isOurs) return undefined;
    const octets = Buffer.alloc(status.size);
    return octets.toString('utf8', 0, readSync(file, octets, 0, octets.length, 0));
  } finally {
    closeSync(file);
  }
}
