/** Text of strangers, made fit to be shown. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { printable, quoted, shortened } from '../../src/printable.ts';

const text = fc.string({ unit: 'binary' });

describe('printable()', () => {
  for (const [given, gives] of [
    ['plain text', 'plain text'],
    ['Jörg €', 'Jörg €'],
    ['a\r\nb', 'a b'],
    ['\ta\0\x1b[2Jb\x7f', 'a [2Jb'],
    ['a\u2028b\u2029c\x85d', 'a b c d'],
    ['', ''],
  ] as const) {
    test(`printable() makes ${JSON.stringify(gives)} of ${JSON.stringify(given)}`, () => {
      assert.equal(printable(given), gives);
    });
  }

  test('printable() leaves no control character, and changes nothing the second time', () => {
    fc.assert(
      fc.property(text, (given) => {
        const shown = printable(given);
        assert.doesNotMatch(shown, /[\x00-\x1f\x7f-\x9f\u2028\u2029]/);
        assert.equal(printable(shown), shown);
      }),
    );
  });
});

describe('shortened()', () => {
  for (const [given, octets, gives] of [
    ['abcdef', 6, 'abcdef'],
    ['abcdefg', 6, 'abc…'],
    ['äöüß', 8, 'äöüß'],
    ['äöüßx', 8, 'äö…'],
    ['a\u{1f600}b', 6, 'a\u{1f600}b'],
    ['aa\u{1f600}b', 6, 'aa…'],
  ] as const) {
    test(`shortened() makes ${gives} of ${given} in ${octets} octets`, () => {
      assert.equal(shortened(given, octets), gives);
    });
  }

  test('shortened() keeps to its octets and cuts between characters', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 3, max: 100 }), (given, octets) => {
        const shown = shortened(given, octets);
        assert.ok(Buffer.byteLength(shown) <= octets);
        assert.ok(shown === given || given.startsWith(shown.slice(0, -1)));
      }),
    );
  });
});

describe('quoted()', () => {
  for (const [given, gives] of [
    ['a b', '"a b"'],
    ['a"\r\n', '"a\\"\\r\\n"'],
    ['x'.repeat(101), `"${'x'.repeat(97)}…"`],
  ] as const) {
    test(`quoted() writes ${JSON.stringify(given)} as ${gives}`, () => assert.equal(quoted(given), gives));
  }
});
