/** One mail transaction (RFC 5321 §3.3): MAIL, RCPT for each recipient, DATA, the message. */

import { isAscii } from 'node:buffer';
import type { Address } from '../address.ts';
import { Failure } from '../failure.ts';
import { headerOctets } from '../message/header-block.ts';
import { mailCommand, rcptCommand } from './commands.ts';
import type { Delivery, Letter, Refusal } from './deliver.ts';
import { fittedTo } from './fitted.ts';
import { replier } from './replier.ts';
import { isAccepted, type Reply } from './reply.ts';
import type { Session } from './session.ts';
import { sendMessage } from './transfer.ts';
import { refusal, type Stage } from './trouble.ts';

/** Gives the hub's verdict for each recipient. Throws Failure when the message as a whole was not accepted. */
export function transact(session: Session, letter: Letter): Promise<Delivery> {
  return session.watch.guard(converse(session, letter));
}

async function converse(session: Session, { envelope, message: original, ending }: Letter): Promise<Delivery> {
  const message = await fittedTo(session, original, true);
  const header = headerOctets(message.fields);
  const { takeable, refused: untaken } = sorted(session, envelope.recipients);
  if (takeable.length === 0) return { accepted: [], refused: untaken, reply: undefined, size: 0 };
  const { sender, notifications } = envelope;
  const mail = mailCommand(session, { sender, recipients: takeable, header, message, notifications });
  const rcpts = takeable.map((recipient) => rcptCommand(session, recipient, notifications));
  const { accepted, refused } = await offerEnvelope(session, [mail, ...rcpts, 'DATA'], takeable);
  const everyRefusal = [...untaken, ...refused];
  if (accepted.length === 0) return { accepted, refused: everyRefusal, reply: undefined, size: 0 };
  const { reply, size, isWhole } = await sendMessage(session, { header, message, ending });
  if (!isAccepted(reply) || !isWhole) throw refusal('message', reply, session.plan);
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
export const noSmtpUtf8: Reply = {
  code: 553,
  enhanced: '5.6.7',
  text: 'the hub takes only ASCII addresses (no SMTPUTF8)',
};

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
