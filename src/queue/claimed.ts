/** A message in the queue while one process holds it: nobody else sends it, and its file goes only when its outcome is known. */

import { closeSync, constants, fsyncSync, openSync, renameSync } from 'node:fs';
import { Failure, reasonOf } from '../failure.ts';
import { type EntryName, nameText, type State } from './entry-name.ts';
import { freeName } from './free-name.ts';
import { isMissing, removeFile } from './own-file.ts';
import { type Progress, removeProgress, writeProgress } from './progress.ts';

export interface ClaimedEntry {
  readonly id: string;
  /**
   * To be called before the hub is given the end of the message: from here on a crash leaves a message of which nobody knows
   * whether the hub has it. Throws Failure temporary when somebody else has taken the message over; then the end must not be sent.
   */
  before(): void;
  /** The hub has answered to the end of the message: what it said is known, as long as this process lives. */
  answered(): void;
  /** The hub may have the message. */
  isUncertain(): boolean;
  /**
   * Every recipient has it, or has been reported. Throws Failure spool when the file cannot be removed: it is on hold then, so that nobody
   * gets it once more.
   */
  remove(): void;
  /**
   * Gives it back, to be sent when it is due; returns the name of its file when that is on the disk. Throws Failure spool when it
   * cannot be. `stayOpen`: a large body is read from its file, and somebody will.
   */
  release(state: State, due: number, progress?: Progress, stayOpen?: boolean): string;
  /** Gives it back as it was, without a word on the disk, to be sent when it is due. Does nothing when it is not in hand any more. */
  giveBack(due?: number): void;
}

/** `descriptor` is the open file; it is closed when the entry is gone or given back. */
export function claimedEntry(place: string, name: EntryName, descriptor: number): ClaimedEntry {
  let current = name;
  let isInHand = true;
  let isUncertain = name.state === 'uncertain';

  /** A file that was laid under the same name is not overwritten. */
  function becomes(wanted: EntryName) {
    const next = nameText(wanted) === nameText(current) ? wanted : freeName(place, wanted);
    renameSync(`${place}/${nameText(current)}`, `${place}/${nameText(next)}`);
    current = next;
  }

  function letGo() {
    isInHand = false;
    closeSync(descriptor);
  }

  function release(state: State, due: number, progress?: Progress, stayOpen = false): string {
    try {
      if (progress) writeProgress(place, name, progress);
      becomes({ ...current, state, due });
      fsyncSync(descriptor);
      syncDirectory(place);
      becomes({ ...current, claim: undefined });
    } catch (error) {
      throw new Failure('spool', `Cannot write to the queue ${place}: ${reasonOf(error)}`, { cause: error });
    }
    if (stayOpen) isInHand = false;
    else letGo();
    return nameText(current);
  }

  return {
    id: name.id,
    before() {
      if (!isInHand) throw new Failure('temporary', 'Cannot send the end of the message: it was given back');
      try {
        becomes({ ...current, state: 'uncertain' });
        isUncertain = true;
      } catch (error) {
        const why = isMissing(error) ? 'another process has taken the message over' : reasonOf(error);
        throw new Failure('temporary', `Cannot send the end of the message: ${why}`, { cause: error });
      }
    },
    answered() {
      isUncertain = false;
    },
    isUncertain: () => isUncertain,
    remove() {
      try {
        removeFile(`${place}/${nameText(current)}`);
      } catch (error) {
        release('hold', 0);
        const why = `Cannot remove message ${name.id}, which is done: ${reasonOf(error)}; it is put on hold`;
        throw new Failure('spool', why, { cause: error });
      }
      removeProgress(place, name);
      letGo();
    },
    release,
    giveBack(due = current.due) {
      if (!isInHand) return;
      // What became uncertain meanwhile stays so.
      try {
        becomes({ ...current, due, claim: undefined });
      } finally {
        letGo();
      }
    },
  };
}

/**
 * A user who may create files here but not list them cannot open the directory either: the file systems of Linux write a new
 * name together with the file that is synced.
 */
function syncDirectory(place: string): void {
  let directory: number;
  try {
    directory = openSync(place, constants.O_RDONLY | constants.O_DIRECTORY);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EACCES') return;
    throw error;
  }
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
