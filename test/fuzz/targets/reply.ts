/** Replies of the hub, as they come over the wire. */

import assert from 'node:assert/strict';
import { HubConnection } from '../../../src/hub/connection.ts';
import { parseReply } from '../../../src/hub/reply.ts';
import { inPieces, type Target } from '../target.ts';

export const reply: Target = {
  name: 'reply',
  promise:
    'parseReply() gives a code of SMTP or 0 and one printable line of at most 500 octets; HubConnection reads the same replies however the octets are cut, and keeps no more than its limit and one segment',
  words: [
    '250 ',
    '250-',
    '354 ',
    '421 ',
    '535 5.7.8 ',
    '599',
    '2.1.5 ',
    '\r\n',
    '\n',
    '\r',
    '\0',
    '\x1b[2J',
    '\xc3\xa9',
  ],
  async check(octets) {
    const text = octets.toString('latin1');
    const { code, enhanced, text: shown } = parseReply(text);
    assert.ok(code === 0 || (code >= 200 && code <= 559), `code ${code}`);
    assert.ok(Buffer.byteLength(shown) <= 500, 'what is shown is short');
    assert.doesNotMatch(shown, /[\x00-\x1f\x7f-\x9f\u2028\u2029]/);
    if (enhanced !== undefined) assert.match(enhanced, /^[245]\.\d{1,3}\.\d{1,3}$/);
    // A reply that is not whole holds up those that came in one segment with it.
    const finished = Buffer.concat([octets, Buffer.from('\r\n250 end\r\n')]);
    const whole = await readBy([finished]);
    const cut = await readBy(inPieces(finished));
    // A line that has come to its end within one segment may be a little longer than one that is still growing.
    if (!whole.isTooLarge && !cut.isTooLarge) assert.deepEqual(cut, whole);
  },
};

/** More than any input has lines. */
const awaited = 25_000;
const limit = 4096;

/** The replies, and what ended the reading. A line that is too long may be noticed sooner or later. */
async function readBy(pieces: readonly Buffer[]): Promise<{ replies: string[]; isTooLarge: boolean }> {
  const connection = new HubConnection({ name: 'me', maxResponseSize: limit, logger: false });
  const replies: string[] = [];
  let error: Error | undefined;
  connection.on('error', (each: Error) => {
    error = each;
  });
  for (let count = 0; count < awaited; count += 1) connection._responseActions.push((each) => replies.push(each));
  for (const piece of pieces) {
    connection._onData(piece);
    while (connection._responseQueue.length > 0 && !error && !connection.destroyed) {
      const before = connection._responseQueue.length;
      await new Promise(setImmediate);
      // What is left is a reply whose last line is still to come.
      if (connection._responseQueue.length === before) break;
    }
  }
  // What comes in one segment has been read already.
  const most = limit + Math.max(...pieces.map((piece) => piece.length));
  for (const each of replies) assert.ok(each.length <= most, `a reply of ${each.length} octets`);
  const isTooLarge = error?.message.includes('exceeds maximum') ?? false;
  connection.removeAllListeners('error').on('error', () => undefined);
  connection.close();
  return { replies: isTooLarge ? [] : replies, isTooLarge };
}
