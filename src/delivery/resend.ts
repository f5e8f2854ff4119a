/** Sends a message of dead.letter again: to its hub, or into the queue when the hub cannot take it for now. */

import type { Options } from '../cli/options.ts';
import type { Settings } from '../config/types.ts';
import { Failure, reasonOf } from '../failure.ts';
import { type Delivery, deliver, watchedEnding } from '../hub/deliver.ts';
import { type Directed, directedFor } from '../hub/letter.ts';
import { hubName, type Plan } from '../hub/plan.ts';
import { deferredIn, verdictOf } from '../hub/verdict.ts';
import { logSending } from '../log/sending.ts';
import { headerOctets } from '../message/header-block.ts';
import type { Message } from '../message/types.ts';
import type { ClaimedEntry } from '../queue/claimed.ts';
import { queueIdAt, secondsOf } from '../queue/entry-name.ts';
import { noProgress } from '../queue/progress.ts';
import { queueFailure } from '../queue/queue-trouble.ts';
import { askedIn } from '../queue/request.ts';
import { queuePlaceOf } from '../queue/safety.ts';
import { type Spooling, spoolIn } from '../queue/spool.ts';
import { type Envelope, recipientsAsked } from '../route/envelope.ts';
import type { System } from '../system.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import { unlessStopped } from './patience.ts';
import { putOff } from './put-off.ts';

export interface ResendContext {
  /** For a user who may not read the configuration, the queue, whose runner may. */
  readonly settings: Settings | { readonly dropPlace: string };
  readonly system: System;
  /** Rejects when a signal asks the program to end. */
  readonly ended: Promise<never>;
  isStopping(): boolean;
  transcript(line: string): void;
  /** Hubs that gave no answer, by name, and why: each is asked once. */
  readonly down: Map<string, Failure>;
}

export interface Resending {
  readonly message: Message;
  readonly options: Options;
  /** From now on others may have the message. What it throws ends the attempt. */
  begin(): void;
}

export interface Resent {
  /** Who still needs the message; when there is nobody, it is sent or in the queue. */
  readonly unserved: readonly string[];
  readonly failure?: Failure | undefined;
  /** A hub was given all of it, and has not answered. */
  readonly isUncertain?: boolean;
  readonly isQueued?: boolean;
  readonly delivery?: Delivery;
  readonly envelope?: Envelope;
  readonly plan?: Plan;
}

/** Throws what is a defect; whatever else goes wrong is in the result. */
export async function resend(resending: Resending, context: ResendContext): Promise<Resent> {
  const { settings, system } = context;
  const now = system.now();
  const id = queueIdAt(now, system.randomHex(4));
  const passage = { now, id };
  const known = 'dropPlace' in settings ? undefined : settings;
  const resent = await (known
    ? send(resending, { ...context, settings: known, passage })
    : drop(resending, context, id));
  const { options, message } = resending;
  const status = resent.failure?.status ?? 0;
  logSending({ options, settings: known, id, now, message, ...resent, status, dialogue: [] }, system);
  return resent;
}

interface SendContext extends ResendContext {
  readonly settings: Settings;
  readonly passage: { readonly now: Date; readonly id: string };
}

async function send(resending: Resending, context: SendContext): Promise<Resent> {
  const { message, options } = resending;
  let directed: Directed;
  try {
    directed = directedFor(message, options, context);
  } catch (error) {
    return { unserved: namesIn(resending), failure: failureOf(error) };
  }
  const { envelope, plan } = directed;
  const { ending, isUncertain, wasGiven } = watchedEnding({ before: resending.begin, answered: () => undefined });
  const hub = hubName(plan);
  try {
    const down = context.down.get(hub);
    if (down) throw down;
    const delivering = deliver({ envelope, message: directed.message, ending }, plan, context.transcript);
    const { delivery, closed } = await unlessStopped(delivering, context.ended, wasGiven);
    await closed;
    return { ...settle(directed, delivery, { resending, context }), delivery, envelope, plan };
  } catch (error) {
    const failure = failureOf(error);
    const everybody = [...envelope.recipients, ...envelope.malformed];
    const known = { envelope, plan };
    if (isUncertain()) return { ...known, unserved: everybody, failure, isUncertain: true };
    if (context.isStopping()) return { ...known, unserved: everybody, failure };
    if (isOfHub(failure)) context.down.set(hub, failure);
    return { ...settle(directed, failure, { resending, context }), ...known };
  }
}

