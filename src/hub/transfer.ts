/** Sends one message behind the hub's 354, and hears what the hub says to it. */

import type { Message } from '../message/types.ts';
import { wireEncoder } from '../message/wire.ts';
import type { Sent } from './carriage.ts';
import { isAccepted, isUnintelligible, parseReply, type Reply } from './reply.ts';
import type { Session } from './session.ts';

const blockSize = 64 * 1024;
/** Each piece costs a turn of the event loop, and a hub has three minutes for it: 1.5 kB/s will do. */
const roomSize = 256 * 1024;
/** Texts of at most 64 KiB each, made of at most four times as much. */
const textsPerTurn = 8;
const noOctets = Buffer.alloc(0);
/** The longest end that a message can need. */
const closing = '\r\n.\r\n';

export interface Transfer {
  /** The hub's answer to the whole message, or to as much as it wanted to read. */
  readonly reply: Reply;
  /** Octets on the wire. */
  readonly size: number;
  /** False when the hub answered out of turn: then the connection is closed. */
  readonly isWhole: boolean;
}

/** To be called when the hub has said 354. */
export async function sendMessage({ connection, watch }: Session, sent: Sent): Promise<Transfer> {
  // A reply that came in one segment with the 354 cannot be the answer to the message.
  connection.refuseSurplus();
  let isEnded = false;
  let isAnswered = false;
  const answer = connection.nextReply().then(async (reply) => {
    isAnswered = true;
    // Judged at once: whatever the hub says or does from now on takes nothing back.
    return { reply: parseReply(reply, watch.masked), isWhole: isEnded && (await connection.hasGivenAll()) };
  });
  let size = 0;
  // The first piece has the time of any other.
  watch.progress();
  for (const { piece, isLast } of wirePieces(sent.header, sent.message)) {
    connection.openSocket();
    if (isLast) sent.ending?.before();
    isEnded = isLast;
    const taken = connection.write(piece).catch((error: unknown) => {
      // What the hub has said counts, though it hung up behind it.
      if (!isAnswered) throw error;
    });
    // A hub that refuses in the middle need not read the rest.
    await Promise.race([taken, answer]);
    size += piece.length;
    watch.progress();
    // Before the piece is filled again: the system may not have taken it yet.
    if (isAnswered) break;
  }
  if (!isAnswered || (await answer).isWhole) sent.whenSent();
  const { reply, isWhole } = await answer;
  if (!isUnintelligible(reply) && (isWhole || !isAccepted(reply))) sent.ending?.answered();
  // What follows now would be read as the rest of the message.
  if (!isWhole) connection.close();
  return { reply, size, isWhole };
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
  let textCount = 0;
  for (const text of wireTexts(header, body)) {
    // A body that is being encoded may read much, and give little.
    textCount += 1;
    if (textCount % textsPerTurn === 0) yield { piece: noOctets, isLast: false };
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
