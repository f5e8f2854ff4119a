/**
 * `npm run fuzz [-- --seconds N] [--seed N] [TARGET …]`: mutants of the corpus against every part of the program that reads what
 * strangers write, for N seconds each (60), guided by coverage. Ends with 1 when a promise does not hold, and leaves the input in
 * build/fuzz/: with a name that says what it is, it belongs into test/fuzz/corpus/TARGET/.
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { Target } from './target.ts';
import { targets } from './targets.ts';
import type { Report, Task } from './worker.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seconds: { type: 'string', default: '60' }, seed: { type: 'string', default: String(Date.now() % 1e9) } },
});
const seconds = Number(values.seconds);
const seed = Number(values.seed);
const chosen = targets.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
const unknown = positionals.filter((name) => !targets.some((target) => target.name === name));
if (!(seconds > 0) || !Number.isInteger(seed) || unknown.length > 0) {
  console.error(`usage: npm run fuzz [-- --seconds N] [--seed N] [${targets.map(({ name }) => name).join('|')} ...]`);
  process.exit(64);
}

/** Seconds that one input may take. */
const patience = 20;
const largest = 64 * 1024;
const waiting = [...chosen];
let isBroken = false;

console.log(`seed ${seed}, ${seconds} s for each of ${chosen.length} targets`);
await Promise.all(
  Array.from({ length: availableParallelism() }, async () => {
    for (let target = waiting.shift(); target; target = waiting.shift()) await fuzzInThread(target);
  }),
);
process.exitCode = isBroken ? 1 : 0;

async function fuzzInThread({ name, promise }: Target): Promise<void> {
  const task: Task = {
    target: name,
    seed,
    seconds,
    begun: new SharedArrayBuffer(8),
    input: new SharedArrayBuffer(largest),
  };
  const begun = new Int32Array(task.begun);
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: task });
  let before = -1;
  const { broken } = await new Promise<Report>((done) => {
    const watch = setInterval(() => {
      const count = Atomics.load(begun, 0);
      const octets = Buffer.from(new Uint8Array(task.input).slice(0, Atomics.load(begun, 1)));
      if (count === before) done({ broken: { octets, error: `it takes longer than ${patience} s` } });
      before = count;
    }, patience * 1000);
    worker.on('message', done);
    worker.on('error', (error) => done({ broken: { octets: Buffer.alloc(0), error: String(error) } }));
    worker.on('exit', () => clearInterval(watch));
  });
  await worker.terminate();
  console.log(`${name.padEnd(10)} ${Atomics.load(begun, 0)} inputs${broken ? ' BROKEN' : ', its promise holds'}`);
  if (!broken) return;
  isBroken = true;
  const folder = resolve(import.meta.dirname, '../../build/fuzz');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}-${seed}`);
  writeFileSync(file, broken.octets);
  console.log(`  promise: ${promise}\n  ${broken.error.slice(0, 1500).replaceAll('\n', '\n  ')}`);
  console.log(
    `  input (${broken.octets.length} octets, in ${file}): ${JSON.stringify(Buffer.from(broken.octets).toString('latin1')).slice(0, 500)}`,
  );
}
