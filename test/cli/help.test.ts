/** The text of --help. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Flag, flags, modes, settingRows } from '../../src/cli/flags.ts';
import { exitStatuses, helpText } from '../../src/cli/help.ts';
import { failureKinds } from '../../src/failure.ts';

const text = helpText();
const lines = text.split('\n');

/** Flags of sendmail that have no effect at all would hide the others. */
const hasMeaning = ({ sets, puts, looksUp, value }: Flag) => Boolean(sets ?? puts ?? looksUp ?? value);

describe('helpText()', () => {
  for (const { names, help } of flags.filter(hasMeaning)) {
    test(`helpText() explains ${names.join(' and ')}`, () => {
      const start = lines.findIndex((line) => line.split(/[ ,]+/, 2)[1] === names[0]);
      assert.notEqual(start, -1);
      // The second column goes on in lines that begin with more than one blank.
      const next = lines.findIndex((line, index) => index > start && !/^ {3}/.test(line));
      const row = lines.slice(start, next).map((line) => line.trim());
      assert.ok(row.join(' ').includes(help), row.join(' '));
      for (const name of names) assert.ok(row[0]?.includes(name), name);
    });
  }

  test('helpText() explains every mode and setting', () => {
    for (const { letter } of modes) assert.ok(text.includes(`  -b${letter} `), `-b${letter}`);
    for (const { letter, name } of settingRows) assert.ok(text.includes(`  -o${letter}, -O ${name} `), name);
  });

  test('helpText() fits into 80 columns', () => {
    assert.deepEqual(
      lines.filter((line) => line.length > 80),
      [],
    );
  });

  test('helpText() is plain text: no control character, no blank at a line end, one line end at its end', () => {
    assert.match(text, /^[\n\x20-\x7e]*$/);
    assert.doesNotMatch(text, / $/m);
    assert.match(text, /[^\n]\n$/);
  });
});

describe('exitStatuses()', () => {
  test('exitStatuses() lists 0 and every status of a failure once, in order', () => {
    const statuses = exitStatuses().map(([status]) => Number(status));
    const expected = [0, ...Object.values(failureKinds).map(({ status }) => status)];
    assert.deepEqual(statuses, expected);
    assert.deepEqual(
      statuses,
      [...new Set(statuses)].toSorted((a, b) => a - b),
    );
  });
});
