/** What a program prints, for secrets that are kept by another program. */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { lstatSync } from 'node:fs';
import { Failure, reasonOf } from '../failure.ts';
import { ownPath } from './own-path.ts';

/** Milliseconds, and octets. */
const patience = 30_000;
const most = 1024 * 1024;

/** Bits of a mode: by group and all users. */
const writableByOthers = 0o022;

/**
 * Runs the program without a shell, with nothing to read, an environment of its own, and its words on standard error dropped:
 * they may hold the secret. `key` named the program. Throws Failure temporary when it fails or takes longer than 30 s, config when there is no such program.
 */
export function outputOf([file = '', ...words]: readonly string[], key: string): Buffer {
  const limits = { timeout: patience, killSignal: 'SIGKILL', maxBuffer: most } as const;
  const { stdout, ...end } = spawnSync(file, words, { ...surroundings(), ...limits });
  refuse(end, `${key} ${file}`);
  return stdout;
}

/** The same while signals and deadlines go on; the program ends with this one. */
export async function laterOutputOf([file = '', ...words]: readonly string[], key: string): Promise<Buffer> {
  const child = started(file, words, `${key} ${file}`);
  const kill = () => void child.kill('SIGKILL');
  process.once('exit', kill);
  const pieces: Buffer[] = [];
  let size = 0;
  let timer: NodeJS.Timeout | undefined;
  try {
    const end = await new Promise<End>((resolve) => {
      const giveUp = (code: string) =>
        resolve({ error: Object.assign(new Error(code), { code }), status: null, signal: null });
      timer = setTimeout(giveUp, patience, 'ETIMEDOUT');
      child.on('error', (error) => resolve({ error, status: null, signal: null }));
      // Where no more files can be opened there is none.
      child.stdout?.on('data', (piece: Buffer) => {
        pieces.push(piece);
        size += piece.length;
        if (size > most) giveUp('ENOBUFS');
      });
      child.on('close', (status, signal) => resolve({ status, signal }));
    });
    refuse(end, `${key} ${file}`);
    return Buffer.concat(pieces);
  } finally {
    clearTimeout(timer);
    process.off('exit', kill);
    kill();
    child.stdout?.destroy();
  }
}

/** Some errors are thrown at once, others told by the child. */
function started(file: string, words: readonly string[], what: string): ChildProcess {
  try {
    return spawn(file, words, surroundings());
  } catch (error) {
    if (!(error instanceof Error && 'errno' in error)) throw error;
    refuse({ error, status: null, signal: null }, what);
    throw error;
  }
}

function surroundings() {
  const { HOME, XDG_RUNTIME_DIR, DBUS_SESSION_BUS_ADDRESS } = process.env;
  const [runtimeDirectory, bus] = [privateDirectory(XDG_RUNTIME_DIR), ownBus(DBUS_SESSION_BUS_ADDRESS)];
  const session = {
    ...(runtimeDirectory && { XDG_RUNTIME_DIR: runtimeDirectory }),
    ...(bus && { DBUS_SESSION_BUS_ADDRESS: bus }),
  };
  return {
    cwd: '/',
    env: { HOME: privateDirectory(HOME) ?? '/', PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin', ...session },
    stdio: ['ignore', 'pipe', 'ignore'] as ['ignore', 'pipe', 'ignore'],
  };
}

interface End {
  readonly error?: Error | undefined;
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
}

function refuse({ error, status, signal }: End, what: string): void {
  const why = `Cannot run ${what}`;
  const code = error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'EACCES')
    throw new Failure('config', `${why}: ${reasonOf(error)}`, { cause: error });
  if (code === 'ETIMEDOUT') throw new Failure('temporary', `${why}: it took longer than ${patience / 1000} s`);
  if (code === 'ENOBUFS') throw new Failure('config', `${why}: it printed more than ${most} octets`);
  if (error) throw new Failure('temporary', `${why}: ${reasonOf(error)}`, { cause: error });
  if (status !== 0) throw new Failure('temporary', `${why}: it ended with ${signal ?? `status ${status}`}`);
}

/**
 * The directory, links followed, when only this user and root can write there or lead the path elsewhere. Programs obey what they find in
 * their home (Python runs `~/.local/lib/python3.11/site-packages/usercustomize.py`, gpg reads `~/.gnupg`), and this one gives away
 * a secret: sudo may have left the caller's home, and the user who runs the queue may have the queue as its home, where anyone can lay a file.
 */
function privateDirectory(path: string | undefined): string | undefined {
  const directory = ownPath(path, writableByOthers);
  return directory !== undefined && (lstatSync(directory).mode & writableByOthers) === 0 ? directory : undefined;
}

/** A socket of this user, or of root. Other forms of the address are dropped: some of them run a program, or are anybody's to take. */
function ownBus(address: string | undefined): string | undefined {
  const [, path, rest] = /^unix:path=([^,;%]+)((?:,guid=[0-9a-f]+)?)$/.exec(address ?? '') ?? [];
  const socket = ownPath(path, writableByOthers);
  return socket !== undefined && !/[,;%]/.test(socket) ? `unix:path=${socket}${rest}` : undefined;
}