/** The hub's answers are known, or why there are none: who waits is served by the queue, where there is one. */
function settle(
  { envelope }: Directed,
  end: Delivery | Failure,
  { resending, context }: { resending: Resending; context: SendContext },
): Resent {
  const outcome = outcomeOf(envelope, end);
  const place = queuePlaceOf(resending.options, context.settings);
  const trouble = outcome.waiting.length > 0 ? putIntoQueue(outcome, place, { resending, context }) : undefined;
  const isQueued = outcome.waiting.length > 0 && trouble === undefined;
  if (end instanceof Failure) {
    const lost = outcome.lost.map(({ recipient }) => recipient);
    const unserved = isQueued ? lost : [...outcome.waiting.map(({ recipient }) => recipient), ...lost];
    return { unserved, failure: unserved.length > 0 ? explained(end, trouble) : undefined, isQueued };
  }
  const verdict = verdictOf(end, envelope, isQueued ? deferredIn(end) : []);
  return { unserved: verdict?.unserved ?? [], failure: verdict && explained(verdict.failure, trouble), isQueued };
}

/** A user who may not read the configuration leaves the message to whoever runs the queue. */
function drop(resending: Resending, { settings, system }: ResendContext, id: string): Resent {
  const unserved = namesIn(resending);
  if (unserved.length === 0) return { unserved, failure: new Failure('usage', 'Cannot send: no recipient') };
  try {
    const place = 'dropPlace' in settings ? settings.dropPlace : undefined;
    const spool = spoolOf(unserved, place, { resending, id, system });
    if (!spool) throw new Failure('spool', 'Cannot queue the message: there is no queue');
    const due = secondsOf(system.now());
    enqueued(entryIn(spool, due), (entry) => entry.release('new', due));
    return { unserved: [], isQueued: true };
  } catch (error) {
    return { unserved, failure: failureOf(error) };
  }
}

/** Gives why it is not in the queue; 'none' without one. */
function putIntoQueue(
  { waiting }: Outcome,
  place: string | undefined,
  { resending, context }: { resending: Resending; context: SendContext },
): Failure | 'none' | undefined {
  const { settings, system, passage } = context;
  try {
    const recipients = waiting.map(({ recipient }) => recipient);
    const spool = spoolOf(recipients, place, { resending, id: passage.id, system });
    if (!spool) return 'none';
    const entry = entryIn(spool, secondsOf(system.now()));
    const outcome = { served: [], waiting, lost: [] };
    enqueued(entry, () => putOff(entry, outcome, { progress: noProgress, settings, system }));
    return undefined;
  } catch (error) {
    return failureOf(error);
  }
}

function spoolOf(
  operands: readonly string[],
  place: string | undefined,
  { resending, id, system }: { resending: Resending; id: string; system: System },
): Spooling | undefined {
  const asked = { ...askedIn(resending.options), operands, recipientsFromHeader: false };
  const spool = place === undefined ? undefined : spoolIn(place, { id, asked, system });
  if (!spool) return undefined;
  if (!('append' in spool)) throw queueFailure(spool.trouble);
  try {
    resending.begin();
    spool.append(headerOctets(resending.message.fields));
    for (const piece of resending.message.body.chunks()) spool.append(piece);
    return spool;
  } catch (error) {
    spool.abandon();
    throw error;
  }
}

/** What the queue may not keep for sure does not stay in it: dead.letter has the message, and one of the two sends it. */
function enqueued(entry: ClaimedEntry, work: (entry: ClaimedEntry) => unknown): void {
  try {
    work(entry);
  } catch (error) {
    entry.remove();
    throw error;
  }
}

function entryIn(spool: Spooling, due: number) {
  const found = spool.finish(due);
  if ('trouble' in found) throw queueFailure(found.trouble);
  return found;
}

/** That the queue is full counts more than what else went wrong for now. */
function explained(failure: Failure, trouble: Failure | 'none' | undefined): Failure {
  return trouble instanceof Failure && failure.temporary ? trouble : failure;
}

/** Another message would have no other answer. */
function isOfHub({ kind }: Failure): boolean {
  return ['unknownHost', 'unavailable', 'protocol', 'login', 'config'].includes(kind);
}

/** As they stand in the notes, or in the header where there is no note. */
function namesIn({ message, options }: Resending): string[] {
  const { addresses, malformed } = recipientsAsked(message.fields, options);
  return [...addresses, ...malformed];
}

/** The file of the queue or of dead.letter fails; anything else is a defect. */
function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof Error && 'errno' in error)
    return new Failure('io', `Cannot send the message again: ${reasonOf(error)}`, { cause: error });
  throw error;
}
