/** What is known of a queued message beside its file: how often it was tried, what came of it, and for whom it is done. */

import { type EntryName, progressName, stemOf } from './entry-name.ts';
import { readOwn, removeFile, writeOwn } from './own-file.ts';

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

/** Those for whom something is left to do. */
export function unfinished<Recipient extends string>(
  recipients: readonly Recipient[],
  { done }: Pick<Progress, 'done'>,
): Recipient[] {
  const finished = new Set(done);
  return recipients.filter((recipient) => !finished.has(recipient));
}

/** Returns when it is on the disk; throws the system's own error. Whoever holds the claim may call it. */
export function writeProgress(place: string, of: EntryName, progress: Progress): void {
  writeOwn(pathOf(place, stemOf(of)), JSON.stringify(progress));
}

/** Notes that a message leaves behind are swept later; so are those without a key, which may be of another message. */
export function removeProgress(place: string, of: EntryName): void {
  if (of.key === undefined) return;
  try {
    removeFile(pathOf(place, stemOf(of)));
  } catch (error) {
    if (!(error instanceof Error && 'errno' in error)) throw error;
  }
}

/**
 * The notes that were written last; none where there is no such file, or where it is not by `owners`. The inode ties notes to a
 * message that had no key yet.
 */
export function readProgress(
  place: string,
  of: EntryName & { readonly inode: number },
  owners: readonly number[],
): Progress {
  if (of.key !== undefined) {
    const value = readOwn(pathOf(place, stemOf(of)), owners);
    if (isProgress(value)) return value;
  }
  const value = readOwn(pathOf(place, of.id), owners);
  return isProgress(value) && 'file' in value && value.file === of.inode ? value : noProgress;
}

/** Why this recipient still waits, or was given up. */
export function reasonFor(recipient: string, { reason, reasons }: Progress): string {
  return (Object.hasOwn(reasons, recipient) ? reasons[recipient] : undefined) ?? reason;
}

function pathOf(place: string, stem: string): string {
  return `${place}/${progressName(stem)}`;
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
