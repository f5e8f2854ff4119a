/** The whole run: all cells of the plan, one after another, with a line about each. */

import { existsSync, readFileSync } from 'node:fs';
import { arch, cpus, loadavg, release, totalmem } from 'node:os';
import { version } from '../../src/version.ts';
import { type Bench, startBench } from './bench.ts';
import { type Program, programs } from './peers.ts';
import { versionOf } from './place.ts';
import type { Cell, Made, Results } from './results.ts';
import { cellOf, type Skipped } from './rounds.ts';
import { type Planned, plan } from './scenarios.ts';

export interface Wish {
  readonly isQuick: boolean;
  /** Rounds that no cell exceeds. */
  readonly most: number | undefined;
  /** Cells to measure, by id. */
  readonly only: RegExp | undefined;
}

/** To be called in the place of place.ts. Throws Error when there is no hub to send to. */
export async function run({ isQuick, most, only }: Wish): Promise<Results> {
  const began = performance.now();
  const load = loadavg()[0] ?? 0;
  const bench = await startBench(process.env.home ?? '');
  const skipped = whatIsMissing(bench);
  const chosen = plan.filter(({ id, budget }) => (only ? only.test(id) : secondsOf(budget, isQuick) > 0));
  const cells: Cell[] = [];
  for (const planned of chosen) {
    if (typeof bench.distance === 'string' && planned.distance > 0) {
      skipped.reasons.push(`${planned.id}: ${bench.distance}`);
      continue;
    }
    const limits = { seconds: secondsOf(planned.budget, isQuick), most: 1 + (most ?? (isQuick ? 15 : 40)) };
    const cell = await cellOf(bench, planned, limits, skipped);
    cells.push(cell);
    console.log(lineOf(cell, cells.length, chosen.length));
  }
  bench.end();
  const minutes = Number(((performance.now() - began) / 60_000).toFixed(1));
  return { made: madeOf(skipped, { isQuick, minutes, load: [load, loadavg()[0] ?? 0] }), cells };
}

function secondsOf(budget: Planned['budget'], isQuick: boolean): number {
  return isQuick ? budget.quick : budget.full;
}

function whatIsMissing({ distance }: Bench): Skipped {
  const absent = programs.filter(({ path }) => !existsSync(path));
  return {
    missing: new Set(absent.map(({ id }) => id)),
    reasons: [
      ...absent.map(({ id, path }) => `${id}: there is no ${path} (scripts/bench-peers)`),
      ...(typeof distance === 'string' ? [`all cells at a distance: ${distance}`] : []),
    ],
  };
}

function lineOf({ scenario, rows }: Cell, number: number, count: number): string {
  const walls = rows.map(({ program, wall }) => `${program} ${wall.median}`);
  return `${String(number).padStart(2)}/${count} ${scenario.id.padEnd(26)} ms: ${walls.join(', ')}`;
}

function madeOf({ missing, reasons }: Skipped, rest: Pick<Made, 'isQuick' | 'minutes' | 'load'>): Made {
  const model = /^model name\s*: (.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? arch();
  const peers = programs.filter(({ id, path }) => path.startsWith('/usr/') && !missing.has(id));
  return {
    date: new Date().toISOString().slice(0, 10),
    ...rest,
    machine: `${cpus().length} × ${model}, ${Math.round(totalmem() / 2 ** 30)} GB`,
    versions: {
      ssmtp: version,
      ...Object.fromEntries(peers.map((peer) => [peer.id, versionOf(packageOf(peer)) ?? 'of this machine'])),
      node: process.versions.node,
      kernel: release().replace(/-.*/, ''),
    },
    skipped: reasons,
  };
}

function packageOf({ id }: Program): string {
  return id.toLowerCase();
}
