/** quoteFromLines and unquoteFromLines: what an mbox holds comes out as it went in, wherever it is cut. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { quoteFromLines, separatorStart, unquoteFromLines } from '../../src/queue/mbox.ts';

const unit = fc.constantFrom('F', 'r', 'o', 'm', ' ', '\n', '>', 'From ', '\nFrom ', '\n>From ', '>>', '\r\n', '\xe4');
const text = fc.string({ unit, maxLength: 60 });
const cuts = fc.array(fc.nat({ max: 60 }), { maxLength: 6 });

function* cut(octets: Buffer, at: readonly number[]): Generator<Buffer> {
  const ends = [...at.map((each) => Math.min(each, octets.length)), octets.length].toSorted((one, two) => one - two);
  let start = 0;
  for (const end of ends) {
    yield octets.subarray(start, end);
    start = end;
  }
}

const joined = (chunks: Iterable<Buffer>) => Buffer.concat([...chunks]).toString('latin1');

describe('quoteFromLines()', () => {
  test('quoteFromLines() leaves no line that begins a message, and unquoteFromLines() gives the octets back', () => {
    fc.assert(
      fc.property(text, cuts, cuts, (latin1, before, after) => {
        const quoted = joined(quoteFromLines(cut(Buffer.from(latin1, 'latin1'), before)));
        assert.doesNotMatch(quoted, /^From /m);
        assert.equal(quoted, latin1.replaceAll(/(^|\n)(>*From )/g, '$1>$2'));
        assert.equal(joined(unquoteFromLines(cut(Buffer.from(quoted, 'latin1'), after))), latin1);
      }),
      { numRuns: 3000 },
    );
  });

  test('quoteFromLines() takes a line of many ">" signs in one pass', () => {
    const chunk = Buffer.alloc(65_536, '>');
    const chunks = Array<Buffer>(300).fill(chunk);
    const begun = process.cpuUsage().user;
    const quoted = joined(quoteFromLines([...chunks, Buffer.from('From x')]));
    assert.equal(quoted.length, 300 * 65_536 + 'From x'.length + 1);
    assert.ok(process.cpuUsage().user - begun < 5_000_000);
  });

  for (const [line, isOne] of [
    ['From a@b Sun', true],
    ['From : a@b', false],
    ['From\ta', false],
    ['From  :', false],
    ['From \n', false],
    ['>From a', false],
  ] as const)
    test(`${JSON.stringify(line)} ${isOne ? 'begins' : 'does not begin'} a message`, () =>
      assert.equal(separatorStart.test(line), isOne));
});
