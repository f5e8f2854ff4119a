/** Reads a list of addresses that others may own: nobody gets a file read for him that he may not read himself. */

import { closeSync, constants, fstatSync, lstatSync, openSync, readlinkSync, readSync, type Stats } from 'node:fs';
import { posix } from 'node:path';

export interface ListFile {
  /** latin1 text. */
  readonly octets: string;
  /** User ID. */
  readonly owner: number;
  /** Its group, or all users, may write to it. */
  readonly isOpenToOthers: boolean;
}

const maximumSize = 1024 * 1024;
const maximumLinks = 40;

/** Several users decide where a path leads, or anybody. */
const anybody = -1;

interface Found {
  readonly path: string;
  /** The user ID of the one who decides where the path leads, besides root; 0 for root alone. */
  readonly controller: number;
  /** Every user can reach the file. */
  readonly isOpenPath: boolean;
}

/**
 * `namedBy` is the user ID of the file in which the path stands. Whoever wrote it there, or owns a directory or link on the way,
 * could name a secret that only this process may read, so all of them must own the list, or everybody must be able to read it.
 * Throws the system's own error, or one that says why the list is not read.
 */
export function readListFile(path: string, namedBy: number): ListFile {
  const found = follow(path, namedBy);
  const file = openSync(found.path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  try {
    const status = fstatSync(file);
    if (!status.isFile()) throw new Error('it is not a regular file');
    if ((status.mode & 0o002) !== 0) throw new Error('every user may write to it');
    const own = process.geteuid?.() ?? 0;
    const isOwn = (uid: number) => uid === 0 || uid === own || uid === status.uid;
    const isPublic = found.isOpenPath && (status.mode & 0o004) !== 0;
    if (!isPublic && ![namedBy, found.controller].every(isOwn)) throw new Error('whoever named it may not read it');
    if (found.controller !== 0 && found.controller !== own && realPathOf(file) !== found.path)
      throw new Error('its path has changed');
    return { octets: contentOf(file), owner: status.uid, isOpenToOthers: (status.mode & 0o022) !== 0 };
  } finally {
    closeSync(file);
  }
}

/** Follows links itself, to know who has laid them. */
function follow(path: string, namedBy: number): Found {
  const trusted = [0, process.geteuid?.() ?? 0, namedBy];
  let pending = path.split('/');
  let at = '/';
  let directory = lstatSync(at);
  let controller = 0;
  let isOpenPath = true;
  let links = 0;

  function passTo(uid: number) {
    controller = controller === 0 || controller === uid ? uid : anybody;
  }

  function enter(next: string, status: Stats) {
    at = next;
    directory = status;
    if ((status.mode & 0o001) === 0) isOpenPath = false;
  }

  for (let name = pending.shift(); name !== undefined; name = pending.shift()) {
    if (name === '' || name === '.') continue;
    if (name === '..') {
      enter(posix.dirname(at), lstatSync(posix.dirname(at)));
      continue;
    }
    const next = posix.join(at, name);
    const entry = lstatSync(next);
    if ((directory.mode & 0o002) !== 0 && !(isSticky(directory) && trusted.includes(entry.uid)))
      throw new Error('every user could have laid it there');
    passTo(controllerOf(entry, directory));
    if (entry.isSymbolicLink()) {
      links += 1;
      if (links > maximumLinks) throw new Error('too many levels of symbolic links');
      const target = readlinkSync(next);
      pending = [...target.split('/'), ...pending];
      if (target.startsWith('/')) enter('/', lstatSync('/'));
    } else if (entry.isDirectory()) enter(next, entry);
    else if (entry.isFile() && pending.every((each) => each === '')) return { path: next, controller, isOpenPath };
    else throw new Error('it is not a regular file');
  }
  throw new Error('it is a directory');
}

/** Who decides what stands under a name: the owner of the directory, and where others may write to it, they. */
function controllerOf(entry: Stats, directory: Stats): number {
  if ((directory.mode & 0o022) === 0) return directory.uid;
  // A second name of a file is laid by anybody who may write to the directory.
  const isLaidByOwner = isSticky(directory) && !(entry.isFile() && entry.nlink > 1);
  return isLaidByOwner && (directory.uid === 0 || directory.uid === entry.uid) ? entry.uid : anybody;
}

/** Only the owner of a file, or of the directory, may give it another name. */
function isSticky({ mode }: Stats): boolean {
  return (mode & 0o1000) !== 0;
}

/** undefined where the system does not say. */
function realPathOf(file: number): string | undefined {
  try {
    return readlinkSync(`/proc/self/fd/${file}`);
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
}

function contentOf(file: number): string {
  const octets = Buffer.allocUnsafe(maximumSize + 1);
  let size = 0;
  for (let read = -1; read !== 0 && size < octets.length; size += read) {
    read = readSync(file, octets, size, octets.length - size, size);
  }
  if (size > maximumSize) throw new Error('it is larger than 1 MiB');
  return octets.toString('latin1', 0, size);
}
