/** writeLog(): JSON that is whole, whatever strangers have written into it. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { logFields, logLine } from '../../src/log/line.ts';
import { writeLog } from '../../src/log/write-log.ts';
import { temporaryDirectory } from '../rig/temporary.ts';

test('writeLog() writes JSON that every system log takes whole', async () => {
  await using directory = await temporaryDirectory('json');
  const file = join(directory.path, 'log');
  const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 1200 }), fc.stringMatching(/^["\\\\]{0,1200}$/));
  const recipients = fc.array(text, { maxLength: 20 });
  let count = 0;
  fc.assert(
    fc.property(text, text, text, recipients, (sender, outcome, messageId, to) => {
      const other = { hub: outcome, status: 67, uid: 1, userName: sender, size: 1, id: 'A', delay: 0.1 };
      const facts = { sender, outcome, messageId, recipients: to, ...other };
      const means = { choice: { to: 'file', file, isJson: true }, tag: sender, now: new Date() } as const;
      const fields = logFields(facts);
      writeLog(
        [
          { text: logLine(facts), priority: 'err', fields },
          { text: logLine(facts), priority: 'debug' },
        ],
        means,
      );
      count += 2;
    }),
  );
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
  assert.equal(lines.length, count);
  for (const line of lines) {
    assert.ok(Buffer.byteLength(line) < 1000, line);
    assert.ok('time' in JSON.parse(line));
  }
});
