/** The two instruments, which are Python because Node can neither wait for the costs of a process nor open a TUN device. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';

export interface Job {
  readonly words: readonly string[];
  readonly input: string;
  /** Where what is printed is added. */
  readonly output: string;
  readonly directory: string;
  readonly count: number;
  readonly parallel: number;
  /** When everything is killed. */
  readonly seconds: number;
}

/** Times in seconds; `begun` and `ended` on the monotonic clock. */
export interface Cost {
  readonly begun: number;
  readonly ended: number;
  readonly walls: readonly number[];
  /** How often each exit status came. */
  readonly status: Readonly<Record<string, number>>;
  readonly cpu: number;
}

export interface Traffic {
  readonly turns: number;
  readonly connections: number;
  readonly packets: number;
  readonly octets: number;
}

export interface Stopwatch {
  run(job: Job): Promise<Cost>;
  end(): void;
}

export interface Distance {
  /** What travelled since it was asked last. */
  take(): Promise<Traffic>;
  end(): void;
}

export async function startStopwatch(): Promise<Stopwatch> {
  const { ask, end } = startInstrument('stopwatch.py', []);
  return { run: (job) => ask(JSON.stringify(job)) as Promise<Cost>, end }; // stopwatch.py prints it
}

/** Throws Error when this machine has no TUN. */
export async function startDistance(ports: readonly number[]): Promise<Distance> {
  const { ask, next, end } = startInstrument('distance.py', ports.map(String));
  await next();
  return { take: () => ask('') as Promise<Traffic>, end }; // distance.py prints it
}

function startInstrument(file: string, words: readonly string[]) {
  const child = spawn('/usr/bin/python3', ['-I', '-S', resolve(import.meta.dirname, file), ...words], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close').then(() => undefined);
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const next = async (): Promise<string> => {
    const line = await Promise.race([lines.next(), ended]);
    if (line === undefined || line.done) throw new Error(`${file} has ended`);
    return line.value;
  };
  const ask = async (line: string): Promise<unknown> => {
    child.stdin.write(`${line}\n`);
    return JSON.parse(await next());
  };
  return { ask, next, end: () => child.kill('SIGKILL') };
}
