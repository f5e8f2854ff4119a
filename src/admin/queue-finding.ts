/** What `--check` finds of the queue: who may look inside, whether its owner can run it, and what waits there for too long. */

import { modeOf, octal } from '../config/permissions.ts';
import type { Settings } from '../config/types.ts';
import { Failure } from '../failure.ts';
import { entriesIn, placeAt } from '../queue/directory.ts';
import { arrivalOf, type EntryName, secondsOf } from '../queue/entry-name.ts';
import type { QueuePlace } from '../queue/open-entry.ts';
import type { QueueTrouble } from '../queue/queue-trouble.ts';
import { defaultQueuePlace } from '../queue/safety.ts';
import { troubleAt } from '../queue/spool.ts';
import type { System } from '../system.ts';
import type { Finding } from './finding.ts';

/** Seconds for which a message may be due before somebody should ask who runs the queue. */
const patience = 3600;

/** `file` is the configuration that whoever runs the queue reads. */
export function queueFinding({ queue }: Pick<Settings, 'queue'>, system: System, file: string | undefined): Finding {
  const mode = queue && modeOf(queue.path, system);
  const trouble = queue && mode !== undefined ? troubleAt(queue.path) : undefined;
  const place = queue && mode ? placeOrNothing(queue.path) : undefined;
  const permissions = place && system.permissionsOf(place.path);
  if (trouble && !place) return troubleFinding(trouble);
  if (!queue || !place || !permissions) {
    const text = isOpenToAll(file, system)
      ? 'none: mail that cannot leave now is kept in ~/dead.letter'
      : `none, which users need who may not read ${file}: scripts/install sets it up, and the file stays closed`;
    return { what: 'queue', result: 'note', text };
  }
  const owner = system.userOf(permissions.uid)?.name ?? `user id ${permissions.uid}`;
  const where = `${queue.path} of ${owner}, mode ${octal(permissions.mode)}`;
  const wrong =
    objectionTo(permissions.mode) ?? (file === undefined ? undefined : strangerIn(queue.path, permissions.uid, system));
  if (wrong !== undefined) return { what: 'queue', result: 'warning', text: `${where}: ${wrong}` };
  if (file !== undefined && isClosedTo(permissions, file, system)) {
    const text = `${where}: ${owner} cannot read ${file}, so nothing leaves it; the file's mode must be 640, and its group that of the queue`;
    return { what: 'queue', result: 'warning', text };
  }
  if (trouble && isMeantFor(system.user().uid, permissions)) return troubleFinding(trouble);
  try {
    return backlogFinding(where, [...entriesIn(place)], secondsOf(system.now()));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { what: 'queue', result: 'note', text: `${where}; only its owner and root may look inside` };
  }
}

/** A queue that takes no message of this user: mail that cannot leave at once is kept elsewhere, or does not leave. */
export function troubleFinding({ why, hint }: QueueTrouble): Finding {
  const advice = hint === undefined ? '' : `. ${hint}`;
  return { what: 'queue', result: 'warning', text: `takes no message: ${why}${advice}` };
}

/** undefined for what is no directory, or cannot be looked at. */
function placeOrNothing(path: string): QueuePlace | undefined {
  try {
    return placeAt(path);
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

/** With mode 700 only its owner and root have a queue. */
function isMeantFor(user: number, { uid, mode }: { uid: number; mode: number }): boolean {
  return user === 0 || user === uid || (mode & 0o003) !== 0;
}

/** So it seems from here, or nobody else reads it. */
function isOpenToAll(file: string | undefined, system: System): boolean {
  const mode = file === undefined ? undefined : modeOf(file, system);
  return !mode || (mode & 0o004) !== 0;
}

/** With mode 3733 anyone may leave a message, and nobody sees or removes those of others. */
function objectionTo(mode: number): string | undefined {
  if ((mode & 0o022) !== 0 && (mode & 0o1000) === 0)
    return 'others may remove files there; its mode must be 3733, or 700';
  if ((mode & 0o044) !== 0) return 'others may see who sends mail; its mode should be 3733, or 700';
  return undefined;
}

/** Where scripts/install or the package has made a user for it, that one runs the usual queue. */
function strangerIn(path: string, uid: number, system: System): string | undefined {
  const runner = system.uidOf('ssmtp');
  if (path === defaultQueuePlace && runner !== undefined && runner !== uid)
    return 'user ssmtp, who runs it, cannot look inside; it must belong to ssmtp:ssmtp, with mode 3733';
  if (system.userOf(uid) || uid === system.user().uid) return undefined;
  return 'there is no such user, so only root can run it; it must belong to whoever does';
}

/** Only where that is certain: nobody knows here to which groups the owner belongs, but to root's nobody does. */
export function isClosedTo({ uid, gid }: { uid: number; gid: number }, file: string, system: System): boolean {
  const found = modeOf(file, system) ? system.permissionsOf(file) : undefined;
  if (!found || uid === 0 || found.uid === uid || (found.mode & 0o004) !== 0) return false;
  return (found.mode & 0o040) === 0 || (found.gid === 0 && gid !== 0);
}

function backlogFinding(where: string, names: readonly EntryName[], now: number): Finding {
  const messages = names.filter(({ state }) => state !== 'writing');
  if (messages.length === 0) return { what: 'queue', result: 'ok', text: `${where}: empty` };
  const held = messages.filter(({ state }) => state === 'hold');
  const oldest = Math.min(...messages.map(({ id }) => arrivalOf(id)));
  const late = messages.filter(({ state, due, claim }) => state !== 'hold' && !claim && due < now - patience);
  const count = `${messages.length} message${messages.length === 1 ? '' : 's'}`;
  const holding = held.length > 0 ? `, ${held.length} on hold` : '';
  const text = `${where}: ${count}${holding}, the oldest ${durationText(now - oldest)} old`;
  if (late.length === 0) return { what: 'queue', result: 'ok', text };
  return { what: 'queue', result: 'warning', text: `${text}; ${late.length} should have been tried: nobody runs it` };
}

function durationText(seconds: number): string {
  const units = [
    { name: 'day', length: 86_400 },
    { name: 'hour', length: 3600 },
    { name: 'minute', length: 60 },
  ];
  const unit = units.find(({ length }) => seconds >= length) ?? { name: 'second', length: 1 };
  const count = Math.max(0, Math.floor(seconds / unit.length));
  return `${count} ${unit.name}${count === 1 ? '' : 's'}`;
}
