/** Sends one message behind the hub's 354, and hears what the hub says to it. */

import { memoryLimit } from '../message/body.ts';
import type { Message } from '../message/types.ts';
import { wireEncoder } from '../message/wire.ts';
import type { Sent } from './carriage.ts';
import { parseReply, type Reply } from './reply.ts';
import type { Session } from './session.ts';

const blockSize = 64 * 1024;

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
  // A reply that came in one segment with the 354 is told now, while nobody waits for one: it cannot be the answer to the message.
  await new Promise(setImmediate);
  connection.openSocket();
  let isAnswered = false;
  const answer = connection.nextReply();
  const answered = answer.then(() => {
    isAnswered = true;
  });
  let size = 0;
  let isWhole = true;
  for (const { piece, isLast } of withLast(wirePieces(sent.header, sent.message))) {
    isWhole = !isAnswered;
    if (!isWhole) break;
    connection.openSocket();
    if (isLast) sent.ending?.before();
    // A hub that refuses in the middle need not read the rest.
    await Promise.race([connection.write(piece), answered]);
    size += piece.length;
    watch.progress();
  }
  if (isWhole) sent.whenSent();
  const reply = parseReply(await answer, watch.masked);
  sent.ending?.answered();
  // What follows now would be read as the rest of the message.
  if (!isWhole) connection.close();
  return { reply, size, isWhole };
}

export function* blocksOf(octets: Buffer): Generator<Buffer> {
  for (let at = 0; at < octets.length; at += blockSize) yield octets.subarray(at, at + blockSize);
}

function* withLast(pieces: Iterable<Buffer>): Generator<{ piece: Buffer; isLast: boolean }> {
  let held: Buffer | undefined;
  for (const piece of pieces) {
    if (held) yield { piece: held, isLast: false };
    held = piece;
  }
  if (held) yield { piece: held, isLast: true };
}

/** A short message is encoded as a whole and leaves in one write; a larger one is read from its file as fast as the hub takes it. */
function* wirePieces(header: Buffer, { body }: Message): Generator<Buffer> {
  const encoder = wireEncoder();
  if (body.size <= memoryLimit) {
    const octets = Buffer.concat([encoder.encode(Buffer.concat([header, ...body.chunks()])), encoder.end()]);
    // In blocks all the same: each one that the hub takes is a sign of life.
    yield* blocksOf(octets);
    return;
  }
  yield encoder.encode(header);
  for (const chunk of body.chunks()) yield encoder.encode(chunk);
  yield encoder.end();
}
