/** `ssmtp queue hold|release|delete|show ID …`: what an administrator does with single messages. */

import { Failure } from '../failure.ts';
import { entriesIn, renameEntry } from '../queue/directory.ts';
import { type EntryName, nameText, progressName, secondsOf } from '../queue/entry-name.ts';
import type { QueuePlace } from '../queue/open-entry.ts';
import { removeFile } from '../queue/own-file.ts';
import { copyOut } from '../queue/peek.ts';
import type { System } from '../system.ts';

export type QueueAction = 'hold' | 'release' | 'delete' | 'show';

/** Queue ids, or ALL. Throws Failure unreadable naming the ids that could not be served; the others are done. */
export function actOnQueue(
  action: QueueAction,
  ids: readonly string[],
  { place, system, print }: { place: QueuePlace; system: System; print: (piece: Buffer) => void },
): void {
  const wanted = new Set(ids.map((id) => id.toUpperCase().replace(/[*!?]$/, '')));
  const isForAll = wanted.delete('ALL');
  const missing = new Set(wanted);
  const busy: string[] = [];
  /** Those whose name another process changed meanwhile: they are looked for again, and no more often than this. */
  let moved: Set<string> | undefined;
  for (let pass = 0; pass < maximumPasses && moved?.size !== 0; pass += 1) {
    const again: Set<string> = new Set();
    for (const name of [...entriesIn(place)]) {
      const isMeant = moved?.has(name.id) ?? (isForAll || wanted.has(name.id));
      if (name.state === 'writing' || !isMeant) continue;
      missing.delete(name.id);
      const isBusy = name.claim !== undefined && system.isRunning(name.claim) !== false;
      if (isBusy && action !== 'show') busy.push(name.id);
      else if (!act(action, name, { place, system, print })) again.add(name.id);
    }
    moved = again;
  }
  busy.push(...(moved ?? []));
  const [absent] = missing;
  if (absent !== undefined)
    throw new Failure('unreadable', `Cannot ${action} ${absent}: there is no such message in the queue`);
  if (busy[0] !== undefined) throw new Failure('temporary', `Cannot ${action} ${busy[0]}: it is being delivered`);
}

const maximumPasses = 10;

/** False when there is no message under that name any more. */
function act(
  action: QueueAction,
  name: EntryName,
  { place, system, print }: { place: QueuePlace; system: System; print: (piece: Buffer) => void },
): boolean {
  const free = { ...name, claim: undefined };
  switch (action) {
    case 'show':
      return copyOut(place, name, print);
    case 'hold':
      return renameEntry(place, name, { ...free, state: 'hold' });
    case 'release':
      return renameEntry(place, name, {
        ...free,
        state: name.state === 'uncertain' ? name.state : 'deferred',
        due: secondsOf(system.now()),
      });
    case 'delete':
      // What is known of a message that is there still must stay.
      if (!removeFile(`${place.path}/${nameText(name)}`)) return false;
      removeFile(`${place.path}/${progressName(name.id)}`);
      return true;
    default:
      return action satisfies never;
  }
}
