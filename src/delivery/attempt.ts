/** One attempt to deliver one message of the queue: claim, route, deliver, and what becomes of it then. */

import { defaultOptions, type Options } from '../cli/options.ts';
import { Failure } from '../failure.ts';
import { type Delivery, watchedEnding } from '../hub/deliver.ts';
import { type Addressed, letterFor } from '../hub/letter.ts';
import { logSending } from '../log/sending.ts';
import { arrivalOf, type EntryName, secondsOf } from '../queue/entry-name.ts';
import { type OpenEntry, openEntry } from '../queue/open-entry.ts';
import { unfinished } from '../queue/progress.ts';
import type { System } from '../system.ts';
import type { Courier } from './courier.ts';
import { giveUp, type Lost, reportOf } from './give-up.ts';
import { expired, type Intended, type Outcome, outcomeOf } from './outcome.ts';
import { unlessStopped } from './patience.ts';
import { progressAfter, putOff, reasonsOf } from './put-off.ts';
import { isReturnable, isToBeTold, notifySender } from './return.ts';
import type { Run } from './run.ts';
import { senderOf } from './sender.ts';

/** `gone`: somebody else has it; `down`: its hub was not even asked; `stopped`: the run is to end, and the message waits as before. */
export type Attempted = 'sent' | 'deferred' | 'failed' | 'refused' | 'gone' | 'unwanted' | 'down' | 'stopped';

/** A message in hand. */
interface Case {
  readonly id: string;
  readonly open: OpenEntry;
  readonly options: Options;
  readonly run: Run;
  /** As its owner would see it. */
  readonly system: System;
  readonly letter: Addressed | undefined;
  readonly intended: Intended;
}

export async function attempt(name: EntryName, courier: Courier, run: Run): Promise<Attempted> {
  const open = openEntry(name, run.office);
  if (open === undefined) return 'gone';
  if ('refused' in open) {
    run.report(`Cannot send ${open.refused}`);
    return 'refused';
  }
  const system = run.systemOf(open.owner);
  if (system === undefined) {
    const reason = `user id ${open.owner} belongs to nobody`;
    run.report(`Cannot send ${name.id}: ${reason}; it is put on hold`);
    open.entry.release('hold', name.due, { ...open.progress, reason });
    return 'refused';
  }
  try {
    return await attemptFor(name.id, open, { courier, run, system });
  } catch (error) {
    // A full disk, or a defect: the message waits as it was.
    open.entry.giveBack(name.due + Math.ceil(run.office.settings.minimalBackoff / 1000));
    throw error;
  }
}

async function attemptFor(
  id: string,
  open: OpenEntry,
  { courier, run, system }: { courier: Courier; run: Run; system: System },
): Promise<Attempted> {
  const options: Options = { ...defaultOptions, ...open.asked, addressFamily: run.options.addressFamily };
  const passage = { now: new Date(arrivalOf(id) * 1000), id };
  const routed = orFailure(() => letterFor(open.message, options, { settings: run.office.settings, system, passage }));
  const known = { id, open, options, run, system };
  if (routed instanceof Failure) {
    const intended = { recipients: options.operands.length > 0 ? options.operands : ['nobody'], malformed: [] };
    return conclude({ ...known, letter: undefined, intended }, routed);
  }
  if (!run.isWanted(routed.envelope)) {
    open.entry.giveBack();
    return 'unwanted';
  }
  const letter = withoutDone(routed, open);
  const here: Case = { ...known, letter, intended: letter.envelope };
  if (letter.envelope.recipients.length === 0) return conclude(here, nobodyAsked);
  if (courier.isDown(letter.plan)) {
    // Behind others, whose hub may answer.
    open.entry.giveBack(secondsOf(run.office.system.now()));
    return 'down';
  }
  const end = await deliver(letter, here, courier);
  if (end instanceof Failure && run.isStopping() && !open.entry.isUncertain()) {
    open.entry.giveBack();
    return 'stopped';
  }
  return conclude(here, end);
}

