/** Answers for one message until others do: the hub, the queue, or the user whose dead.letter it stands in. */

import type { Options } from '../cli/options.ts';
import type { Settings } from '../config/types.ts';
import { Failure, reasonOf } from '../failure.ts';
import type { Ending } from '../hub/deliver.ts';
import type { Message } from '../message/types.ts';
import type { ClaimedEntry } from '../queue/claimed.ts';
import { keepDeadLetter } from '../queue/dead-letter.ts';
import { secondsOf } from '../queue/entry-name.ts';
import { noProgress } from '../queue/progress.ts';
import { type QueueTrouble, queueFailure } from '../queue/queue-trouble.ts';
import type { System } from '../system.ts';
import type { Outcome } from './outcome.ts';
import { putOff } from './put-off.ts';

export interface Custody {
  readonly original: Message;
  /** The message is in the queue: a killed process loses nothing. */
  isSafe(): boolean;
  /** Marks the moment from which the hub may have the message. */
  readonly ending: Ending | undefined;
  /** Others will send it at any time from now on; gives the name of its file. Throws Failure spool when it is not on the disk. */
  handOver(): string | undefined;
  /** True when those who wait will be served by the queue: that is on the disk now. */
  putOff(outcome: Outcome, settings: Settings): boolean;
  /** Nothing is left to do. */
  finish(): void;
  /** Keeps it for those who will not get it; gives the tail of a sentence that says where. */
  keep(failure: Failure, recipients: readonly string[]): string;
  /** There is a queue, and it could not take the message: that counts more than what else went wrong for now. */
  explained(failure: Failure): Failure;
  /** The same, where nothing else went wrong. */
  queueFailure(): Failure | undefined;
}

export interface Held {
  readonly message: Message;
  readonly entry?: ClaimedEntry | undefined;
  /** Why it is not in the queue, though there is one. */
  readonly trouble?: QueueTrouble | undefined;
}

export function custodyOf(
  held: Held,
  { id, now, options, system }: { id: string; now: Date; options: Options; system: System },
): Custody {
  const { message } = held;
  let { entry, trouble } = held;
  const due = secondsOf(now);
  let isDoubtful = false;

  function finish() {
    try {
      entry?.remove();
    } catch (error) {
      // The hub has it, and it is on hold; where not even that could be written, the next run finds it marked as uncertain.
      trouble = { why: reasonOf(error), hint: undefined };
    }
    entry = undefined;
  }

  return {
    original: message,
    isSafe: () => entry !== undefined,
    ending: entry,
    handOver() {
      let file: string | undefined;
      try {
        file = entry?.release('new', due);
      } catch (error) {
        // What could not be synced once may be lost, whatever another try says: the message is kept elsewhere.
        isDoubtful = true;
        throw error;
      }
      entry = undefined;
      return file;
    },
    putOff(outcome, settings) {
      if (!entry || isDoubtful) return false;
      try {
        putOff(entry, outcome, { progress: noProgress, settings, system, stayOpen: outcome.lost.length > 0 });
      } catch (error) {
        isDoubtful = true;
        const hint = error instanceof Failure ? error.hint : undefined;
        trouble = { why: error instanceof Failure ? error.message : reasonOf(error), hint };
        return false;
      }
      entry = undefined;
      return true;
    },
    finish,
    keep(failure, recipients) {
      if (message.fields.length === 0 && message.body.size === 0) return finish() ?? '';
      try {
        const isForNobody = recipients.length === 0 && !options.recipientsFromHeader;
        const { envelopeSender: sender } = options;
        const remains = { message, sender, recipients, reason: failure.message, isForNobody };
        const path = keepDeadLetter(remains, system);
        finish();
        return `; the message is kept in ${path}`;
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        if (!entry) return `; ${error.message}`;
        entry.release('hold', due, { ...noProgress, attempts: 1, reason: failure.message });
        return `; the message is on hold in the queue as ${id}`;
      }
    },
    explained(failure) {
      if (trouble === undefined || !failure.temporary || failure.kind === 'spool') return failure;
      const hint = trouble.hint ?? failure.hint;
      const message = `${failure.message}; the queue cannot take the message: ${trouble.why}`;
      return new Failure('spool', message, { hint, cause: failure.cause });
    },
    queueFailure: () => trouble && queueFailure(trouble),
  };
}
