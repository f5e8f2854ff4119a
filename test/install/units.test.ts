/** The units of systemd, by systemd's own judgement. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, test } from 'node:test';
import { temporaryDirectory } from '../rig/temporary.ts';

const folder = resolve(import.meta.dirname, '../../systemd');

/** Tenths; what is left is what a service needs that talks to mail hubs, and sees which senders are still at work. */
const exposure = 18;

const analyze = (...words: string[]) => spawnSync('systemd-analyze', words, { encoding: 'utf8' });
const skip = analyze('--version').error
  ? 'SKIPPED: systemd-analyze is not installed (see scripts/debian-packages.txt)'
  : false;

describe('systemd units', { skip }, () => {
  test('systemd units are well formed', async () => {
    await using directory = await temporaryDirectory('units');
    const units = await readdir(folder);
    for (const unit of units) {
      const text = await readFile(join(folder, unit), 'utf8');
      await writeFile(join(directory.path, unit), text.replace('/usr/local/sbin/ssmtp', '/bin/true'));
    }
    const { stderr, status } = analyze('verify', '--man=no', ...units.map((unit) => join(directory.path, unit)));
    assert.equal(stderr, '');
    assert.equal(status, 0);
  });

  test(`systemd units expose no more than ${exposure / 10} of 10`, () => {
    const { stdout, status } = analyze(
      'security',
      '--offline=true',
      `--threshold=${exposure}`,
      join(folder, 'ssmtp-queue.service'),
    );
    assert.equal(status, 0, stdout);
    assert.match(stdout, new RegExp(`exposure level for ssmtp-queue\\.service: ${exposure / 10} `));
  });

  test('systemd units are as strict as README.md says', async () => {
    const text = await readFile(resolve(folder, '../README.md'), 'utf8');
    assert.ok(text.includes(`\`systemd-analyze security ssmtp-queue.service\` says ${exposure / 10} of 10`));
  });
});
