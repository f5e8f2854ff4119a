/** The story of one message, from the words of the command line to an exit status. The only file that knows every room. */

import { answer } from './admin/answer.ts';
import type { Options } from './cli/options.ts';
import { parseArguments } from './cli/parse-arguments.ts';
import { reverseAliasFor } from './config/revaliases.ts';
import { loadSettings } from './config/settings.ts';
import type { Settings } from './config/types.ts';
import { Failure, reasonOf } from './failure.ts';
import { type Delivery, deliver } from './hub/deliver.ts';
import { type Plan, planOf } from './hub/plan.ts';
import { verdictOf } from './hub/verdict.ts';
import { logSending } from './log/sending.ts';
import { readMessage } from './message/read-message.ts';
import type { Message } from './message/types.ts';
import { printable } from './printable.ts';
import { keepDeadLetter } from './queue/dead-letter.ts';
import { type Envelope, envelopeOf } from './route/envelope.ts';
import { identityOf } from './route/identity.ts';
import { rewrite } from './route/rewrite.ts';
import { hubRelay } from './submit/hub-relay.ts';
import type { Mailed } from './submit/mailing.ts';
import { serve } from './submit/serve.ts';
import type { System } from './system.ts';

/** Everything that is known of a message so far; what goes wrong is told, kept and logged with as much as there is. */
interface Known {
  readonly options: Options;
  readonly system: System;
  /** Twelve hexadecimal digits: the id in Received, Message-ID and log. */
  readonly id: string;
  readonly dialogue: string[];
  original?: Message;
  settings?: Settings;
  envelope?: Envelope;
  message?: Message;
  plan?: Plan;
  delivery?: Delivery;
  /** Who did not get the message; undefined when nobody did. */
  unserved?: readonly string[];
}

/** Runs the program; gives the exit status. `words` is argv without the program's own name. Never throws. */
export async function run(words: readonly string[], system: System): Promise<number> {
  let options: Options | undefined;
  try {
    options = parseArguments(words, system.programName);
    if (options.mode === 'smtp') return await submit(options, system);
    return options.mode === 'send' ? await send(options, system) : answer(options, system);
  } catch (error) {
    const failure = failureOf(error);
    tell(failure, { options, system });
    return failure.status;
  }
}

async function send(options: Options, system: System): Promise<number> {
  const known: Known = { options, system, id: system.randomHex(6).toUpperCase(), dialogue: [] };
  try {
    await relay(known);
  } catch (error) {
    return keepAndTell(failureOf(error), known);
  }
  logSending({ ...known, status: 0 }, system);
  return 0;
}

/** -bs: the client's messages come one after the other, and each has its line in the log. */
function submit(options: Options, system: System): Promise<number> {
  const dialogue: string[] = [];
  const log = (mailed: Mailed) => {
    const status = mailed.failure?.status ?? 0;
    logSending({ ...mailed, options, status, dialogue: dialogue.splice(0) }, system);
  };
  const transcript = (settings: Settings) => transcriptFor({ options, settings, system, dialogue });
  return serve(system, hubRelay({ options, system, log, transcript }));
}

async function relay(known: Known): Promise<void> {
  const { options, system, id } = known;
  known.original = await receive(options, system);
  known.settings = loadSettings(options, system);
  const { original, settings } = known;
  const reverseAlias = reverseAliasFor(system.user().name, settings, system);
  const identity = identityOf(options, settings, { reverseAlias, system });
  known.envelope = envelopeOf(original.fields, identity, { options, settings, system });
  known.message = rewrite(original, identity, { settings, passage: { now: system.now(), id } });
  known.plan = planOf(settings, { options, identity, reverseAlias });
  const letter = { envelope: known.envelope, message: known.message };
  const delivering = deliver(letter, known.plan, transcriptFor(known));
  // Once the hub has answered, no signal turns its answer into a failure.
  const { delivery, closed } = await Promise.race([delivering, system.interruption()]);
  known.delivery = delivery;
  await closed;
  const verdict = verdictOf(delivery, known.envelope);
  known.unserved = verdict?.unserved ?? [];
  if (verdict) throw verdict.failure;
}

/** Reads all of standard input before anything else can go wrong: callers write while the program runs. */
async function receive(options: Options, system: System): Promise<Message> {
  if (options.operands.length === 0 && !options.recipientsFromHeader && system.inputIsTerminal()) {
    throw new Failure('usage', 'Cannot send: no recipient', { hint: 'ssmtp --help lists the flags' });
  }
  const { dotEndsMessage } = options;
  const message = await readMessage(system.input(), { dotEndsMessage, temporaryDirectories: ['/var/tmp', '/tmp'] });
  if (message.fields.length === 0 && message.body.size === 0 && system.inputWasClosed()) {
    throw new Failure('unreadable', 'Cannot read the message: standard input is closed');
  }
  return message;
}

/** -v shows the dialogue, Debug=yes logs it; both without secrets. */
function transcriptFor({ options, settings, system, dialogue }: Omit<Known, 'id'>): (line: string) => void {
  return (line) => {
    if (options.verbose) system.tell(`${printable(line)}\n`);
    if (settings?.debug) dialogue.push(line);
  };
}

/** The message was not sent, or not to everybody: it is kept, and the exit status says why. */
function keepAndTell(failure: Failure, known: Known): number {
  const { original, system, settings } = known;
  const status = failure.kind === 'temporary' && settings ? settings.temporaryStatus : failure.status;
  const kept = original ? keep(original, failure, known) : '';
  tell(failure, { ...known, kept });
  logSending({ ...known, failure, status }, system);
  return status;
}

/** Gives the tail of the message to the user: where the letter is, or why it is nowhere. */
function keep(message: Message, failure: Failure, { options, envelope, unserved, system }: Known): string {
  if (message.fields.length === 0 && message.body.size === 0) return '';
  const { envelopeSender: sender, operands } = options;
  try {
    const recipients = unserved ?? envelope?.recipients ?? operands;
    return `; the message is kept in ${keepDeadLetter({ message, sender, recipients, reason: failure.message }, system)}`;
  } catch (error) {
    return `; ${failureOf(error).message}`;
  }
}

/** One line, and at most one hint. `-oeq` and `-oee` keep it quiet; the status stays. */
function tell(
  failure: Failure,
  { options, system, kept = '' }: { options: Options | undefined; system: System; kept?: string },
): void {
  const isQuiet = options?.errorMode === 'q' || options?.errorMode === 'e';
  const lines = [failure.message + kept, ...(failure.hint ? [failure.hint] : [])];
  if (!isQuiet) system.tell(lines.map((line) => `${system.programName}: ${printable(line)}\n`).join(''));
  if (failure.kind === 'bug' && options?.verbose && failure.cause instanceof Error)
    system.tell(`${failure.cause.stack}\n`);
}

function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const hint = 'This is a defect of ssmtp: please report it; -v shows where it happened';
  return new Failure('bug', `Cannot go on: ${reasonOf(error)}`, { hint, cause: error });
}
