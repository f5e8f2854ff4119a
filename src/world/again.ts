/** Starts this program again, to go on when this process has ended. */

import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

const queueFileVariable = 'SSMTP_QUEUED_MESSAGE';

/**
 * Delivers one message of the queue, apart from this process: in a session of its own, without its standard streams, in no
 * directory that somebody may want to unmount. There, a relative name of the configuration would be another file. `file` is the name
 * of the message's file in the queue: all users see the arguments of a process, its environment only its own user.
 */
export function startAgain(file: string, configFile: string | undefined): void {
  const isScript = process.argv[1] !== process.argv0;
  const script = isScript ? [...process.execArgv, ...process.argv.slice(1, 2)] : [];
  try {
    const configuration = configFile === undefined ? [] : ['-C', resolve(configFile)];
    const [id = ''] = file.split(/[-.]/, 1);
    const child = spawn(process.execPath, [...script, ...configuration, `-qI${id}`], {
      stdio: 'ignore',
      detached: true,
      cwd: '/',
      env: { ...process.env, [queueFileVariable]: file },
    });
    child.on('error', () => undefined);
    child.unref();
  } catch (error) {
    // No process to be had: whoever runs the queue next sends the message.
    if (!(error instanceof Error)) throw error;
  }
}

/** The file that `startAgain` named; undefined when somebody else started this program. */
export function fileToDeliver(environment: Readonly<Record<string, string | undefined>>): string | undefined {
  return environment[queueFileVariable];
}
