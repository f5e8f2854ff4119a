/** Delivers one message to the hub, in a session of its own. */

import type { Address } from '../address.ts';
import type { Message } from '../message/types.ts';
import type { Envelope } from '../route/envelope.ts';
import { hubName, type Plan, withAnyHub } from './plan.ts';
import type { Reply } from './reply.ts';
import { finalOf, send } from './send.ts';
import { closeSession, openSession } from './session.ts';

export interface Letter {
  readonly envelope: Envelope;
  readonly message: Message;
  /** Is told when the hub is about to get the end of the message, and when it has answered to it. */
  readonly ending?: Ending | undefined;
}

/** A letter whose message is made, once, while a hub is being connected to. */
export interface Draft extends Omit<Letter, 'message'> {
  readonly message: () => Message;
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
  /** The hub that answered, of several that could. */
  readonly hub?: string;
}

/**
 * Resolves as soon as a hub has answered; `closed` resolves when QUIT is on its way, and the program may end. `transcript` is
 * called with each line of the dialogue, secrets masked. Throws Failure when the message as a whole was not accepted. Once a hub
 * may have the message, no other is asked.
 */
export async function deliver(
  draft: Draft,
  plan: Plan,
  transcript: (line: string) => void,
): Promise<{ delivery: Delivery; closed: Promise<void> }> {
  const { ending, isUncertain } = watchedEnding(draft.ending);
  return withAnyHub(
    plan,
    async (each) => {
      const session = await openSession(each, transcript, { meanwhile: draft.message });
      try {
        const delivery = finalOf(await send(session, { ...draft, message: draft.message(), ending }), each);
        return { delivery: { ...delivery, hub: hubName(each) }, closed: closeSession(session) };
      } catch (error) {
        await closeSession(session);
        throw error;
      }
    },
    () => !isUncertain(),
  );
}

/** An ending that is looked at by whoever wants to know how far a delivery has come. */
export interface WatchedEnding {
  readonly ending: Ending;
  /** A hub was given all of the message, and has not answered. */
  readonly isUncertain: () => boolean;
  /** A hub was given all of it: whoever leaves now does not know who has it, be it that it goes on with other recipients. */
  readonly wasGiven: () => boolean;
}

export function watchedEnding(ending: Ending | undefined): WatchedEnding {
  let isOpen = false;
  let wasGiven = false;
  const watched: Ending = {
    before() {
      ending?.before();
      isOpen = true;
      wasGiven = true;
    },
    answered() {
      ending?.answered();
      isOpen = false;
    },
  };
  return { ending: watched, isUncertain: () => isOpen, wasGiven: () => wasGiven };
}
