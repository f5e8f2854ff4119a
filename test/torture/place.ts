/** A queue with its configuration, and the program run in front of it. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export interface Place extends Disposable {
  readonly home: string;
  readonly queue: string;
  readonly configuration: string;
  /** Names of the files in the queue. */
  files(): string[];
  start(words: readonly string[], how?: How): ChildProcess;
  run(words: readonly string[], how?: How): Promise<Outcome>;
}

interface How {
  readonly stdin?: string;
  /** What starts the program, as strace would. */
  readonly under?: readonly string[];
  readonly user?: { readonly uid: number; readonly gid: number };
}

export interface Outcome {
  /** undefined when it was killed. */
  readonly status: number | undefined;
  readonly stderr: string;
}

const built = resolve(import.meta.dirname, '../../dist/ssmtp');

/** `owner`: the queue is open to all users and belongs to this one. */
export function newPlace(mailhub: string, owner?: { readonly uid: number; readonly gid: number }): Place {
  const home = mkdtempSync(join(tmpdir(), 'ssmtp-torture-'));
  const queue = join(home, 'queue');
  const configuration = join(home, 'ssmtp.conf');
  const program = join(home, 'ssmtp');
  chmodSync(home, 0o755);
  mkdirSync(queue, { mode: 0o700 });
  copyFileSync(built, program);
  chmodSync(program, 0o755);
  if (owner) {
    chownSync(queue, owner.uid, owner.gid);
    chmodSync(queue, 0o3733);
  }
  const lines = [
    `mailhub=${mailhub}`,
    'hostname=torture.test',
    'root=admin@example.org',
    'Aliases=NO',
    `Queue=${queue}`,
  ];
  writeFileSync(configuration, `${lines.join('\n')}\nMinimalBackoff=1s\nMaximalBackoff=2s\n`);

  const place: Place = {
    home,
    queue,
    configuration,
    files: () => (existsSync(queue) ? readdirSync(queue) : []),
    start(words, { under = [], user } = {}) {
      const [command = '', ...rest] = [...under, program, ...words, '-C', configuration];
      return spawn(command, rest, {
        env: { HOME: home, PATH: '/usr/bin:/bin' },
        stdio: ['pipe', 'ignore', 'pipe'],
        ...user,
      });
    },
    async run(words, how = {}) {
      const child = place.start(words, how);
      let stderr = '';
      child.stderr?.on('data', (octets) => {
        stderr += octets;
      });
      child.stdin?.on('error', () => undefined);
      child.stdin?.end(how.stdin ?? '');
      const [status] = (await once(child, 'close')) as [number | null]; // as the manual of 'close' says
      return { status: status ?? undefined, stderr };
    },
    [Symbol.dispose]: () => rmSync(home, { recursive: true, force: true }),
  };
  return place;
}

/** Runs the queue until nothing is left that can be sent; gives what was said. What may have arrived is tried again, too. */
export async function drain(place: Place, user?: { readonly uid: number; readonly gid: number }): Promise<string> {
  let said = '';
  for (let round = 0; round < 4; round += 1) {
    const { stderr } = await place.run(['queue', 'flush'], user ? { user } : {});
    said += stderr;
    if (!place.files().some((name) => /\.[ndu]\d/.test(name))) break;
  }
  return said;
}
