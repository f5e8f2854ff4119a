/** dotReader: where the message ends, and which dots belong to it, however it is cut. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { dotReader } from '../../src/submit/final-dot.ts';

interface Reading {
  readonly content: string;
  /** undefined when no end has come. */
  readonly rest: string | undefined;
}

function read(pieces: readonly string[], bareLineFeeds: boolean): Reading {
  const reader = dotReader({ bareLineFeeds });
  let content = '';
  for (const [index, piece] of pieces.entries()) {
    const taken = reader.take(Buffer.from(piece, 'latin1'));
    content += taken.content.toString('latin1');
    if (taken.rest) return { content, rest: taken.rest.toString('latin1') + pieces.slice(index + 1).join('') };
  }
  return { content, rest: undefined };
}

/** The rule, line by line. */
function naive(text: string, bareLineFeeds: boolean): Reading {
  const end = bareLineFeeds ? /\n/ : /\r\n/;
  let content = '';
  for (let rest = text; ; ) {
    const found = end.exec(rest);
    if (!found) return { content, rest: undefined };
    const line = rest.slice(0, found.index + found[0].length);
    rest = rest.slice(line.length);
    if (line === '.\r\n' || (bareLineFeeds && line === '.\n')) return { content, rest };
    content += line.startsWith('.') ? line.slice(1) : line;
  }
}

describe('dotReader()', () => {
  for (const [what, text, bareLineFeeds, content] of [
    ['an empty message', '.\r\nQUIT', false, ''],
    ['one line', 'a\r\n.\r\n', false, 'a\r\n'],
    ['stuffed dots', '..\r\n..a\r\n.b\r\n.\r\n', false, '.\r\n.a\r\nb\r\n'],
    ['LF only', 'a\n..\n.\nQUIT\n', true, 'a\n.\n'],
    ['LF, then CRLF', 'a\n.\r\n', true, 'a\n'],
    ['NUL and 8 bits', '\0\xff\r\n.\r\n', false, '\0\xff\r\n'],
    ['what would be smuggled', 'a\n.\nb\n.\r\nc\r.\r\r\n.\r\n', false, 'a\n.\nb\n.\r\nc\r.\r\r\n'],
  ] as const) {
    test(`dotReader() reads ${what}`, () => {
      assert.equal(read([text], bareLineFeeds).content, content);
      assert.equal(read([...text], bareLineFeeds).content, content);
      assert.notEqual(read([...text], bareLineFeeds).rest, undefined);
    });
  }

  test('dotReader() does what the rule says, however the message is cut', () => {
    const piece = fc.string({ unit: fc.constantFrom('\r', '\n', '.', 'a', '\r\n', '\r\n.'), maxLength: 6 });
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.boolean(), (pieces, bareLineFeeds) => {
        const expected = naive(pieces.join(''), bareLineFeeds);
        const found = read(pieces, bareLineFeeds);
        assert.equal(found.rest, expected.rest);
        // Without an end the last line may be held back, or not.
        if (expected.rest !== undefined) assert.equal(found.content, expected.content);
        else assert.ok(found.content.length <= pieces.join('').length);
      }),
      { numRuns: 2000 },
    );
  });
});
