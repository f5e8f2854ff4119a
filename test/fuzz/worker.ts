/** One target in a thread of its own: what it works on is seen from outside, so that an input that never ends is known. */

import { parentPort, workerData } from 'node:worker_threads';
import { startCoverage } from './coverage.ts';
import { fuzz } from './fuzz.ts';
import { targets } from './targets.ts';

export interface Task {
  readonly target: string;
  readonly seed: number;
  readonly seconds: number;
  /** How many inputs were begun; the length of the last one; the input itself. */
  readonly begun: SharedArrayBuffer;
  readonly input: SharedArrayBuffer;
}

export interface Report {
  /** undefined when nothing broke. */
  readonly broken?: { readonly octets: Uint8Array; readonly error: string };
}

const task: Task = workerData;
const target = targets.find(({ name }) => name === task.target);
if (!target) throw new Error(`no target is called ${task.target}`);
const begun = new Int32Array(task.begun);
const input = new Uint8Array(task.input);
const end = performance.now() + task.seconds * 1000;

const broken = await fuzz(target, {
  seed: task.seed,
  coverage: startCoverage(),
  goOn(octets) {
    input.set(octets);
    Atomics.store(begun, 1, octets.length);
    Atomics.add(begun, 0, 1);
    return performance.now() < end;
  },
});
const report: Report = broken ? { broken: { octets: broken.octets, error: errorText(broken.error) } } : {};
parentPort?.postMessage(report);

function errorText(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
