/** Takes a message of the queue in hand: claims it, and reads it as what it is, a file that any user may have laid there. */

import { closeSync, fstatSync, lstatSync, renameSync, rmdirSync, statSync, unlinkSync } from 'node:fs';
import type { Settings } from '../config/types.ts';
import { Failure, reasonOf } from '../failure.ts';
import { messageStore } from '../message/message-store.ts';
import { fileOver, partOf } from '../message/temporary-file.ts';
import type { Message } from '../message/types.ts';
import type { System } from '../system.ts';
import { type ClaimedEntry, claimedEntry } from './claimed.ts';
import { type EntryName, nameText } from './entry-name.ts';
import { freeName } from './free-name.ts';
import { isMissing } from './own-file.ts';
import { headOf, openPlain } from './peek.ts';
import { type Progress, readProgress, writeProgress } from './progress.ts';
import type { Asked } from './request.ts';

export interface OpenEntry {
  readonly entry: ClaimedEntry;
  readonly asked: Asked;
  readonly message: Message;
  /** Who laid it there: the user id of the file. */
  readonly owner: number;
  readonly progress: Progress;
}

export interface QueuePlace {
  readonly path: string;
  /** The user id of the directory: the runner's. */
  readonly owner: number;
}

export interface OpenEntryContext {
  readonly place: QueuePlace;
  readonly settings: Pick<Settings, 'queueUserMegabytes'>;
  readonly system: Pick<System, 'processMark'>;
}

/**
 * Claims the file for this process. undefined when somebody else was faster, or the message is gone. `refused` says why the
 * file is no message, or cannot be read because of its owner: links, pipes and the like are removed, whatever might be mail is put on hold.
 * Throws Failure io when it cannot be read now for another reason.
 */
export function openEntry(
  name: EntryName,
  { place, settings, system }: OpenEntryContext,
): OpenEntry | { readonly refused: string } | undefined {
  const claimed = { ...name, claim: system.processMark() };
  const path = `${place.path}/${nameText(claimed)}`;
  try {
    renameSync(`${place.path}/${nameText(name)}`, path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  try {
    return openClaimed(place, { claimed, path, longest: settings.queueUserMegabytes * 1024 ** 2 });
  } catch (error) {
    if (isOwnersDoing(error, place)) {
      const why = `its owner keeps it from being read (${reasonOf(error)})`;
      noteReason(place, claimed, why);
      hold(place, claimed);
      return { refused: `${claimed.id}: ${why}; it is put on hold` };
    }
    // A failing disk, or too many open files: the message waits as it was.
    renameSync(path, `${place.path}/${nameText(freeName(place.path, { ...claimed, claim: undefined }))}`);
    throw new Failure('io', `Cannot read message ${name.id} of the queue: ${reasonOf(error)}`, { cause: error });
  }
}

/**
 * Whether the owner of the file that could not be read, another user, has seen to that: by its mode, its group, or a lease
 * (fcntl(2)). New files take the group of the directory: while that is one of the runner's, a file that the runner cannot read has been
 * changed. A directory with another group is for an administrator to put right.
 */
function isOwnersDoing(error: unknown, place: QueuePlace): boolean {
  if (!(error instanceof Error && 'code' in error && 'path' in error)) return false;
  const file = lstatSync(String(error.path), { throwIfNoEntry: false });
  if (!file?.isFile() || [0, place.owner, process.geteuid?.()].includes(file.uid)) return false;
  if (error.code === 'EAGAIN') return true;
  if (error.code !== 'EACCES' && error.code !== 'EPERM') return false;
  const { gid, mode } = statSync(place.path);
  return (mode & 0o2000) !== 0 && [process.getegid?.(), ...(process.getgroups?.() ?? [])].includes(gid);
}

/** For `mailq`. What was known of the message stays; where that cannot be read or written, nothing is noted. */
function noteReason(place: QueuePlace, claimed: EntryName, reason: string): void {
  if (claimed.key === undefined) return;
  try {
    const { uid, ino: inode } = lstatSync(`${place.path}/${nameText(claimed)}`);
    const progress = readProgress(place.path, { ...claimed, inode }, [process.geteuid?.() ?? 0, 0, place.owner, uid]);
    writeProgress(place.path, claimed, { ...progress, reason });
  } catch (error) {
    if (!(error instanceof Error && 'errno' in error)) throw error;
  }
}

interface Claimed {
  readonly claimed: EntryName;
  readonly path: string;
  /** Octets that a user's file may have. */
  readonly longest: number;
}

function openClaimed(place: QueuePlace, { claimed, path, longest }: Claimed): OpenEntry | { readonly refused: string } {
  const file = openPlain(path);
  if (typeof file === 'string') return { refused: `${claimed.id}: ${file}; ${removedOrHeld(place, claimed)}` };
  try {
    const { uid, size } = fstatSync(file);
    const isTooLarge = size > longest && uid !== 0 && uid !== place.owner;
    const head = isTooLarge ? undefined : headOf(file);
    if (head) return readClaimed(place, { claimed, file, head });
    hold(place, claimed);
    closeSync(file);
    const what = isTooLarge ? 'it is larger than its user may queue' : 'it is no whole message of this queue';
    return { refused: `${claimed.id}: ${what}; it is put on hold` };
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

/** What is a file may be somebody's mail, hard links of a backup included; nothing else can be. */
function removedOrHeld(place: QueuePlace, claimed: EntryName): string {
  const path = `${place.path}/${nameText(claimed)}`;
  const status = lstatSync(path, { throwIfNoEntry: false });
  try {
    if (status?.isDirectory()) rmdirSync(path);
    else if (!status?.isFile()) unlinkSync(path);
    else hold(place, claimed);
  } catch (error) {
    hold(place, claimed);
    return `it is put on hold (${reasonOf(error)})`;
  }
  return status?.isFile() ? 'it is put on hold' : 'it is removed';
}

function hold({ path: place }: QueuePlace, claimed: EntryName): void {
  const held = freeName(place, { ...claimed, state: 'hold', claim: undefined });
  renameSync(`${place}/${nameText(claimed)}`, `${place}/${nameText(held)}`);
}

function readClaimed(
  place: QueuePlace,
  { claimed, file, head }: { claimed: EntryName; file: number; head: NonNullable<ReturnType<typeof headOf>> },
): OpenEntry {
  const { uid: owner, ino: inode } = fstatSync(file);
  const owners = [process.geteuid?.() ?? 0, 0, place.owner, owner];
  const progress = readProgress(place.path, { ...claimed, inode }, owners);
  const message = messageIn(file, head.start, head.length);
  return { entry: claimedEntry(place.path, claimed, file), asked: head.asked, message, owner, progress };
}

const pieceSize = 64 * 1024;

/** What its owner may have written behind the message is no part of it. */
function messageIn(file: number, start: number, length: number): Message {
  const whole = fileOver(file, start, length);
  const store = messageStore((bodyStart) => partOf(whole, bodyStart, () => length));
  for (const piece of whole.chunks(pieceSize)) store.write(piece);
  return store.message();
}
