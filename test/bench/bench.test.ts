/** The benchmark itself: a tiny run with what is there, and what it says of results. Nothing here depends on the clock. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { temporaryDirectory } from '../rig/temporary.ts';
import { claims, isMet } from './claims.ts';
import type { ProgramId } from './peers.ts';
import { missingForBench } from './place.ts';
import { reportOf } from './report.ts';
import { type Cell, type Results, type Row, spreadOf } from './results.ts';
import { plan } from './scenarios.ts';

describe('npm run bench', { skip: missingForBench }, () => {
  test('npm run bench measures messages on the same machine and at a distance, and counts round trips', async () => {
    await using directory = await temporaryDirectory('bench');
    const output = join(directory.path, 'results.json');
    const words = ['--as-is', '--rounds', '1', '--only', '^(one/starttls/0|one/none/50)$', '--output', output];
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, 'main.ts'), ...words], {
      encoding: 'utf8',
    });
    assert.equal(status, 0, stdout + stderr);
    const { cells, made }: Results = JSON.parse(readFileSync(output, 'utf8'));
    const rows = cells.map((cell) => [cell.scenario.id, ours(cell)] as const);
    const reason = made.skipped.join('\n');
    assert.ok(
      rows.some(([id, row]) => id === 'one/starttls/0' && row?.rounds === 1 && row.wall.median > 0),
      reason,
    );
    if (reason.includes('TUN')) return;
    const far = rows.find(([id]) => id === 'one/none/50')?.[1];
    assert.ok(far?.turns !== undefined && far.turns >= 3 && far.turns <= 5, `${far?.turns} turns\n${reason}`);
  });
});

function ours({ rows }: Cell): Row | undefined {
  return rows.find(({ program }) => program === 'ssmtp');
}

describe('claims', () => {
  const shown = claims(resultsWith({ 'one/starttls/50': { ssmtp: 600, msmtp: 800, sSMTP: 1550 } }));

  test('claims() compares medians within a scenario', () =>
    assert.deepEqual(
      shown.map(({ what, value }) => [what, value.toFixed(2)]),
      [
        ['wall against msmtp', '0.75'],
        ['wall against sSMTP without its sleep', '1.09'],
        ['round trips', '10.00'],
      ],
    ));

  test('isMet() tells a miss from a pass', () => assert.deepEqual(shown.map(isMet), [true, false, true]));

  test('claims() says how many queued messages leave in the time of one', () => {
    const [claim] = claims(resultsWith({ 'drain/none/50': { ssmtp: 10, msmtp: 400 } }));
    assert.deepEqual([claim?.value, claim?.limit, claim?.mustBe], [40, 20, 'at least']);
  });
});

describe('reportOf', () => {
  test('reportOf() names misses and what was not measured', () => {
    const results = resultsWith({ 'one/none/0': { ssmtp: 60, msmtp: 50 } });
    const text = reportOf(results, claims(results));
    assert.match(text, /^ {2}MISS {2}one\/none\/0 +1\.20 {2}below 1: wall against msmtp$/m);
    assert.match(text, /^0 pass, 1 miss$/m);
    assert.match(text, /^Not measured:\n {2}dma: why$/m);
  });
});

describe('spreadOf', () => {
  test('spreadOf() gives median and quartiles', () =>
    assert.deepEqual(spreadOf([9, 1, 3, 7, 5]), { median: 5, low: 3, high: 7 }));
  test('spreadOf() refuses nothing', () => assert.throws(() => spreadOf([]), RangeError));
});

describe('plan', () => {
  test('plan names each scenario once', () => assert.equal(new Set(plan.map(({ id }) => id)).size, plan.length));
  test('plan takes at most 25 minutes, quick ones 2', () => {
    const minutes = (kind: 'full' | 'quick') => plan.reduce((sum, { budget }) => sum + budget[kind], 0) / 60;
    assert.ok(minutes('full') <= 25 && minutes('quick') <= 2, `${minutes('full')}, ${minutes('quick')}`);
  });
});

/** Walls in milliseconds, by scenario and program. */
function resultsWith(walls: Readonly<Record<string, Partial<Record<ProgramId, number>>>>): Results {
  const made = { date: '2026-11-25', isQuick: true, minutes: 1, machine: 'x', versions: {}, skipped: ['dma: why'] };
  return { made: { ...made, load: [0, 0] }, cells: Object.entries(walls).map(([id, found]) => cellWith(id, found)) };
}

function cellWith(id: string, walls: Partial<Record<ProgramId, number>>): Cell {
  const planned = plan.find((scenario) => scenario.id === id);
  assert.ok(planned, id);
  const { budget: _, ...scenario } = planned;
  const rows = Object.entries(walls).map(([program, wall]) => ({
    program: program as ProgramId, // a key of the record above
    rounds: 1,
    messages: 1,
    wall: spreadOf([wall]),
    cpu: 1,
    ...(program === 'ssmtp' && scenario.distance > 0 && scenario.group === 'one' && { turns: 10 }),
  }));
  return { scenario, rows };
}
