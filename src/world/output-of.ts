/** What a program prints, for secrets that are kept by another program. */

import { spawn, spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { Failure, reasonOf } from '../failure.ts';

/** Milliseconds, and octets. */
const patience = 30_000;
const most = 1024 * 1024;

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
  const child = spawn(file, words, surroundings());
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
      child.stdout.on('data', (piece: Buffer) => {
        pieces.push(piece);
        size += piece.length;
        if (size > most) giveUp('ENOBUFS');
      });
      child.on('error', (error) => resolve({ error, status: null, signal: null }));
      child.on('close', (status, signal) => resolve({ status, signal }));
    });
    refuse(end, `${key} ${file}`);
    return Buffer.concat(pieces);
  } finally {
    clearTimeout(timer);
    process.off('exit', kill);
    kill();
    child.stdout.destroy();
  }
}

function surroundings() {
  const { HOME, XDG_RUNTIME_DIR, DBUS_SESSION_BUS_ADDRESS } = process.env;
  const session = {
    ...(isPrivate(XDG_RUNTIME_DIR) && { XDG_RUNTIME_DIR }),
    ...(DBUS_SESSION_BUS_ADDRESS && { DBUS_SESSION_BUS_ADDRESS }),
  };
  return {
    cwd: '/',
    env: { HOME: isPrivate(HOME) ? HOME : '/', PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin', ...session },
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
 * Whether only this user and root can write there. Programs obey what they find in their home (Python runs
 * `~/.local/lib/python3.11/site-packages/usercustomize.py`, gpg reads `~/.gnupg`), and this one gives away a secret: sudo may
 * have left the caller's home, and the user who runs the queue may have the queue as its home, where anyone can lay a file.
 */
function isPrivate(directory: string | undefined): directory is string {
  if (!directory?.startsWith('/')) return false;
  try {
    const { mode, uid } = statSync(directory);
    return (mode & 0o022) === 0 && (uid === 0 || uid === process.geteuid?.());
  } catch {
    return false;
  }
}
