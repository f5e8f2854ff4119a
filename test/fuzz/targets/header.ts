/** A whole message: header, body, and what leaves for the hub. */

import assert from 'node:assert/strict';
import { Failure } from '../../../src/failure.ts';
import { letterFor } from '../../../src/hub/letter.ts';
import { fieldsNamed, headerBlockOf, headerOctets } from '../../../src/message/header-block.ts';
import { readMessage } from '../../../src/message/read-message.ts';
import { wireEncoder } from '../../../src/message/wire.ts';
import { optionsWith, passage, settingsWith, textOf } from '../../route/pieces.ts';
import { fakeSystem } from '../../system/fake-system.ts';
import { inPieces, type Target } from '../target.ts';
import { assertWire } from './wire.ts';

export const header: Target = {
  name: 'header',
  promise:
    'readMessage() reads the same however a message is cut; what rewrite() makes is read again as the fields that were meant, without Bcc, with one Date, From and Message-ID; on the wire there is one end, and no line end but CRLF',
  words: [
    'From: ',
    'To: ',
    'Bcc: ',
    'Subject: ',
    'Resent-To: ',
    'Resent-Bcc: ',
    'Content-Type: multipart/mixed; boundary=',
    'MIME-Version: 1.0\n',
    'Received: by x; ',
    'root',
    'a@b.example',
    '<',
    '>',
    '"',
    '(',
    ')',
    ',',
    ';',
    ':',
    '\n',
    '\r\n',
    '\r',
    '\n ',
    '\n\t',
    '\n\n',
    '.\n',
    '..',
    '\0',
    '\xff',
    '\xc3\xa4',
    '=?utf-8?q?=0A?=',
    '=?utf-8?b?Cg==?=',
    '>From ',
    'From ',
  ],
  async check(octets) {
    const reading = { loneDot: 'text', temporaryDirectories: [] } as const;
    const message = await readMessage([octets], reading);
    const cut = await readMessage(inPieces(octets), reading);
    assert.equal(textOf(cut), textOf(message));
    assert.deepEqual(cut.fields, message.fields);
    const letter = await letterOf(message);
    if (!letter) return;
    const { fields, body } = letter.message;
    const again = headerBlockOf(Buffer.concat([headerOctets(fields), Buffer.from('\n')]));
    assert.deepEqual(again.fields.map(textOfField), fields.map(textOfField));
    for (const name of ['bcc', 'resent-bcc', 'return-path']) assert.deepEqual(fieldsNamed(fields, name), []);
    for (const name of ['date', 'from', 'message-id']) assert.ok(fieldsNamed(fields, name).length >= 1, name);
    const encoder = wireEncoder();
    const wire = [headerOctets(fields), ...body.chunks()].map((chunk) => encoder.encode(chunk));
    assertWire(wire.join('') + encoder.end());
  },
};

/** Without its end, and with a blank for a CR in the middle of a line, as it leaves. */
function textOfField({ raw }: { readonly raw: string }): string {
  return raw.replace(/\r*\n?$/, '').replaceAll(/\r+\n?/g, (run) => (run.endsWith('\n') ? run : ' '));
}

async function letterOf(message: Parameters<typeof letterFor>[0]) {
  try {
    const options = optionsWith({ recipientsFromHeader: true, operands: ['bob@example.org'] });
    return letterFor(message, options, { settings: settingsWith(), system: fakeSystem(), passage });
  } catch (error) {
    // Too many hops, no recipient: told in words.
    if (error instanceof Failure && error.kind !== 'bug') return undefined;
    throw error;
  }
}
