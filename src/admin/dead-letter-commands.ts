/** `ssmtp dead-letter list|resend [FILE]`: what a user does with the messages that could not be sent. */

import { lstatSync, readdirSync } from 'node:fs';
import { defaultOptions, type Options } from '../cli/options.ts';
import { loadSettings } from '../config/settings.ts';
import type { Settings } from '../config/types.ts';
import { type ResendContext, type Resent, resend } from '../delivery/resend.ts';
import { stopOf } from '../delivery/run.ts';
import { Failure, failureKinds, reasonOf } from '../failure.ts';
import { dialogueFile } from '../log/dialogue-file.ts';
import { readMessage } from '../message/read-message.ts';
import { temporaryDirectories } from '../message/temporary-file.ts';
import { printable, shortened } from '../printable.ts';
import { deadLetterHomes, homelessDeadLetter } from '../queue/dead-letter.ts';
import { type DeadLetter, openDeadLetters, readDeadLetters } from '../queue/dead-letter-file.ts';
import { dropPlaceFor } from '../queue/safety.ts';
import type { System } from '../system.ts';

/** The caller's files, where they are kept: `dead.letter` first, and the files of single messages. */
export function deadLetterPaths(system: System): string[] {
  const homeless = homelessDeadLetter(system);
  const places = [
    ...deadLetterHomes(system).map((directory) => ({ directory, name: 'dead.letter' })),
    { ...homeless, name: homeless.name },
  ];
  return places.flatMap(({ directory, name }) => {
    const isOne = (file: string) => file === name || /^\.[0-9a-f]{12}$/.test(file.slice(name.length));
    return namesIn(directory)
      .filter((file) => file.startsWith(name) && isOne(file))
      .toSorted()
      .map((file) => `${directory}/${file}`)
      .filter(isOwn);
  });
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if (error instanceof Error && 'code' in error) return [];
    throw error;
  }
}

/** Those of others are none of ours: not a word about them. */
function isOwn(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.uid === process.geteuid?.();
}

/** Throws Failure login or unreadable for a file that cannot be used. */
export function* deadLetterList(paths: readonly string[], system: System): Generator<string> {
  let count = 0;
  for (const path of paths) {
    const file = readDeadLetters(path, system);
    try {
      for (const letter of file.letters()) {
        if (letter.state === 'sent') continue;
        count += 1;
        yield* linesOf(letter, path);
      }
    } finally {
      file.close();
    }
  }
  yield count === 0 ? 'There is no message in dead.letter\n' : '';
}

function linesOf({ number, date, size, sender, recipients, reason, state }: DeadLetter, path: string): string[] {
  const known = [
    `${path}, message ${number}: ${date}, ${size} octets`,
    `from ${sender ?? 'you'} to ${recipients ?? 'whoever the header names'}`,
    objections[state] ?? reason,
  ];
  const words = state === 'foreign' ? [`${path}, message ${number}: ${size} octets`, objections.foreign] : known;
  return words.map((text, index) => `${index === 0 ? '' : '  '}${printable(shortened(text, 1000))}\n`);
}

/** Why a message is not sent. */
const objections = {
  kept: undefined,
  sent: undefined,
  uncertain: 'it may have been sent: the program was killed before it knew',
  torn: 'its end is missing',
  foreign: 'ssmtp has not written it, so that nothing says who should get it',
} as const satisfies Record<DeadLetter['state'], string | undefined>;

/**
 * Gives the exit status: that of the first message that stays, and 0 when none does. A file that was named must have a message.
 * Throws Failure config where sending would.
 */
export async function resendDeadLetters(named: string | undefined, options: Options, system: System): Promise<number> {
  const say = (line: string) => system.tell(`${system.programName}: ${printable(line)}\n`);
  const write = options.dialogueFile === undefined ? undefined : dialogueFile(options.dialogueFile, say);
  const context: ResendContext = {
    ...{ settings: settingsOrPlace(options, system), system, ...stopOf(system), down: new Map() },
    transcript(line) {
      if (options.verbose) system.tell(`${printable(line)}\n`);
      write?.(line);
    },
  };
  let status = 0;
  for (const path of named === undefined ? deadLetterPaths(system) : [named]) {
    try {
      const ofFile = await resendFile(path, { options, system, context, say, isNamed: named !== undefined });
      status ||= ofFile;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      for (const line of [error.message, ...(error.hint ? [error.hint] : [])]) say(line);
      status ||= error.status;
    }
  }
  return status;
}

