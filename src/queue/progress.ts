/** What is known of a queued message beside its file: how often it was tried, what came of it, and for whom it is done. */

import { progressName } from './entry-name.ts';
import { readOwn, writeOwn } from './own-file.ts';

export interface Progress {
  readonly attempts: number;
  /** Recipients who have the message, or will never get it and that has been told. */
  readonly done: readonly string[];
  /** Why it is still here, in words, and by recipient where that is not the same for all. */
  readonly reason: string;
  readonly reasons: Readonly<Record<string, string>>;
  /** The sender was told that it takes long. */
  readonly isWarned: boolean;
}

export const noProgress: Progress = { attempts: 0, done: [], reason: '', reasons: {}, isWarned: false };

/** Returns when it is on the disk; throws the system's own error. Whoever holds the claim may call it. */
export function writeProgress(place: string, id: string, progress: Progress): void {
  writeOwn(`${place}/${progressName(id)}`, JSON.stringify(progress));
}

/** What was written last; nothing when there is no such file, or when it is not by `owners`. */
export function readProgress(place: string, id: string, owners: readonly number[]): Progress {
  const value = readOwn(`${place}/${progressName(id)}`, owners);
  return isProgress(value) ? value : noProgress;
}

function isProgress(value: unknown): value is Progress {
  if (typeof value !== 'object' || value === null) return false;
  const { attempts, done, reason, reasons, isWarned } = Object.fromEntries(Object.entries(value));
  const isTexts = (list: unknown[]) => list.every((text) => typeof text === 'string');
  return (
    Number.isSafeInteger(attempts) &&
    Array.isArray(done) &&
    isTexts(done) &&
    typeof reason === 'string' &&
    typeof reasons === 'object' &&
    reasons !== null &&
    isTexts(Object.values(reasons)) &&
    typeof isWarned === 'boolean'
  );
}
