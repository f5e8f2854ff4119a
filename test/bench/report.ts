/** What a run says at its end: where it was made, every row, and what had to be shown, misses as they are. */

import { type Claim, isMet } from './claims.ts';
import type { Results, Row } from './results.ts';

export function reportOf({ made, cells }: Results, shown: readonly Claim[]): string {
  const versions = Object.entries(made.versions).map(([name, version]) => `${name} ${version}`);
  const missed = shown.filter((claim) => !isMet(claim)).length;
  return [
    '',
    `${made.isQuick ? 'Quick run' : 'Run'} of ${made.minutes} min on ${made.machine}; load before ${made.load[0].toFixed(2)}, after ${made.load[1].toFixed(2)}`,
    versions.join(', '),
    'Milliseconds and turns are medians for each message.',
    ...cells.flatMap(({ scenario, rows }) => ['', scenario.id, ...rows.map(lineOf)]),
    '',
    'To be shown:',
    ...shown.map((claim) => `  ${isMet(claim) ? 'pass' : 'MISS'}  ${claimText(claim)}`),
    `${shown.length - missed} pass, ${missed} miss`,
    ...(made.skipped.length === 0 ? [] : ['', 'Not measured:', ...made.skipped.map((reason) => `  ${reason}`)]),
  ].join('\n');
}

function claimText({ what, where, value, limit, mustBe }: Claim): string {
  return `${where.padEnd(26)} ${value.toFixed(2).padStart(6)}  ${mustBe} ${limit}: ${what}`;
}

function lineOf({ program, rounds, wall, cpu, turns, memory, own }: Row): string {
  const cells = [
    program.padEnd(17),
    `${wall.median.toFixed(1).padStart(8)} ms (${wall.low.toFixed(1)} to ${wall.high.toFixed(1)})`.padEnd(36),
    `CPU ${cpu.toFixed(1).padStart(7)} ms`,
    turns === undefined ? '' : `turns ${turns.toFixed(1).padStart(5)}`,
    memory === undefined ? '' : `${memory.toFixed(0).padStart(4)} MB`,
    own === undefined ? '' : `${own.toFixed(1).padStart(5)} MB of its own`,
    `${rounds} rounds`,
  ];
  return `  ${cells.filter(Boolean).join('  ')}`;
}
