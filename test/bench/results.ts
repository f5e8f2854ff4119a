/** What a run has found, as it is kept in docs/performance.json. */

import type { ProgramId } from './peers.ts';
import type { Scenario } from './scenarios.ts';

export interface Results {
  readonly made: Made;
  readonly cells: readonly Cell[];
}

export interface Made {
  readonly date: string;
  readonly isQuick: boolean;
  readonly minutes: number;
  readonly machine: string;
  /** By program; what is missing is not here. */
  readonly versions: Readonly<Partial<Record<ProgramId | 'node' | 'kernel', string>>>;
  /** What was left out, and why. */
  readonly skipped: readonly string[];
  /** Processes that wanted to run besides ours, at the start and at the end. */
  readonly load: readonly [number, number];
}

export interface Cell {
  readonly scenario: Scenario;
  readonly rows: readonly Row[];
}

export interface Row {
  readonly program: ProgramId;
  readonly rounds: number;
  /** How many messages were sent in each round. */
  readonly messages: number;
  /** Milliseconds a message: until the program has ended, or until the hub had it where it goes on behind the caller. */
  readonly wall: Spread;
  /** Milliseconds a message, user and system, with all processes that took part. */
  readonly cpu: number;
  /** Waits for the hub a message, where packets were counted. */
  readonly turns?: number;
  /** Megabytes that the largest process held at a time. */
  readonly memory?: number;
  /** Megabytes that only this process had, while it waited for the hub. */
  readonly own?: number;
}

/** The median, and the borders of its half: the quartiles. */
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** Throws RangeError when there is nothing. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number => {
    const place = share * (sorted.length - 1);
    const [below, above] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
    if (below === undefined || above === undefined) throw new RangeError('Cannot find the median of nothing');
    return rounded(below + (above - below) * (place - Math.floor(place)));
  };
  return { median: at(0.5), low: at(0.25), high: at(0.75) };
}

/** Three digits are more than a benchmark knows. */
export function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
