/** How much one user may lay into the queue of all: what is beyond that waits for the administrator, and not in the way of others. */

import { lstatSync } from 'node:fs';
import { type EntryName, nameText } from './entry-name.ts';
import type { QueuePlace } from './open-entry.ts';

export interface Limits {
  readonly messages: number;
  /** Octets. */
  readonly bytes: number;
}

/**
 * Counts the new messages of one look at the queue; says by user id whose message goes beyond the limits, and undefined for one
 * that does not. Root and the queue's own user have no limits: they could remove them.
 */
export function quotaFor(place: QueuePlace, { messages, bytes }: Limits): (name: EntryName) => number | undefined {
  const used = new Map<number, { messages: number; bytes: number }>();
  return (name) => {
    if (name.state !== 'new') return undefined;
    const status = lstatSync(`${place.path}/${nameText(name)}`, { throwIfNoEntry: false });
    if (!status || status.uid === 0 || status.uid === place.owner) return undefined;
    const theirs = used.get(status.uid) ?? { messages: 0, bytes: 0 };
    used.set(status.uid, theirs);
    const isBeyond = theirs.messages >= messages || theirs.bytes + status.size > bytes;
    if (isBeyond) return status.uid;
    theirs.messages += 1;
    theirs.bytes += status.size;
    return undefined;
  };
}
