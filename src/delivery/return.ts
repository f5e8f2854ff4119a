/** Tells the sender of a message what became of it, or those who look after the machine when there is no sender to tell. */

import { parseAddress } from '../address.ts';
import { defaultOptions } from '../cli/options.ts';
import type { Settings } from '../config/types.ts';
import { Failure } from '../failure.ts';
import { bounceText, type Report } from '../queue/bounce.ts';
import { queueIdAt, secondsOf } from '../queue/entry-name.ts';
import type { QueuePlace } from '../queue/open-entry.ts';
import type { QueueTrouble } from '../queue/queue-trouble.ts';
import { type Asked, askedIn } from '../queue/request.ts';
import { spoolIn } from '../queue/spool.ts';
import { traceNameOf } from '../route/host-name.ts';
import type { System } from '../system.ts';

export interface Office {
  readonly place: QueuePlace;
  readonly settings: Settings;
  readonly system: System;
}

/** Puts a notification into the queue, to be sent like any message. Throws Failure spool when it cannot be written. */
export function notifySender(sender: string, reports: readonly Report[], office: Office): void {
  const { settings, system } = office;
  const now = system.now();
  const id = queueIdAt(now, system.randomHex(4));
  const hostName = traceNameOf(settings.hostName ?? system.hostName());
  const text = bounceText(reports, { to: sender, hostName, hub: settings.mailhub.host, now, id });
  putIntoQueue(text, { id, asked: { ...fromNobody, operands: [sender] } }, office);
}

/** What cannot be returned goes to root=, once; `pieces` is the message. Throws Failure spool when it cannot be written. */
export function redirectToRoot(pieces: Iterable<Buffer>, office: Office): void {
  const id = queueIdAt(office.system.now(), office.system.randomHex(4));
  putIntoQueue(pieces, { id, asked: { ...fromNobody, operands: ['postmaster'], isLastResort: true } }, office);
}

/** RFC 3461 §4.1: who has not said otherwise is told of failures, and of delays. */
export function isToBeTold(notify: string | undefined, action: Report['action']): boolean {
  return notify === undefined || notify.split(',').includes(action === 'failed' ? 'FAILURE' : 'DELAY');
}

/** The null sender must not be told anything (RFC 5321 §6.1), and cannot. */
export function isReturnable(sender: string): boolean {
  return sender !== '' && parseAddress(sender) !== undefined;
}

const fromNobody: Asked = { ...askedIn(defaultOptions), envelopeSender: '' };

function putIntoQueue(pieces: Iterable<Buffer>, { id, asked }: { id: string; asked: Asked }, office: Office): void {
  const { place, system } = office;
  const spool = spoolIn(place.path, { id, asked, system });
  if (spool === undefined) throw troubleWith({ why: place.path, hint: undefined });
  if (!('append' in spool)) throw troubleWith(spool.trouble);
  for (const piece of pieces) spool.append(piece);
  const due = secondsOf(system.now());
  const found = spool.finish(due);
  if ('trouble' in found) throw troubleWith(found.trouble);
  try {
    found.release('new', due);
  } catch (error) {
    // It would be written once more by the next run.
    found.remove();
    throw error;
  }
}

function troubleWith({ why, hint }: QueueTrouble): Failure {
  return new Failure('spool', `Cannot write to the queue ${why}`, { hint });
}
