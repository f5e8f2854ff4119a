/** Takes a message of the queue in hand: claims it, and reads it as what it is, a file that any user may have laid there. */

import { closeSync, fstatSync, renameSync, unlinkSync } from 'node:fs';
import { Failure, reasonOf } from '../failure.ts';
import { messageStore } from '../message/message-store.ts';
import { fileOver, partOf } from '../message/temporary-file.ts';
import type { Message } from '../message/types.ts';
import { type ClaimedEntry, claimedEntry } from './claimed.ts';
import { type EntryName, nameText } from './entry-name.ts';
import { isMissing } from './own-file.ts';
import { headOf, openPlain } from './peek.ts';
import { type Progress, readProgress } from './progress.ts';
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

/**
 * `claim` is the mark of this process. undefined when somebody else was faster, or the message is gone. `refused` says why the
 * file is no message: links, pipes and the like are removed, whatever might be mail is put on hold. Throws Failure io when it
 * cannot be read now.
 */
export function openEntry(
  place: QueuePlace,
  name: EntryName,
  claim: string,
): OpenEntry | { readonly refused: string } | undefined {
  const claimed = { ...name, claim };
  const path = `${place.path}/${nameText(claimed)}`;
  try {
    renameSync(`${place.path}/${nameText(name)}`, path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  try {
    return openClaimed(place, { name, claimed, path });
  } catch (error) {
    // A failing disk, or too many open files: the message waits as it was.
    renameSync(path, `${place.path}/${nameText({ ...name, claim: undefined })}`);
    throw new Failure('io', `Cannot read message ${name.id} of the queue: ${reasonOf(error)}`, { cause: error });
  }
}

function openClaimed(
  place: QueuePlace,
  { name, claimed, path }: { name: EntryName; claimed: EntryName; path: string },
): OpenEntry | { readonly refused: string } {
  const file = openPlain(path);
  if (typeof file === 'string') {
    unlinkSync(path);
    return { refused: `${name.id}: ${file}; it is removed` };
  }
  const head = headOf(file);
  if (!head) {
    renameSync(path, `${place.path}/${nameText({ ...name, state: 'hold', claim: undefined })}`);
    closeSync(file);
    return { refused: `${name.id}: it is no whole message of this queue; it is put on hold` };
  }
  const owner = fstatSync(file).uid;
  const progress = readProgress(place.path, name.id, [process.geteuid?.() ?? 0, 0, place.owner, owner]);
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
