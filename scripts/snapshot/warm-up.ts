/** Sends messages through the whole program, in a world of its own, in the ways that most messages go. */

import { run } from '../../src/run.ts';
import { realSystem } from '../../src/system.ts';
import { enterSmallWorld } from './small-world.ts';

/** What `interruption` in src/world listens to: the program that starts from the snapshot listens itself. */
const listened = ['SIGHUP', 'SIGINT', 'SIGTERM', 'beforeExit', 'uncaughtException', 'unhandledRejection'];

/** What stands before the other words: the configurations are furnish.ts's. Through the queue, for that is what its directory means. */
const ways = {
  'through the queue, in one chunk': ['-i'],
  'behind DATA, read up to a dot': ['-C', '/etc/ssmtp/data.conf'],
  'with TLS and a login': ['-i', '-C', '/etc/ssmtp/tls.conf'],
  'behind the caller’s back': ['-i', '-odb'],
} as const;

/** Each of them once. `directory` has been furnished. Throws when a message is not accepted. */
export async function warmUp(directory: string): Promise<void> {
  for (const words of Object.values(ways)) await sendFrom(directory, words);
}

async function sendFrom(directory: string, way: readonly string[]): Promise<void> {
  const leave = enterSmallWorld(directory, '/message');
  try {
    const words = [...way, '-FCronDaemon', '-B8BITMIME', '-oem', 'root'];
    const status = await run(words, { ...realSystem('/usr/sbin/sendmail', {}), tell: console.error });
    if (status !== 0) throw new Error(`Cannot warm up: sending a message ended with status ${status}`);
  } finally {
    await leave();
    for (const name of listened) process.removeAllListeners(name);
  }
}
