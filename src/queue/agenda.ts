/** What a run of the queue does next: bounded whatever the backlog, and fair between what is new and what was deferred. */

import { type EntryName, stemOf } from './entry-name.ts';

/** How many names of each sort are held at once. */
const room = 500;

/** Of all that is due, the oldest of each sort; new messages and retried ones take turns. */
export function agendaOf(names: Iterable<EntryName>): EntryName[] {
  const fresh: EntryName[] = [];
  const retried: EntryName[] = [];
  for (const name of names) {
    const list = name.state === 'new' ? fresh : retried;
    list.push(name);
    if (list.length >= 2 * room) shorten(list);
  }
  shorten(fresh);
  shorten(retried);
  return Array.from({ length: Math.max(fresh.length, retried.length) }, (_, index) => [fresh[index], retried[index]])
    .flat()
    .filter((name) => name !== undefined);
}

function shorten(list: EntryName[]): void {
  list.sort((one, other) => one.due - other.due || (stemOf(one) < stemOf(other) ? -1 : 1));
  list.length = Math.min(list.length, room);
}
