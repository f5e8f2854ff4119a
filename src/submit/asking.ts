/** Asks the hub for each recipient of one message, and remembers what it said. */

import type { Address } from '../address.ts';
import type { Delivery, Refusal } from '../hub/deliver.ts';
import { isAccepted, type Reply } from '../hub/reply.ts';
import { sayRecipient } from '../hub/steps.ts';
import type { Opening } from './hub-line.ts';

export interface Asking {
  /**
   * The hub's answer for the recipient that became these: root= may make several of one, and one who gets the message is
   * enough. Throws Failure when there is no answer.
   */
  replyFor(recipients: readonly Address[], notification: readonly string[]): Promise<Reply | undefined>;
  /** The transaction in which they were asked for; undefined before the first. */
  opening(): Opening | undefined;
  recipients(): Address[];
  deliveryWith(reply: Reply | undefined, size: number): Delivery;
}

/** `begin` opens the transaction, when the first recipient is there. */
export function asking(begin: () => Promise<Opening>): Asking {
  const answered = new Map<Address, Reply>();
  let opening: Opening | undefined;

  /** Who has been asked for already is not asked for again. */
  async function ask(recipient: Address, notification: readonly string[]): Promise<Reply> {
    const known = answered.get(recipient);
    if (known) return known;
    opening ??= await begin();
    const { session, reply: toSender } = opening;
    const reply = isAccepted(toSender) ? await sayRecipient(session, recipient, notification) : toSender;
    answered.set(recipient, reply);
    return reply;
  }

  return {
    async replyFor(recipients, notification) {
      const replies: Reply[] = [];
      for (const recipient of recipients) replies.push(await ask(recipient, notification));
      return replies.find(isAccepted) ?? replies[0];
    },
    opening: () => opening,
    recipients: () => [...answered.keys()],
    deliveryWith(reply, size) {
      const refused = [...answered].flatMap(([recipient, theirs]): Refusal[] =>
        isAccepted(theirs) ? [] : [{ recipient, reply: theirs }],
      );
      const accepted = [...answered].flatMap(([recipient, theirs]) => (isAccepted(theirs) ? [recipient] : []));
      return { accepted, refused, reply, size };
    },
  };
}
