/** Laws of the flag tables, and their agreement with the sendmail interface, section 2. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { errorModes, flags, modes, settingRows } from '../../src/cli/flags.ts';
import { defaultOptions } from '../../src/cli/options.ts';

/** Written from the specification, not from the table. */
const withValue = [...'ABCDFfhLMNOopQRrVXbe'].map((letter) => `-${letter}`).concat('-au', '-ap', '-am');
const withGluedValue = ['-q', '-d'];
const withoutValue = [...'cEGIiJmnsTtUvx46'].map((letter) => `-${letter}`);

const names = flags.flatMap((flag) => flag.names);
const namesWhere = (holds: (flag: (typeof flags)[number]) => boolean) =>
  flags.filter(holds).flatMap((flag) => flag.names);
const isShort = (name: string) => !name.startsWith('--');

describe('flags', () => {
  test('flags have unique names', () => assert.equal(new Set(names).size, names.length));

  test('flags are written as single letters, as -a and a letter, or as long words', () => {
    for (const name of names) assert.match(name, /^(-[A-Za-z0-9]|-a[a-z]|--[a-z][a-z-]+)$/);
  });

  test('flags hold every letter that takes a value, and no other', () => {
    const taking = namesWhere((flag) => flag.value !== undefined && !flag.gluedOnly).filter(isShort);
    assert.deepEqual(taking.toSorted(), withValue.toSorted());
  });

  test('flags hold every letter whose value can only be glued', () => {
    assert.deepEqual(namesWhere((flag) => flag.gluedOnly === true).toSorted(), withGluedValue.toSorted());
  });

  test('flags hold every letter without a value', () => {
    assert.deepEqual(
      namesWhere((flag) => flag.value === undefined)
        .filter(isShort)
        .toSorted(),
      withoutValue.toSorted(),
    );
  });

  test('flags have a help of one line without a full stop', () => {
    for (const { names, help } of flags) assert.match(help, /^[A-Z][^\n]*[^.\s]$/, names[0]);
  });

  test('flags whose value only has one use take a value', () => {
    for (const { names, value, puts, looksUp } of flags) {
      if (puts ?? looksUp) assert.ok(value, `${names[0]} puts or looks up a value`);
    }
  });

  test('flags set options that exist', () => {
    const known = Object.keys(defaultOptions);
    for (const { sets = {} } of flags) for (const name of Object.keys(sets)) assert.ok(known.includes(name), name);
  });
});

describe('modes', () => {
  test('modes have unique letters', () => {
    assert.equal(new Set(modes.map(({ letter }) => letter)).size, modes.length);
  });

  test('modes hold every letter of the specification', () => {
    for (const letter of 'mspivdDltHhV')
      assert.ok(
        modes.some((mode) => mode.letter === letter),
        `-b${letter}`,
      );
  });

  test('modes that are refused say why, in the tail of a sentence', () => {
    for (const { letter, help, refusal } of modes) {
      assert.match(help, /^[A-Z][^\n]*[^.\s]$/, `-b${letter}`);
      if (refusal !== undefined) assert.match(refusal, /^[a-z][^\n]*[^.\s]$/, `-b${letter}`);
    }
  });
});

describe('settingRows', () => {
  test('settingRows have unique letters and names, and a help', () => {
    assert.equal(new Set(settingRows.map(({ letter }) => letter)).size, settingRows.length);
    assert.equal(new Set(settingRows.map(({ name }) => name.toLowerCase())).size, settingRows.length);
    for (const { name, help } of settingRows) assert.match(help, /^[A-Z][^\n]*[^.\s]$/, name);
  });
});

describe('errorModes', () => {
  test('errorModes are those of the specification', () => {
    assert.deepEqual([...errorModes].toSorted(), [...'emqpw'].toSorted());
  });
});
