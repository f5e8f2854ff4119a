/** Sends one message behind the hub's 354, and hears what the hub says to it. */

import type { Message } from '../message/types.ts';
import { wireEncoder } from '../message/wire.ts';
import type { Sent } from './carriage.ts';
import { isAccepted, parseReply, type Reply } from './reply.ts';
import type { Session } from './session.ts';

const blockSize = 64 * 1024;
/** Each piece costs a turn of the event loop, and a hub has three minutes for it: 1.5 kB/s will do. */
const roomSize = 256 * 1024;
/** Milliseconds in which the system tells that it has taken what the hub has answered to. */
const shortly = 1000;
/** The longest end that a message can need. */
const closing = '\r\n.\r\n';

export interface Transfer {
  /** The hub's answer to the whole message, or to as much as it wanted to read. */
  readonly reply: Reply;
  /** Octets on the wire. */
  readonly size: number;
  /** False when the hub answered out of turn. Then, and when that cannot be told for sure, the connection is closed. */
  readonly isWhole: boolean;
}

/** To be called when the hub has said 354. */
export async function sendMessage({ connection, watch }: Session, sent: Sent): Promise<Transfer> {
  // A reply that came in one segment with the 354 is told now, while nobody waits for one: it cannot be the answer to the message.
  await new Promise(setImmediate);
  connection.openSocket();
  let isAnswered = false;
  const answer = connection.nextReply();
  const answered = answer.then(async () => {
    isAnswered = true;
    // That the system has taken the last piece may be on its way to us, too.
    await new Promise(setImmediate);
    return false;
  });
  let size = 0;
  let isEnded = false;
  let taken = Promise.resolve(false);
  let isWhole = true;
  // The first piece has the time of any other.
  watch.progress();
  for (const { piece, isLast } of wirePieces(sent.header, sent.message)) {
    connection.openSocket();
    if (isLast) sent.ending?.before();
    isEnded = isLast;
    taken = connection.write(piece).then(
      () => true,
      (error: unknown) => {
        // What the hub has said counts, though it hung up behind it.
        if (!isAnswered) throw error;
        return false;
      },
    );
    // A hub that refuses in the middle need not read the rest.
    const isTaken = await Promise.race([taken, answered]);
    size += piece.length;
    watch.progress();
    isWhole = !isAnswered || (isLast && isTaken);
    // Before the piece is filled again: the system may not have taken it yet.
    if (!isWhole) break;
  }
  if (isWhole) sent.whenSent();
  const reply = parseReply(await answer, watch.masked);
  sent.ending?.answered();
  if (isWhole) return { reply, size, isWhole };
  // A hub that takes the message has had its end, and so has the system: we will be told. Otherwise it answered out of turn.
  const isLate = isEnded && isAccepted(reply) && (await withinShortly(taken));
  // What follows now would be read as the rest of the message.
  connection.close();
  return { reply, size, isWhole: isLate };
}

async function withinShortly(work: Promise<boolean>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, shortly, false);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

export function* blocksOf(octets: Buffer): Generator<Buffer> {
  for (let at = 0; at < octets.length; at += blockSize) yield octets.subarray(at, at + blockSize);
}

/**
 * The message in pieces of 256 KiB, each of which is good until the next one is asked for; a short one is a single piece. It is read from
 * its file as fast as the hub takes it.
 */
function* wirePieces(header: Buffer, { body }: Message): Generator<{ piece: Buffer; isLast: boolean }> {
  // Nothing becomes more than twice as long, so that a short message is one piece.
  let room = Buffer.allocUnsafe(Math.min(roomSize, 2 * (header.length + body.size) + closing.length));
  let filled = 0;
  for (const text of wireTexts(header, body)) {
    for (let rest = text; rest !== ''; ) {
      if (filled === room.length) {
        yield { piece: room, isLast: false };
        filled = 0;
        // A message that is longer than it said: of a small piece, nobody tells when the system has taken it.
        if (room.length < roomSize) room = Buffer.allocUnsafe(roomSize);
      }
      const taken = room.write(rest, filled, 'latin1');
      filled += taken;
      rest = rest.slice(taken);
    }
  }
  yield { piece: room.subarray(0, filled), isLast: true };
}

function* wireTexts(header: Buffer, body: Message['body']): Generator<string> {
  const encoder = wireEncoder();
  yield encoder.encode(header);
  for (const chunk of body.chunks()) yield encoder.encode(chunk);
  yield encoder.end();
}
