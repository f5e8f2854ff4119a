/** scripts/matrix names its cells; that they pass is for npm run matrix to say, which takes hours. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from './built.ts';

const matrix = (...words: string[]) =>
  spawnSync(join(root, 'scripts/matrix'), words, { encoding: 'utf8', timeout: 60_000 });

test('scripts/matrix has a cell for each system, user and day, on that day, in zones east and west', () => {
  const { status, stdout, stderr } = matrix('--list');
  assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
  const cells = stdout.trimEnd().split('\n');
  const parts = cells.map((cell) => /^(\S+)-(east|west) .*, \d{4}-\d\d-(\d\d) \d\d:\d\d ([+-]\d{4}),/.exec(cell) ?? []);
  const all = ['debian12', 'debian13'].flatMap((system) =>
    ['root', 'user'].flatMap((user) => ['1', '9', '31'].map((day) => `${system}-${user}-${day}`)),
  );
  assert.deepEqual(
    parts.map(([, name]) => name),
    all,
  );
  for (const [, name = '', side, day, zone] of parts) {
    assert.equal(Number(day), Number(name.split('-')[2]), name);
    assert.equal(zone, side === 'east' ? '+1400' : '-1100', name);
  }
  for (const place of ['debian12-root', 'debian12-user', 'debian13-root', 'debian13-user'])
    assert.equal(new Set(parts.filter(([, name]) => name?.startsWith(place)).map(([, , side]) => side)).size, 2, place);
});

for (const cell of [
  'debian11-root-1-east',
  'debian12-nobody-1-east',
  'debian12-root-32-east',
  'debian12-root-1',
  'x',
]) {
  test(`scripts/matrix refuses ${cell} before it does anything`, () => {
    const { status, stdout, stderr } = matrix('debian12-root-1-east', cell);
    assert.deepEqual(
      { status, stdout, stderr },
      { status: 1, stdout: '', stderr: `matrix: there is no cell ${cell} (--list shows some)\n` },
    );
  });
}
