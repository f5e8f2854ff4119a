/** One message for all its recipients, in as many transactions of one session as the hub's limit for them asks for. */

import type { Address } from '../address.ts';
import { Failure } from '../failure.ts';
import type { Delivery, Letter, Refusal } from './deliver.ts';
import type { Plan } from './plan.ts';
import { isTemporary, type Reply } from './reply.ts';
import type { Session } from './session.ts';
import { transact } from './transaction.ts';
import { refusal } from './trouble.ts';

/**
 * Gives the hub's verdict for each recipient. Throws Failure when the message as a whole was not accepted; what goes wrong when some
 * have it, is the verdict for the others.
 */
export async function send(session: Session, letter: Letter): Promise<Delivery> {
  let limit = session.plan.recipientLimit;
  let left = letter.envelope.recipients;
  let total: Delivery | undefined;
  do {
    const now = left.slice(0, limit);
    const part = await transact(session, { ...letter, envelope: { ...letter.envelope, recipients: now } }).catch(
      (error: unknown) => {
        if (!total || !(error instanceof Failure)) throw error;
        return verdictFor(left, error);
      },
    );
    const again = part.accepted.length > 0 ? part.refused.filter(({ reply }) => isTooMany(reply)) : [];
    limit = now.length - again.length;
    total = joined(total, { ...part, refused: part.refused.filter((refusal) => !again.includes(refusal)) });
    const settled = new Set<Address>([...total.accepted, ...total.refused.map(({ recipient }) => recipient)]);
    left = left.filter((recipient) => !settled.has(recipient));
  } while (left.length > 0);
  return total;
}

/** What stands, or the Failure with which another hub is asked: this one has put off every recipient, and it is not the last. */
export function finalOf(delivery: Delivery, plan: Plan): Delivery {
  const { accepted, refused } = delivery;
  const [first] = refused;
  const isPutOff = accepted.length === 0 && refused.every(({ reply }) => isTemporary(reply));
  if (!first || !isPutOff || plan.others.length === 0) return delivery;
  throw refusal('recipients', first.reply, plan);
}

/** RFC 5321 §4.5.3.1.10, where 552 is what old hubs say; with another detail (RFC 3463 §3.6), it is about something else. */
function isTooMany({ code, enhanced }: Reply): boolean {
  return (code === 452 || code === 552) && (enhanced === undefined || /\.5\.3$/.test(enhanced));
}

function verdictFor(recipients: readonly Address[], failure: Failure): Delivery {
  const reply = { code: failure.temporary ? 451 : 554, enhanced: undefined, text: failure.message };
  const refused: Refusal[] = recipients.map((recipient) => ({ recipient, reply }));
  return { accepted: [], refused, reply: undefined, size: 0 };
}

function joined(one: Delivery | undefined, other: Delivery): Delivery {
  if (!one) return other;
  return {
    accepted: [...one.accepted, ...other.accepted],
    refused: [...one.refused, ...other.refused],
    reply: other.reply ?? one.reply,
    size: one.size + other.size,
  };
}
