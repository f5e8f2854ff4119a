/** The story of one message, from the words of the command line to an exit status. The only file that knows every room. */

import { answer } from './admin/answer.ts';
import type { Options } from './cli/options.ts';
import { parseArguments } from './cli/parse-arguments.ts';
import { isOfClosedFile } from './config/file-reason.ts';
import { loadSettings, ownWayOf } from './config/settings.ts';
import type { Settings } from './config/types.ts';
import { type Custody, custodyOf } from './delivery/custody.ts';
import { outcomeOf } from './delivery/outcome.ts';
import { unlessStopped } from './delivery/patience.ts';
import { Failure } from './failure.ts';
import { type Delivery, deliver, watchedEnding } from './hub/deliver.ts';
import { type Addressed, type Directed, directedFor } from './hub/letter.ts';
import { deferredIn, verdictOf } from './hub/verdict.ts';
import { dialogueFile } from './log/dialogue-file.ts';
import { logSending } from './log/sending.ts';
import type { Message } from './message/types.ts';
import { printable } from './printable.ts';
import { queueIdAt } from './queue/entry-name.ts';
import { dropPlaceFor, queuePlaceOf, readSafely, runnerOf } from './queue/safety.ts';
import { type Envelope, recipientsAsked } from './route/envelope.ts';
import { hubRelay } from './submit/hub-relay.ts';
import type { Mailed } from './submit/mailing.ts';
import { serve } from './submit/serve.ts';
import type { System } from './system.ts';
import { failureOf, tell } from './tell.ts';

/** Everything that is known of a message so far; what goes wrong is told, kept and logged with as much as there is. */
interface Known extends Partial<Omit<Addressed, 'message'>> {
  readonly options: Options;
  readonly system: System;
  /** The queue id; it stands in Received, Message-ID and log. */
  readonly id: string;
  readonly now: Date;
  readonly dialogue: string[];
  custody?: Custody;
  /** The directory of the queue, where there is one. */
  place?: string | undefined;
  settings?: Settings;
  message?: Message;
  delivery?: Delivery;
  /** Who did not get the message; undefined when nobody did. */
  unserved?: readonly string[];
  /** It is on the disk, and will be sent to those who wait. */
  isQueued?: boolean;
}

/** Runs the program; gives the exit status. `words` is argv without the program's own name. Never throws. */
export async function run(words: readonly string[], system: System): Promise<number> {
  let options: Options | undefined;
  try {
    options = parseArguments(words, system.programName);
    if (options.mode === 'smtp') return await submit(options, system);
    return options.mode === 'send' ? await send(options, system) : await answer(options, system);
  } catch (error) {
    const failure = failureOf(error);
    tell(failure, { options, system });
    return failure.status;
  }
}

async function send(options: Options, system: System): Promise<number> {
  const now = system.now();
  const known: Known = { options, system, id: queueIdAt(now, system.randomHex(4)), now, dialogue: [] };
  try {
    await relay(known);
  } catch (error) {
    return queueOrKeep(failureOf(error), known);
  }
  logSending({ ...known, status: 0 }, system);
  return 0;
}

/** -bs: the client's messages come one after the other, and each has its line in the log. */
function submit(options: Options, system: System): Promise<number> {
  const dialogue: string[] = [];
  const log = (mailed: Mailed) => {
    const status = mailed.isQueued ? 0 : (mailed.failure?.status ?? 0);
    logSending({ ...mailed, options, status, dialogue: dialogue.splice(0) }, system);
  };
  const transcript = (settings: Settings) => transcriptFor({ options, settings, system, dialogue });
  return serve(system, hubRelay({ options, system, log, transcript }));
}

async function relay(known: Known): Promise<void> {
  const { options, system, id, now } = known;
  const configured = settingsOrFailure(options, system);
  const custody = await receive(known, configured);
  if (configured instanceof Failure) return drop(known, custody, configured);
  known.settings = configured;
  const surroundings = { settings: configured, system, passage: { now, id } };
  const directed = unlessClosed(() => directedFor(custody.original, options, surroundings));
  if (directed instanceof Failure) {
    // Whoever runs the queue knows nothing of flags and variables that say where the message goes.
    if (ownWayOf(options, system).length > 0) throw directed;
    return drop(known, custody, directed);
  }
  const { envelope, plan, message } = directed;
  Object.assign(known, { envelope, plan });
  const mode = options.deliveryMode ?? configured.deliveryMode;
  if (custody.isSafe() && mode !== 'interactive') {
    known.message = message();
    return handOver(known, custody, mode === 'background');
  }
  const { ending, wasGiven } = watchedEnding(custody.ending);
  // Listened for before anything is started that a signal must end.
  const stop = system.interruption();
  const delivering = deliver({ envelope, message, ending }, plan, transcriptFor(known));
  // Once the hub has answered, no signal turns its answer into a failure.
  const { delivery, closed } = await unlessStopped(delivering, stop, wasGiven).finally(() => {
    known.message = message();
  });
  known.delivery = delivery;
  const failure = settle(known, custody, { envelope, delivery, settings: configured });
  await closed;
  if (failure) throw failure;
}

/** Complaints wait until the message has been read: callers write while the program runs. */
function settingsOrFailure(options: Options, system: System): Settings | Failure {
  try {
    return loadSettings(options, system);
  } catch (error) {
    return failureOf(error);
  }
}

