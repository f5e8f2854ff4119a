/**
 * Node's notes about timers are part of the snapshot, and what they note must not be: a process that begins with a note of a timer due
 * at 5 s trusts that it will be woken then, asks the system for nothing later, and sleeps through each of its deadlines.
 */

/** As far as it is used here (lib/internal/timers.js). Timers of one duration share a list, and the lists a queue. */
interface Timers {
  readonly timerListMap: Record<string, { readonly priorityQueuePosition: number; readonly _idleNext: unknown }>;
  readonly timerListQueue: { removeAt: (place: number) => void };
}

/** Milliseconds. nodemailer gives a connection 5,000 to end on both sides. */
const longest = 10_000;

/**
 * Waits for the timers of connections that are about to end, and takes out the empty lists that such timers leave, being unref()ed.
 * Throws Error when a timer goes on, TypeError when Node is made differently: then the build makes an executable without a snapshot.
 * Needs --expose-internals.
 */
export async function forgetTimers(): Promise<void> {
  const load: (name: string) => unknown = require; // Node's own, which knows its internal modules as well
  const { timerListMap, timerListQueue } = load('internal/timers') as Timers;
  const isRunning = () => Object.values(timerListMap).some((list) => list._idleNext !== list);
  const end = Date.now() + longest;
  while (isRunning()) {
    if (Date.now() > end) throw new Error('Cannot take a snapshot: a timer goes on');
    await new Promise((done) => setImmediate(done));
  }
  for (const [duration, list] of Object.entries(timerListMap)) {
    timerListQueue.removeAt(list.priorityQueuePosition);
    delete timerListMap[duration];
  }
  // Behind each timer that has run, Node notes anew which one is the next: none.
  await new Promise((done) => setTimeout(done, 1));
}
