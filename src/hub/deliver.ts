/** Delivers one message to the hub, in a session of its own. */

import type { Address } from '../address.ts';
import type { Message } from '../message/types.ts';
import type { Envelope } from '../route/envelope.ts';
import type { Plan } from './plan.ts';
import type { Reply } from './reply.ts';
import { closeSession, openSession } from './session.ts';
import { transact } from './transaction.ts';

export interface Letter {
  readonly envelope: Envelope;
  readonly message: Message;
  /** Is told when the hub is about to get the end of the message, and when it has answered to it. */
  readonly ending?: Ending | undefined;
}

export interface Ending {
  /** What it throws ends the attempt, and the hub has no message. */
  before(): void;
  answered(): void;
}

export interface Refusal {
  readonly recipient: Address;
  readonly reply: Reply;
}

export interface Delivery {
  readonly accepted: readonly Address[];
  readonly refused: readonly Refusal[];
  /** The hub's answer to the final dot; undefined when every recipient was refused before. */
  readonly reply: Reply | undefined;
  /** Octets on the wire. */
  readonly size: number;
}

/**
 * Resolves as soon as the hub has answered; `closed` resolves when QUIT is on its way, and the program may end. `transcript` is
 * called with each line of the dialogue, secrets masked. Throws Failure when the message as a whole was not accepted.
 */
export async function deliver(
  letter: Letter,
  plan: Plan,
  transcript: (line: string) => void,
): Promise<{ delivery: Delivery; closed: Promise<void> }> {
  const session = await openSession(plan, transcript);
  try {
    const delivery = await transact(session, letter);
    return { delivery, closed: closeSession(session) };
  } catch (error) {
    await closeSession(session);
    throw error;
  }
}
