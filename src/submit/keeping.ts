/** The client's message in the queue: while it comes in, until the hub has it, and afterwards when the hub cannot take it. */

import type { Address } from '../address.ts';
import type { Options } from '../cli/options.ts';
import type { Settings } from '../config/types.ts';
import type { Outcome } from '../delivery/outcome.ts';
import { putOff } from '../delivery/put-off.ts';
import type { MessageFile } from '../message/read-message.ts';
import type { ClaimedEntry } from '../queue/claimed.ts';
import { secondsOf } from '../queue/entry-name.ts';
import { noProgress } from '../queue/progress.ts';
import { type QueueTrouble, queueFailure } from '../queue/queue-trouble.ts';
import { askedIn } from '../queue/request.ts';
import { type Spooling, spoolIn, troubleAt } from '../queue/spool.ts';
import type { System } from '../system.ts';
import type { Parameters } from './parameters.ts';

export interface Keeping {
  /** There is a queue that can be used: recipients may be taken although the hub cannot be asked. */
  readonly isPossible: boolean;
  /** The client has been told that this recipient gets the message; `words` is what RCPT says besides. */
  add(recipient: Address, words: readonly string[]): void;
  /** Those who were added, as the client said them. */
  recipients(): readonly Address[];
  /** Takes the message as it comes in; undefined without a queue. To be asked for when the recipients are known. */
  file(): MessageFile | undefined;
  /** The message has come as a whole; undefined when it could not be written. */
  entry(): ClaimedEntry | undefined;
  /** It waits in the queue for all who were added. Throws Failure spool when it is not on the disk. */
  putOff(outcome: Outcome, settings: Settings): void;
  /** The same before the hub was asked: the next run of the queue, or a program that is started now, delivers. */
  handOver(isAtOnce: boolean): void;
  /** Nothing of it stays. */
  drop(): void;
}

export interface Counter {
  readonly id: string;
  readonly options: Options;
  readonly system: System;
  /** The directory of the queue; undefined when nothing is to be queued. */
  readonly place: string | undefined;
}

/** `said` are the parameters of MAIL. */
export function keeping({ id, options, system, place }: Counter, said: Parameters): Keeping {
  const recipients: Address[] = [];
  const parameters: Record<string, readonly string[]> = {};
  let spool: Spooling | undefined;
  let entry: ClaimedEntry | undefined;
  let trouble: QueueTrouble = { why: 'there is no queue', hint: undefined };

  function asked() {
    const returns = said.get('RET')?.toUpperCase() ?? options.returns;
    const envelopeId = said.has('ENVID') ? fromXtext(said.get('ENVID') ?? '') : options.envelopeId;
    return { ...askedIn(options), operands: recipients, returns, envelopeId, parameters };
  }

  function inHand(): ClaimedEntry {
    if (entry) return entry;
    throw queueFailure(trouble);
  }

  return {
    isPossible: place !== undefined && troubleAt(place) === undefined,
    add(recipient, words) {
      recipients.push(recipient);
      if (words.length > 0) parameters[recipient] = words;
    },
    recipients: () => recipients,
    file() {
      const found = place === undefined ? undefined : spoolIn(place, { id, asked: asked(), system });
      if (found && 'append' in found) spool = found;
      else trouble = found?.trouble ?? trouble;
      return spool;
    },
    entry() {
      const found = spool?.finish(secondsOf(system.now()));
      spool = undefined;
      if (found && 'trouble' in found) trouble = found.trouble;
      else entry = found;
      return entry;
    },
    putOff(outcome, settings) {
      putOff(inHand(), outcome, { progress: noProgress, settings, system });
      entry = undefined;
    },
    handOver(isAtOnce) {
      const due = secondsOf(system.now());
      const file = inHand().release('new', due);
      entry = undefined;
      if (isAtOnce) system.startAgain(file, options.configFile);
    },
    drop() {
      spool?.abandon();
      try {
        entry?.remove();
      } catch (error) {
        // The client has its answer; the next run of the queue finds the message marked as uncertain.
        if (!(error instanceof Error)) throw error;
      }
      spool = undefined;
      entry = undefined;
    },
  };
}

/** RFC 3461 §4: what `commands.ts` encodes. */
function fromXtext(text: string): string {
  const octets = text.replaceAll(/\+([0-9A-F]{2})/g, (_all, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(octets, 'latin1').toString('utf8');
}
