/** Keeps the body of a message while it comes in: the first part in memory, more than that in a file without a name. */

import { isAscii } from 'node:buffer';
import { longLineWatch } from './long-lines.ts';
import type { TemporaryFile } from './temporary-file.ts';
import type { Body } from './types.ts';
import { unsafeOctetWatch } from './unsafe-octets.ts';

const pieceSize = 64 * 1024;
/** Octets. Most mail is smaller: it never touches a disk, and leaves in one piece. */
export const memoryLimit = 1024 * 1024;

export interface BodyStore {
  /** Takes the next octets; they are copied, the buffer may be used again. */
  write(chunk: Buffer): void;
  /** What has been written. To be called once, when all is. */
  body(): Body;
}

/**
 * A store for one body. `openFile` is called when the body is more than memory should hold; without a file, or when the disk
 * is full, octets stay in memory and none is lost.
 */
export function bodyStore(openFile: () => TemporaryFile | undefined): BodyStore {
  let file: TemporaryFile | undefined;
  let isMemoryOnly = false;
  /** What follows the file's octets: full pieces, and the one that is being filled. */
  let pieces: Buffer[] = [];
  let piece = Buffer.allocUnsafe(pieceSize);
  let filled = 0;
  let size = 0;
  let eightBit = false;
  const lines = longLineWatch();
  const unsafe = unsafeOctetWatch();

  /** A piece that the file has taken is filled again: a large body passes through one buffer. */
  function endPiece() {
    const rest = file && !isMemoryOnly ? file.append(piece) : piece;
    filled = 0;
    if (rest.length === 0) return;
    pieces.push(rest);
    piece = Buffer.allocUnsafe(pieceSize);
    if (!isMemoryOnly && pieces.length * pieceSize > memoryLimit) moveToFile();
  }

  function moveToFile() {
    file ??= openFile();
    if (file !== undefined) pieces = pieces.map(file.append).filter((left) => left.length > 0);
    isMemoryOnly = pieces.length > 0;
  }

  return {
    write(chunk) {
      size += chunk.length;
      eightBit ||= !isAscii(chunk);
      lines.see(chunk);
      unsafe.see(chunk);
      for (let from = 0; from < chunk.length; ) {
        const copied = chunk.copy(piece, filled, from);
        from += copied;
        filled += copied;
        if (filled === pieceSize) endPiece();
      }
    },
    body() {
      pieces.push(piece.subarray(0, filled));
      return {
        size,
        eightBit,
        hasLongLine: lines.hasFound(),
        hasUnsafeOctet: unsafe.hasFound(),
        chunks: () => chunksOf(file, pieces),
      };
    },
  };
}

function* chunksOf(file: TemporaryFile | undefined, pieces: readonly Buffer[]): Generator<Buffer> {
  if (file !== undefined) yield* file.chunks(pieceSize);
  for (const piece of pieces) if (piece.length > 0) yield piece;
}
