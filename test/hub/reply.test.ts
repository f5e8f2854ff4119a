/** parseReply: code, enhanced code and one printable line of whatever a hub says. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { isTemporary, parseReply, type Reply } from '../../src/hub/reply.ts';

const cases: readonly ({ readonly reply: string } & Reply)[] = [
  { reply: '250 OK', code: 250, enhanced: undefined, text: '250 OK' },
  { reply: '250', code: 250, enhanced: undefined, text: '250' },
  { reply: '250 2.0.0 Ok: queued as 4F2A', code: 250, enhanced: '2.0.0', text: '250 2.0.0 Ok: queued as 4F2A' },
  {
    reply: '550-5.1.1 no such user\n550-5.1.1 here, sorry\n550 5.1.1 bye',
    code: 550,
    enhanced: '5.1.1',
    text: '550 5.1.1 no such user here, sorry bye',
  },
  { reply: '451 4.7.500 Server busy', code: 451, enhanced: '4.7.500', text: '451 4.7.500 Server busy' },
  { reply: '550-a\r\n550 b\r\n', code: 550, enhanced: undefined, text: '550 a b' },
  // A property test found that half a character was left over.
  { reply: '201\n201\u{10000}', code: 201, enhanced: undefined, text: '201 \u{10000}' },
  { reply: '550 5.1.1 a\n550 5.1.1\u{10000}', code: 550, enhanced: '5.1.1', text: '550 5.1.1 a \u{10000}' },
  { reply: '550 5.1.1.1 four numbers', code: 550, enhanced: undefined, text: '550 5.1.1.1 four numbers' },
  { reply: '550 3.1.1 no such class', code: 550, enhanced: undefined, text: '550 3.1.1 no such class' },
  { reply: '550 tab\tand\x1b[2J\x07bell', code: 550, enhanced: undefined, text: '550 tab and [2J bell' },
  { reply: '', code: 0, enhanced: undefined, text: '' },
  { reply: '2500 four digits', code: 0, enhanced: undefined, text: '2500 four digits' },
  { reply: '199 too low', code: 0, enhanced: undefined, text: '199 too low' },
  { reply: '660 too high', code: 0, enhanced: undefined, text: '660 too high' },
  { reply: '290 no such group', code: 290, enhanced: undefined, text: '290 no such group' },
  { reply: 'HTTP/1.1 400 Bad Request', code: 0, enhanced: undefined, text: 'HTTP/1.1 400 Bad Request' },
];

describe('parseReply()', () => {
  for (const { reply, ...expected } of cases) {
    test(`parseReply() reads ${JSON.stringify(reply)}`, () => assert.deepEqual(parseReply(reply), expected));
  }

  const anyReply = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 1000 }),
    fc
      .tuple(fc.integer({ min: 200, max: 599 }), fc.constantFrom(' ', '-', ''), fc.string({ unit: 'binary' }))
      .map((parts) => parts.join('')),
  );

  test('parseReply() gives one printable line for anything, and never throws', () => {
    fc.assert(
      fc.property(fc.array(anyReply), (lines) => {
        const { code, text } = parseReply(lines.join('\n'));
        assert.ok(code === 0 || (code >= 200 && code < 600));
        assert.doesNotMatch(text, /[\x00-\x1f\x7f-\x9f\u2028\u2029]/);
        assert.ok(Buffer.byteLength(text) <= 500);
        assert.ok(text.isWellFormed() || !lines.every((line) => line.isWellFormed()));
      }),
    );
  });

  test('parseReply() cuts what is shown, and says so', () => {
    assert.equal(parseReply(`250 ${'x'.repeat(496)}`).text, `250 ${'x'.repeat(496)}`);
    assert.match(parseReply(`250 ${'x'.repeat(497)}`).text, /^250 x{493}…$/);
  });

  test('parseReply() cuts between characters', () => {
    assert.ok(parseReply(`250 ${'x'.repeat(495)}\u{1f600}end`).text.isWellFormed());
  });

  test('parseReply() cuts nothing from lines of what is no reply', () => {
    assert.equal(parseReply('nonsense\n0123 more').text, 'nonsense 0123 more');
  });
});

describe('isTemporary()', () => {
  for (const [reply, temporary] of [
    ['421 bye', true],
    ['450 later', true],
    ['550 never', false],
    ['250 ok', false],
    ['nonsense', false],
  ] as const) {
    test(`isTemporary() is ${temporary} for ${reply}`, () => assert.equal(isTemporary(parseReply(reply)), temporary));
  }
});
