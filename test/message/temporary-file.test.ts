import assert from 'node:assert/strict';
import { fstatSync, readdirSync, readlinkSync } from 'node:fs';
import { test } from 'node:test';
import { temporaryFileIn } from '../../src/message/temporary-file.ts';
import { temporaryDirectory } from '../rig/temporary.ts';

const skip = process.platform !== 'linux' && 'SKIPPED: only Linux shows what is open';

test('temporaryFileIn() makes a file of mode 0600 that has no name, whatever the umask', { skip }, async () => {
  await using directory = await temporaryDirectory('nameless');
  for (const umask of [0, 0o777]) {
    const before = process.umask(umask);
    try {
      const file = temporaryFileIn([directory.path]);
      assert.ok(file);
      assert.deepEqual(readdirSync(directory.path), []);
      const open = openIn(directory.path);
      assert.ok(open.length > 0);
      for (const descriptor of open) assert.equal(fstatSync(descriptor).mode & 0o177, 0);
      assert.equal(file.append(Buffer.from('hello')).length, 0);
      assert.equal(Buffer.concat([...file.chunks(10)]).toString(), 'hello');
    } finally {
      process.umask(before);
    }
  }
});

test('temporaryFileIn() goes on to the next directory, and gives undefined when there is none', async () => {
  await using directory = await temporaryDirectory('nameless');
  assert.ok(temporaryFileIn(['/nowhere', directory.path]));
  assert.equal(temporaryFileIn(['/nowhere', '/dev/null']), undefined);
});

function openIn(directory: string): number[] {
  return readdirSync('/proc/self/fd').flatMap((name) => {
    try {
      return readlinkSync(`/proc/self/fd/${name}`).startsWith(`${directory}/`) ? [Number(name)] : [];
    } catch {
      return [];
    }
  });
}
