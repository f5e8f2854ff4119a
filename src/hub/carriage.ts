/** How one message gets to the hub: behind DATA and its 354, or in one chunk together with the command (RFC 3030). */

import type { Message } from '../message/types.ts';
import { inOneChunk } from './chunk.ts';
import type { Part } from './connection.ts';
import type { Ending } from './deliver.ts';
import type { Reply } from './reply.ts';
import type { Session } from './session.ts';
import { sendMessage, type Transfer } from './transfer.ts';
import type { Stage } from './trouble.ts';

export interface Sent {
  readonly header: Buffer;
  readonly message: Message;
  readonly ending: Ending | undefined;
  /** The hub has the end of the message, and nothing more will be said before its answer. */
  readonly whenSent: () => void;
}

export interface Carriage {
  /** What a refusal of the command means. */
  readonly stage: Stage & ('data' | 'message');
  /** The command, with what of the message goes in the same write; to be called when it is about to be written. */
  readonly open: () => Part;
  /** Goes on from the hub's answer to the command, which for DATA is 354. */
  readonly finish: (opened: Reply) => Promise<Transfer>;
  /** Nobody is to get the message, whatever the hub has answered to the command. */
  readonly dismiss: (opened: Reply) => Promise<void>;
}

/** A message that is not at hand as a whole is sent behind DATA: the hub may refuse it before it is read from its file. */
export function carriageFor(session: Session, sent: Sent): Carriage {
  const isOffered = session.connection.capabilities().has('CHUNKING');
  return (isOffered ? inOneChunk(session, sent) : undefined) ?? behindData(session, sent);
}

function behindData(session: Session, sent: Sent): Carriage {
  const { connection } = session;
  return {
    stage: 'data',
    open: () => ({ command: 'DATA' }),
    finish: () => sendMessage(session, sent),
    /** RFC 2920 §3.1: a hub that says 354 although it refused everybody is sent an empty message. */
    async dismiss(opened) {
      if (opened.code === 354) await connection.ask(['.'])[0];
    },
  };
}
