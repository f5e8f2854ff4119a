/** progressBar: drawn on a terminal only, not too often, and wiped at the end. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { progressBar } from '../../src/admin/progress.ts';
import { fakeSystem } from '../system/fake-system.ts';

function barWith(isTerminal: boolean, environment: Record<string, string> = {}) {
  let time = 0;
  let drawn = '';
  const system = fakeSystem({
    environment,
    errorIsTerminal: () => isTerminal,
    now: () => new Date(time),
    tell: (text) => {
      drawn += text;
    },
  });
  const bar = progressBar(system);
  return { bar, drawn: () => drawn, at: (milliseconds: number) => (time = milliseconds) };
}

test('progressBar() shows nothing of a short run, and wipes what it has shown', () => {
  const { bar, drawn, at } = barWith(true);
  bar.step(1, 9);
  assert.equal(drawn(), '');
  at(1000);
  bar.step(5, 5);
  bar.step(6, 4);
  assert.equal(drawn().trimEnd(), `\r[${'#'.repeat(15)}${'.'.repeat(15)}] 5 done, 5 to go`);
  bar.end();
  assert.match(drawn(), /\r {70}\r$/);
  assert.ok(!drawn().includes('\x1b'));
});

test('progressBar() is wiped for a line of others, once, and drawn again behind it', () => {
  const { bar, drawn, at } = barWith(true);
  at(1000);
  bar.step(1, 9);
  bar.end();
  const wiped = drawn();
  bar.end();
  assert.equal(drawn(), wiped);
  at(2000);
  bar.step(2, 8);
  assert.match(drawn().slice(wiped.length), /2 done, 8 to go/);
});

for (const [what, made] of [
  ['no terminal', barWith(false)],
  ['a dumb terminal', barWith(true, { TERM: 'dumb' })],
] as const) {
  test(`progressBar() draws nothing where there is ${what}`, () => {
    const { bar, drawn, at } = made;
    at(5000);
    bar.step(5, 5);
    bar.end();
    assert.equal(drawn(), '');
  });
}
