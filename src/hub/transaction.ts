/** One mail transaction (RFC 5321 §3.3): MAIL, RCPT for each recipient, DATA, the message. */

import type { Address } from '../address.ts';
import { headerOctets } from '../message/header-block.ts';
import type { Message } from '../message/types.ts';
import { wireEncoder } from '../message/wire.ts';
import { mailCommand, rcptCommand } from './commands.ts';
import type { Delivery, Letter, Refusal } from './deliver.ts';
import { isAccepted, parseReply, type Reply } from './reply.ts';
import type { Session } from './session.ts';
import { refusal, type Stage } from './trouble.ts';

/** Gives the hub's verdict for each recipient. Throws Failure when the message as a whole was not accepted. */
export function transact(session: Session, letter: Letter): Promise<Delivery> {
  return session.watch.guard(converse(session, letter));
}

async function converse(session: Session, { envelope, message }: Letter): Promise<Delivery> {
  const header = headerOctets(message.fields);
  const mail = mailCommand(session, { envelope, header, message });
  const { accepted, refused, mayStart } = await offerEnvelope(session, mail, envelope.recipients);
  if (!mayStart) return { accepted, refused, reply: undefined, size: 0 };
  const { reply, size } = await sendMessage(session, wirePieces(header, message));
  return { accepted, refused, reply, size };
}

interface EnvelopeAnswer {
  readonly accepted: readonly Address[];
  readonly refused: readonly Refusal[];
  /** The hub waits for the message. */
  readonly mayStart: boolean;
}

async function offerEnvelope(session: Session, mail: string, recipients: readonly Address[]): Promise<EnvelopeAnswer> {
  const { connection, plan } = session;
  const isPipelining = connection.capabilities().has('PIPELINING');
  const say = replier(session, [mail, ...recipients.map(rcptCommand), 'DATA'], isPipelining);

  const sender = await say('sender');
  if (!isAccepted(sender) && !isPipelining) throw refusal('sender', sender, plan);
  const accepted: Address[] = [];
  const refused: Refusal[] = [];
  for (const recipient of recipients) {
    const reply = await say('recipients');
    if (isAccepted(reply)) accepted.push(recipient);
    else refused.push({ recipient, reply });
  }
  if (accepted.length === 0 && !isPipelining) return { accepted, refused, mayStart: false };

  const data = await say('data');
  if (!isAccepted(sender)) {
    // A hub that waits for a message without a sender is not to be trusted with one.
    if (data.code === 354) connection.close();
    throw refusal('sender', sender, plan);
  }
  if (accepted.length > 0) {
    if (data.code !== 354) throw refusal('data', data, plan);
    return { accepted, refused, mayStart: true };
  }
  // RFC 2920 §3.1: a hub that says 354 although it refused everybody is sent an empty message.
  if (data.code === 354) await replier(session, ['.'], true)('dot');
  return { accepted, refused, mayStart: false };
}

/**
 * Gives the replies to the commands, one per call. With PIPELINING (RFC 2920) all of them leave in one write, whatever their
 * number; without, each leaves when its reply is asked for.
 */
function replier(
  { connection, plan }: Session,
  commands: readonly string[],
  isPipelining: boolean,
): (stage: Stage) => Promise<Reply> {
  const waiting = [...commands];
  const asked = isPipelining ? connection.ask(waiting.splice(0)) : [];
  return async (stage) => {
    const [answer] = asked.length > 0 ? asked.splice(0, 1) : connection.ask(waiting.splice(0, 1));
    const reply = parseReply((await answer) ?? '');
    const isAnswer = reply.code >= 400 || (stage === 'data' ? reply.code === 354 : isAccepted(reply));
    // RFC 5321 §3.8: with 421 the hub is about to hang up, whatever it was asked.
    if (!isAnswer || reply.code === 421) {
      connection.close();
      throw refusal(stage, reply, plan);
    }
    return reply;
  };
}

/** Sends the message and gives the hub's answer to its final dot. */
async function sendMessage(
  { connection, plan, watch }: Session,
  pieces: Iterable<Buffer>,
): Promise<{ reply: Reply; size: number }> {
  let isAnswered = false;
  const answer = connection.nextReply();
  const answered = answer.then(() => {
    isAnswered = true;
  });
  let size = 0;
  let isWhole = true;
  for (const piece of pieces) {
    isWhole = !isAnswered;
    if (!isWhole) break;
    // A hub that refuses in the middle need not read the rest.
    await Promise.race([connection.write(piece), answered]);
    size += piece.length;
    watch.progress();
  }
  if (isWhole) watch.dotSent();
  const reply = parseReply(await answer);
  // What follows now would be read as the rest of the message.
  if (!isWhole) connection.close();
  if (!isAccepted(reply) || !isWhole) throw refusal('message', reply, plan);
  return { reply, size };
}

/** A message of at most 1 MiB is one piece, and so one write; a larger one is read from its file as fast as the hub takes it. */
function* wirePieces(header: Buffer, { body }: Message): Generator<Buffer> {
  const encoder = wireEncoder();
  if (body.size <= 1024 * 1024) {
    yield Buffer.concat([encoder.encode(Buffer.concat([header, ...body.chunks()])), encoder.end()]);
    return;
  }
  yield encoder.encode(header);
  for (const chunk of body.chunks()) yield encoder.encode(chunk);
  yield encoder.end();
}
