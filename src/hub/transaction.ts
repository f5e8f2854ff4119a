/** One mail transaction (RFC 5321 §3.3): MAIL, RCPT for each recipient, then the message. */

import { isAscii } from 'node:buffer';
import type { Address } from '../address.ts';
import { Failure } from '../failure.ts';
import { headerOctets } from '../message/header-block.ts';
import { type Carriage, carriageFor } from './carriage.ts';
import { mailCommand, rcptCommand } from './commands.ts';
import type { Delivery, Letter, Refusal } from './deliver.ts';
import { fittedTo } from './fitted.ts';
import type { Turn } from './floor.ts';
import { replier } from './replier.ts';
import { isAccepted, type Reply } from './reply.ts';
import type { Session } from './session.ts';
import { refusal, type Stage } from './trouble.ts';

/**
 * Gives the hub's verdict for each recipient. Throws Failure when the message as a whole was not accepted. Transactions of one session
 * follow each other, with PIPELINING without waiting for the answer to the message before.
 */
export async function transact(session: Session, letter: Letter): Promise<Delivery> {
  const turn = await session.floor.take();
  try {
    const { end, farewell } = await whole(session, turn, converse(session, letter, turn));
    // The verdict stands: that the hub hangs up now, or whatever it says, changes nothing.
    if (farewell) await whole(session, turn, farewell()).catch(unlessFailure);
    if (end instanceof Failure) throw end;
    return end;
  } finally {
    turn.pass();
  }
}

/** What breaks off in the middle breaks the session: what comes next must not pass for the rest of it, nor a late answer for another's. */
async function whole<T>({ watch, connection }: Session, turn: Turn, work: Promise<T>): Promise<T> {
  try {
    return await watch.guard(work, () => turn.stage);
  } catch (error) {
    if (turn.hasSpoken) connection.close();
    throw error;
  }
}

function unlessFailure(error: unknown): void {
  if (!(error instanceof Failure)) throw error;
}

/** `farewell` hears what the hub still has to say, so that nobody else is given it. */
interface Concluded {
  readonly end: Delivery | Failure;
  readonly farewell?: () => Promise<void>;
}

async function converse(session: Session, letter: Letter, turn: Turn): Promise<Concluded> {
  const { envelope, ending } = letter;
  const message = await fittedTo(session, letter.message, true);
  const header = headerOctets(message.fields);
  const { takeable, refused: untaken } = sorted(session, envelope.recipients);
  if (takeable.length === 0) return { end: { accepted: [], refused: untaken, reply: undefined, size: 0 } };
  const { sender, notifications } = envelope;
  const mail = mailCommand(session, { sender, recipients: takeable, header, message, notifications });
  const rcpts = takeable.map((recipient) => rcptCommand(session, recipient, notifications));
  const isPipelining = session.connection.capabilities().has('PIPELINING');
  const { floor } = session;
  const whenSent = () => {
    // RFC 5321 §4.1.1.4: behind DATA the transaction is over, whatever the answer is.
    if (carriage.stage === 'data') floor.open = undefined;
    turn.stage = 'dot';
    session.watch.dotSent(session.connection.awaited() - 1);
    if (isPipelining) turn.pass();
  };
  const carriage = carriageFor(session, { header, message, ending, whenSent });
  const isInTransaction = floor.open !== undefined;
  const commands = [...(isInTransaction ? ['RSET'] : []), mail, ...rcpts, carriage.open];
  floor.open = turn;
  const isSentAlong = isPipelining && carriage.stage === 'message';
  // A hub that hangs up before it comes to a message that was sent along with its envelope does not take it.
  const hangsUp = () => isSentAlong && ending?.answered();
  const say = saying(replier(session, commands, { isPipelining, hangsUp }), turn);
  turn.hasSpoken = true;
  if (isInTransaction) await beginAnew(session, say);

  const { refusedAs, accepted, refused, unheard } = await envelopeVerdict(say, takeable, session);
  const everyRefusal = [...untaken, ...refused];
  if (accepted.length === 0) {
    const end = refusedAs ?? { accepted, refused: everyRefusal, reply: undefined, size: 0 };
    if (!isPipelining) return { end };
    if (carriage.stage === 'message') ending?.answered();
    return { end, farewell: () => hearOut(say, carriage, unheard) };
  }
  const opened = await say(carriage.stage);
  if (carriage.stage === 'data' && opened.code !== 354) return { end: refusal('data', opened, session.plan) };
  const { reply, size, isWhole } = await carriage.finish(opened);
  // The next one may have begun.
  if (isAccepted(reply) && floor.open === turn) floor.open = undefined;
  if (!isAccepted(reply) || !isWhole) return { end: refusal(isWhole ? 'dot' : 'message', reply, session.plan) };
  return { end: { accepted, refused: everyRefusal, reply, size } };
}

type Say = (stage: Stage) => Promise<Reply>;

/** Keeps in mind where the transaction stands; when the hub has the whole message, nothing before it matters any more. */
function saying(say: Say, turn: Turn): Say {
  return (stage) => {
    if (turn.stage !== 'dot') turn.stage = stage;
    return say(stage);
  };
}

async function beginAnew({ connection, plan }: Session, say: Say): Promise<void> {
  const reply = await say('sender');
  if (isAccepted(reply)) return;
  connection.close();
  throw refusal('sender', reply, plan);
}

/** Recipients that this hub cannot be asked about; the others must not suffer for them. */
function sorted({ connection }: Session, recipients: readonly Address[]): { takeable: Address[]; refused: Refusal[] } {
  const isTakeable = (address: Address) => isAscii(Buffer.from(address)) || connection.capabilities().has('SMTPUTF8');
  const takeable = recipients.filter(isTakeable);
  const untakeable = recipients.filter((address) => !isTakeable(address));
  return { takeable, refused: untakeable.map((recipient) => ({ recipient, reply: noSmtpUtf8 })) };
}

/** As RFC 6531 §3.5 would have the hub say it. */
export const noSmtpUtf8: Reply = {
  code: 553,
  enhanced: '5.6.7',
  text: 'the hub takes only ASCII addresses (no SMTPUTF8)',
};

interface EnvelopeVerdict {
  /** The sender was refused, and so everybody. */
  readonly refusedAs?: Failure;
  readonly accepted: readonly Address[];
  readonly refused: readonly Refusal[];
  /** Recipients whose answers are still to come. */
  readonly unheard: number;
}

async function envelopeVerdict(say: Say, recipients: readonly Address[], { plan }: Session): Promise<EnvelopeVerdict> {
  const sender = await say('sender');
  if (!isAccepted(sender)) {
    return { refusedAs: refusal('sender', sender, plan), accepted: [], refused: [], unheard: recipients.length };
  }
  const accepted: Address[] = [];
  const refused: Refusal[] = [];
  for (const recipient of recipients) {
    const reply = await say('recipients');
    if (isAccepted(reply)) accepted.push(recipient);
    else refused.push({ recipient, reply });
  }
  return { accepted, refused, unheard: 0 };
}

/** What was sent together with an envelope that the hub refused has its answers, too. */
async function hearOut(say: Say, carriage: Carriage, recipients: number): Promise<void> {
  for (let count = 0; count < recipients; count += 1) await say('recipients');
  await carriage.dismiss(await say(carriage.stage));
}
