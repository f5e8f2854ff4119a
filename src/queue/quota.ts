/** How much one user may lay into the queue of all: what is beyond that waits for the administrator, and not in the way of others. */

import { lstatSync } from 'node:fs';
import { type EntryName, nameText, progressName, stemOf } from './entry-name.ts';
import type { QueuePlace } from './open-entry.ts';

export interface Limits {
  readonly messages: number;
  /** Octets. */
  readonly bytes: number;
}

/**
 * Counts the messages of one look at the queue that the runner has not tried yet; says by user id whose message goes beyond the
 * limits, and undefined for one that does not. Root and the queue's own user have no limits: they could remove them.
 */
export function quotaFor(place: QueuePlace, { messages, bytes }: Limits): (name: EntryName) => number | undefined {
  const used = new Map<number, { messages: number; bytes: number }>();
  return (name) => {
    const status = lstatSync(`${place.path}/${nameText(name)}`, { throwIfNoEntry: false });
    if (!status || status.uid === 0 || status.uid === place.owner) return undefined;
    const theirs = used.get(status.uid) ?? { messages: 0, bytes: 0 };
    used.set(status.uid, theirs);
    if (status.size > bytes) return status.uid;
    if (name.state !== 'new' && wasCounted(place, name)) return undefined;
    if (theirs.messages >= messages || theirs.bytes + status.size > bytes) return status.uid;
    theirs.messages += 1;
    theirs.bytes += status.size;
    return undefined;
  };
}

/** What the runner has tried was counted when it came: its notes say so. Those that the user wrote say nothing. */
function wasCounted({ path, owner }: QueuePlace, name: EntryName): boolean {
  const notes = lstatSync(`${path}/${progressName(stemOf(name))}`, { throwIfNoEntry: false });
  return notes !== undefined && (notes.uid === owner || notes.uid === 0);
}
