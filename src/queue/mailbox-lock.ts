/** The lock of a mailbox file, `FILE.lock`, as mbox(5) and liblockfile have it: whoever changes the file holds it meanwhile. */

import { closeSync, constants, fstatSync, openSync, readSync, renameSync, writeSync } from 'node:fs';
import type { System } from '../system.ts';
import { removeFile } from './own-file.ts';

const pauseMs = 20;
/** A lock that names no process which can be looked for is over after this time. */
const unknownHolderMs = 3_600_000;

/**
 * Takes the lock, for `patienceMs` at most while another process holds it; gives the function that releases it, and undefined
 * when the other keeps it. Throws the system's own error where no such file can be made.
 */
export function lockMailbox(path: string, system: System, patienceMs: number): (() => void) | undefined {
  const lock = `${path}.lock`;
  for (let waitedMs = 0; ; waitedMs += pauseMs) {
    if (isTaken(lock, system)) return () => void removeFile(lock);
    breakIfAbandoned(lock, system);
    if (waitedMs >= patienceMs) return undefined;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs);
  }
}

function isTaken(lock: string, system: System): boolean {
  const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;
  let file: number;
  try {
    file = openSync(lock, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
  try {
    writeSync(file, `${system.processMark()}\n`);
    return true;
  } catch (error) {
    removeFile(lock);
    throw error;
  } finally {
    closeSync(file);
  }
}

/** Of two who find the same lock abandoned, one removes it: what has been renamed is looked at once more. */
function breakIfAbandoned(lock: string, system: System): void {
  const holder = holderOf(lock, system);
  if (holder?.isGone !== true) return;
  const aside = `${lock}.${system.randomHex(4)}`;
  try {
    renameSync(lock, aside);
    if (holderOf(aside, system)?.inode === holder.inode) removeFile(aside);
    else renameSync(aside, lock);
  } catch (error) {
    // Somebody else was faster, or it is not ours to remove.
    if (!(error instanceof Error && 'code' in error)) throw error;
  }
}

/** undefined for what cannot be looked at, or is another user's. */
function holderOf(lock: string, system: System): { inode: number; isGone: boolean } | undefined {
  const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;
  try {
    const file = openSync(lock, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    try {
      const { ino, uid, mtimeMs } = fstatSync(file);
      if (uid !== process.geteuid?.()) return undefined;
      const octets = Buffer.alloc(100);
      const mark = octets.toString('latin1', 0, readSync(file, octets, 0, octets.length, 0)).trim();
      const isOld = system.now().getTime() - mtimeMs > unknownHolderMs;
      return { inode: ino, isGone: mark === '' ? isOld : !(system.isRunning(mark) ?? !isOld) };
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
}
