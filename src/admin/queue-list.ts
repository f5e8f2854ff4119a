/** The list of the queue: for people in the layout of Postfix's mailq, for machines one JSON object a line as `postqueue -j`. */

import { defaultOptions, type Options } from '../cli/options.ts';
import type { Settings } from '../config/types.ts';
import { Failure, reasonOf } from '../failure.ts';
import { letterFor } from '../hub/letter.ts';
import { printable, shortened } from '../printable.ts';
import { entriesIn, reading } from '../queue/directory.ts';
import { arrivalOf, type EntryName, stemOf } from '../queue/entry-name.ts';
import type { QueuePlace } from '../queue/open-entry.ts';
import { type Glimpse, peekAt } from '../queue/peek.ts';
import { reasonFor, unfinished } from '../queue/progress.ts';
import { ownerOf, referenceText } from '../queue/reference.ts';
import { rememberingFiles } from '../queue/remembered.ts';
import type { System, User } from '../system.ts';

export interface Listing {
  readonly place: QueuePlace | undefined;
  readonly settings: Settings | undefined;
  readonly system: System;
}

/** Pieces of text, a message each, in no order; only the IDs are held in memory. Throws Failure login when the user may not see it. */
export function* queueList(listing: Listing): Generator<string> {
  let octets = 0;
  let requests = 0;
  for (const item of itemsIn(listing)) {
    if (requests === 0) yield row('-Queue ID-', '--Size--', '----Arrival Time----', '-Sender/Recipient-------');
    yield `${textOf(item)}\n`;
    octets += item.size;
    requests += 1;
  }
  const kilobytes = Math.ceil(octets / 1024);
  yield requests === 0
    ? 'Mail queue is empty\n'
    : `-- ${kilobytes} Kbytes in ${requests} Request${requests === 1 ? '' : 's'}.\n`;
}

export function* queueListForMachines(listing: Listing): Generator<string> {
  for (const item of itemsIn(listing)) yield `${JSON.stringify(jsonOf(item))}\n`;
}

interface Item {
  readonly name: EntryName;
  readonly size: number;
  readonly user: string;
  readonly sender: string;
  readonly recipients: readonly { readonly address: string; readonly reason: string }[];
  readonly attempts: number;
  readonly isActive: boolean;
  /** What the commands of the queue need where others have a message with the same ID. */
  readonly reference?: string;
  /** Why only its file's name and owner can be shown. */
  readonly trouble?: string;
}

function* itemsIn({ place, settings, system: world }: Listing): Generator<Item> {
  if (!place) return;
  const system = rememberingFiles(world);
  const shared = repeatedIds(entriesIn(place));
  for (const name of entriesIn(place)) {
    const known = (owner: number) => ({
      isActive: isInHand(name, system),
      ...(shared.has(name.id) ? { reference: referenceText(name.id, owner, system) } : {}),
    });
    try {
      const found = name.state === 'writing' ? undefined : peekAt(place, name);
      if (found) yield { ...known(found.owner), ...itemOf(name, found, { settings, system }) };
    } catch (error) {
      // A file that its user has made unreadable hides no other.
      if (!(error instanceof Error && 'errno' in error)) throw error;
      const owner = reading(place.path, () => ownerOf(place, name));
      if (owner === undefined) continue;
      const user = userWith(owner, system).name;
      const trouble = `Cannot read the message: ${reasonOf(error)}`;
      yield { ...known(owner), name, size: 0, user, sender: user, recipients: [], attempts: 0, trouble };
    }
  }
}

function repeatedIds(names: Iterable<EntryName>): ReadonlySet<string> {
  const stems = new Map<string, string>();
  const repeated = new Set<string>();
  for (const name of names) {
    const stem = stems.get(name.id);
    if (stem !== undefined && stem !== stemOf(name)) repeated.add(name.id);
    else stems.set(name.id, stemOf(name));
  }
  return repeated;
}

function isInHand({ claim }: EntryName, system: System): boolean {
  return claim !== undefined && system.isRunning(claim) !== false;
}

