/** Reads a whole message before anything is done with it: callers write while the program runs. */

import { Failure, reasonOf } from '../failure.ts';
import { throughLoneDot, withoutFinalDot } from './lone-dot.ts';
import { messageStore } from './message-store.ts';
import { type TemporaryFile, temporaryFileIn } from './temporary-file.ts';
import type { Message } from './types.ts';

/** A file that takes a whole message as it comes in: the queue's. */
export interface MessageFile {
  /** Takes the next octets, or as many as it can. */
  append(octets: Buffer): void;
  /** What it has from this offset on, as a file that already holds whatever is appended to it. */
  from(offset: number): TemporaryFile;
}

export interface ReadOptions {
  /**
   * What a line that holds only a dot is: `text`; `dropped` when it is the last line; or the `end`, behind which nothing is read,
   * for somebody who types. In the header, too.
   */
  readonly loneDot: 'text' | 'dropped' | 'end';
  /** Where a body of more than 1 MiB may be kept in a file, the best place first; none means in memory. */
  readonly temporaryDirectories: readonly string[];
  /** Gets every octet as soon as it is read, and keeps a large body in place of a temporary file. */
  readonly file?: MessageFile | undefined;
}

/**
 * Reads the input to its end, or to the lone dot that is one: then the source is closed (its iterator's `return` is called) and
 * what follows stays unread. How the octets are cut into chunks makes no difference. Memory stays flat whatever the size.
 * Throws `Failure('unreadable')` when the source fails.
 */
export async function readMessage(
  input: AsyncIterable<Buffer> | Iterable<Buffer>,
  { loneDot, temporaryDirectories, file }: ReadOptions,
): Promise<Message> {
  const chunks = withDotRule(readable(input), loneDot);
  const store = messageStore((bodyStart) => file?.from(bodyStart) ?? temporaryFileIn(temporaryDirectories));
  for await (const chunk of chunks) {
    file?.append(chunk);
    store.write(chunk);
  }
  return store.message();
}

function withDotRule(input: AsyncGenerator<Buffer>, loneDot: ReadOptions['loneDot']): AsyncGenerator<Buffer> {
  if (loneDot === 'text') return input;
  return withoutFinalDot(loneDot === 'end' ? throughLoneDot(input) : input);
}

/** Only errors of the source pass here, not those of whoever takes the chunks. */
async function* readable(input: AsyncIterable<Buffer> | Iterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of input) yield chunk;
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure('unreadable', `Cannot read the message: ${reasonOf(error)}`, { cause: error });
  }
}
