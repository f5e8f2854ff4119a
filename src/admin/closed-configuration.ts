/** What can be said of the mail of a user who may not read the configuration: it is left in the queue, and its runner sees to the rest. */

import type { Options } from '../cli/options.ts';
import { isOfClosedFile } from '../config/file-reason.ts';
import type { Settings } from '../config/types.ts';
import { Failure } from '../failure.ts';
import { headerOctets } from '../message/header-block.ts';
import type { Message } from '../message/types.ts';
import { printable } from '../printable.ts';
import { queueFailure } from '../queue/queue-trouble.ts';
import { dropPlaceFor, runnerOf, sharedPlaceFor } from '../queue/safety.ts';
import { troubleAt } from '../queue/spool.ts';
import { recipientsAsked } from '../route/envelope.ts';
import type { System } from '../system.ts';

export interface ClosedConfiguration {
  /** The directory of the queue, and the name of the user who runs it. */
  readonly place: string;
  readonly runner: string;
  /** What this user may not read. */
  readonly why: string;
}

/** undefined for a user who may read it, and where there is no queue. Throws Failure spool when the queue takes no message, as sending would. */
export function closedConfigurationFor(options: Options, system: System): ClosedConfiguration | undefined {
  return closedAt(dropPlaceFor(options, system), 'the configuration is closed to this user', system);
}

/**
 * The same for a user to whom only aliases or revaliases are closed, when `error` says that the message needs them. Throws any other
 * error again, and that one where there is no queue.
 */
export function closedNamesFor(
  error: unknown,
  { options, settings, system }: { options: Options; settings: Settings; system: System },
): ClosedConfiguration {
  const isClosed = error instanceof Failure && isOfClosedFile(error);
  const closed = isClosed && closedAt(sharedPlaceFor(options, settings, system), error.message, system);
  if (closed) return closed;
  throw error;
}

function closedAt(place: string | undefined, why: string, system: System): ClosedConfiguration | undefined {
  if (place === undefined) return undefined;
  const trouble = troubleAt(place);
  if (trouble) throw queueFailure(trouble);
  return { place, runner: runnerOf(place, system), why };
}

export function leftInQueue({ place, runner }: ClosedConfiguration): string {
  return `the message is left in ${place} for user ${runner}, who sends it`;
}

/** Throws Failure usage when nobody was asked for, as sending would. */
function askedOf(message: Message, options: Options, system: System) {
  const { addresses, malformed } = recipientsAsked(message.fields, options);
  if (options.operands.length === 0 && !options.recipientsFromHeader)
    throw new Failure('usage', 'Cannot send: no recipient');
  const isTyped = options.envelopeSender !== undefined;
  const sender = { address: options.envelopeSender ?? system.user().name, reason: isTyped ? '-f' : 'user name' };
  return { sender, recipients: [...addresses, ...malformed] };
}

/** For `--explain`: what is known before the runner looks at the message. */
export function closedExplanation(
  closed: ClosedConfiguration,
  message: Message,
  { options, system }: { options: Options; system: System },
): string {
  const { sender, recipients } = askedOf(message, options, system);
  const reason = `left to user ${closed.runner}`;
  if (options.json) {
    const reports = recipients.map((recipient) => ({ recipient, becomes: [], reasons: [reason], refused: [] }));
    const queue = { directory: closed.place, user: closed.runner };
    return `${JSON.stringify({ mailhub: null, queue, sender, recipients: reports, header: [], body: reason })}\n`;
  }
  return shown([
    `mail hub: ${closed.why}`,
    `queue: ${leftInQueue(closed)}`,
    `sender: ${sender.address || '<>'} (${sender.reason})`,
    ...recipients.map((recipient) => `${recipient} -> ${reason}`),
  ]);
}

/** For `--dry-run`: what is put into the queue. */
export function* closedDryRun(
  closed: ClosedConfiguration,
  message: Message,
  { options, system }: { options: Options; system: System },
): Generator<string | Buffer> {
  const { sender, recipients } = askedOf(message, options, system);
  const lines = [
    `queue: ${leftInQueue(closed)}`,
    `sender: <${sender.address.replace(/^<(.*)>$/, '$1')}>`,
    ...recipients.map((recipient) => `recipient: <${recipient}>`),
  ];
  yield `${shown(lines)}\n`;
  yield headerOctets(message.fields);
  yield* message.body.chunks();
}

/** For `-bv`. */
export function closedVerification(closed: ClosedConfiguration, { options }: { options: Options }): string {
  const { addresses, malformed } = recipientsAsked([], { ...options, recipientsFromHeader: false });
  const recipients = [...addresses, ...malformed];
  const reason = `left to user ${closed.runner}`;
  if (!options.json) return shown(recipients.map((recipient) => `${recipient} -> ${reason}`));
  const reports = recipients.map((recipient) => ({ recipient, becomes: [], reasons: [reason], refused: [] }));
  return `${JSON.stringify({ sender: null, recipients: reports })}\n`;
}

function shown(lines: readonly string[]): string {
  return lines.map((line) => `${printable(line)}\n`).join('');
}
