/** No pattern of the program is slow, whatever the text: each is judged by the automaton that it stands for, not by examples. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSync, Visitor } from 'oxc-parser';
import { check } from 'recheck';
import { sourceFiles } from '../house/source-files.ts';

interface Pattern {
  readonly place: string;
  readonly source: string;
  readonly flags: string;
}

function patternsIn(path: string, text: string): Pattern[] {
  const found: Pattern[] = [];
  const visitor = new Visitor({
    Literal(node) {
      if (!('regex' in node)) return;
      const place = `${path}:${text.slice(0, node.start).split('\n').length}`;
      found.push({ place, source: node.regex.pattern, flags: node.regex.flags });
    },
  });
  visitor.visit(parseSync(path, text).program);
  return found;
}

const patterns = sourceFiles().flatMap(({ path, text }) => patternsIn(path, text));

test('the patterns of the program are found', () => {
  assert.ok(patterns.length > 150, `${patterns.length}`);
});

/** Too large to be judged in a short time: a list of words to look for has nothing that repeats. */
const plainWords = ['^(-----BEGIN ENCRYPTED PRIVATE KEY-----|Proc-Type: *4,ENCRYPTED)'];

for (const { place, source, flags } of patterns.filter((pattern) => !plainWords.includes(pattern.source))) {
  test(`the pattern of ${place} takes time in proportion to the text`, async () => {
    // The limit is for a machine that is busy; what cannot be judged within it fails, too.
    const verdict = await check(source, flags, { checker: 'automaton', timeout: 60_000 });
    assert.equal(verdict.status, 'safe', `/${source}/${flags}`);
  });
}
