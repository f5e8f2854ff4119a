/** Where a message is safe while it is read and sent: in the queue, when there is one that can be used. */

import type { Options } from '../cli/options.ts';
import { keyNamed } from '../config/keys.ts';
import { isDeniedTo, ownWayOf } from '../config/settings.ts';
import type { Settings } from '../config/types.ts';
import { type ReadOptions, readMessage } from '../message/read-message.ts';
import { temporaryDirectories } from '../message/temporary-file.ts';
import type { Message } from '../message/types.ts';
import type { System } from '../system.ts';
import type { ClaimedEntry } from './claimed.ts';
import { secondsOf } from './entry-name.ts';
import type { QueueTrouble } from './queue-trouble.ts';
import { askedIn } from './request.ts';
import { type Spooling, spoolIn } from './spool.ts';

/** `entry` is there when the message is in the queue; `trouble` says why it is not, though there is a queue. */
interface Safety {
  readonly entry?: ClaimedEntry;
  readonly trouble?: QueueTrouble;
}

/**
 * The directory of the queue; undefined when nothing is to be queued. Whoever runs the queue reads the usual configuration: a
 * message with another one, or with a login of its own, must not wait for it.
 */
export function queuePlaceOf({ configFile, authUser, authPass }: Options, { queue }: Settings): string | undefined {
  const isSpecial = [configFile, authUser, authPass].some((word) => word !== undefined);
  return isSpecial && !queue?.isNamed ? undefined : queue?.path;
}

export const defaultQueuePlace = keyNamed('Queue')?.default;

/**
 * The queue of a user who may not read the configuration: whoever runs it may, and will see to the rest. undefined: there is none. One
 * that cannot be used is told of when the message is written there. Whoever says where mail goes, or as whom, by flags or variables
 * has no such queue: the message would leave another way.
 */
export function dropPlaceFor(options: Options, system: System): string | undefined {
  const isUsual = options.configFile === undefined && ownWayOf(options, system).length === 0;
  const isDenied = isUsual && isDeniedTo(options, system);
  return isDenied && defaultQueuePlace !== undefined && isThere(defaultQueuePlace, system)
    ? defaultQueuePlace
    : undefined;
}

/** The same for a user who may read the configuration, but not the aliases or revaliases that a message needs. */
export function sharedPlaceFor(options: Options, settings: Settings, system: System): string | undefined {
  const place = ownWayOf(options, system).length === 0 ? queuePlaceOf(options, settings) : undefined;
  return place !== undefined && isThere(place, system) ? place : undefined;
}

function isThere(path: string, system: System): boolean {
  try {
    return system.permissionsOf(path) !== undefined;
  } catch (error) {
    if (error instanceof Error && 'code' in error) return true;
    throw error;
  }
}

/** The name of the user who runs the queue in that place. */
export function runnerOf(place: string, system: System): string {
  try {
    const uid = system.permissionsOf(place)?.uid;
    if (uid === undefined) return 'who runs it';
    return system.userOf(uid)?.name ?? `user id ${uid}`;
  } catch (error) {
    if (error instanceof Error && 'code' in error) return 'who runs it';
    throw error;
  }
}

/** Reads standard input to its end, into the queue in that place while it comes. Throws Failure unreadable. */
export async function readSafely(
  options: Options,
  { place, id, system }: { place: string | undefined; id: string; system: System },
): Promise<{ message: Message } & Safety> {
  const spool = place === undefined ? undefined : spoolIn(place, { id, asked: askedIn(options), system });
  const file = spool && 'append' in spool ? spool : undefined;
  try {
    const loneDot = loneDotFor(options, system);
    const message = await readMessage(system.input(), { loneDot, temporaryDirectories, file });
    if (file) return { message, ...safetyOf(file, system) };
    return { message, ...spool };
  } catch (error) {
    file?.abandon();
    throw error;
  }
}

function loneDotFor({ dotEndsMessage }: Options, system: System): ReadOptions['loneDot'] {
  if (!dotEndsMessage) return 'text';
  return system.inputIsTerminal() ? 'end' : 'dropped';
}

function safetyOf(file: Spooling, system: System): Safety {
  const found = file.finish(secondsOf(system.now()));
  return 'trouble' in found ? found : { entry: found };
}