/** Reads all of standard input, into the queue where there is one: from then on a killed process loses nothing. */
async function receive(known: Known, configured: Settings | Failure): Promise<Custody> {
  const { options, system, id } = known;
  if (isForNobody(options) && system.inputIsTerminal()) {
    throw new Failure('usage', 'Cannot send: no recipient', { hint: 'ssmtp --help lists the flags' });
  }
  const place = configured instanceof Failure ? dropPlaceFor(options, system) : queuePlaceOf(options, configured);
  known.place = place;
  const held = await readSafely(options, { place, id, system });
  const custody = custodyOf(held, known);
  known.custody = custody;
  if (held.message.fields.length === 0 && held.message.body.size === 0 && system.inputWasClosed()) {
    throw new Failure('unreadable', 'Cannot read the message: standard input is closed');
  }
  return custody;
}

/** Gives the failure when aliases or revaliases are closed to this user; throws any other. */
function unlessClosed(direct: () => Directed): Directed | Failure {
  try {
    return direct();
  } catch (error) {
    if (error instanceof Failure && isOfClosedFile(error)) return error;
    throw error;
  }
}

/** A file that decides where the message goes is closed to this user: the user who runs the queue can read it. */
function drop(known: Known, custody: Custody, failure: Failure): void {
  if (!custody.isSafe()) throw custody.queueFailure() ?? failure;
  if (isForNobody(known.options)) throw new Failure('usage', 'Cannot send: no recipient');
  handOver(known, custody, false);
}

/** Others deliver the message; the caller may go as soon as it is on the disk. */
function handOver(known: Known, custody: Custody, isAtOnce: boolean): void {
  const { options, system } = known;
  const entry = custody.handOver();
  known.isQueued = true;
  if (isAtOnce && entry !== undefined) system.startAgain(entry, options.configFile);
  if (!isAtOnce) sayWhereItIs(known);
}

/** With -v somebody looks for a dialogue with the hub, and there is none. */
function sayWhereItIs({ options, system, place }: Known): void {
  if (!options.verbose || place === undefined) return;
  const runner = printable(runnerOf(place, system));
  system.tell(`${system.programName}: the message is left in the queue for user ${runner}, see the log\n`);
}

/** The hub has answered for every recipient. Gives what must be told. */
function settle(
  known: Known,
  custody: Custody,
  { envelope, delivery, settings }: { envelope: Envelope; delivery: Delivery; settings: Settings },
): Failure | undefined {
  const outcome = outcomeOf(envelope, delivery);
  known.isQueued = outcome.waiting.length > 0 && custody.putOff(outcome, settings);
  const verdict = verdictOf(delivery, envelope, known.isQueued ? deferredIn(delivery) : []);
  known.unserved = verdict?.unserved ?? [];
  if (!verdict) custody.finish();
  return verdict?.failure;
}

/** The message was not sent, or not to everybody: it is queued or kept, and the exit status says which. */
function queueOrKeep(found: Failure, known: Known): number {
  const { system, options, settings, envelope, custody } = known;
  const recipients = known.unserved ?? envelope?.recipients ?? namesAsked(known);
  const everybody = recipients.length > 0 ? recipients : ['whoever the header names'];
  const outcome = outcomeOf({ recipients: everybody, malformed: [] }, found);
  const isQueued = found.temporary && settings !== undefined && custody?.putOff(outcome, settings) === true;
  known.isQueued ||= isQueued;
  // The hub was not even asked: there is no dialogue that shows why.
  if (isQueued && found.kind === 'config') sayWhereItIs(known);
  // A defect is no success, wherever the message is.
  if (isQueued && found.kind !== 'bug') {
    logSending({ ...known, failure: found, status: 0 }, system);
    return 0;
  }
  const failure = isQueued ? found : (custody?.explained(found) ?? found);
  const kept = isQueued ? `; the message is in the queue as ${known.id}` : custody?.keep(failure, recipients);
  const status = failure.kind === 'temporary' && settings ? settings.temporaryStatus : failure.status;
  tell(failure, { options, system, kept });
  logSending({ ...known, failure, status }, system);
  return status;
}

/** Before anything is known of the way: as they were written, from the header where that was asked for. */
function namesAsked({ options, custody }: Known): readonly string[] {
  const { addresses, malformed } = recipientsAsked(custody?.original.fields ?? [], options);
  return [...addresses, ...malformed];
}

/** -v shows the dialogue, Debug=yes logs it, -X writes it down; all without secrets. */
function transcriptFor(known: Pick<Known, 'options' | 'settings' | 'system' | 'dialogue'>): (line: string) => void {
  const { options, settings, system, dialogue } = known;
  const complain = (why: string) => system.tell(`${system.programName}: ${printable(why)}\n`);
  const write = options.dialogueFile === undefined ? undefined : dialogueFile(options.dialogueFile, complain);
  return (line) => {
    if (options.verbose) system.tell(`${printable(line)}\n`);
    if (settings?.debug) dialogue.push(line);
    write?.(line);
  };
}

function isForNobody({ operands, recipientsFromHeader }: Options): boolean {
  return operands.length === 0 && !recipientsFromHeader;
}
