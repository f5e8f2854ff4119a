/** What stands behind the dialogue: whoever takes a sender, recipients and a message, and answers for the hub. */

import type { MessageFile } from '../message/read-message.ts';
import type { Message } from '../message/types.ts';
import type { RecipientRequest, SenderRequest } from './command.ts';
import type { Answer } from './reply.ts';

export interface Relay {
  /** Throws Failure when nothing can be sent at all: a configuration that is missing or wrong. */
  begin(request: SenderRequest): Mailing;
  /** Says goodbye to the hub. */
  close(): Promise<void>;
}

/** One message on its way. The answers are true: they are the hub's, or say why there is none. */
export interface Mailing {
  recipient(request: RecipientRequest): Promise<Answer>;
  /** Octets of the largest message that will be taken; to be asked when a recipient has been. */
  sizeLimit(): number;
  /** Takes the message as it comes in, where there is a queue; to be asked for once, when the message begins. */
  file(): MessageFile | undefined;
  /** The end of this mailing, whatever the answer. `given` is called when the hub is about to get the end of the message. */
  send(message: Message, given: () => void): Promise<Answer>;
  /** Its other end: no message came, or it could not be sent to the end for a reason that the client is told. */
  abandon(reason?: Answer): void;
}
