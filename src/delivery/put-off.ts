/** Gives a message back to the queue after an attempt that did not serve everybody: when it is due, and why it waits. */

import type { Settings } from '../config/types.ts';
import { shortened } from '../printable.ts';
import type { ClaimedEntry } from '../queue/claimed.ts';
import { secondsOf } from '../queue/entry-name.ts';
import type { Progress } from '../queue/progress.ts';
import { backoffAfter, uncertainHoldOff } from '../queue/retry.ts';
import type { System } from '../system.ts';
import type { Outcome, Trouble } from './outcome.ts';

const longestReason = 500;

interface Circumstances {
  readonly progress: Progress;
  readonly settings: Settings;
  readonly system: System;
  /** The message is still read when it has been given back. */
  readonly stayOpen?: boolean;
}

/** Throws Failure spool when it cannot be written down; then the entry is still in hand. */
export function putOff(
  entry: ClaimedEntry,
  outcome: Outcome,
  { progress, settings, system, stayOpen }: Circumstances,
): void {
  const next = progressAfter(progress, outcome);
  const random = Number.parseInt(system.randomHex(2), 16) / 0xffff;
  const backoff = backoffAfter(next.attempts, settings, random);
  const wait = entry.isUncertain() ? Math.max(backoff, uncertainHoldOff) : backoff;
  const due = secondsOf(system.now()) + Math.ceil(wait / 1000);
  entry.release(entry.isUncertain() ? 'uncertain' : 'deferred', due, next, stayOpen);
}

/** Who was served or lost needs no further attempt. */
export function progressAfter(progress: Progress, { served, waiting, lost }: Outcome): Progress {
  return {
    ...progress,
    attempts: progress.attempts + 1,
    done: [...new Set([...progress.done, ...served, ...lost.map(({ recipient }) => recipient)])],
    ...reasonsOf(waiting),
  };
}

export function reasonsOf(troubles: readonly Trouble[]): Pick<Progress, 'reason' | 'reasons'> {
  const shown = troubles.map(({ recipient, reason }) => [recipient, shortened(reason, longestReason)] as const);
  const different = new Set(shown.map(([, reason]) => reason)).size > 1;
  return { reason: shown[0]?.[1] ?? '', reasons: different ? Object.fromEntries(shown) : {} };
}
