/** Whatever a client says, in whatever pieces: no crash, one reply for each command, no message that it did not finish. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { queryObjects } from 'node:v8';
import fc from 'fast-check';
import { clientInput } from '../../src/submit/client-input.ts';
import { longestLine } from '../../src/submit/limits.ts';
import { codesIn, converseAlone, repliesIn } from './pieces.ts';

const words = fc.constantFrom(
  'EHLO c',
  'HELO c',
  'MAIL FROM:<a@x.example>',
  'MAIL FROM:<>',
  'MAIL FROM:<a@x.example> SIZE=10 BODY=8BITMIME SMTPUTF8 RET=FULL ENVID=x',
  'RCPT TO:<b@y.example>',
  'RCPT TO:<b@refused.example>',
  'RCPT TO:<"a b"@y.example> NOTIFY=NEVER',
  'RSET',
  'NOOP x',
  'HELP',
  'VRFY a',
  'EXPN a',
  'AUTH PLAIN AGEAYg==',
  'STARTTLS',
  'DATA x',
  'BDAT',
  'BDAT3 LAST',
  'BDAT: 3 LAST',
  '\0BDAT 3 LAST',
  'nonsense \x00\xff',
  '',
  '.',
  'x'.repeat(longestLine + 1),
  'MAIL FROM:<a@x.example\r>',
);
const ends = fc.constantFrom('\r\n', '\r\n', '\r\n', '\n');
const octets = fc.string({ unit: fc.constantFrom(...'.\r\nab \x00\xff'), maxLength: 60 });

/** A transaction that comes to its end, unless it is cut. */
const whole = fc
  .tuple(octets, fc.boolean())
  .map(([body, isChunked]) =>
    isChunked
      ? `MAIL FROM:<a@x.example>\r\nRCPT TO:<b@y.example>\r\nBDAT ${body.length} LAST\r\n${body}`
      : `MAIL FROM:<a@x.example>\r\nRCPT TO:<b@y.example>\r\nDATA\r\n${body.replaceAll(/^\.|(?<=\n)\./g, '..')}\r\n.\r\n`,
  );
const line = fc.tuple(words, ends).map(([word, end]) => word + end);
const speech = fc
  .array(fc.oneof({ weight: 3, arbitrary: line }, whole, octets), { maxLength: 25 })
  .map((all) => all.join(''));

/** The same octets in pieces of any size. */
const inPieces = fc
  .tuple(speech, fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 20 }))
  .map(([text, sizes]) => {
    const pieces: string[] = [];
    for (let at = 0, turn = 0; at < text.length; turn += 1) {
      const size = sizes[turn % sizes.length] ?? 1;
      pieces.push(text.slice(at, at + size));
      at += size;
    }
    return { text, pieces };
  });

describe('serve()', () => {
  test('serve() survives any client, and answers alike however its octets are cut', async () => {
    await fc.assert(
      fc.asyncProperty(inPieces, async ({ text, pieces }) => {
        const whole = await converseAlone([text]);
        const cut = await converseAlone(pieces);
        assert.deepEqual(cut, whole);
        assert.equal(cut.status, 0);
        for (const reply of cut.heard) assert.match(reply, /^[2-5]\d\d[ -][^\r\n\0]{0,506}$|^[2-5]\d\d$/);
      }),
      { numRuns: 300 },
    );
  });

  test('serve() answers every command once, and in order', async () => {
    const simple = fc.constantFrom(
      ['NOOP', 250],
      ['RSET', 250],
      ['VRFY x', 252],
      ['EXPN x', 502],
      ['HELP', 214],
      ['STARTTLS', 502],
      ['AUTH LOGIN', 235],
      ['EHLO c', 250],
    ) as fc.Arbitrary<[string, number]>; // fast-check widens the pairs
    await fc.assert(
      fc.asyncProperty(fc.array(simple, { maxLength: 40 }), async (said) => {
        const { heard } = await converseAlone([said.map(([word]) => `${word}\r\n`).join('')]);
        assert.deepEqual(codesIn(heard), [220, ...said.map(([, code]) => code)]);
      }),
      { numRuns: 100 },
    );
  });

  test('serve() hands on no message before the client has finished it', async () => {
    await fc.assert(
      fc.asyncProperty(octets, fc.nat(), async (body, cut) => {
        const text = `EHLO c\r\nMAIL FROM:<a@x.example>\r\nRCPT TO:<b@y.example>\r\nDATA\r\n${body.replaceAll(/^\.|(?<=\n)\./g, '..')}`;
        const { sent } = await converseAlone([text.slice(0, cut % (text.length + 1))]);
        assert.deepEqual(sent, []);
        const finished = await converseAlone([`${text}\r\n.\r\n`]);
        assert.equal(finished.sent.length, 1);
        assert.equal(repliesIn(finished.heard).at(-1), '250 2.0.0 queued');
      }),
      { numRuns: 150 },
    );
  });

  test('serve() hands on exactly the octets of a chunk', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(octets, { minLength: 1, maxLength: 5 }), async (chunks) => {
        const said = chunks.map(
          (chunk, index) => `BDAT ${chunk.length}${index === chunks.length - 1 ? ' LAST' : ''}\r\n${chunk}`,
        );
        const { sent, heard } = await converseAlone([
          `EHLO c\r\nMAIL FROM:<a@x.example>\r\nRCPT TO:<b@y.example>\r\n${said.join('')}QUIT\r\n`,
        ]);
        assert.equal(sent.length, 1);
        assert.equal(codesIn(heard).at(-1), 221);
      }),
      { numRuns: 150 },
    );
  });
});

describe('clientInput()', () => {
  test('clientInput() keeps no more of a line than a command may have', async () => {
    const before = process.memoryUsage().arrayBuffers;
    const input = clientInput(
      (async function* () {
        for (let count = 0; count < 2000; count += 1) yield Buffer.alloc(64 * 1024, 0x61);
        yield Buffer.from('\r\n');
      })(),
    );
    const { kind } = await input.line();
    assert.equal(kind, 'tooLong');
    queryObjects(Map); // collects garbage before it counts
    assert.ok(process.memoryUsage().arrayBuffers - before < 100 * 1024 * 1024);
    assert.ok(input, 'it is there while the memory is measured');
  });
});
