/** A part of `npm run torture`, in every run of the tests: crashes and failing disks at some of the system calls, and a short storm. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, test } from 'node:test';
import { scenarios, torture } from './crash.ts';
import { startHub } from './hub.ts';
import { drain, newPlace } from './place.ts';
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

  for (const [signal, when] of [
    ['SIGTERM', 'before the hub answers'],
    ['SIGINT', 'before the hub answers'],
  ] as const) {
    test(`is given back by a run that gets ${signal} ${when}`, async () => {
      await using hub = await startHub();
      using place = newPlace(hub.mailhub);
      await place.run(['-odq', 'b@y.example'], { stdin: 'Subject: x\n\nx\n' });
      hub.delay = 60_000;
      const child = place.start(['-q']);
      while (hub.turns === 0) await new Promise((resolve) => setTimeout(resolve, 10));
      child.kill(signal);
      const [status] = await once(child, 'close');
      assert.equal(status, 0);
      assert.match(place.files().join(' '), /^[0-9A-F]{16}-[0-9a-f]{16}\.n\d+$/);
      hub.delay = 0;
      await drain(place);
      assert.equal(hub.taken.length, 1);
    });
  }

  test('is finished by a run that gets SIGTERM when the hub has all of it', async () => {
    await using hub = await startHub();
    using place = newPlace(hub.mailhub);
    await place.run(['-odq', 'b@y.example'], { stdin: 'Subject: x\n\nx\n' });
    hub.delay = 300;
    const child = place.start(['-q']);
    while (hub.taken.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    child.kill('SIGTERM');
    await once(child, 'close');
    assert.deepEqual(place.files(), []);
    assert.equal(hub.taken.length, 1);
  });

  test('is neither lost nor sent twice while hub, runners and senders die', async (context) => {
    const { sent, lost, twice, uncertainTwice, seconds } = await storm({ messages: 150, seed: 7 });
    context.diagnostic(
      `storm    ${sent} messages in ${seconds.toFixed(0)} s: ${lost.length} lost, ${twice.length} twice, ${uncertainTwice} uncertain`,
    );
    assert.deepEqual({ lost, twice }, { lost: [], twice: [] });
  });
});
