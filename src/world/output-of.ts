/** What a program prints, for secrets that are kept by another program. */

import { spawnSync } from 'node:child_process';
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
  const { HOME, XDG_RUNTIME_DIR, DBUS_SESSION_BUS_ADDRESS } = process.env;
  const session = {
    ...(isPrivate(XDG_RUNTIME_DIR) && { XDG_RUNTIME_DIR }),
    ...(DBUS_SESSION_BUS_ADDRESS && { DBUS_SESSION_BUS_ADDRESS }),
  };
  const { error, status, signal, stdout } = spawnSync(file, words, {
    cwd: '/',
    env: { HOME: isPrivate(HOME) ? HOME : '/', PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin', ...session },
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: patience,
    killSignal: 'SIGKILL',
    maxBuffer: most,
  });
  const why = `Cannot run ${key} ${file}`;
  const code = error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'EACCES')
    throw new Failure('config', `${why}: ${reasonOf(error)}`, { cause: error });
  if (code === 'ETIMEDOUT') throw new Failure('temporary', `${why}: it took longer than ${patience / 1000} s`);
  if (code === 'ENOBUFS') throw new Failure('config', `${why}: it printed more than ${most} octets`);
  if (error) throw new Failure('temporary', `${why}: ${reasonOf(error)}`, { cause: error });
  if (status !== 0) throw new Failure('temporary', `${why}: it ended with ${signal ?? `status ${status}`}`);
  return stdout;
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
