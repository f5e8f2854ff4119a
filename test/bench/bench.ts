/** The machine of the benchmark: hub, distance, stopwatch, messages, and one measurement of one program. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { memoryOf as memoryOfProcess } from '../rig/memory-of.ts';
import { waitFor } from '../rig/wait.ts';
import { type Cost, type Distance, type Stopwatch, startDistance, startStopwatch } from './asked.ts';
import { messageOf } from './message.ts';
import { makePapers } from './papers.ts';
import { type Call, login, type Place, type Program, queue } from './peers.ts';
import { ports, type Sink, startSink } from './sink.ts';

export interface Bench {
  readonly place: Place;
  readonly sink: Sink;
  /** Why everything is near, when it is. */
  readonly distance: Distance | string;
  readonly stopwatch: Stopwatch;
  end(): void;
}

export interface Work {
  readonly call: Call;
  readonly octets: number;
  readonly messages: number;
  readonly parallel: number;
}

/** Seconds and megabytes. */
export interface Measured {
  /** From the start of the first program until the last one has ended. */
  readonly caller: number;
  /** From there until the hub has everything. */
  readonly delivered: number;
  readonly cpu: number;
  readonly turns?: number;
}

/** `home` is a private directory in memory. To be called in namespaces of its own. */
export async function startBench(home: string): Promise<Bench> {
  const place = { home, authority: join(home, 'authority.crt') };
  const sink = await startSink(makePapers(home), login);
  const distance = await startDistance(Object.values(ports)).catch((error: unknown) => `no TUN device: ${error}`);
  const stopwatch = await startStopwatch();
  mkdirSync(queue, { mode: 0o700, recursive: true });
  return {
    place,
    sink,
    distance,
    stopwatch,
    end() {
      sink.close();
      stopwatch.end();
      if (typeof distance !== 'string') distance.end();
    },
  };
}

/** Writes what the program reads. */
export function furnish(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { mode: path.startsWith('/etc/') ? 0o644 : 0o600 });
  }
}

/** Throws Error when the program fails, or the hub does not get everything. */
export async function measure(bench: Bench, program: Program, work: Work): Promise<Measured> {
  const { place, sink, distance, stopwatch } = bench;
  sink.deliveries.length = 0;
  if (typeof distance !== 'string') await distance.take();
  const cost = await stopwatch.run({
    words: [program.path, ...program.words(work.call, place)],
    input: messageOf(place.home, { octets: work.octets, isCrlf: program.wantsCrlf ?? false }),
    output: join(place.home, 'output'),
    directory: place.home,
    count: work.messages,
    parallel: work.parallel,
    seconds: patienceFor(work),
  });
  checkStatus(bench, program, cost);
  const caller = cost.ended - cost.begun;
  if (program.leaves === 'nothing') return { caller, delivered: caller, cpu: cost.cpu };
  const last = await arrival(bench, work);
  const delivered = program.leaves === 'at the hub' ? caller : Math.max(caller, last - cost.begun);
  if (program.daemon) await farewell(work.call);
  return { caller, delivered, cpu: cost.cpu, ...(await turnsOf(bench, work.call)) };
}

/** When the hub had everything, on the monotonic clock. dma sends a copy to each recipient. */
export async function arrival({ sink }: Bench, { call, messages, octets }: Work): Promise<number> {
  const wanted = messages * call.recipients;
  const served = () => sink.deliveries.reduce((sum, { recipients }) => sum + recipients, 0);
  await waitFor(
    `mail for ${wanted} recipients at the hub`,
    () => served() >= wanted || undefined,
    patienceFor({ messages, call }),
  );
  if (served() > wanted) throw new Error(`the hub got mail for ${served()} recipients, not ${wanted}`);
  if (sink.deliveries.some((one) => one.octets < octets)) throw new Error('the hub got a message that was not whole');
  return Math.max(...sink.deliveries.map(({ at }) => at));
}

/** Seconds after which something hangs: a multiple of what the slowest takes. */
export function patienceFor({ messages, call }: Pick<Work, 'messages' | 'call'>): number {
  return Math.min(180, 15 + messages * (2 + (call.distance * (20 + call.recipients)) / 250));
}

/** A daemon goes on when the hub has everything: it hears of that, and says QUIT. */
export async function farewell({ distance }: Call): Promise<void> {
  await pause(2.5 * distance + 20);
}

export async function turnsOf({ distance }: Bench, call: Call): Promise<{ turns?: number }> {
  if (typeof distance === 'string' || call.distance === 0) return {};
  return { turns: (await distance.take()).turns };
}

/** Megabytes, each at its most: resident in all, and what only this process has (test/rig/memory-of.ts). */
export interface Memory {
  readonly resident: number;
  readonly own?: number;
}

/** Of the largest process that the caller waits for. Costs two calls. */
export async function memoryOf(bench: Bench, program: Program, work: Work): Promise<Memory> {
  const file = join(bench.place.home, 'memory');
  const words =
    program.id === 'dma' ? ['-D', ...program.words(work.call, bench.place)] : program.words(work.call, bench.place);
  const under = {
    ...program,
    path: '/usr/bin/time',
    words: () => ['-q', '-f', '%M', '-o', file, program.path, ...words],
  };
  await measure(bench, under, { ...work, messages: 1, parallel: 1 });
  const resident = (Number(readFileSync(file, 'utf8')) * 1024) / 1e6;
  return program.leaves === 'at the hub' ? { resident, own: await ownMemoryOf(bench, program, work) } : { resident };
}

/** The hub looks whenever the program waits for it. */
async function ownMemoryOf({ place, sink }: Bench, program: Program, work: Work): Promise<number> {
  const input = openSync(messageOf(place.home, { octets: work.octets, isCrlf: program.wantsCrlf ?? false }), 'r');
  const output = openSync(join(place.home, 'output'), 'a');
  const child = spawn(program.path, [...program.words(work.call, place)], {
    cwd: place.home,
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: place.home },
    stdio: [input, output, output],
  });
  let most = 0;
  sink.whenHeard = () => {
    most = Math.max(most, memoryOfProcess(child.pid ?? 0)?.own ?? 0);
  };
  await once(child, 'close');
  sink.whenHeard = () => undefined;
  for (const descriptor of [input, output]) closeSync(descriptor);
  return most / 1e6;
}

/** Starts the program's daemon, which delivers what was left to it. */
export function startDaemon({ place }: Bench, [command, ...words]: readonly [string, ...string[]]): ChildProcess {
  const output = openSync(join(place.home, 'output'), 'a');
  const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: place.home };
  return spawn(command, words, { cwd: place.home, env, stdio: ['ignore', output, output] });
}

/** Seconds that a process and its children have used, to a hundredth. */
export function usedBy({ pid }: ChildProcess): number {
  const stat = `/proc/${pid}/stat`;
  if (!existsSync(stat)) return 0;
  const fields = readFileSync(stat, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / 100;
}

function checkStatus({ place }: Bench, { id }: Program, { status }: Cost): void {
  if (Object.keys(status).every((code) => code === '0')) return;
  const said = readFileSync(join(place.home, 'output'), 'utf8').trim().split('\n').slice(-3).join('; ');
  throw new Error(`${id} ended with ${Object.keys(status).join(', ')}: ${said}`);
}
