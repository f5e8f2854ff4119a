/** readOwn() and writeOwn(): small files in a directory where every user may create some. */

import assert from 'node:assert/strict';
import { linkSync, readdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseName } from '../../src/queue/entry-name.ts';
import { readOwn, writeOwn } from '../../src/queue/own-file.ts';
import { quotaFor } from '../../src/queue/quota.ts';
import { temporaryDirectory } from '../rig/temporary.ts';

const own = process.geteuid?.() ?? 0;

test('readOwn() believes no file that has another name, another owner, or more than 8 MiB', async () => {
  await using directory = await temporaryDirectory('own');
  const path = (name: string) => join(directory.path, name);
  for (const name of ['plain', 'linked', 'large']) writeFileSync(path(name), '[1]');
  linkSync(path('linked'), path('other'));
  truncateSync(path('large'), 8 * 1024 ** 2 + 1);
  assert.deepEqual(readOwn(path('plain'), [own]), [1]);
  assert.equal(readOwn(path('plain'), [own + 1]), undefined);
  for (const name of ['linked', 'other', 'large', 'none']) assert.equal(readOwn(path(name), [own]), undefined, name);
});

test('writeOwn() leaves what was there when the text is too long to be read again', async () => {
  await using directory = await temporaryDirectory('own');
  const path = join(directory.path, 'notes');
  writeOwn(path, '[1]');
  assert.throws(() => writeOwn(path, 'x'.repeat(8 * 1024 ** 2 + 1)), /it would have 8388609 octets/);
  assert.deepEqual(readOwn(path, [own]), [1]);
  assert.deepEqual(readdirSync(directory.path), ['notes']);
});

test('quotaFor() counts no message that is gone', () => {
  const name = parseName('6B0571789654F581-0123456789abcdef.n1');
  assert.ok(name);
  assert.equal(quotaFor({ path: '/nonexistent', owner: own }, { messages: 0, bytes: 0 })(name), undefined);
});
