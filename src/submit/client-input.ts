/** What the client says, as it is asked for: a command line, a message up to its final dot, or so many octets. */

import { Failure, reasonOf } from '../failure.ts';
import { dotReader } from './final-dot.ts';
import { idleTimeout, longestLine } from './limits.ts';

export type Line =
  | { readonly kind: 'line'; readonly octets: Buffer; readonly bareLineFeed: boolean }
  | { readonly kind: 'tooLong'; readonly start: string }
  | { readonly kind: 'end' };

/**
 * Pieces of a message go to `take`, each good until it returns. Nothing is read ahead but the piece that is there, so a
 * client that does not wait for answers waits in its own write. Throws Failure temporary when the client says nothing for
 * five minutes, unreadable when the source fails.
 */
export interface ClientInput {
  line(): Promise<Line>;
  /** What follows DATA; false when the client went away before the final dot. */
  message(take: (piece: Buffer) => void, how: { bareLineFeeds: boolean }): Promise<boolean>;
  /** What follows BDAT; false when the client went away before all had come. */
  octets(count: number, take: (piece: Buffer) => void): Promise<boolean>;
}

const nothing = Buffer.alloc(0);
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

export function clientInput(source: AsyncIterable<Buffer>): ClientInput {
  const pieces = source[Symbol.asyncIterator]();
  let unread: Buffer = nothing;

  /** The next octets, at least one; undefined at the end. */
  async function next(): Promise<Buffer | undefined> {
    while (unread.length === 0) {
      const { done, value } = await withinIdleTime(pieces.next(), 'said');
      if (done) return undefined;
      unread = value;
    }
    const piece = unread;
    unread = nothing;
    return piece;
  }

  return {
    async line() {
      let kept: Buffer = nothing;
      let isTooLong = false;
      let start = '';
      for (;;) {
        const piece = await next();
        // What the client did not finish, it did not say.
        if (piece === undefined) return { kind: 'end' };
        const end = piece.indexOf(lineFeed);
        const part = end < 0 ? piece : piece.subarray(0, end + 1);
        start += part.toString('latin1', 0, Math.max(0, longestLine - start.length));
        isTooLong ||= kept.length + part.length > longestLine;
        kept = isTooLong ? nothing : Buffer.concat([kept, part]);
        if (end < 0) continue;
        unread = piece.subarray(end + 1);
        return isTooLong ? { kind: 'tooLong', start } : lineOf(kept);
      }
    },
    async message(take, how) {
      const reader = dotReader(how);
      for (let piece = await next(); piece !== undefined; piece = await next()) {
        const { content, rest } = reader.take(piece);
        take(content);
        if (rest === undefined) continue;
        unread = rest;
        return true;
      }
      return false;
    },
    async octets(count, take) {
      for (let missing = count; missing > 0; ) {
        const piece = await next();
        if (piece === undefined) return false;
        const part = piece.subarray(0, missing);
        take(part);
        missing -= part.length;
        unread = piece.subarray(part.length);
      }
      return true;
    },
  };
}

function lineOf(octets: Buffer): Line {
  const bareLineFeed = octets.at(-2) !== carriageReturn;
  return { kind: 'line', octets: octets.subarray(0, bareLineFeed ? -1 : -2), bareLineFeed };
}

/** Throws Failure temporary after five minutes in which the client has neither said nor read anything. */
export async function withinIdleTime<T>(work: Promise<T>, what: 'said' | 'read'): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const failure = new Failure(
      'temporary',
      `Cannot wait any longer: nothing ${what} for ${idleTimeout / 60_000} minutes`,
    );
    timer = setTimeout(() => reject(failure), idleTimeout);
  });
  try {
    return await Promise.race([work, late]);
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure('unreadable', `Cannot read standard input: ${reasonOf(error)}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}
