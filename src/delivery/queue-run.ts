/** Runs the queue: what is due is delivered, in as many sessions at once as help, until nothing is due or no hub answers. */

import { Failure, reasonOf } from '../failure.ts';
import { agendaOf } from '../queue/agenda.ts';
import { abandonedName, entriesIn, renameEntry, sweep } from '../queue/directory.ts';
import { type EntryName, keyOctets, secondsOf, stemOf } from '../queue/entry-name.ts';
import { quotaFor } from '../queue/quota.ts';
import { uncertainHoldOff } from '../queue/retry.ts';
import { type Attempted, attempt } from './attempt.ts';
import { courier } from './courier.ts';
import { returnsFor } from './returns.ts';
import type { Run } from './run.ts';
import type { Selection } from './selection.ts';

/** `broken`: it could not be read or put back, for a reason that is reported. */
export type Tally = Record<Attempted | 'broken', number>;

/** Each session waits for its hub most of the time; in each, the next message is told of while the hub's answer to the last is under way. */
const room = { sessions: 4, messages: 2 };
/**
 * Messages in a row that no hub was asked for: then the rest need not be opened. As many as an agenda has, for behind those of an
 * account whose hub is down there may be others, and each run looks at those that it has not looked at for longest.
 */
const enoughDown = 1000;

/**
 * Milliseconds after which a run that something will start again begins no further message. Its unit may then end a run that lasts for
 * longer than this and one attempt (TimeoutStartSec=): it makes no progress.
 */
const longestRun = 30 * 60_000;

/** `progress` is called after each message with how many there were and how many are left of those at hand. */
export async function runQueue(
  selection: Selection,
  run: Run,
  progress: (done: number, left: number) => void,
): Promise<Tally> {
  const tally: Tally = {
    sent: 0,
    deferred: 0,
    failed: 0,
    refused: 0,
    gone: 0,
    down: 0,
    stopped: 0,
    unwanted: 0,
    broken: 0,
  };
  const tried = new Set<string>();
  const returns = returnsFor(run);
  const by = courier(run.tickets, room);
  let downInARow = 0;

  async function work(names: EntryName[]) {
    for (let name = names.shift(); name && !isOver(); name = names.shift()) {
      if (selection.isForced) tried.add(stemOf(name));
      const result = await attemptOrReport(name);
      tally[result] += 1;
      downInARow = result === 'down' ? downInARow + 1 : 0;
      if (['gone', 'down', 'unwanted', 'refused', 'broken'].includes(result)) tried.add(stemOf(name));
      progress(count(tally), names.length);
    }
  }
  /** What is wrong with one message must not keep the others from leaving. */
  async function attemptOrReport(name: EntryName): Promise<Attempted | 'broken'> {
    try {
      return name.state === 'failed' ? returns.add(name) : await attempt(name, by, run);
    } catch (error) {
      run.report(error instanceof Failure ? error.message : `Cannot deliver message ${name.id}: ${reasonOf(error)}`);
      return 'broken';
    }
  }
  const began = run.office.system.now().getTime();
  const isBounded = !selection.isForced && selection.interval === undefined;
  const isLate = () => isBounded && run.office.system.now().getTime() - began > longestRun;
  const isOver = () => run.isStopping() || downInARow >= enoughDown || isLate();

  try {
    for (;;) {
      const names = agendaOf(dueNames(selection, run, tried));
      if (names.length === 0) break;
      // The first one finds out whether the hub answers.
      await work(names.splice(0, 1));
      await Promise.all(Array.from({ length: room.sessions * room.messages }, () => work(names)));
      returns.flush();
      if (isOver()) break;
    }
    if (!selection.isForced) sweepOld(run);
  } finally {
    await by.close();
  }
  return tally;
}

/** Only what is older than any message that still waits, and than a process that may be at work on one. */
function sweepOld({ office }: Run): void {
  const { place, settings, system } = office;
  sweep(place, secondsOf(system.now()) - settings.queueLifetime / 1000 - 24 * 3600);
}

function count(tally: Tally): number {
  return Object.values(tally).reduce((sum, number) => sum + number, 0);
}

/** What may be tried now. What a dead process had sent the end of, waits: its hub may have it. */
function* dueNames(selection: Selection, { office, report }: Run, tried: Set<string>): Generator<EntryName> {
  const { place, system } = office;
  const now = secondsOf(system.now());
  const { only } = selection;
  const isBeyondQuota = holderFor(office, report);
  for (const found of only ? [only] : entriesIn(place)) {
    if (tried.has(stemOf(found)) || !selection.isNamed(found)) continue;
    try {
      const name = dueName(found);
      if (name) yield name;
    } catch (error) {
      // Whatever stands there under the name of a message, others are not kept waiting by it.
      report(`Cannot look at message ${found.id}: ${reasonOf(error)}`);
      tried.add(stemOf(found));
    }
  }

  function dueName(found: EntryName): EntryName | undefined {
    const name = found.claim === undefined ? found : abandonedName(place, found, system);
    if (name === undefined || name.state === 'hold' || name.state === 'writing') return undefined;
    if (name.claim !== undefined && name.state === 'uncertain') {
      const due = now + uncertainHoldOff / 1000;
      if (renameEntry(place, name, { ...name, due, claim: undefined }))
        report(`Cannot tell whether the hub has message ${name.id}: its process was killed; it is tried again later`);
      return undefined;
    }
    if (isBeyondQuota(name)) return undefined;
    return selection.isForced || name.due <= now ? withKey(name, office) : undefined;
  }
}

/** Under the same ID another user may lay a file at any time: from now on the two cannot be in each other's way. */
function withKey(name: EntryName, { place, system }: Run['office']): EntryName | undefined {
  if (name.key !== undefined) return name;
  const keyed = { ...name, key: system.randomHex(keyOctets) };
  return renameEntry(place, name, keyed) ? keyed : undefined;
}

/** Puts what is beyond a user's limits on hold, and tells once of each user. */
function holderFor({ place, settings }: Run['office'], report: Run['report']): (name: EntryName) => boolean {
  const limits = { messages: settings.queueUserMessages, bytes: settings.queueUserMegabytes * 1024 ** 2 };
  const quota = quotaFor(place, limits);
  const told = new Set<number>();
  return (name) => {
    const user = quota(name);
    if (user === undefined) return false;
    renameEntry(place, name, { ...name, state: 'hold', claim: undefined });
    if (!told.has(user))
      report(`Cannot take more messages of user id ${user}: those beyond the limits are put on hold`);
    told.add(user);
    return true;
  };
}
