/** Every input that is kept, and some mutants: a bounded part of `npm run fuzz` in each run of the tests. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { corpusOf } from './corpus.ts';
import { fuzz } from './fuzz.ts';
import { targets } from './targets.ts';

const mutants = 400;

for (const target of targets) {
  describe(`the promise of ${target.name}`, () => {
    for (const { title, octets } of corpusOf(target)) {
      test(`the promise of ${target.name} holds for ${title}`, () => target.check(octets));
    }

    test(`the promise of ${target.name} holds for ${mutants} mutants`, async () => {
      let left = mutants;
      const broken = await fuzz(target, {
        seed: 20_261_125,
        goOn: () => {
          left -= 1;
          return left >= 0;
        },
      });
      if (broken)
        assert.fail(`${target.promise}\n${JSON.stringify(broken.octets.toString('latin1'))}\n${broken.error}`);
    });
  });
}
