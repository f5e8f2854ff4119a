/** What every file of the house keeps to. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sourceFiles } from './source-files.ts';

const maximumContractLines = 6;

describe('src', () => {
  for (const { path, text } of sourceFiles()) {
    test(`src/${path} opens with its contract`, () => {
      const contract = /^(?:#![^\n]*\n)?\/\*\*(.*?)\*\//s.exec(text)?.[1];
      assert.ok(contract, 'the file begins with /** … */');
      const sentence = contract.replaceAll(/\s*\n\s*\*?\s*/g, ' ').trim();
      assert.match(sentence, /^\S.*[.]$/, 'which is a sentence');
      assert.ok(contract.split('\n').length <= maximumContractLines, 'and short');
    });

    test(`src/${path} is named after its idea`, () => {
      assert.match(path, /^([a-z]+\/)?[a-z]+(-[a-z]+)*\.ts$/);
      assert.doesNotMatch(path, /\b(utils?|helpers?|manager|data|handlers?|misc|common)\b/);
    });
  }
});
