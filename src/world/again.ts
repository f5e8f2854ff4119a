/** Starts this program again, to go on when this process has ended. */

import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

/**
 * Delivers one message of the queue, apart from this process: in a session of its own, without its standard streams, in no
 * directory that somebody may want to unmount. There, a relative name of the configuration would be another file.
 */
export function startAgain(entry: string, configFile: string | undefined): void {
  const isScript = process.argv[1] !== process.argv0;
  const script = isScript ? [...process.execArgv, ...process.argv.slice(1, 2)] : [];
  try {
    const configuration = configFile === undefined ? [] : ['-C', resolve(configFile)];
    const child = spawn(process.execPath, [...script, ...configuration, `-qI${entry}`], {
      stdio: 'ignore',
      detached: true,
      cwd: '/',
    });
    child.on('error', () => undefined);
    child.unref();
  } catch (error) {
    // No process to be had: whoever runs the queue next sends the message.
    if (!(error instanceof Error)) throw error;
  }
}
