/** A server process of the tests: its own process group, stopped with its owner whatever way that one ends. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { signalGroup } from './process-group.ts';

export interface Server {
  /** What it said on stdout and stderr. */
  output(): string;
  exited(): boolean;
  stop(): Promise<void>;
}

/** Starts `words` with nothing but PATH in its environment. */
export function startServer(words: readonly [string, ...string[]]): Server {
  const [command, ...rest] = words;
  const child = spawn(command, rest, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' },
  });
  const pieces: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece: Buffer) => pieces.push(piece));
  child.on('error', (error) => pieces.push(Buffer.from(`${error.message}\n`)));
  const exited = () => child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
  const watchman = child.pid === undefined ? undefined : startWatchman(child.pid);
  return {
    output: () => Buffer.concat(pieces).toString(),
    exited,
    async stop() {
      watchman?.kill();
      if (!exited()) await terminate(child);
      signalGroup(child.pid, 'SIGKILL');
    },
  };
}

/** Outlives the tests by a moment: its input ends when they die, and then it ends the server. */
function startWatchman(group: number): ChildProcess {
  const script = 'read -r nothing; kill -s TERM -- "-$1"; sleep 2; kill -s KILL -- "-$1"';
  const watchman = spawn('sh', ['-c', script, 'sh', String(group)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watchman.unref();
  return watchman;
}

async function terminate(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  signalGroup(child.pid, 'SIGTERM');
  const force = setTimeout(() => signalGroup(child.pid, 'SIGKILL'), 5000);
  await gone;
  clearTimeout(force);
}
