/** unsafeOctetWatch: NUL, and CR without LF, however the octets are cut. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { unsafeOctetWatch } from '../../src/message/unsafe-octets.ts';
import { cutInto, cuts } from './pieces.ts';

test('unsafeOctetWatch() finds NUL, and CR without LF', () => {
  const octets = fc.string({ unit: fc.constantFrom('a', '\n', '\r\n', '\r\n', 'b', '\r', '\0'), maxLength: 8 });
  fc.assert(
    fc.property(octets, cuts, (text, lengths) => {
      const watch = unsafeOctetWatch();
      for (const chunk of cutInto(text, lengths)) watch.see(chunk);
      assert.equal(watch.hasFound(), /\0|\r(?!\n)/.test(text));
    }),
    { numRuns: 2000 },
  );
});
