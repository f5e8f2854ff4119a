/** A file without a name, for what is too large to be kept in memory. */

import { closeSync, constants, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { Failure, reasonOf } from '../failure.ts';

export interface TemporaryFile {
  /** Appends octets and gives those back that found no room (disk full, quota); after that it takes no more. */
  append(octets: Buffer): Buffer;
  /** What has been appended, from offset `from` on, in pieces of at most `pieceSize`; throws `Failure('io')`. */
  chunks(pieceSize: number, from?: number): Generator<Buffer>;
}

export interface OpenFile extends TemporaryFile {
  /** The system's own error, as soon as it takes no more octets. */
  refusal(): Error | undefined;
}

const nothing = Buffer.alloc(0);

/** Where they are made, the best place first. */
export const temporaryDirectories: readonly string[] = ['/var/tmp', '/tmp'];

/** Descriptors are closed when nobody can read the file any more: a `Body` has no end of its own. */
const closer = new FinalizationRegistry<number>((descriptor) => closeSync(descriptor));

/**
 * A new file, readable and writable by its owner only, in the first of the directories that allows one, or undefined
 * when none does. Its name is gone before it holds anything, so a killed process leaves nothing behind.
 */
export function temporaryFileIn(directories: readonly string[]): TemporaryFile | undefined {
  for (const directory of directories) {
    const descriptor = openNameless(directory);
    if (descriptor === undefined) continue;
    const file = fileOver(descriptor, 0);
    closer.register(file, descriptor);
    return file;
  }
  return undefined;
}

/** O_EXCL and O_NOFOLLOW make the file ours whatever the name is: it need not be a secret, only free. */
function openNameless(directory: string): number | undefined {
  const path = `${directory}/ssmtp-${process.pid}-${Math.random().toString(36).slice(2)}`;
  const { O_RDWR, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
    unlinkSync(path);
    return descriptor;
  } catch (error) {
    if (descriptor !== undefined) closeSync(descriptor);
    if (!isSystemError(error)) throw error;
    return undefined;
  }
}

/** What stands in an open file behind `start`, where `present` octets are already. The descriptor is closed at the end. */
export function fileOver(descriptor: number, start: number, present = 0): OpenFile {
  let size = present;
  let refusal: Error | undefined;

  const file: OpenFile = {
    append(octets) {
      let done = 0;
      while (done < octets.length && !refusal) {
        const written = tryWrite(descriptor, { octets, from: done }, start + size);
        if (typeof written === 'number') {
          done += written;
          size += written;
        } else refusal = written;
      }
      return done < octets.length ? octets.subarray(done) : nothing;
    },
    refusal: () => refusal,
    *chunks(pieceSize, from = 0) {
      for (let at = from; at < size; ) {
        const piece = readAt(descriptor, Math.min(pieceSize, size - at), start + at);
        at += piece.length;
        yield piece;
      }
      // Keeps the file, and with it the descriptor, alive until the last piece has been read.
      void file;
    },
  };
  return file;
}

/**
 * The part behind `offset` of a file that already holds whatever will be appended to the part, as far as `size` says: nothing is
 * written twice, and what the file does not hold is given back.
 */
export function partOf(file: TemporaryFile, offset: number, size: () => number): TemporaryFile {
  let end = offset;
  return {
    append(octets) {
      const taken = Math.max(0, Math.min(octets.length, size() - end));
      end += taken;
      return octets.subarray(taken);
    },
    *chunks(pieceSize, from = 0) {
      let left = end - offset - from;
      for (const piece of file.chunks(pieceSize, offset + from)) {
        if (left <= 0) return;
        yield piece.subarray(0, left);
        left -= piece.length;
      }
    },
  };
}

/** How many octets went into the file, or why it takes no more. */
function tryWrite(descriptor: number, { octets, from }: { octets: Buffer; from: number }, at: number): number | Error {
  try {
    return writeSync(descriptor, octets, from, octets.length - from, at);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return error;
  }
}

function readAt(descriptor: number, length: number, at: number): Buffer {
  const piece = Buffer.allocUnsafe(length);
  let read = 0;
  try {
    read = readSync(descriptor, piece, 0, length, at);
  } catch (error) {
    throw new Failure('io', `Cannot read back the message: ${reasonOf(error)}`, { cause: error });
  }
  if (read === 0) throw new Failure('io', 'Cannot read back the message: its file was cut short');
  return piece.subarray(0, read);
}

function isSystemError(error: unknown): error is Error {
  return error instanceof Error && 'errno' in error;
}
