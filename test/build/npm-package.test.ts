/** The archive for npm: installed without a network under a prefix of its own, it is a whole sendmail. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { SMTPServer } from 'smtp-server';
import { version } from '../../src/version.ts';
import { temporaryDirectory } from '../rig/temporary.ts';
import { root } from './built.ts';

const run = promisify(execFile);

test('npm run package:npm makes an archive that npm installs without anything else, and that sends', async () => {
  await using directory = await temporaryDirectory('npm');
  const { path } = directory;
  const made = await run(join(root, 'scripts/package-npm'), [path]);
  assert.equal(made.stdout, `${path}/ssmtp-${version}.tgz\n`);

  const env = { PATH: process.env.PATH, HOME: path, npm_config_cache: join(path, 'cache'), npm_config_offline: 'true' };
  const prefix = join(path, 'prefix');
  await run('npm', ['install', '--global', '--prefix', prefix, `${path}/ssmtp-${version}.tgz`], { env, cwd: path });

  const installed = join(prefix, 'lib/node_modules');
  assert.deepEqual(await readdir(installed), ['ssmtp']);
  const files = await readdir(join(installed, 'ssmtp'), { recursive: true });
  assert.deepEqual(
    files.filter((file) => /^(test|src|scripts|node_modules)\b/.test(file)),
    [],
  );
  assert.deepEqual(await readdir(join(prefix, 'bin')), ['mailq', 'newaliases', 'sendmail', 'ssmtp']);
  for (const page of ['man8/ssmtp.8', 'man5/ssmtp.conf.5', 'man5/revaliases.5', 'man1/mailq.1'])
    assert.match(await readFile(join(prefix, 'share/man', page), 'utf8'), /^\.Dd /m);

  const received: string[] = [];
  await using hub = await startHub(received);
  await mkdir(join(path, 'queue'), { mode: 0o700 });
  const settings = { SSMTP_MAILHUB: hub.address, SSMTP_QUEUE: join(path, 'queue'), SSMTP_ALIASES: 'NO' };
  const call = (name: string, words: readonly string[] = [], input = '') => {
    const running = run(join(prefix, 'bin', name), words, { env: { ...env, ...settings }, cwd: path });
    running.child.stdin?.end(input);
    return running;
  };
  await call('sendmail', ['-odq', 'someone@example.org'], 'Subject: by npm\n\nhello\n');
  assert.match((await call('mailq')).stdout, /someone@example\.org/);
  await call('newaliases');
  await call('ssmtp', ['-q']);
  assert.equal(received.length, 1);
  assert.match(received.join(), /^Subject: by npm\r$/m);
});

async function startHub(received: string[]): Promise<AsyncDisposable & { readonly address: string }> {
  const hub = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    onData(stream, _session, answer) {
      text(stream).then((message) => {
        received.push(message);
        answer(null, 'accepted');
      }, answer);
    },
  });
  hub.listen(0, '127.0.0.1');
  await once(hub.server, 'listening');
  const address = hub.server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    address: `127.0.0.1:${address.port}`,
    [Symbol.asyncDispose]: () => new Promise((done) => hub.close(() => done())),
  };
}
