/** queueTrouble(): the system's words, and a hint that fits them and opens nothing. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { getSystemErrorMap } from 'node:util';
import {
  directoryTrouble,
  diskTrouble,
  queueFailure,
  queueTrouble,
  recipientsTrouble,
} from '../../src/queue/queue-trouble.ts';

const numbers = new Map([...getSystemErrorMap()].map(([number, [code]]) => [code, number]));
const errorOf = (code: string) => Object.assign(new Error(code), { code, errno: numbers.get(code) ?? -122 });

describe('queueTrouble()', () => {
  for (const [code, why, hint] of [
    ['ENOSPC', /^\/q: no space left on device$/, /^Make room on the queue's disk/],
    ['EROFS', /^\/q: read-only file system$/, /mount it for writing/],
    ['EACCES', /^\/q: permission denied$/, /mode 3733/],
    ['EPERM', /^\/q: operation not permitted$/, /mode 3733/],
    ['EFBIG', /^\/q: file too large$/, /ulimit -f/],
    ['EMFILE', /^\/q: too many open files$/, /ulimit -n/],
    ['EDQUOT', /^\/q: /, /^The disk quota of this user is used up/],
    ['EIO', /^\/q: i\/o error$/, /disk fails/],
  ] as const)
    test(`queueTrouble() says of ${code} what would help`, () => {
      const trouble = queueTrouble('/q', errorOf(code));
      assert.match(trouble.why, why);
      assert.match(trouble.hint ?? '', hint);
      assert.doesNotMatch(trouble.hint ?? '', /readable|chmod|root\b/);
    });

  test('queueTrouble() gives no hint where none is known', () =>
    assert.deepEqual(queueTrouble('/q', errorOf('ELOOP')).hint, undefined));
});

test('directoryTrouble() wants a directory from which others remove nothing', () => {
  const directory = (mode: number, isDirectory = true) => ({ mode, isDirectory: () => isDirectory });
  for (const mode of [0o3733, 0o700, 0o755]) assert.equal(directoryTrouble('/q', directory(mode)), undefined);
  for (const mode of [0o733, 0o770, 0o702])
    assert.match(directoryTrouble('/q', directory(mode))?.why ?? '', /^\/q: others may remove files there/);
  assert.equal(directoryTrouble('/q', directory(0o700, false))?.why, '/q: it is not a directory');
});

test('queueFailure() says that the queue is the trouble', () => {
  const failure = queueFailure(recipientsTrouble('/q', 5_000_000));
  assert.equal(failure.kind, 'spool');
  assert.equal(failure.message, 'Cannot queue the message: /q: the recipients take 5000000 octets');
  assert.equal(failure.hint, 'Send to fewer recipients at once');
});

test('diskTrouble() sees a disk without blocks for this user, or without files', () => {
  const disk = { blocks: 100, bfree: 9, bavail: 4, files: 100, ffree: 9 };
  const full = '/q: no space left on device';
  assert.equal(diskTrouble('/q', disk, false), undefined);
  assert.equal(diskTrouble('/q', { ...disk, bavail: 0 }, false)?.why, full);
  assert.equal(diskTrouble('/q', { ...disk, bavail: 0 }, true), undefined);
  assert.equal(diskTrouble('/q', { ...disk, bfree: 0, bavail: 0 }, true)?.why, full);
  assert.equal(diskTrouble('/q', { ...disk, ffree: 0 }, true)?.why, full);
  assert.match(diskTrouble('/q', { ...disk, ffree: 0 }, false)?.hint ?? '', /df -i/);
  // btrfs counts no files, and some file systems of the network count nothing.
  assert.equal(diskTrouble('/q', { ...disk, files: 0, ffree: 0 }, false), undefined);
  assert.equal(diskTrouble('/q', { blocks: 0, bfree: 0, bavail: 0, files: 0, ffree: 0 }, false), undefined);
});