const nobodyAsked: Delivery = { accepted: [], refused: [], reply: undefined, size: 0 };

async function deliver(letter: Addressed, { open, run }: Case, courier: Courier): Promise<Delivery | Failure> {
  try {
    const { ending, wasGiven } = watchedEnding(open.entry);
    const delivering = courier.deliver({ ...letter, ending }, letter.plan, run.transcript);
    return await unlessStopped(delivering, run.ended, wasGiven);
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

/** Those who have it, or were told that they will not get it, are left out. */
function withoutDone({ envelope, message, plan }: Addressed, { progress }: OpenEntry): Addressed {
  const recipients = unfinished(envelope.recipients, progress);
  return { envelope: { ...envelope, recipients, malformed: unfinished(envelope.malformed, progress) }, message, plan };
}

/** Who was served leaves, who waits stays for as long as messages are kept, and of the others the sender is told. */
function conclude(here: Case, end: Delivery | Failure): Attempted {
  const { open, run, id } = here;
  const age = run.office.system.now().getTime() - arrivalOf(id) * 1000;
  const isExpired = age >= run.office.settings.queueLifetime;
  const found = outcomeOf(here.intended, end);
  const outcome = isExpired ? expired(found) : found;
  logAttempt(here, end, outcome);
  if (outcome.waiting.length > 0) {
    if (outcome.lost.length > 0) tellOfLoss(here, outcome, { mayWait: false, isExpired });
    const progress = isExpired ? open.progress : warned(here, outcome, age);
    putOff(open.entry, outcome, { progress, settings: run.office.settings, system: run.office.system });
    return 'deferred';
  }
  if (outcome.lost.length === 0) {
    open.entry.remove();
    return 'sent';
  }
  const settled = tellOfLoss(here, outcome, { mayWait: true, isExpired });
  const progress = { ...progressAfter(open.progress, outcome), done: open.progress.done, ...reasonsOf(outcome.lost) };
  if (settled === 'told') open.entry.remove();
  else if (settled === 'untold') open.entry.release('hold', 0, progress);
  else open.entry.release('failed', settled.waitUntil, progress);
  return 'failed';
}

function tellOfLoss(here: Case, outcome: Outcome, how: { mayWait: boolean; isExpired: boolean }) {
  const { office, told } = here.run;
  return giveUp(lostIn(here), outcome.lost, { office, told, ...how });
}

/** Optional, and once: the sender is told that it takes long. */
function warned(here: Case, { waiting }: Outcome, age: number): OpenEntry['progress'] {
  const { open, run, options } = here;
  const { delayWarning } = run.office.settings;
  const lost = lostIn(here);
  const isDue = delayWarning > 0 && age >= delayWarning && !open.progress.isWarned;
  if (!isDue || !isReturnable(lost.sender) || !isToBeTold(options.notify, 'delayed')) return open.progress;
  notifySender(lost.sender, [reportOf(lost, waiting, { action: 'delayed', isExpired: false })], run.office);
  return { ...open.progress, isWarned: true };
}

function lostIn({ id, open, options, letter, run, system }: Case): Lost {
  const sender = letter?.envelope.sender ?? senderOf(options, { settings: run.office.settings, system });
  return { id, options, sender, message: open.message, letter, isLastResort: open.asked.isLastResort ?? false };
}

function logAttempt({ id, options, letter, run, system }: Case, end: Delivery | Failure, outcome: Outcome): void {
  const [trouble] = [...outcome.lost, ...outcome.waiting];
  const failure = end instanceof Failure ? end : trouble && new Failure('temporary', trouble.reason);
  const status = outcome.lost.length > 0 ? 67 : 0;
  const delivery = end instanceof Failure ? undefined : end;
  const isQueued = outcome.waiting.length > 0;
  const { settings } = run.office;
  logSending(
    { options, settings, id, ...letter, delivery, failure, isQueued, status, dialogue: run.dialogue() },
    system,
  );
}

function orFailure<T>(work: () => T): T | Failure {
  try {
    return work();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}
