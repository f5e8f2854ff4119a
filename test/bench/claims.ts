/** What must be shown, and whether a run shows it: ratios of medians within the run, and round trips. */

import type { ProgramId } from './peers.ts';
import type { Cell, Results } from './results.ts';
import type { Scenario } from './scenarios.ts';

export interface Claim {
  readonly what: string;
  /** The scenario's id. */
  readonly where: string;
  readonly value: number;
  readonly limit: number;
  readonly mustBe: 'below' | 'at most' | 'at least';
}

/** sSMTP sleeps so long, in milliseconds, before it ends. */
export const sleepOfSsmtp = 1000;

export function claims(results: Results): Claim[] {
  return [
    ...results.cells.flatMap((cell) => againstMsmtp(cell)),
    ...results.cells.flatMap((cell) => againstSsmtp(cell)),
    ...results.cells.flatMap((cell) => againstFloor(cell)),
    ...results.cells.flatMap((cell) => roundTrips(cell)),
    ...results.cells.flatMap((cell) => background(cell)),
    ...results.cells.flatMap((cell) => againstCurl(cell)),
    ...results.cells.flatMap((cell) => memory(cell)),
  ];
}

export function isMet({ value, limit, mustBe }: Claim): boolean {
  switch (mustBe) {
    case 'below':
      return value < limit;
    case 'at most':
      return value <= limit;
    case 'at least':
      return value >= limit;
    default:
      return mustBe satisfies never;
  }
}

function againstMsmtp({ scenario, rows }: Cell): Claim[] {
  const ratio = ratioOf(rows, 'ssmtp', 'msmtp');
  if (ratio === undefined) return [];
  const where = scenario.id;
  if (scenario.group === 'drain') {
    if (scenario.distance === 0) return [];
    const what = 'messages of a full queue in the time that msmtp needs for one';
    return [{ what, where, value: 1 / ratio, limit: 20, mustBe: 'at least' }];
  }
  const isClose = scenario.group === 'one' && scenario.distance === 0 && scenario.security === 'starttls';
  return [{ what: 'wall against msmtp', where, value: ratio, limit: isClose ? 0.5 : 1, mustBe: 'below' }];
}

function againstSsmtp({ scenario, rows }: Cell): Claim[] {
  const ours = wallOf(rows, 'ssmtp');
  const theirs = wallOf(rows, 'sSMTP');
  if (ours === undefined || theirs === undefined || scenario.distance < 50) return [];
  const what = 'wall against sSMTP without its sleep';
  return [{ what, where: scenario.id, value: ours / (theirs - sleepOfSsmtp), limit: 1, mustBe: 'below' }];
}

function againstFloor({ scenario, rows }: Cell): Claim[] {
  const ratio = ratioOf(rows, 'ssmtp', 'empty script');
  if (ratio === undefined || scenario.group !== 'one' || scenario.distance > 0) return [];
  const limit = scenario.security === 'none' ? 1.25 : 1.6;
  return [{ what: "wall against Node's empty script", where: scenario.id, value: ratio, limit, mustBe: 'at most' }];
}

const fewest = { none: 5, starttls: 10, implicit: 8 } as const;

function roundTrips({ scenario, rows }: Cell): Claim[] {
  const turns = rows.find(({ program }) => program === 'ssmtp')?.turns;
  if (turns === undefined || !isShort(scenario)) return [];
  return [
    { what: 'round trips', where: scenario.id, value: turns, limit: fewest[scenario.security], mustBe: 'at most' },
  ];
}

function isShort({ group }: Scenario): boolean {
  return group === 'one' || group === 'recipients';
}

function background({ scenario, rows }: Cell): Claim[] {
  const value = ratioOf(rows, 'ssmtp -odb', 'empty script');
  if (value === undefined) return [];
  const what = "time until -odb lets the caller go, against Node's empty script";
  return [{ what, where: scenario.id, value, limit: 1.25, mustBe: 'at most' }];
}

function againstCurl({ scenario, rows }: Cell): Claim[] {
  const value = ratioOf(rows, 'ssmtp', 'curl');
  if (value === undefined || scenario.group !== 'large' || scenario.distance > 0) return [];
  return [{ what: 'wall against curl', where: scenario.id, value, limit: 2, mustBe: 'at most' }];
}

function memory({ scenario, rows }: Cell): Claim[] {
  const row = rows.find(({ program }) => program === 'ssmtp');
  const where = scenario.id;
  const own = (limit: number, mustBe: Claim['mustBe']): Claim[] =>
    row?.own === undefined ? [] : [{ what: 'MB of its own', where, value: row.own, limit, mustBe }];
  if (scenario.group === 'large') return own(32, 'below');
  if (row?.memory === undefined || scenario.group !== 'one') return [];
  const resident: Claim = { what: 'MB resident', where, value: row.memory, limit: 60, mustBe: 'at most' };
  return [...own(scenario.security === 'none' ? 16 : 18, 'at most'), resident];
}

export function wallOf(rows: Cell['rows'], program: ProgramId): number | undefined {
  return rows.find((row) => row.program === program)?.wall.median;
}

export function ratioOf(rows: Cell['rows'], program: ProgramId, other: ProgramId): number | undefined {
  const [ours, theirs] = [wallOf(rows, program), wallOf(rows, other)];
  return ours === undefined || theirs === undefined ? undefined : ours / theirs;
}
