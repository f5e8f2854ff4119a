/** -X and -L: what is written down, where, and that the mail is never held up by it. */

import assert from 'node:assert/strict';
import { linkSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { dialogueFile } from '../../src/log/dialogue-file.ts';
import { tagText } from '../../src/log/syslog.ts';
import { machine } from '../delivery/machine.ts';
import { temporaryDirectory } from '../rig/temporary.ts';

describe('-X', () => {
  test('appends the dialogue to a file of mode 0600', async () => {
    await using here = await machine();
    const path = join(here.home, 'dialogue');
    for (const recipient of ['b@y.example', 'no@y.example'])
      await here.call(['-X', path, recipient], 'Subject: x\n\nx\n');
    const lines = readFileSync(path, 'utf8').split('\n');
    assert.ok(lines.includes(`${process.pid} [->] RCPT TO:<b@y.example>`));
    assert.ok(lines.includes(`${process.pid} [<-] 550 5.1.1 no such user`));
    assert.equal(statSync(path).mode & 0o777, 0o600);
  });

  for (const [what, make] of [
    ['a link', (path: string) => symlinkSync('/etc/passwd', path)],
    [
      'a file that has another name, too',
      (path: string) => {
        writeFileSync(`${path}.other`, '');
        linkSync(`${path}.other`, path);
      },
    ],
    ['a directory that is not there', () => undefined],
  ] as const) {
    test(`does not follow ${what}, says so once, and sends the mail`, async () => {
      await using here = await machine();
      const path = join(here.home, what.startsWith('a directory') ? 'none/file' : 'link');
      make(path);
      const { status, stderr } = await here.call(['-X', path, 'b@y.example'], 'Subject: x\n\nx\n');
      assert.equal(status, 0);
      assert.match(stderr, /^ssmtp: Cannot write the dialogue to \S+: .*\n$/);
      assert.equal(here.arrived.length, 1);
    });
  }

  test('writes lines without control characters', async () => {
    await using directory = await temporaryDirectory('dialogue');
    const path = join(directory.path, 'file');
    dialogueFile(path, assert.fail)('a\nb\x1b[2J');
    assert.equal(readFileSync(path, 'utf8'), `${process.pid} a b [2J\n`);
  });
});

for (const [typed, shown] of [
  ['cron', 'cron'],
  ['my app: x\n', 'myappx'],
  ['', 'ssmtp'],
  ['x'.repeat(50), 'x'.repeat(32)],
] as const) {
  test(`tagText() makes ${JSON.stringify(shown)} of ${JSON.stringify(typed)}`, () => {
    assert.equal(tagText(typed), shown);
  });
}
