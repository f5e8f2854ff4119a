/** What may follow what, limits, and a client that says whatever it likes: in front of a relay that only remembers. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { longestLine, maximumMistakes, maximumRecipients } from '../../src/submit/limits.ts';
import { codesIn, converseAlone, repliesIn } from './pieces.ts';

const start = ['MAIL FROM:<a@b.example>', 'RCPT TO:<c@d.example>'];

function lines(...words: string[]): string {
  return words.map((word) => `${word}\r\n`).join('');
}

interface Row {
  readonly what: string;
  readonly said: string;
  /** Behind the greeting. */
  readonly codes: readonly number[];
  readonly sent?: readonly string[];
}

const rows: readonly Row[] = [
  { what: 'end of input at once', said: '', codes: [] },
  { what: 'QUIT, and hears nothing behind it', said: lines('QUIT', 'NOOP'), codes: [221] },
  { what: 'EHLO', said: lines('EHLO x'), codes: [250] },
  {
    what: 'one message',
    said: lines(...start, 'DATA', 'A: 1', '', '..b', '.', 'QUIT'),
    codes: [250, 250, 354, 250, 221],
    sent: ['A: 1\r\n\n.b\r\n'],
  },
  {
    what: 'two messages',
    said: lines(...start, 'DATA', 'A: 1', '.', ...start, 'DATA', 'A: 2', '.'),
    codes: [250, 250, 354, 250, 250, 250, 354, 250],
    sent: ['A: 1\r\n\n', 'A: 2\r\n\n'],
  },
  {
    what: 'LF only',
    said: [...start, 'DATA', 'A: 1', '', 'b', '.', 'QUIT', ''].join('\n'),
    codes: [250, 250, 354, 250, 221],
    sent: ['A: 1\n\nb\n'],
  },
  { what: 'RCPT before MAIL', said: lines('RCPT TO:<a@b.example>'), codes: [503] },
  { what: 'DATA before MAIL', said: lines('DATA'), codes: [503] },
  { what: 'DATA before RCPT', said: lines('MAIL FROM:<>', 'DATA'), codes: [250, 503] },
  { what: 'MAIL twice', said: lines('MAIL FROM:<>', 'MAIL FROM:<>'), codes: [250, 503] },
  {
    what: 'DATA when everybody was refused',
    said: lines('MAIL FROM:<>', 'RCPT TO:<a@refused.example>', 'DATA'),
    codes: [250, 550, 554],
  },
  {
    what: 'a refused recipient beside another',
    said: lines('MAIL FROM:<>', 'RCPT TO:<a@refused.example>', 'RCPT TO:<a@b.example>', 'DATA', 'A: 1', '.'),
    codes: [250, 550, 250, 354, 250],
    sent: ['A: 1\r\n\n'],
  },
  { what: 'RSET', said: lines(...start, 'RSET', 'DATA'), codes: [250, 250, 250, 503] },
  { what: 'EHLO in the middle', said: lines(...start, 'EHLO x', 'DATA'), codes: [250, 250, 250, 503] },
  {
    what: 'BDAT in chunks',
    said: `${lines(...start, 'BDAT 6')}A: 1\r\n${lines('BDAT 2')}\r\n${lines('BDAT 4 LAST')}.\r\nb${lines('QUIT')}`,
    codes: [250, 250, 250, 250, 250, 221],
    sent: ['A: 1\r\n\n.\r\nb'],
  },
  {
    what: 'BDAT 0 LAST',
    said: `${lines(...start, 'BDAT 4')}A: 1${lines('BDAT 0 LAST')}`,
    codes: [250, 250, 250, 250],
    sent: ['A: 1\n\n'],
  },
  {
    what: 'BDAT before MAIL, whose octets are no commands',
    said: `${lines('BDAT 6')}NOOP\r\n${lines('NOOP')}`,
    codes: [503, 250],
  },
  { what: 'BDAT that nobody can measure', said: lines('BDAT x', 'NOOP'), codes: [421] },
  { what: 'DATA behind BDAT', said: `${lines(...start, 'BDAT 2')}ab${lines('DATA')}`, codes: [250, 250, 250, 503] },
  {
    what: 'RCPT behind BDAT',
    said: `${lines(...start, 'BDAT 2')}ab${lines('RCPT TO:<a@b.example>')}`,
    codes: [250, 250, 250, 503],
  },
  {
    what: 'RSET behind BDAT',
    said: `${lines(...start, 'BDAT 2')}ab${lines('RSET', ...start, 'BDAT 1 LAST')}c`,
    codes: [250, 250, 250, 250, 250, 250, 250],
    sent: ['\nc'],
  },
  { what: 'the end of input in DATA', said: lines(...start, 'DATA', 'A: 1', '', 'b', 'QUIT'), codes: [250, 250, 354] },
  {
    what: 'the end of input before the CRLF of the dot',
    said: `${lines(...start, 'DATA', 'A: 1')}.`,
    codes: [250, 250, 354],
  },
  { what: 'the end of input in BDAT', said: `${lines(...start, 'BDAT 9 LAST')}QUIT\r\n`, codes: [250, 250] },
  { what: 'a command without its end', said: 'NOOP', codes: [] },
  { what: 'a command that is too long', said: lines(`NOOP ${'x'.repeat(longestLine)}`, 'NOOP'), codes: [500, 250] },
  { what: 'a command of megabytes', said: `${'x'.repeat(3_000_000)}\r\n${lines('NOOP')}`, codes: [500, 250] },
  { what: 'the longest command', said: lines(`NOOP ${'x'.repeat(longestLine - 7)}`), codes: [250] },
  { what: 'NUL in a command', said: lines('NO\0OP', 'NOOP'), codes: [500, 250] },
  { what: 'CR in a command', said: lines('NOOP\rQUIT', 'NOOP'), codes: [500, 250] },
  {
    what: 'too many mistakes',
    said: lines(...Array(30).fill('FOO')),
    codes: [...Array(maximumMistakes - 1).fill(500), 421],
  },
  {
    what: 'too many recipients',
    said: lines('MAIL FROM:<>', ...Array(maximumRecipients + 1).fill('RCPT TO:<a@b.example>')),
    codes: [250, ...Array(maximumRecipients).fill(250), 452],
  },
];