interface ResendFileContext {
  readonly options: Options;
  readonly system: System;
  readonly context: ResendContext;
  readonly isNamed: boolean;
  say(line: string): void;
}

async function resendFile(
  path: string,
  { options, system, context, isNamed, say }: ResendFileContext,
): Promise<number> {
  const file = openDeadLetters(path, system);
  const hints = new Set<string>();
  let [status, count] = [0, 0];
  const fail = (failure: Failure, letter: DeadLetter) => {
    say(`${failure.message}; message ${letter.number} stays in ${path}`);
    if (failure.hint !== undefined && !hints.has(failure.hint)) say(failure.hint);
    if (failure.hint !== undefined) hints.add(failure.hint);
    status ||= statusOf(failure, context.settings);
  };
  try {
    for (const letter of file.letters()) {
      count += 1;
      if (letter.state === 'sent') continue;
      if (context.isStopping()) {
        // It has not been tried: that is no success.
        status ||= failureKinds.temporary.status;
        break;
      }
      const objection = objections[letter.state];
      if (objection !== undefined) fail(new Failure('temporary', `Cannot send it again: ${objection}`), letter);
      else {
        const failure = conclude(letter, await resendLetter(letter, options, context));
        if (failure) fail(failure, letter);
      }
    }
    file.tidy();
    if (isNamed && count === 0)
      throw new Failure('unreadable', `Cannot use ${path} as dead.letter: there is no message in it`);
  } catch (error) {
    if (error instanceof Failure || !(error instanceof Error && 'errno' in error)) throw error;
    throw new Failure('io', `Cannot change ${path}: ${reasonOf(error)}`, { cause: error });
  } finally {
    file.close();
  }
  return status;
}

async function resendLetter(letter: DeadLetter, options: Options, context: ResendContext): Promise<Resent> {
  const { recipients, sender } = letter;
  const message = await readMessage(letter.content(), { loneDot: 'text', temporaryDirectories });
  const asked: Options = {
    ...defaultOptions,
    ...{ configFile: options.configFile, authUser: options.authUser, authPass: options.authPass },
    ...{ authMethod: options.authMethod, addressFamily: options.addressFamily, logTag: options.logTag },
    envelopeSender: sender,
    recipientsFromHeader: recipients === undefined,
    operands: recipients ? [recipients] : [],
  };
  return resend({ message, options: asked, begin: () => letter.mark('uncertain') }, context);
}

/** Writes down what is known now; gives why the message stays. */
function conclude(
  letter: DeadLetter,
  { unserved, failure, isUncertain, delivery, isQueued }: Resent,
): Failure | undefined {
  if (!failure) {
    letter.mark('sent');
    return undefined;
  }
  if (isUncertain) return failure;
  const isForSome = isQueued === true || (delivery?.accepted.length ?? 0) > 0;
  // Until the new notes are written, those who have it must not get it again.
  if (!isForSome) letter.mark('kept');
  if (unserved.length > 0) letter.stays({ reason: failure.message, sender: letter.sender, recipients: unserved });
  return failure;
}

function statusOf(failure: Failure, settings: ResendContext['settings']): number {
  return failure.kind === 'temporary' && 'temporaryStatus' in settings ? settings.temporaryStatus : failure.status;
}

/** Throws Failure config where sending would, spool where the queue is closed to this user. */
function settingsOrPlace(options: Options, system: System): Settings | { readonly dropPlace: string } {
  try {
    return loadSettings(options, system);
  } catch (error) {
    const dropPlace = dropPlaceFor(options, system);
    if (!(error instanceof Failure) || dropPlace === undefined) throw error;
    return { dropPlace };
  }
}
