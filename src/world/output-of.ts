/** What a program prints, for secrets that are kept by another program. */

import { spawnSync } from 'node:child_process';
import { Failure, reasonOf } from '../failure.ts';

/** Milliseconds, and octets. */
const patience = 30_000;
const most = 1024 * 1024;

/**
 * Runs the program without a shell, with nothing to read, an environment of its own, and its words on standard error dropped:
 * they may hold the secret. `key` named the program. Throws Failure temporary when it fails or takes longer than 30 s, config when there is no such program.
 */
export function outputOf([file = '', ...words]: readonly string[], key: string): Buffer {
  const { HOME = '/', XDG_RUNTIME_DIR, DBUS_SESSION_BUS_ADDRESS } = process.env;
  const session = {
    ...(XDG_RUNTIME_DIR && { XDG_RUNTIME_DIR }),
    ...(DBUS_SESSION_BUS_ADDRESS && { DBUS_SESSION_BUS_ADDRESS }),
  };
  const { error, status, signal, stdout } = spawnSync(file, words, {
    cwd: '/',
    env: { HOME, PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin', ...session },
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
