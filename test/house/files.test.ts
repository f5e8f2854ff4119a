/** What every file of the house keeps to. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sourceFiles } from './source-files.ts';

const maximumLines = 200;
/** One table each: a new row is no new idea. */
const tables: Readonly<Record<string, number>> = { 'config/keys.ts': 710, 'cli/flags.ts': 300 };
const maximumContractLines = 6;

describe('src', () => {
  for (const { path, text } of sourceFiles()) {
    const lines = text.trimEnd().split('\n');

    test(`src/${path} opens with its contract`, () => {
      const contract = /^(?:#![^\n]*\n)?\/\*\*(.*?)\*\//s.exec(text)?.[1];
      assert.ok(contract, 'the file begins with /** … */');
      const sentence = contract.replaceAll(/\s*\n\s*\*?\s*/g, ' ').trim();
      assert.match(sentence, /^\S.*[.]$/, 'which is a sentence');
      assert.ok(contract.split('\n').length <= maximumContractLines, 'and short');
    });

    const limit = tables[path] ?? maximumLines;
    test(`src/${path} has at most ${limit} lines`, () => {
      assert.ok(lines.length <= limit, `${lines.length} lines`);
    });

    test(`src/${path} is named after its idea`, () => {
      assert.match(path, /^([a-z]+\/)?[a-z]+(-[a-z]+)*\.ts$/);
      assert.doesNotMatch(path, /\b(utils?|helpers?|manager|data|handlers?|misc|common)\b/);
    });

    test(`src/${path} has no class but Failure and the one that extends nodemailer's`, () => {
      const classes = [...text.matchAll(/^(?:export )?(?:abstract )?class (\w+)/gm)].map(([, name]) => name);
      const allowed: Readonly<Record<string, readonly string[]>> = {
        'failure.ts': ['Failure'],
        'hub/connection.ts': ['HubConnection'],
      };
      assert.deepEqual(classes, allowed[path] ?? []);
    });
  }
});
