/** Starts this program again, to go on when this process has ended. */

import { spawn } from 'node:child_process';

/** Apart from this process: in a session of its own, without its standard streams, in no directory that somebody may want to unmount. */
export function startAgain(words: readonly string[]): void {
  const isScript = process.argv[1] !== process.argv0;
  const script = isScript ? [...process.execArgv, ...process.argv.slice(1, 2)] : [];
  try {
    const child = spawn(process.execPath, [...script, ...words], { stdio: 'ignore', detached: true, cwd: '/' });
    child.on('error', () => undefined);
    child.unref();
  } catch (error) {
    // No process to be had: whoever runs the queue next sends the message.
    if (!(error instanceof Error)) throw error;
  }
}
