/**
 * The key of a home directory: a random word that stands in the notes of every message which ssmtp adds to `dead.letter` there. Other
 * programs (mailx) append to the same file, without quoting, text that a stranger may have written; none of them knows the key.
 */

import { closeSync, constants, fstatSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';
import type { System } from '../system.ts';
import { removeFile } from './own-file.ts';

const keyOctets = 16;

const pathIn = (home: string) => `${home}/.dead.letter.key`;

/** undefined where there is no key, or where somebody else could have read or written it. */
export function deadLetterKey(home: string): string | undefined {
  const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;
  try {
    const file = openSync(pathIn(home), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    try {
      const status = fstatSync(file);
      const isPrivate = status.nlink === 1 && status.uid === process.geteuid?.() && (status.mode & 0o077) === 0;
      if (!status.isFile() || !isPrivate) return undefined;
      const octets = Buffer.alloc(100);
      return /^(\S+)\n$/.exec(octets.toString('latin1', 0, readSync(file, octets, 0, octets.length, 0)))?.[1];
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
}

/** The same, and a new key where there is none. Only for the process that has `dead.letter` locked. Throws the system's own error. */
export function makeDeadLetterKey(home: string, system: Pick<System, 'randomHex'>): string {
  const known = deadLetterKey(home);
  if (known !== undefined) return known;
  const key = system.randomHex(keyOctets);
  removeFile(pathIn(home));
  const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;
  const file = openSync(pathIn(home), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  try {
    const line = Buffer.from(`${key}\n`);
    for (let written = 0; written < line.length; ) written += writeSync(file, line, written);
    fsyncSync(file);
  } catch (error) {
    removeFile(pathIn(home));
    throw error;
  } finally {
    closeSync(file);
  }
  return key;
}

/** A file for one message has a random name, and no other program writes to it: its key is that part of its name. */
export function keyInName(path: string): string | undefined {
  return /(?:^|\/)dead\.letter\.(?:\d+\.)?([0-9a-f]{12})$/.exec(path)?.[1];
}