function userWith(uid: number, system: System): User {
  return system.userOf(uid) ?? { uid, name: `uid${uid}`, fullName: '', home: undefined };
}

function itemOf(
  name: EntryName,
  found: Glimpse,
  { settings, system }: { settings: Settings | undefined; system: System },
): Omit<Item, 'isActive' | 'reference'> {
  const { asked, progress, size, owner } = found;
  const user = userWith(owner, system);
  const envelope = settings && envelopeFor(name, found, { settings, system: { ...system, user: () => user } });
  const everybody = envelope ? [...envelope.recipients, ...envelope.malformed] : asked.operands;
  return {
    name,
    size,
    user: user.name,
    sender: envelope?.sender ?? asked.envelopeSender ?? user.name,
    recipients: unfinished(everybody, progress).map((address) => ({ address, reason: reasonFor(address, progress) })),
    attempts: progress.attempts,
  };
}

function envelopeFor(
  name: EntryName,
  { asked, fields }: Glimpse,
  { settings, system }: { settings: Settings; system: System },
) {
  const message = {
    fields,
    body: { size: 0, eightBit: false, hasLongLine: false, hasUnsafeOctet: false, chunks: () => [] },
  };
  const passage = { now: new Date(arrivalOf(name.id) * 1000), id: name.id };
  try {
    return letterFor(message, { ...defaultOptions, ...asked } satisfies Options, { settings, system, passage })
      .envelope;
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

/** Marks as in Postfix, and one of ours: `*` is being delivered, `!` is on hold, `?` may have arrived. */
function markOf({ name, isActive }: Item): string {
  if (isActive) return '*';
  if (name.state === 'hold') return '!';
  return name.state === 'uncertain' ? '?' : '';
}

function textOf(item: Item): string {
  const { name, size, sender, recipients, reference, trouble } = item;
  const [day, month, date, , time] = new Date(arrivalOf(name.id) * 1000).toString().split(' ');
  const arrival = `${day} ${month} ${date?.replace(/^0/, ' ')} ${time}`;
  const byReason = new Map<string, string[]>();
  for (const { address, reason } of recipients) {
    const same = byReason.get(reason);
    if (same) same.push(address);
    else byReason.set(reason, [address]);
  }
  return [
    row(name.id + markOf(item), String(size), arrival, shown(sender || 'MAILER-DAEMON')),
    ...(reference === undefined ? [] : [`(one of several with this ID: this one is ${shown(reference)})\n`]),
    ...(trouble === undefined ? [] : [`(${shown(trouble)})\n`]),
    ...[...byReason].flatMap(([reason, waiting]) => [
      ...(reason === '' ? [] : [`(${shown(reason)})\n`]),
      ...waiting.map((address) => row('', '', '', shown(address))),
    ]),
  ].join('');
}

function row(id: string, size: string, arrival: string, address: string): string {
  return `${id.padEnd(17)} ${size.padStart(8)} ${arrival.padEnd(20)} ${address}\n`;
}

function shown(text: string): string {
  return shortened(printable(text), 400);
}

/** The names of the fields are those of Postfix; what is ours stands behind them. */
function jsonOf({ name, size, user, sender, recipients, attempts, isActive, trouble }: Item) {
  const queues = {
    new: 'incoming',
    writing: 'incoming',
    deferred: 'deferred',
    uncertain: 'deferred',
    failed: 'deferred',
    hold: 'hold',
  };
  return {
    queue_name: isActive ? 'active' : queues[name.state],
    queue_id: name.id,
    arrival_time: arrivalOf(name.id),
    message_size: size,
    sender,
    recipients: recipients.map(({ address, reason }) =>
      reason === '' ? { address } : { address, delay_reason: reason },
    ),
    user,
    attempts,
    next_attempt: name.state === 'hold' ? null : name.due,
    is_uncertain: name.state === 'uncertain',
    is_failed: name.state === 'failed',
    ...(trouble === undefined ? {} : { error: trouble }),
  };
}
