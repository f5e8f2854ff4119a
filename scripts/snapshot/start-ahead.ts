/**
 * Node's own start, which runs in each process before our first line: seventy functions, 2 ms when they have to be compiled. Run once more
 * at build time, behind `forgetCode`, it leaves them compiled. What it sets up it sets up anew in each process.
 */

import { startupSnapshot } from 'node:v8';

/** As far as it is used here (lib/internal/process/pre_execution.js). */
interface PreExecution {
  readonly prepareMainThreadExecution: (expandsPath: boolean) => unknown;
}

/** Throws TypeError when Node is made differently. Needs --expose-internals. */
export function startAhead(): void {
  const load: (name: string) => unknown = require; // Node's own, which knows its internal modules as well
  const { prepareMainThreadExecution } = load('internal/process/pre_execution') as PreExecution;
  const callbacks = callbacksOfStart();
  const awaited = callbacks.splice(0);
  prepareMainThreadExecution(false);
  callbacks.push(...awaited);
}

/** What Node is asked to do when a process starts from the snapshot. It forgets the list when it has done so, and shows it to nobody. */
function callbacksOfStart(): unknown[] {
  const { push } = Array.prototype;
  let list: unknown[] | undefined;
  Array.prototype.push = function (...items) {
    list = this;
    return push.apply(this, items);
  };
  try {
    startupSnapshot.addDeserializeCallback(callbacksOfStart);
  } finally {
    Array.prototype.push = push;
  }
  const [callback] = (list?.pop() ?? []) as unknown[];
  if (list === undefined || callback !== callbacksOfStart) throw new TypeError('Node keeps its callbacks elsewhere');
  return list;
}