describe('serve()', { timeout: 60_000 }, () => {
  for (const { what, said, codes, sent = [] } of rows) {
    test(`serve() hears ${what}`, async () => {
      const whole = await converseAlone([said]);
      assert.deepEqual(codesIn(whole.heard), [220, ...codes]);
      assert.deepEqual(whole.sent, sent);
      assert.equal(whole.status, 0);
      if (said.length > 10_000) return;
      assert.deepEqual(await converseAlone([...said]), whole, 'octet by octet it is the same');
    });
  }

  test('serve() refuses a message that is larger than the hub takes, and goes on', async () => {
    const { heard, sent } = await converseAlone(
      [lines(...start, 'DATA', 'A: 1', '', 'x'.repeat(100), '.', 'NOOP')],
      50,
    );
    assert.deepEqual(codesIn(heard), [220, 250, 250, 354, 552, 250]);
    assert.deepEqual(sent, []);
  });

  test('serve() offers what it can do, and no login', async () => {
    const { heard } = await converseAlone([lines('EHLO x')]);
    const offered = heard.slice(2).map((line) => line.slice(4));
    assert.deepEqual(offered, [
      'PIPELINING',
      'SIZE',
      '8BITMIME',
      'SMTPUTF8',
      'DSN',
      'CHUNKING',
      'ENHANCEDSTATUSCODES',
      'HELP',
    ]);
  });

  const command = fc.constantFrom(
    'EHLO x',
    'HELO x',
    'MAIL FROM:<a@b.example>',
    'MAIL FROM:<>',
    'RCPT TO:<c@d.example>',
    'RCPT TO:<c@refused.example>',
    'RSET',
    'NOOP',
    'HELP',
    'VRFY x',
    'EXPN x',
    'STARTTLS',
    'AUTH PLAIN',
    'RCPT TO:<bad',
    'FOO',
    '',
    'MAIL FROM:<a@b> X=1',
  );
  const garbage = fc.string({
    unit: fc.constantFrom('\0', '\xff', 'A', ' ', '<', '>', ':', '\r', '.', '"'),
    maxLength: 20,
  });
  /** With each the number of its replies; a message counts two, for 354 and for the dot. */
  const word = fc.oneof(command, garbage).map((text) => `${text}\r\n`);
  const message = fc.constantFrom('DATA\r\nA: whole\r\n\r\nx\r\n.\r\n', 'BDAT 10 LAST\r\nA: whole\r\n');
  const unfinished = fc.constantFrom(
    'DATA\r\nA: cut\r\n\r\nx\r\n',
    'BDAT 99 LAST\r\nA: cut\r\n',
    'BDAT 8\r\nA: cut\r\n',
    '',
  );
  const cuts = fc.array(fc.nat({ max: 40 }), { minLength: 1, maxLength: 10 });

  test('serve() answers every command once, and sends only what was finished, whatever a client says', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(word, { maxLength: 18 }), cuts, async (words, sizes) => {
        const { heard, status } = await converseAlone(inPieces(words.join(''), sizes));
        assert.equal(repliesIn(heard).length, 1 + words.length);
        assert.equal(status, 0);
      }),
      { numRuns: 300 },
    );
    const opening = lines(...start);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(word, message, fc.constant(opening)), { maxLength: 15 }),
        unfinished,
        cuts,
        async (words, end, sizes) => {
          const { heard, sent } = await converseAlone(inPieces(words.join('') + (end && opening + end), sizes));
          assert.ok(sent.every((text) => !text.startsWith('A: cut')));
          assert.ok(heard.every((line) => /^\d{3}[ -]/.test(line)));
        },
      ),
      { numRuns: 300 },
    );
  });

  function inPieces(text: string, sizes: readonly number[]): string[] {
    const pieces: string[] = [];
    for (let at = 0, turn = 0; at < text.length; turn += 1) {
      const size = 1 + (sizes[turn % sizes.length] ?? 0);
      pieces.push(text.slice(at, at + size));
      at += size;
    }
    return pieces;
  }
});
