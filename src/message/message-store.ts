/** Takes the octets of a message as they come, and gives the message when all have: header fields, and a body that may be large. */

import { bodyStore } from './body.ts';
import { headerBlockOf, headerLimit } from './header-block.ts';
import type { TemporaryFile } from './temporary-file.ts';
import type { Message } from './types.ts';

export interface MessageStore {
  /** Takes the next octets; they are copied, the buffer may be used again. How they are cut makes no difference. */
  write(chunk: Buffer): void;
  /** What has been written. To be called once, when all is. */
  message(): Message;
}

const firstRoom = 64 * 1024;

/** `openFile` gives the file for a body of more than 1 MiB, which begins at that offset of the message; undefined: none. */
export function messageStore(openFile: (bodyStart: number) => TemporaryFile | undefined): MessageStore {
  let bodyStart = 0;
  const body = bodyStore(() => openFile(bodyStart));
  /** The octets in which the header block is looked for, until there are enough of them. */
  let start = Buffer.allocUnsafe(firstRoom);
  let filled = 0;
  let fields: Message['fields'] | undefined;

  function keep(chunk: Buffer) {
    if (filled + chunk.length > start.length) {
      const larger = Buffer.allocUnsafe(Math.max(2 * start.length, filled + chunk.length));
      start.copy(larger, 0, 0, filled);
      start = larger;
    }
    filled += chunk.copy(start, filled);
  }

  function cut(): Message['fields'] {
    const block = headerBlockOf(start.subarray(0, filled));
    bodyStart = block.bodyStart;
    body.write(start.subarray(block.bodyStart, filled));
    start = Buffer.alloc(0);
    return block.fields;
  }

  return {
    write(chunk) {
      if (fields !== undefined) return body.write(chunk);
      keep(chunk);
      if (filled > headerLimit) fields = cut();
    },
    message: () => ({ fields: fields ?? cut(), body: body.body() }),
  };
}
