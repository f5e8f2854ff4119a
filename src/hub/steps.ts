/** A transaction said step by step, for a caller who waits for the hub's answer to each recipient before going on. */

import { isAscii } from 'node:buffer';
import type { Address } from '../address.ts';
import { headerOctets } from '../message/header-block.ts';
import type { Message } from '../message/types.ts';
import { carriageFor } from './carriage.ts';
import { recipientCommand, refuseForeign, type SenderOffer, senderCommand } from './commands.ts';
import type { Ending } from './deliver.ts';
import { fittedTo } from './fitted.ts';
import { replier } from './replier.ts';
import { isAccepted, type Reply } from './reply.ts';
import type { Session } from './session.ts';
import { noSmtpUtf8 } from './transaction.ts';
import { interruption, refusal, type Stage } from './trouble.ts';

/** Each step gives the hub's own answer, 2xx, 4xx or 5xx; throws Failure when there is none, and then the session is over. */
export function sayMail(session: Session, offer: SenderOffer): Promise<Reply> {
  return step(session, 'sender', async () => replyTo(session, 'sender', senderCommand(session, offer)));
}

export function sayRecipient(session: Session, recipient: Address, notification: readonly string[]): Promise<Reply> {
  return step(session, 'recipients', async () => {
    if (!isAscii(Buffer.from(recipient)) && !session.connection.capabilities().has('SMTPUTF8')) return noSmtpUtf8;
    return replyTo(session, 'recipients', recipientCommand(session, recipient, notification));
  });
}

/**
 * DATA or BDAT, and the message; `size` is what went over the wire, 0 when the hub did not want it. `isEightBitSaid`: MAIL has declared
 * 8-bit text. Throws Failure malformed when the hub cannot have an address in the header.
 */
export function sayMessage(
  session: Session,
  original: Message,
  { isEightBitSaid, ending }: { isEightBitSaid: boolean; ending?: Ending | undefined },
): Promise<{ reply: Reply; size: number }> {
  return step(session, 'data', async () => {
    refuseForeign(session, original);
    const message = await fittedTo(session, original, isEightBitSaid);
    const header = headerOctets(message.fields);
    const whenSent = () => session.watch.dotSent(session.connection.awaited() - 1);
    const carriage = carriageFor(session, { header, message, ending, whenSent });
    const opened = await replier(session, [carriage.open], { isPipelining: true })(carriage.stage);
    if (carriage.stage === 'data' && opened.code !== 354) return { reply: opened, size: 0 };
    const { reply, size, isWhole } = await carriage.finish(opened);
    const isAnswer = reply.code >= 400 || (isAccepted(reply) && isWhole);
    if (!isAnswer || reply.code === 421) session.connection.close();
    if (!isAnswer) throw refusal(isWhole ? 'dot' : 'message', reply, session.plan);
    return { reply, size };
  });
}

/** RSET: gives up the transaction that is open. */
export function sayReset(session: Session): Promise<Reply> {
  return step(session, 'sender', () => replyTo(session, 'sender', 'RSET'));
}

/** True when the hub waits for a command, as far as it has told. */
export function isUsable({ connection }: Session): boolean {
  return connection.isWaiting();
}

function replyTo(session: Session, stage: Stage, command: string): Promise<Reply> {
  return replier(session, [command], { isPipelining: true })(stage);
}

/** A hub may hang up while nothing is asked of it: a command would wait for ever then. */
async function step<T>(session: Session, stage: Stage, work: () => Promise<T>): Promise<T> {
  const { connection, watch, plan } = session;
  // A reply too many, in one segment with the last one, is told now: it must not pass for the answer to this step.
  await new Promise(setImmediate);
  if (!isUsable(session)) throw interruption(stage, 'the hub closed the connection', plan);
  watch.hurry(plan.deliveryTimeout);
  try {
    return await watch.guard(work());
  } catch (error) {
    // The answer that is still to come must not be taken for the answer to the next step.
    if (!isUsable(session)) connection.close();
    throw error;
  } finally {
    watch.rest();
  }
}
