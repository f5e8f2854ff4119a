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
  for (const name of [...entriesIn(place)]) {
    if (name.state === 'writing' || !(isForAll || wanted.has(name.id))) continue;
    missing.delete(name.id);
    const isBusy = name.claim !== undefined && system.isRunning(name.claim) !== false;
    if (isBusy && action !== 'show') busy.push(name.id);
    else act(action, name, { place, system, print });
  }
  const [absent] = missing;
  if (absent !== undefined)
    throw new Failure('unreadable', `Cannot ${action} ${absent}: there is no such message in the queue`);
  if (busy[0] !== undefined) throw new Failure('temporary', `Cannot ${action} ${busy[0]}: it is being delivered`);
}

function act(
  action: QueueAction,
  name: EntryName,
  { place, system, print }: { place: QueuePlace; system: System; print: (piece: Buffer) => void },
): void {
  const free = { ...name, claim: undefined };
  switch (action) {
    case 'show':
      copyOut(place, name, print);
      return;
    case 'hold':
      renameEntry(place, name, { ...free, state: 'hold' });
      return;
    case 'release':
      renameEntry(place, name, {
        ...free,
        state: name.state === 'uncertain' ? name.state : 'deferred',
        due: secondsOf(system.now()),
      });
      return;
    case 'delete':
      removeFile(`${place.path}/${nameText(name)}`);
      removeFile(`${place.path}/${progressName(name.id)}`);
      return;
    default:
      action satisfies never;
  }
}
