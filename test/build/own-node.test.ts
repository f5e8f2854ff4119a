/** dist/ssmtp.cjs promises to run on any Node from 20 on: tried on the machine's own, where that is another one than ours. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { run, script } from './built.ts';

const own = ownNode();
const skip = own === undefined ? 'this machine has no Node of its own but the pinned one' : false;

test('dist/ssmtp.cjs tells system errors in words on the machine’s own Node', { skip }, async () => {
  const call = {
    name: 'sendmail',
    words: ['root'],
    input: 'Subject: x\n\nb\n',
    environment: { PATH: own ?? '', SSMTP_MAILHUB: '127.0.0.1:1' },
  };
  const { status, stderr } = await run(script, call);
  assert.equal(status, 69, stderr);
  assert.match(stderr, /^sendmail: Cannot reach mail hub 127\.0\.0\.1:1: connection refused; the message is kept in /);
});

/** The directory of the first Node in PATH that is 20 or newer and not the pinned one. */
function ownNode(): string | undefined {
  for (const directory of (process.env.PATH ?? '').split(':')) {
    try {
      const path = realpathSync(`${directory}/node`);
      const version = Number(execFileSync(path, ['-p', 'process.versions.node.split(".")[0]'], { encoding: 'utf8' }));
      if (version >= 20 && path !== realpathSync(process.execPath)) return dirname(`${directory}/node`);
    } catch {
      // No Node there, or none that starts.
    }
  }
  return undefined;
}
