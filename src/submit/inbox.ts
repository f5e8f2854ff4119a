/** Takes one message of the client in, up to a limit: what is larger is read all the same, and not kept. */

import { messageStore } from '../message/message-store.ts';
import type { MessageFile } from '../message/read-message.ts';
import { temporaryDirectories, temporaryFileIn } from '../message/temporary-file.ts';
import type { Message } from '../message/types.ts';

export interface Inbox {
  write(piece: Buffer): void;
  /** The message; undefined when it was larger than the limit. To be called once. */
  message(): Message | undefined;
}

/** `file` takes the octets as well, and a large body in place of a temporary file. */
export function inbox(limit: number, file?: MessageFile): Inbox {
  let store = messageStore((bodyStart) => file?.from(bodyStart) ?? temporaryFileIn(temporaryDirectories));
  let size = 0;
  return {
    write(piece) {
      const wasWithin = size <= limit;
      size += piece.length;
      if (size <= limit) {
        file?.append(piece);
        store.write(piece);
      } else if (wasWithin) store = messageStore(() => undefined);
    },
    message: () => (size <= limit ? store.message() : undefined),
  };
}
