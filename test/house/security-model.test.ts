/** docs/SECURITY-MODEL.md names tests that exist. */

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { root, textOf } from './source-files.ts';

const document = textOf('docs/SECURITY-MODEL.md');
const rows = document.split('\n').flatMap((line) => {
  const [, promise = '', tests = ''] = /^\| (.*) \| (.*) \|$/.exec(line) ?? [];
  return promise === '' || /^(promise|---|program)$/.test(promise) || !tests.includes('`test/')
    ? []
    : [{ promise, tests }];
});

describe('docs/SECURITY-MODEL.md', () => {
  for (const { promise, tests } of rows) {
    test(`the model's promise is held: ${promise}`, () => {
      const named = [...tests.matchAll(/`(test\/[^`]+)` "([^"]+)"/g)];
      assert.equal(named.length, tests.split('`test/').length - 1, `each test has a title: ${tests}`);
      for (const [, path = '', title = ''] of named) {
        assert.ok(existsSync(join(root, path)), `there is no ${path}`);
        assert.match(textOf(path), patternOf(title), `${path} has no test "${title}"`);
      }
    });
  }

  test('the model has promises at every boundary', () => {
    const sections = document.split(/^## /m).slice(1);
    const bounded = sections.filter((section) => section.includes('| promise | held by |'));
    assert.equal(bounded.length, 5);
    assert.ok(rows.length >= 25, String(rows.length));
    const lines = bounded.flatMap((section) => section.split('\n')).filter((line) => /^\| (?!promise|---)/.test(line));
    assert.equal(lines.length, rows.length, 'each promise names a test');
  });

  for (const path of ['README.md', 'SECURITY.md'])
    test(`the model is named in ${path}`, () => assert.ok(textOf(path).includes('(docs/SECURITY-MODEL.md)')));
});

/** In the source of a test `${…}` stands for what differs, in the title of a case file nothing does. */
function patternOf(title: string): RegExp {
  const quoted = title.split('…').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&'));
  return new RegExp(`(^# |test\\(\\s*['"\`])${quoted.join('\\$\\{.+?\\}')}(['"\`]|$)`, 'm');
}
