import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

const zones: [zone: string, time: string, text: string][] = [
  ['UTC', '2026-11-22T07:05:13Z', 'Sun, 22 Nov 2026 07:05:13 +0000'],
  ['Europe/Berlin', '2026-07-01T22:30:00Z', 'Thu, 02 Jul 2026 00:30:00 +0200'],
  ['America/St_Johns', '2026-01-01T00:00:00Z', 'Wed, 31 Dec 2025 20:30:00 -0330'],
  ['Asia/Kathmandu', '2028-02-29T00:00:59Z', 'Tue, 29 Feb 2028 05:45:59 +0545'],
];

test('formatDate() writes the local time with its zone', () => {
  for (const [zone, time, text] of zones) {
    const script = `import { formatDate } from './src/message/date.ts'; console.log(formatDate(new Date('${time}')));`;
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
      cwd: new URL('../..', import.meta.url),
      env: { TZ: zone },
      encoding: 'utf8',
    });
    assert.equal(stdout, `${text}\n`, `${zone} ${stderr}`);
  }
});
