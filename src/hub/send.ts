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
  /** Last first: taking some from the end costs no more than those. */
  const left = letter.envelope.recipients.toReversed();
  const accepted: Address[] = [];
  const refused: Refusal[] = [];
  let reply: Reply | undefined;
  let size = 0;
  let isFirst = true;
  do {
    const now = left.splice(-limit).reverse();
    const part = await transact(session, { ...letter, envelope: { ...letter.envelope, recipients: now } }).catch(
      (error: unknown) => {
        if (isFirst || !(error instanceof Failure)) throw error;
        return verdictFor([...now, ...left.splice(0).reverse()], error);
      },
    );
    const isPutOff = ({ reply: theirs }: Refusal) => part.accepted.length > 0 && isTooMany(theirs);
    const again = part.refused.filter(isPutOff).map(({ recipient }) => recipient);
    limit = now.length - again.length;
    for (const recipient of again.toReversed()) left.push(recipient);
    for (const recipient of part.accepted) accepted.push(recipient);
    for (const refusal of part.refused) if (!isPutOff(refusal)) refused.push(refusal);
    reply = part.reply ?? reply;
    size += part.size;
    isFirst = false;
  } while (left.length > 0);
  return { accepted, refused, reply, size };
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
