/** Puts a message into the queue while it is being read: before anybody talks to the hub, it survives the end of this process. */

import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  openSync,
  renameSync,
  statfsSync,
  statSync,
  writeSync,
} from 'node:fs';
import type { MessageFile } from '../message/read-message.ts';
import { fileOver, partOf } from '../message/temporary-file.ts';
import type { System } from '../system.ts';
import { type ClaimedEntry, claimedEntry } from './claimed.ts';
import { type EntryName, keyOctets, nameText } from './entry-name.ts';
import { removeFile } from './own-file.ts';
import { directoryTrouble, diskTrouble, type QueueTrouble, queueTrouble, recipientsTrouble } from './queue-trouble.ts';
import { type Asked, lengthOffset, lengthText, longestRequest, requestLine } from './request.ts';

export interface Spooling extends MessageFile {
  /** All of the message has come: gives the entry, or why there is none (disk full, quota). To be called once. */
  finish(due: number): ClaimedEntry | { readonly trouble: QueueTrouble };
  /** The message will not be sent: nothing of it stays. */
  abandon(): void;
}

export interface Label {
  readonly id: string;
  readonly asked: Asked;
  readonly system: Pick<System, 'processMark' | 'randomHex'>;
}

/** Why the queue cannot be used, or what takes the message. A queue that is not there is no trouble: undefined. */
export function spoolIn(place: string, label: Label): Spooling | { readonly trouble: QueueTrouble } | undefined {
  const head = requestLine(label.asked);
  if (head.length > longestRequest) return { trouble: recipientsTrouble(place, head.length) };
  try {
    const directory = statSync(place, { throwIfNoEntry: false });
    if (directory === undefined) return undefined;
    const trouble = directoryTrouble(place, directory);
    return trouble ? { trouble } : spooling(place, draftFor(label), head);
  } catch (error) {
    return { trouble: queueTrouble(place, error) };
  }
}

function draftFor({ id, system }: Label): EntryName {
  return { id, key: system.randomHex(keyOctets), state: 'writing', due: 0, claim: system.processMark() };
}

/**
 * Why this user's messages cannot be laid there, in the words of `spoolIn`, as far as that can be known before one comes: what the
 * directory is, whether it can be written, and whether its disk has room. A quota is not seen.
 */
export function troubleAt(place: string): QueueTrouble | undefined {
  try {
    const trouble = directoryTrouble(place, statSync(place));
    if (trouble) return trouble;
    accessSync(place, constants.W_OK | constants.X_OK);
    return diskTrouble(place, statfsSync(place), process.geteuid?.() === 0);
  } catch (error) {
    if (error instanceof Error && 'code' in error) return queueTrouble(place, error);
    throw error;
  }
}

function spooling(place: string, draft: EntryName, head: Buffer): Spooling {
  const path = `${place}/${nameText(draft)}`;
  const { O_CREAT, O_EXCL, O_NOFOLLOW, O_RDWR } = constants;
  const descriptor = openSync(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0o640);
  let trouble: QueueTrouble | undefined;
  let size = 0;
  /** A large body is read from the file, whatever becomes of its name. */
  let isRead = false;
  const file = fileOver(descriptor, head.length);

  function attempt(work: () => void) {
    try {
      work();
    } catch (error) {
      trouble ??= queueTrouble(place, error);
    }
  }

  attempt(() => {
    // Whatever the umask: the runner reads it by its group.
    fchmodSync(descriptor, 0o640);
    for (let written = 0; written < head.length; ) written += writeSync(descriptor, head, written);
  });

  return {
    append(octets) {
      if (trouble !== undefined) return;
      const left = file.append(octets).length;
      size += octets.length - left;
      if (left > 0) trouble = queueTrouble(place, file.refusal());
    },
    from(offset) {
      isRead = true;
      return partOf(file, offset, () => size);
    },
    finish(due) {
      const whole: EntryName = { ...draft, state: 'new', due };
      attempt(() => {
        if (trouble !== undefined) return;
        writeSync(descriptor, lengthText(size), lengthOffset, 'latin1');
        renameSync(path, `${place}/${nameText(whole)}`);
      });
      if (trouble === undefined) return claimedEntry(place, whole, descriptor);
      attempt(() => removeFile(path));
      if (!isRead) closeSync(descriptor);
      return { trouble };
    },
    abandon() {
      attempt(() => removeFile(path));
      closeSync(descriptor);
    },
  };
}
