/**
 * Runs other programs on a machine whose /usr/sbin/sendmail is the program under test: in mount and process namespaces of
 * their own, with private copies of /etc and of cron's spool in memory, and no queue of an ssmtp that is installed. The machine itself
 * sees nothing of it.
 */

import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { isScript, programPath } from '../rig/program.ts';
import { temporaryDirectory } from '../rig/temporary.ts';

const namespaces = ['--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];

/** Why programs cannot run so; `false` when they can. */
export const missingForNamespace: string | false = reasonToSkip();

export interface Run {
  /** Lines of bash; `$1` is the recipient. At `read` they wait for the end of `until`. */
  readonly script: string;
  readonly recipient: string;
  /** The text of /etc/ssmtp/ssmtp.conf. */
  readonly conf: string;
}

/** Gives what `until` gives, once the script has ended well and without a word. Throws Error otherwise. */
export async function runOnOwnMachine<Result>(run: Run, until: () => Promise<Result>): Promise<Result> {
  await using directory = await temporaryDirectory('machine');
  await mkdir(join(directory.path, 'memory'));
  await writeFile(join(directory.path, 'ssmtp.conf'), run.conf);
  const child = spawn('unshare', [...namespaces, 'bash', '-c', setUp + run.script, 'bash', run.recipient], {
    env: {
      PATH: process.env.PATH,
      HOME: join(directory.path, 'memory/home'),
      LC_ALL: 'C.UTF-8',
      room: directory.path,
      program: programPath,
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const ended = endOf(child);
  try {
    const result = await Promise.race([until(), ended.then(() => until())]);
    child.stdin.end();
    await ended;
    return result;
  } finally {
    child.kill('SIGKILL');
  }
}

const setUp = `set -e
mount -t tmpfs -o mode=755 none "$room/memory"
cd "$room/memory"
mkdir home etc run spool
cp -a /etc/. etc
mkdir -p etc/ssmtp
cp "$room/ssmtp.conf" etc/ssmtp/ssmtp.conf
rm -rf etc/crontab etc/cron.d/*
mount --bind etc /etc
mount --bind run /run
for kept in cron mail; do [ ! -e /var/spool/$kept ] || cp -a /var/spool/$kept spool; done
mount --bind spool /var/spool
mount --bind "$program" /usr/sbin/sendmail
unset room program
cd home
`;

async function endOf(child: ChildProcessByStdio<Writable, Readable, Readable>): Promise<void> {
  child.stdin.on('error', () => undefined); // the script ended without reading: its status tells
  const [[status, signal], stdout, stderr] = await Promise.all([
    once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>, // as the manual of 'close' says
    text(child.stdout),
    text(child.stderr),
  ]);
  if (status !== 0 || stdout !== '' || stderr !== '')
    throw new Error(`the script ended with ${status ?? signal} and printed:\n${stdout}${stderr}`);
}

function reasonToSkip(): string | false {
  if (spawnSync('unshare', [...namespaces, 'true']).status !== 0)
    return 'SKIPPED: other programs run in namespaces of their own, which this machine does not allow';
  if (!existsSync('/usr/sbin/sendmail'))
    return 'SKIPPED: there is no /usr/sbin/sendmail to put the program in place of';
  if (isScript) return 'SKIPPED: other programs need dist/ssmtp as their sendmail (npm run build)';
  return false;
}
