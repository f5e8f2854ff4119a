/** Which messages an administrator names: by queue ID, and by their user where files of several users have that ID. */

import { lstatSync } from 'node:fs';
import { Failure } from '../failure.ts';
import { printable } from '../printable.ts';
import type { System } from '../system.ts';
import { entriesIn, reading } from './directory.ts';
import { type EntryName, nameText, stemOf } from './entry-name.ts';
import type { QueuePlace } from './open-entry.ts';

export interface Reference {
  readonly id: string;
  /** User ID; undefined: whoever's it is. */
  readonly owner: number | undefined;
}

/**
 * `6B0571789654F581`, with the mark of mailq behind it or not, or `6B0571789654F581:alice` (name or number). Throws Failure
 * unreadable for a user whom nobody knows.
 */
export function referenceIn(text: string, system: Pick<System, 'uidOf'>): Reference {
  const [id = '', user] = text.split(':', 2);
  const owner = user === undefined ? undefined : /^\d{1,10}$/.test(user) ? Number(user) : system.uidOf(user);
  if (user !== undefined && owner === undefined) {
    throw new Failure('unreadable', `Cannot find a message of "${printable(user)}": there is no such user`);
  }
  return { id: id.toUpperCase().replace(/[*!?]$/, ''), owner };
}

/** What each reference means: the stems of the files, and the user IDs that they belong to. Both are empty where there is none. */
export function referred(
  references: readonly Reference[],
  place: QueuePlace,
): { stems: string[]; users: Set<number> }[] {
  const found = references.length > 0 ? ownersOf(new Set(references.map(({ id }) => id)), place) : new Map();
  return references.map(({ id, owner }) => {
    const files = [...(found.get(id) ?? [])].filter(([, uid]) => owner === undefined || uid === owner);
    return { stems: files.map(([stem]) => stem), users: new Set(files.map(([, uid]) => uid)) };
  });
}

/** Looks at the queue for a name that another process has changed meanwhile. */
const maximumPasses = 10;

/** By ID and stem, the user ID of each file. */
function ownersOf(ids: ReadonlySet<string>, place: QueuePlace): Map<string, Map<string, number>> {
  const found = new Map<string, Map<string, number>>();
  for (let pass = 1; pass <= maximumPasses; pass += 1) {
    let isMoving = false;
    for (const name of entriesIn(place)) {
      if (name.state === 'writing' || !ids.has(name.id)) continue;
      const owner = reading(place.path, () => ownerOf(place, name));
      if (owner === undefined) isMoving = true;
      else found.set(name.id, (found.get(name.id) ?? new Map()).set(stemOf(name), owner));
    }
    if (!isMoving) break;
  }
  return found;
}

/** The user ID of a message's file; undefined when it is gone. */
export function ownerOf(place: QueuePlace, name: EntryName): number | undefined {
  return lstatSync(`${place.path}/${nameText(name)}`, { throwIfNoEntry: false })?.uid;
}

/** Why an ID alone is not enough, and what to write instead. */
export function ambiguityOf(id: string, users: Iterable<number>, system: Pick<System, 'userOf' | 'uidOf'>): string {
  const choices = [...users].map((uid) => referenceText(id, uid, system));
  return `several users have a message with this ID: write ${choices.join(' or ')}`;
}

/** `ID:user`, as `referenceIn` reads it: a name service may know a user whose name it does not look up. */
export function referenceText(id: string, uid: number, system: Pick<System, 'userOf' | 'uidOf'>): string {
  const name = system.userOf(uid)?.name;
  return `${id}:${name !== undefined && system.uidOf(name) === uid ? name : uid}`;
}
