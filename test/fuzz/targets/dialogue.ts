/** -bs: whatever a client says. */

import assert from 'node:assert/strict';
import { converseAlone } from '../../submit/pieces.ts';
import { inPieces, type Target } from '../target.ts';

export const dialogue: Target = {
  name: 'dialogue',
  promise:
    'serve() ends with 0, answers in well-formed lines, says the same however the octets are cut, and hands on no message that the client did not finish',
  words: [
    'EHLO c\r\n',
    'MAIL FROM:<a@x.example>',
    'RCPT TO:<b@y.example>',
    'DATA\r\n',
    '\r\n.\r\n',
    '\n.\n',
    '\n.\r\n',
    '\r.\r',
    '.\r\n',
    'BDAT 5 LAST\r\n',
    'BDAT 99999999999999999999\r\n',
    'RSET\r\n',
    'QUIT\r\n',
    'AUTH PLAIN AGEAYg==\r\n',
    'AUTH LOGIN\r\n',
    'NOOP\r\n',
    'VRFY ',
    ' SIZE=1',
    ' BODY=8BITMIME',
    ' SMTPUTF8',
    ' NOTIFY=NEVER',
    ' ORCPT=rfc822;',
    '\r\n',
    '\n',
    '\r',
    '\0',
    '\xff',
    '<',
    '>',
    '"',
  ],
  async check(octets) {
    const text = octets.toString('latin1');
    const whole = await converseAlone([text]);
    const cut = await converseAlone(inPieces(octets).map((piece) => piece.toString('latin1')));
    assert.deepEqual(cut, whole);
    assert.equal(whole.status, 0);
    for (const line of whole.heard) assert.match(line, /^[2-5]\d\d(?:[ -][^\r\n\0]{0,506})?$/);
    // Each message has an end in the text: a final dot, or a last chunk.
    const ends =
      text.split('\n.').length - 1 + (text.match(/BDAT/gi)?.length ?? 0) + (text.match(/DATA/gi)?.length ?? 0);
    assert.ok(whole.sent.length <= ends, `${whole.sent.length} messages of ${ends} ends`);
  },
};
