/** What is known of a queued message beside its file: how often it was tried, what came of it, and for whom it is done. */

import { progressName } from './entry-name.ts';
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

/** A message: ids can be chosen by whoever lays a file there, files cannot. */
export interface Belonging {
  readonly id: string;
  /** The inode of its file. */
  readonly file: number;
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
export function writeProgress(place: string, of: Belonging, progress: Progress): void {
  writeOwn(pathOf(place, of), JSON.stringify({ ...progress, file: of.file }));
}

/** Removes what was written of this message; another's of the same id stays. */
export function removeProgress(place: string, of: Belonging, owners: readonly number[]): void {
  const path = pathOf(place, of);
  const value = readOwn(path, owners);
  if (value !== undefined && isOf(value, of)) removeFile(path);
}

function pathOf(place: string, { id }: Belonging): string {
  return `${place}/${progressName(id)}`;
}

function isOf(value: unknown, { file }: Belonging): boolean {
  return typeof value === 'object' && value !== null && 'file' in value && value.file === file;
}

/** What was written last; nothing when there is no such file, or when it is not by `owners`. */
export function readProgress(place: string, of: Belonging, owners: readonly number[]): Progress {
  const value = readOwn(pathOf(place, of), owners);
  return isProgress(value) && isOf(value, of) ? value : noProgress;
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
