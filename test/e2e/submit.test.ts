/** `-bs` through a real hub: what arrives is what the client said, and real clients get along with it. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fieldNames, fieldOf, splitMessage } from '../rig/mailbox.ts';
import { assertSameText, header, withoutReceived } from '../rig/message-text.ts';
import { isScript, programPath } from '../rig/program.ts';
import { describeWithPostfix } from '../rig/suite.ts';
import { temporaryDirectory } from '../rig/temporary.ts';

const withoutSwaks = spawnSync('swaks', ['--version']).error ? 'SKIPPED: not installed: swaks' : false;

function codesIn(stdout: string): string {
  return [...stdout.matchAll(/^(\d{3}) /gm)].map(([, code]) => code).join(' ');
}

describeWithPostfix('ssmtp -bs', {}, (rig) => {
  for (const [what, end] of [
    ['CRLF', '\r\n'],
    ['LF', '\n'],
  ] as const) {
    rig.test(`delivers byte for byte from a client that says ${what}`, async () => {
      const at = rig.newRecipient();
      const body = '.\n..\n\nJ\xf6rg \0 x\n.end\n';
      const stuffed = body.replaceAll(/^\./gm, '..');
      const text = [
        'EHLO x',
        'MAIL FROM:<s@example.org>',
        `RCPT TO:<${at}>`,
        'DATA',
        `${header}\n${stuffed}.`,
        'QUIT',
        '',
      ].join('\n');
      const outcome = await rig.send({
        words: ['-bs'],
        lines: ['EncodeForHub=NO'],
        stdin: text.replaceAll('\n', end),
        at,
      });
      assert.equal(codesIn(outcome.stdout), '220 250 250 250 354 250 221');
      assert.deepEqual([outcome.status, outcome.stderr], [0, '']);
      const copy = await rig.hub.mailbox.copyFor(at);
      assert.equal(copy.sender, 's@example.org');
      assertSameText(
        withoutReceived(copy.message),
        `${header}\n${body.replaceAll('\0', copy.message.includes('\0') ? '\0' : '')}`,
      );
    });
  }

  rig.test('delivers several messages of one run, one of them in chunks and larger than memory takes', async () => {
    const [one, two] = [rig.newRecipient(), rig.newRecipient()];
    const large = `${header}Bcc: nobody@example.net\n\n${`${'0123456789'.repeat(7)}\n`.repeat(30_000)}`;
    const half = large.slice(0, 1_500_001);
    const rest = large.slice(half.length);
    const stdin = [
      `MAIL FROM:<>\nRCPT TO:<${one}>\nDATA\n${header}\none\n.\n`,
      `MAIL FROM:<s@example.org>\nRCPT TO:<${two}>\nBDAT ${half.length}\n${half}BDAT ${rest.length} LAST\n${rest}`,
    ].join('');
    const outcome = await rig.send({ words: ['-bs'], stdin, at: two });
    assert.equal(codesIn(outcome.stdout), '220 250 250 354 250 250 250 250 250');
    assert.equal((await rig.hub.mailbox.copyFor(one)).sender, '');
    const copy = await rig.hub.mailbox.copyFor(two);
    assert.ok(!fieldNames(copy.message).includes('Bcc'));
    assertSameText(splitMessage(copy.message).body, splitMessage(large).body);
  });

  rig.test('delivers nothing of a message that the client did not finish', async () => {
    const [cut, whole] = [rig.newRecipient(), rig.newRecipient()];
    const unfinished = `MAIL FROM:<s@example.org>\r\nRCPT TO:<${cut}>\r\nDATA\r\n${header}\r\nbody\r\nQUIT\r\n`;
    const outcome = await rig.send({ words: ['-bs'], stdin: unfinished, at: cut });
    assert.deepEqual([codesIn(outcome.stdout), outcome.status], ['220 250 250 354', 0]);
    await rig.deliver({ at: whole });
    assert.deepEqual(
      (await rig.hub.mailbox.all()).filter(({ recipient }) => recipient === cut),
      [],
    );
  });

  test('swaks delivers through it', { skip: withoutSwaks }, async () => {
    await using directory = await temporaryDirectory('swaks');
    const configuration = join(directory.path, 'ssmtp.conf');
    await writeFile(configuration, `mailhub=127.0.0.1:${rig.hub.ports.plain}\nhostname=client.test\n`);
    const at = rig.newRecipient();
    const program = isScript ? `${process.execPath} ${programPath}` : programPath;
    const words = [
      '--pipe',
      `${program} -bs -C ${configuration}`,
      '--from',
      's@example.org',
      '--to',
      at,
      '--body',
      'from swaks',
    ];
    const { status, stdout } = spawnSync('swaks', words, { encoding: 'utf8', timeout: 20_000 });
    assert.equal(status, 0, stdout);
    const copy = await rig.hub.mailbox.copyFor(at);
    assert.match(fieldOf(copy.message, 'Subject') ?? '', /^test /);
    assert.match(splitMessage(copy.message).body, /from swaks/);
  });
});
