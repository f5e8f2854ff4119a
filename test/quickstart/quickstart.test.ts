import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { temporaryDirectory } from '../rig/temporary.ts';

const quickstart = resolve(import.meta.dirname, '../../scripts/quickstart');

test('scripts/quickstart shows a delivered message and leaves nothing behind', async () => {
  await using directory = await temporaryDirectory('quickstart');
  const { status, stdout, stderr } = await run({ TMPDIR: directory.path, FORCE_COLOR: '1' });
  assert.equal(status, 0, stdout + stderr);
  const received = stdout.slice(stdout.indexOf('== What the mail hub received'));
  for (const line of [
    /connection +TLSv1\.[23]/,
    /login +demo by CRAM-MD5/,
    /RCPT TO:<admin@example\.org>/,
    /\| From: root@example\.org \(Cron Daemon\)/,
    /\| Subject: Cron <root@.*> /,
    /alles grün/,
  ]) {
    assert.match(received, line);
  }
  assert.deepEqual(await readdir(directory.path), []);
});

test('scripts/quickstart fails with words when it cannot begin', async () => {
  await using directory = await temporaryDirectory('quickstart');
  const { status, stderr } = await run({ TMPDIR: join(directory.path, 'missing') });
  assert.notEqual(status, 0);
  assert.match(stderr, /missing/);
});

function run(environment: Record<string, string>): Promise<{ status: number | null; stdout: string; stderr: string }> {
  return new Promise((done) => {
    const child = execFile(quickstart, { env: { ...process.env, ...environment } }, (_error, stdout, stderr) => {
      done({ status: child.exitCode, stdout, stderr });
    });
  });
}
