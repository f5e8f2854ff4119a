/** parseCommand: what a client may say, and what it may not. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type Command, parseCommand } from '../../src/submit/command.ts';

/** The command in short: verb and what it carries, or the code that answers it. */
function inShort(command: Command): string {
  switch (command.verb) {
    case 'MAIL':
      return `MAIL ${command.request.sender} ${shown(command.request.parameters)}`.trim();
    case 'RCPT':
      return `RCPT ${command.request.recipient} ${shown(command.request.parameters)}`.trim();
    case 'BDAT':
      return `BDAT ${command.size}${command.isLast ? ' LAST' : ''}`;
    case 'none':
      return String(command.answer.code);
    default:
      return command.verb;
  }
}

function shown(parameters: ReadonlyMap<string, string>): string {
  return [...parameters].map(([name, value]) => `${name}=${value}`).join(' ');
}

const rows: readonly (readonly [line: string, meaning: string])[] = [
  ['EHLO x', 'EHLO'],
  ['helo x', 'HELO'],
  ['EHLO', '501'],
  ['MAIL FROM:<a@b.example>', 'MAIL a@b.example'],
  ['mail from: <a@b.example>', 'MAIL a@b.example'],
  ['MAIL FROM:a@b.example', 'MAIL a@b.example'],
  ['MAIL FROM:<>', 'MAIL'],
  ['MAIL FROM:<root>', 'MAIL root'],
  ['MAIL FROM:<"a > b"@c.example> SIZE=1', 'MAIL "a > b"@c.example SIZE=1'],
  ['MAIL FROM:<@relay.example:a@b.example>', 'MAIL a@b.example'],
  ['MAIL FROM:<a@b.example> SIZE=12 BODY=8BITMIME SMTPUTF8', 'MAIL a@b.example SIZE=12 BODY=8BITMIME SMTPUTF8='],
  ['MAIL FROM:<a@b.example> ret=HDRS envid=a+2Bb', 'MAIL a@b.example RET=HDRS ENVID=a+2Bb'],
  ['MAIL FROM:<a@b.example> ENVID=a+2b', '501'],
  ['MAIL FROM:<a@b.example> ENVID=a=b', '501'],
  [`MAIL FROM:<a@b.example> ENVID=${'x'.repeat(101)}`, '501'],
  ['MAIL FROM:<a@b.example> SIZE=1 SIZE=2', '501'],
  ['MAIL FROM:<a@b.example> SIZE=-1', '501'],
  ['MAIL FROM:<a@b.example> SIZE=9999999999999999', '501'],
  ['MAIL FROM:<a@b.example> BODY=BINARYMIME', '501'],
  ['MAIL FROM:<a@b.example> SMTPUTF8=1', '501'],
  ['MAIL FROM:<a@b.example> AUTH=<>', '555'],
  ['MAIL FROM:<a@b.example> NOTIFY=NEVER', '555'],
  ['MAIL FROM:<a@b.example>x', '501'],
  ['MAIL FROM:<a@b.example', '501'],
  ['MAIL TO:<a@b.example>', '501'],
  ['MAIL', '501'],
  ['MAIL FROM:<a b@c.example>', '501'],
  ['MAIL FROM:<a@b.example\rRSET>', '500'],
  ['MAIL FROM:<a@\0b.example>', '500'],
  ['MAIL FROM:<\xff@b.example>', '500'],
  ['MAIL FROM:<j\xc3\xb6rg@b.example> SMTPUTF8', 'MAIL jörg@b.example SMTPUTF8='],
  ['RCPT TO:<a@b.example>', 'RCPT a@b.example'],
  ['RCPT TO:<postmaster>', 'RCPT postmaster'],
  ['RCPT TO:<>', '501'],
  ['RCPT TO:<a@b.example,c@d.example>', '501'],
  [
    'RCPT TO:<a@b.example> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;a+2Bb@c',
    'RCPT a@b.example NOTIFY=SUCCESS,DELAY ORCPT=rfc822;a+2Bb@c',
  ],
  ['RCPT TO:<a@b.example> NOTIFY=NEVER,DELAY', '501'],
  ['RCPT TO:<a@b.example> ORCPT=a@c', '501'],
  ['RCPT TO:<a@b.example> SIZE=1', '555'],
  ['DATA', 'DATA'],
  ['data  ', 'DATA'],
  ['DATA now', '501'],
  ['BDAT 12', 'BDAT 12'],
  ['bdat 0 last', 'BDAT 0 LAST'],
  ['BDAT', '421'],
  ['BDAT -1 LAST', '421'],
  ['BDAT 9999999999999999', '421'],
  ['RSET', 'RSET'],
  ['QUIT', 'QUIT'],
  ['NOOP anything', '250'],
  ['HELP MAIL', '214'],
  ['VRFY root', '252'],
  ['EXPN list', '502'],
  ['STARTTLS', '502'],
  ['AUTH PLAIN AGEAYg==', '235'],
  ['', '500'],
  ['.', '500'],
  ['constructor', '500'],
  ['GET / HTTP/1.1', '500'],
];

describe('parseCommand()', () => {
  for (const [line, meaning] of rows) {
    test(`parseCommand() takes ${JSON.stringify(line.slice(0, 60))} for ${meaning.slice(0, 60)}`, () => {
      assert.equal(inShort(parseCommand(Buffer.from(line, 'latin1'))), meaning);
    });
  }

  test('parseCommand() lets no control character and no blank of its own into what goes to the hub', () => {
    const word = fc.constantFrom(
      'MAIL FROM:',
      'RCPT TO:',
      '<',
      '>',
      'a@b.example',
      ' ',
      '"',
      '\\',
      'ORCPT=',
      'ENVID=',
      '\r',
      '\0',
      ';',
    );
    const line = fc
      .array(fc.oneof(word, fc.string({ maxLength: 5 })), { maxLength: 12 })
      .map((words) => words.join(''));
    fc.assert(
      fc.property(line, (text) => {
        const command = parseCommand(Buffer.from(text));
        if (command.verb !== 'MAIL' && command.verb !== 'RCPT') return;
        const values = [...command.request.parameters].flat();
        const address = command.verb === 'MAIL' ? command.request.sender : command.request.recipient;
        assert.doesNotMatch([address, ...values].join(''), /[\x00-\x1f\x7f]/);
        assert.doesNotMatch(values.join(''), /\s/);
      }),
    );
  });
});
