/** Looks at a message of the queue without touching it: what was asked, its header, and how far it has come. */

import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { headerBlockOf } from '../message/header-block.ts';
import { fileOver } from '../message/temporary-file.ts';
import type { HeaderField } from '../message/types.ts';
import { type EntryName, nameText } from './entry-name.ts';
import type { QueuePlace } from './open-entry.ts';
import { isMissing } from './own-file.ts';
import { type Progress, readProgress } from './progress.ts';
import { type Asked, longestRequest, parseRequest } from './request.ts';

export interface Glimpse {
  readonly asked: Asked;
  /** The first fields of the header: as many as stand in 64 KiB. */
  readonly fields: readonly HeaderField[];
  /** Octets of the message, as it came in. */
  readonly size: number;
  /** The user id of the file. */
  readonly owner: number;
  readonly progress: Progress;
}

const pieceSize = 64 * 1024;

/** undefined for what is gone, or is no message. */
export function peekAt(place: QueuePlace, name: EntryName): Glimpse | undefined {
  return withFile(`${place.path}/${nameText(name)}`, (file) => {
    const head = headOf(file);
    if (!head) return undefined;
    const octets = Buffer.allocUnsafe(Math.min(pieceSize, head.length));
    const { fields } = headerBlockOf(octets.subarray(0, readSync(file, octets, 0, octets.length, head.start)));
    const { uid: owner, ino: inode } = fstatSync(file);
    const owners = [process.geteuid?.() ?? 0, 0, place.owner, owner];
    const progress = readProgress(place.path, { ...name, inode }, owners);
    return { asked: head.asked, fields, size: head.length, owner, progress };
  });
}

/** Hands the message on as it came in; false for what is gone, or is no message. */
export function copyOut(place: QueuePlace, name: EntryName, take: (piece: Buffer) => void): boolean {
  const found = withFile(`${place.path}/${nameText(name)}`, (file) => {
    const head = headOf(file);
    if (!head) return undefined;
    for (const piece of fileOver(file, head.start, head.length).chunks(pieceSize)) take(piece);
    return true;
  });
  return found ?? false;
}

/** The first line, and where the message begins. A file that is shorter than it says is no message. */
export function headOf(file: number): { asked: Asked; start: number; length: number } | undefined {
  const line = firstLineOf(file);
  const request = line && parseRequest(line);
  if (!line || !request) return undefined;
  const start = line.length + 1;
  return fstatSync(file).size < start + request.length ? undefined : { ...request, start };
}

/**
 * A descriptor, or why there is none: links, pipes, sockets and what has other names elsewhere are nobody's message. Throws the
 * system's own error for what may be one.
 */
export function openPlain(path: string): number | string {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ELOOP') return 'it is a symbolic link';
    if (code === 'ENXIO') return 'it is no regular file';
    throw error;
  }
  const status = fstatSync(file);
  if (status.isFile() && status.nlink === 1) return file;
  closeSync(file);
  return status.isFile() ? 'the file has several names' : 'it is no regular file';
}

function withFile<T>(path: string, use: (file: number) => T | undefined): T | undefined {
  let file: number | string;
  try {
    file = openPlain(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  if (typeof file === 'string') return undefined;
  try {
    return use(file);
  } finally {
    closeSync(file);
  }
}

function firstLineOf(file: number): Buffer | undefined {
  for (let room = pieceSize; room <= longestRequest; room *= 8) {
    const octets = Buffer.allocUnsafe(room);
    const read = octets.subarray(0, readSync(file, octets, 0, room, 0));
    const end = read.indexOf('\n');
    if (end >= 0) return read.subarray(0, end);
    if (read.length < room) return undefined;
  }
  return undefined;
}
