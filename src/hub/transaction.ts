/** One mail transaction (RFC 5321 §3.3): MAIL, RCPT for each recipient, DATA, the message. */

import { isAscii } from 'node:buffer';
import type { Address } from '../address.ts';
import { Failure } from '../failure.ts';
import { memoryLimit } from '../message/body.ts';
import { headerOctets } from '../message/header-block.ts';
import type { Message } from '../message/types.ts';
import { wireEncoder } from '../message/wire.ts';
import { mailCommand, rcptCommand } from './commands.ts';
import type { Delivery, Letter, Refusal } from './deliver.ts';
import { isAccepted, parseReply, type Reply } from './reply.ts';
import type { Session } from './session.ts';
import { refusal, type Stage } from './trouble.ts';

const blockSize = 64 * 1024;

/** Gives the hub's verdict for each recipient. Throws Failure when the message as a whole was not accepted. */
export function transact(session: Session, letter: Letter): Promise<Delivery> {
  return session.watch.guard(converse(session, letter));
}

async function converse(session: Session, { envelope, message }: Letter): Promise<Delivery> {
  const header = headerOctets(message.fields);
  const { takeable, refused: untaken } = sorted(session, envelope.recipients);
  if (takeable.length === 0) return { accepted: [], refused: untaken, reply: undefined, size: 0 };
  const { sender, notifications } = envelope;
  const mail = mailCommand(session, { sender, recipients: takeable, header, message, notifications });
  const rcpts = takeable.map((recipient) => rcptCommand(session, recipient, notifications));
  const { accepted, refused } = await offerEnvelope(session, [mail, ...rcpts, 'DATA'], takeable);
  const everyRefusal = [...untaken, ...refused];
  if (accepted.length === 0) return { accepted, refused: everyRefusal, reply: undefined, size: 0 };
  const { reply, size } = await sendMessage(session, wirePieces(header, message));
  return { accepted, refused: everyRefusal, reply, size };
}

/** Recipients that this hub cannot be asked about; the others must not suffer for them. */
function sorted({ connection }: Session, recipients: readonly Address[]): { takeable: Address[]; refused: Refusal[] } {
  const isTakeable = (address: Address) => isAscii(Buffer.from(address)) || connection.capabilities().has('SMTPUTF8');
  const takeable = recipients.filter(isTakeable);
  const untakeable = recipients.filter((address) => !isTakeable(address));
  return { takeable, refused: untakeable.map((recipient) => ({ recipient, reply: noSmtpUtf8 })) };
}

/** As RFC 6531 §3.5 would have the hub say it. */
const noSmtpUtf8: Reply = { code: 553, enhanced: '5.6.7', text: 'the hub takes only ASCII addresses (no SMTPUTF8)' };

/** Gives those accepted; when there are any, the hub waits for the message. */
async function offerEnvelope(
  session: Session,
  commands: readonly string[],
  recipients: readonly Address[],
): Promise<{ accepted: readonly Address[]; refused: readonly Refusal[] }> {
  const { connection, plan } = session;
  const isPipelining = connection.capabilities().has('PIPELINING');
  const say = replier(session, commands, isPipelining);

  const sender = await say('sender');
  // Whatever the hub says to the commands behind, or that it hangs up then, changes nothing.
  if (!isAccepted(sender)) throw refusal('sender', sender, plan);
  const accepted: Address[] = [];
  const refused: Refusal[] = [];
  for (const recipient of recipients) {
    const reply = await say('recipients');
    if (isAccepted(reply)) accepted.push(recipient);
    else refused.push({ recipient, reply });
  }
  if (accepted.length === 0) {
    // The verdicts stand, and a hub that hangs up now changes nothing.
    if (isPipelining) await session.watch.despite(endWithoutMessage(session, say));
    return { accepted, refused };
  }
  const data = await say('data');
  if (data.code !== 354) throw refusal('data', data, plan);
  return { accepted, refused };
}

/** RFC 2920 §3.1: a hub that says 354 although it refused everybody is sent an empty message. */
async function endWithoutMessage(session: Session, say: (stage: Stage) => Promise<Reply>): Promise<void> {
  try {
    const data = await say('data');
    if (data.code === 354) await replier(session, ['.'], true)('dot');
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
  }
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
  // A reply that came in one segment with the 354 is told now, while nobody waits for one: it cannot be the answer to the message.
  await new Promise(setImmediate);
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

/** A short message is encoded as a whole and leaves in one write; a larger one is read from its file as fast as the hub takes it. */
function* wirePieces(header: Buffer, { body }: Message): Generator<Buffer> {
  const encoder = wireEncoder();
  if (body.size <= memoryLimit) {
    const octets = Buffer.concat([encoder.encode(Buffer.concat([header, ...body.chunks()])), encoder.end()]);
    // In blocks all the same: each one that the hub takes is a sign of life.
    for (let at = 0; at < octets.length; at += blockSize) yield octets.subarray(at, at + blockSize);
    return;
  }
  yield encoder.encode(header);
  for (const chunk of body.chunks()) yield encoder.encode(chunk);
  yield encoder.end();
}
