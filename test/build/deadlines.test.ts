/**
 * Both built forms ask the system to be woken for their deadlines, however far away: the executable begins with what Node noted about
 * timers at build time. What a process waits for is read from the kernel, for nobody can wait here until the time is up.
 */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { temporaryDirectory } from '../rig/temporary.ts';
import { contentOf, executable, script } from './built.ts';

/** The number of epoll_pwait(2), by Node's name of the architecture. */
const epollWait = { x64: '281', arm64: '22' }[process.arch as string];
const skip =
  (epollWait === undefined || !existsSync('/proc/self/syscall')) &&
  'SKIPPED: this kernel does not tell what a process waits for';

describe('a hub that never greets', { skip }, () => {
  for (const file of [executable, script]) {
    for (const [timeout, milliseconds] of [
      ['3s', 3_000],
      ['20s', 20_000],
      ['24h', 86_400_000],
    ] as const) {
      test(`is given up by ${file.slice(file.lastIndexOf('/') + 1)} with CommandTimeout=${timeout}`, async () => {
        const awaited = await millisecondsAwaited(contentOf(file) && file, timeout);
        assert.ok(awaited > 0 && awaited <= milliseconds, `it wakes up after ${awaited} ms`);
      });
    }
  }
});

/** How long the process waits in the kernel once it is connected; -1 is for ever. */
async function millisecondsAwaited(file: string, timeout: string): Promise<number> {
  await using directory = await temporaryDirectory('deadlines');
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the hub has no port');
  const settings = [`mailhub=127.0.0.1:${address.port}`, 'hostname=client.test', 'Queue=NO', 'Aliases=NO'];
  const all = ['Command', 'Connect', 'Delivery', 'Data'].map((what) => `${what}Timeout=${timeout}`);
  const configuration = join(directory.path, 'ssmtp.conf');
  await writeFile(configuration, `${[...settings, ...all].join('\n')}\n`);
  const environment = { PATH: join(process.execPath, '..'), HOME: directory.path };
  const child = spawn(file, ['-C', configuration, 'bob@example.net'], {
    env: environment,
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  child.stdin.end('Subject: x\n\nx\n');
  const [socket] = await once(server, 'connection');
  try {
    for (;;) {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error('it has ended');
      const [number, , , , wait = ''] = (await readFile(`/proc/${child.pid}/syscall`, 'latin1')).split(' ');
      if (number === epollWait && wait !== '0x0') return Number.parseInt(wait, 16) | 0;
    }
  } finally {
    child.kill('SIGKILL');
    socket.destroy();
    server.close();
  }
}
