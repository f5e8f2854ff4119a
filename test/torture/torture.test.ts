/** A part of `npm run torture`, in every run of the tests: crashes and failing disks at some of the system calls, and a short storm. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, test } from 'node:test';
import { scenarios, torture } from './crash.ts';
import { storm } from './storm.ts';

const isBuilt = existsSync(resolve(import.meta.dirname, '../../dist/ssmtp'));
const canTrace = spawnSync('strace', ['-qq', '-o', '/dev/null', 'true']).status === 0;
const skip = !isBuilt
  ? 'SKIPPED: dist/ssmtp is not built'
  : !canTrace && 'SKIPPED: strace cannot be used here (see scripts/debian-packages.txt)';

describe('a message', { skip }, () => {
  for (const [error, every] of [
    [undefined, 2],
    ['EIO', 4],
    ['ENOSPC', 4],
  ] as const) {
    for (const scenario of scenarios) {
      test(`survives ${error ?? 'SIGKILL'} at system calls: ${scenario.name}`, async () => {
        const { points, bad } = await torture(scenario, error, every);
        assert.deepEqual(bad, []);
        assert.ok(points > 0);
      });
    }
  }

  test('is neither lost nor sent twice while hub, runners and senders die', async (context) => {
    const { sent, lost, twice, uncertainTwice, seconds } = await storm({ messages: 150, seed: 7 });
    context.diagnostic(
      `storm    ${sent} messages in ${seconds.toFixed(0)} s: ${lost.length} lost, ${twice.length} twice, ${uncertainTwice} uncertain`,
    );
    assert.deepEqual({ lost, twice }, { lost: [], twice: [] });
  });
});
