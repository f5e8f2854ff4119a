/** Keeps one session with the hub for as many transactions as the client has, and opens another when the hub has closed it. */

import type { SenderOffer } from '../hub/commands.ts';
import { type Plan, wayOf, withAnyHub } from '../hub/plan.ts';
import { isAccepted, isTemporary, type Reply } from '../hub/reply.ts';
import { closeSession, openSession, type Session } from '../hub/session.ts';
import { isUsable, sayMail, sayReset } from '../hub/steps.ts';
import type { Tickets } from '../hub/tickets.ts';
import { refusal } from '../hub/trouble.ts';

export interface Opening {
  readonly session: Session;
  /** The hub's answer to MAIL. */
  readonly reply: Reply;
}

export interface HubLine {
  /** Says MAIL. Throws Failure when the hub cannot be asked. */
  begin(plan: Plan, offer: SenderOffer, transcript: (line: string) => void): Promise<Opening>;
  /** The hub has taken the message: its transaction is over. */
  finished(): void;
  close(): Promise<void>;
}

export function hubLine(): HubLine {
  const tickets: Tickets = new Map();
  let kept: Session | undefined;
  /** An account may have another hub, or another login there. */
  let way = '';
  let isTransactionOpen = false;

  async function openingIn(session: Session, offer: SenderOffer): Promise<Opening> {
    kept = session;
    const reply = await sayMail(session, offer);
    isTransactionOpen = true;
    return { session, reply };
  }

  /** undefined when the hub has closed the session meanwhile, or does so now: nothing is lost by another try. */
  async function openingInKept(session: Session, offer: SenderOffer): Promise<Opening | undefined> {
    try {
      if (isTransactionOpen && !isAccepted(await sayReset(session))) return undefined;
      return await openingIn(session, offer);
    } catch (error) {
      if (isUsable(session)) throw error;
      return undefined;
    }
  }

  const line: HubLine = {
    async begin(plan, offer, transcript) {
      const isSameWay = way === wayOf(plan);
      const opening = kept && isSameWay && (await openingInKept(kept, offer));
      if (opening) return opening;
      way = wayOf(plan);
      return withAnyHub(plan, async (each) => {
        await line.close();
        // Each step has DeliveryTimeout for itself, however much of it other hubs have taken before.
        const { deliveryTimeout } = plan;
        const session = { ...(await openSession(each, transcript, { tickets })), plan: { ...each, deliveryTimeout } };
        const opening = await openingIn(session, offer);
        if (isTemporary(opening.reply) && each.others.length > 0) throw refusal('sender', opening.reply, each);
        return opening;
      });
    },
    finished() {
      isTransactionOpen = false;
    },
    async close() {
      const session = kept;
      kept = undefined;
      isTransactionOpen = false;
      if (session) await closeSession(session);
    },
  };
  return line;
}
