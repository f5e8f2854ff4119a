/** `ssmtp queue hold|release|delete|show ID …`: what an administrator does with single messages. */

import { Failure, type FailureKind, reasonOf } from '../failure.ts';
import { entriesIn, renameEntry } from '../queue/directory.ts';
import { type EntryName, nameText, secondsOf, stemOf } from '../queue/entry-name.ts';
import type { QueuePlace } from '../queue/open-entry.ts';
import { removeFile } from '../queue/own-file.ts';
import { copyOut } from '../queue/peek.ts';
import { removeProgress } from '../queue/progress.ts';
import { ambiguityOf, ownerOf, type Reference, referenceIn, referred } from '../queue/reference.ts';
import type { System } from '../system.ts';

export type QueueAction = 'hold' | 'release' | 'delete' | 'show';

interface ActOnQueueContext {
  readonly place: QueuePlace;
  readonly system: System;
  readonly print: (piece: Buffer) => void;
}

/**
 * Queue IDs, `ID:user`, or ALL. An ID that files of several users have stands for none of them: any user can lay a file with the
 * ID of another's message. Throws Failure naming a message that could not be served; the others are done.
 */
export function actOnQueue(action: QueueAction, words: readonly string[], context: ActOnQueueContext): void {
  const { place, system } = context;
  const isAll = (word: string) => word.toUpperCase() === 'ALL';
  const references = words.filter((word) => !isAll(word)).map((word) => referenceIn(word, system));
  const { stems, failures } = chosenBy(references, action, context);
  const isMeant = words.some(isAll) ? () => true : (name: EntryName) => stems.has(stemOf(name));
  const fail = (name: EntryName, kind: FailureKind, why: string) =>
    failures.push(new Failure(kind, `Cannot ${action} ${name.id}: ${why}`));

  let names = [...entriesIn(place)].filter((name) => name.state !== 'writing' && isMeant(name));
  for (let pass = 1; names.length > 0; pass += 1) {
    const moved = names.filter((name) => {
      const isBusy = name.claim !== undefined && system.isRunning(name.claim) !== false;
      if (!isBusy || action === 'show') return !tryToAct(action, name, { ...context, fail });
      fail(name, 'temporary', 'it is being delivered');
      return false;
    });
    if (pass === maximumPasses) for (const name of moved) fail(name, 'temporary', 'it is being delivered');
    if (pass === maximumPasses || moved.length === 0) break;
    // Another process has changed their names: they are looked for again.
    const again = new Set(moved.map(stemOf));
    names = [...entriesIn(place)].filter((name) => again.has(stemOf(name)));
  }
  const first = failures.find(({ kind }) => kind !== 'temporary') ?? failures[0];
  if (first) throw first;
}

const maximumPasses = 10;

/** The messages that are meant, by the stems of their names, and those that cannot be told. */
function chosenBy(
  references: readonly Reference[],
  action: QueueAction,
  { place, system }: ActOnQueueContext,
): { stems: Set<string>; failures: Failure[] } {
  const chosen = new Set<string>();
  const failures: Failure[] = [];
  for (const [index, { stems, users }] of referred(references, place).entries()) {
    const id = references[index]?.id ?? '';
    const why = users.size === 0 ? 'there is no such message in the queue' : ambiguityOf(id, users, system);
    if (users.size === 1) for (const stem of stems) chosen.add(stem);
    else failures.push(new Failure('unreadable', `Cannot ${action} ${id}: ${why}`));
  }
  return { stems: chosen, failures };
}

/** False when there is no message under that name any more. */
function tryToAct(
  action: QueueAction,
  name: EntryName,
  context: ActOnQueueContext & { readonly fail: (name: EntryName, kind: FailureKind, why: string) => void },
): boolean {
  try {
    if (act(action, name, context)) return true;
    if (ownerOf(context.place, name) === undefined) return false;
    context.fail(name, 'malformed', 'it is no whole message of this queue');
  } catch (error) {
    // Whatever stands there, the others are served.
    if (!(error instanceof Error && 'errno' in error)) throw error;
    const isDenied = 'code' in error && (error.code === 'EACCES' || error.code === 'EPERM');
    context.fail(name, isDenied ? 'login' : 'io', reasonOf(error));
  }
  return true;
}

/** False when there is no message under that name any more. Throws the system's own error. */
function act(action: QueueAction, name: EntryName, { place, system, print }: ActOnQueueContext): boolean {
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
      removeProgress(place.path, name);
      return true;
    default:
      return action satisfies never;
  }
}
