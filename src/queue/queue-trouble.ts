/** Why the queue cannot take a message, in the system's words, and the one thing that would help. */

import type { Stats, StatsFs } from 'node:fs';
import { constants } from 'node:os';
import { Failure, reasonOf } from '../failure.ts';

export interface QueueTrouble {
  /** The directory, and what is wrong with it. */
  readonly why: string;
  readonly hint: string | undefined;
}

/** The one thing that helps where the directory itself is wrong. */
export const directoryHint = 'The directory must belong to the user who runs the queue, with mode 3733';
const openFilesHint = 'Raise the limit on open files (ulimit -n), or let fewer programs send at once';

/** By the system's code; none of them opens a file to more users than before. */
const hints: Readonly<Record<string, string>> = {
  EACCES: directoryHint,
  EPERM: directoryHint,
  ENOTDIR: directoryHint,
  ENOSPC: "Make room on the queue's disk: df shows what is left, df -i how many files it can still take",
  EDQUOT: "The disk quota of this user is used up: remove files on the queue's disk, or have the quota raised",
  EROFS: 'Its file system is read-only: mount it for writing; for a service of systemd, ReadWritePaths= must name it',
  EFBIG: 'The message is larger than files may be here: raise the limit on their size (ulimit -f)',
  EIO: "The queue's disk fails: see the log of the kernel",
  EMFILE: openFilesHint,
  ENFILE: openFilesHint,
};

export function queueTrouble(place: string, error: unknown): QueueTrouble {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return { why: `${place}: ${reasonOf(error)}`, hint: hints[code] };
}

/** What is wrong with the directory itself; undefined when it is as it must be. */
export function directoryTrouble(place: string, directory: Directory): QueueTrouble | undefined {
  const objection = objectionTo(directory);
  return objection === undefined ? undefined : { why: `${place}: ${objection}`, hint: directoryHint };
}

/**
 * What is wrong with the disk: no block or no file is left. Some blocks are root's alone. A file system that counts no files has no
 * limit for them.
 */
export function diskTrouble(place: string, disk: Disk, isRoot: boolean): QueueTrouble | undefined {
  const isFull = disk.blocks > 0 && (isRoot ? disk.bfree : disk.bavail) <= 0;
  const hasNoFiles = disk.files > 0 && disk.ffree <= 0;
  const refusal = { code: 'ENOSPC', errno: -constants.errno.ENOSPC };
  return isFull || hasNoFiles ? queueTrouble(place, Object.assign(new Error(refusal.code), refusal)) : undefined;
}

type Disk = Pick<StatsFs, 'blocks' | 'bfree' | 'bavail' | 'files' | 'ffree'>;

export function recipientsTrouble(place: string, octets: number): QueueTrouble {
  return { why: `${place}: the recipients take ${octets} octets`, hint: 'Send to fewer recipients at once' };
}

type Directory = Pick<Stats, 'isDirectory' | 'mode'>;

/** Where others may write, only the sticky bit keeps them from removing what is not theirs. */
function objectionTo(directory: Directory): string | undefined {
  if (!directory.isDirectory()) return 'it is not a directory';
  const isOpen = (directory.mode & 0o022) !== 0;
  const isSticky = (directory.mode & 0o1000) !== 0;
  return isOpen && !isSticky ? 'others may remove files there; its mode must be 3733, or 700' : undefined;
}

export function queueFailure({ why, hint }: QueueTrouble): Failure {
  return new Failure('spool', `Cannot queue the message: ${why}`, { hint });
}
