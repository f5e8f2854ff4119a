/** A message in hand: it leaves the queue when it is done, whatever the file system says. */

import assert from 'node:assert/strict';
import fs, { openSync, readdirSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { claimedEntry } from '../../src/queue/claimed.ts';
import { type EntryName, nameText } from '../../src/queue/entry-name.ts';
import { temporaryDirectory } from '../rig/temporary.ts';

describe('claimedEntry()', () => {
  test('claimedEntry() puts a message on hold that is done and cannot be removed, and says so', async (context) => {
    await using directory = await temporaryDirectory('claimed');
    const name: EntryName = {
      id: '6B0571789654F581',
      key: undefined,
      state: 'uncertain',
      due: 1795519109,
      claim: '1.2.3.4',
    };
    const path = join(directory.path, nameText(name));
    writeFileSync(path, 'x');
    const entry = claimedEntry(directory.path, name, openSync(path, 'r'));
    context.mock.method(fs, 'unlinkSync', () => {
      throw Object.assign(new Error('EIO: i/o error, unlink'), { errno: -5, code: 'EIO' });
    });
    syncBuiltinESMExports();
    context.after(() => {
      context.mock.restoreAll();
      syncBuiltinESMExports();
    });
    const message = 'Cannot remove message 6B0571789654F581, which is done: i/o error; it is put on hold';
    assert.throws(() => entry.remove(), { kind: 'spool', message });
    assert.deepEqual(readdirSync(directory.path), ['6B0571789654F581.h0']);
    // It is not in hand any more: nothing puts it back among those that are sent.
    entry.giveBack();
    assert.deepEqual(readdirSync(directory.path), ['6B0571789654F581.h0']);
  });
});
