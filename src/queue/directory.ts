/** The queue as a whole: its place, and the names in it, one after the other however many there are. */

import { lstatSync, opendirSync, renameSync, statSync } from 'node:fs';
import { Failure, reasonOf } from '../failure.ts';
import type { System } from '../system.ts';
import { arrivalOf, type EntryName, nameText, parseName, stemBeside, stemOf } from './entry-name.ts';
import { freeName } from './free-name.ts';
import type { QueuePlace } from './open-entry.ts';
import { isMissing, removeFile } from './own-file.ts';
import { directoryHint } from './queue-trouble.ts';

/** undefined when there is nothing of that name. Throws Failure login when the user may not look there, io when it is no directory. */
export function placeAt(path: string): QueuePlace | undefined {
  const status = reading(path, () => statSync(path, { throwIfNoEntry: false }));
  if (status && !status.isDirectory())
    throw new Failure('io', `Cannot read the queue ${path}: it is not a directory`, { hint: directoryHint });
  return status && { path, owner: status.uid };
}

/** Every message of the queue, in no order. Throws Failure login when the user may not list it, io when it cannot be read. */
export function* entriesIn({ path }: QueuePlace): Generator<EntryName> {
  for (const file of filesIn(path)) {
    const name = parseName(file);
    if (name) yield name;
  }
}

function* filesIn(path: string): Generator<string> {
  const directory = reading(path, () => opendirSync(path, { bufferSize: 1024 }));
  const next = () => reading(path, () => directory.readSync());
  try {
    for (let file = next(); file !== null; file = next()) yield file.name;
  } finally {
    directory.closeSync();
  }
}

/**
 * What stands beside messages that are gone, because a process was killed between removing the one and the other. `before`,
 * seconds since 1970: only what belongs to older messages is looked at, which no run has in hand any more.
 */
export function sweep(place: QueuePlace, before: number): void {
  const messages = new Set<string>();
  const others: string[] = [];
  for (const file of filesIn(place.path)) {
    const name = parseName(file);
    const stem = name ? stemOf(name) : stemBeside(file);
    if (stem === undefined || arrivalOf(stem) >= before) continue;
    // Notes without a key are of a message that had none either, and may have one by now.
    if (name) messages.add(stem).add(name.id);
    else others.push(file);
  }
  for (const file of others) {
    if (messages.has(stemBeside(file) ?? '')) continue;
    try {
      removeFile(`${place.path}/${file}`);
    } catch (error) {
      // No file of ours; it harms nobody.
      if (!(error instanceof Error)) throw error;
    }
  }
}

/** Seconds after which a claim that cannot be proved is over: longer than any delivery takes. */
const provenFor = 3600;
const writingFor = 24 * 3600;

/**
 * What a process left behind that is gone: what it was still writing is removed, for its caller was never told that it is safe.
 * Gives the name of what may be claimed now; undefined for what is still in somebody's hands, or in nobody's.
 */
export function abandonedName(place: QueuePlace, name: EntryName, system: System): EntryName | undefined {
  if (name.claim === undefined) return undefined;
  const runs = system.isRunning(name.claim);
  const path = `${place.path}/${nameText(name)}`;
  const isOver = runs === false || (runs === undefined && ageOf(path, system) > limitOf(name));
  if (!isOver) return undefined;
  if (name.state !== 'writing') return name;
  removeFile(path);
  return undefined;
}

function limitOf({ state }: EntryName): number {
  return state === 'writing' ? writingFor : provenFor;
}

/** Seconds since the claim was laid: renaming sets the time of change. */
function ageOf(path: string, system: System): number {
  const status = lstatSync(path, { throwIfNoEntry: false });
  return status ? (system.now().getTime() - status.ctimeMs) / 1000 : 0;
}

/** False when the message is not there any more under that name. */
export function renameEntry(place: QueuePlace, from: EntryName, to: EntryName): boolean {
  try {
    renameSync(`${place.path}/${nameText(from)}`, `${place.path}/${nameText(freeName(place.path, to))}`);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** Looks into the queue at `path`. Throws Failure login where this user may not, io for what else the system says. */
export function reading<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Error && 'errno' in error)) throw error;
    const isDenied = 'code' in error && (error.code === 'EACCES' || error.code === 'EPERM');
    throw new Failure(isDenied ? 'login' : 'io', `Cannot read the queue ${path}: ${reasonOf(error)}`, {
      hint: isDenied ? 'Its owner and root may' : undefined,
      cause: error,
    });
  }
}
