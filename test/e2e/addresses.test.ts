/** Who a message comes from and goes to: root=, rewriteDomain=, hostname=, FromLineOverride, revaliases, AddHeader. */

import assert from 'node:assert/strict';
import { fieldNames, fieldOf } from '../rig/mailbox.ts';
import { describeWithPostfix } from '../rig/suite.ts';

describeWithPostfix('an address', {}, (rig) => {
  rig.test('root= gets the mail of all system users, once', async () => {
    const at = rig.newRecipient();
    const { message } = await rig.deliver({
      words: ['-t', 'daemon', 'postmaster'],
      lines: [`root=${at}`],
      at,
      stdin: 'To: root\nCc: root@localhost, MAILER-DAEMON@client.test\nSubject: hi\n\nhello\n',
    });
    assert.equal(fieldOf(message, 'To'), 'root@client.test');
    assert.equal(fieldOf(message, 'Cc'), 'root@client.test, MAILER-DAEMON@client.test');
  });

  rig.test('root= does not get the mail of people', async () => {
    const at = 'no-such-system-user@client.test';
    await rig.deliver({ words: ['no-such-system-user'], lines: ['root=admin@example.net'], at });
  });

  rig.test('hostname= names this machine everywhere', async () => {
    const at = rig.newRecipient();
    const { sender, message, received } = await rig.deliver({ lines: ['hostname=other.test'], at });
    assert.equal(sender, 'root@other.test');
    assert.match(received, /^from other\.test /);
    assert.equal(fieldOf(message, 'From'), 'root <root@other.test>');
    assert.match(fieldOf(message, 'Message-ID') ?? '', /@other\.test>$/);
    assert.match(fieldOf(message, 'Received') ?? '', /^by other\.test /);
  });

  rig.test('rewriteDomain= completes addresses, in header and envelope', async () => {
    const { sender, message } = await rig.deliver({
      words: ['-t'],
      lines: ['rewriteDomain=example.com'],
      at: 'somebody-else@example.com',
      stdin: 'From: root (Cron Daemon)\nTo: somebody-else, "Bob" <bob@example.net>\nSubject: hi\n\nhello\n',
    });
    assert.equal(sender, 'root@example.com');
    assert.equal(fieldOf(message, 'From'), 'root@example.com (Cron Daemon)');
    assert.equal(fieldOf(message, 'To'), 'somebody-else@example.com, "Bob" <bob@example.net>');
  });

  for (const [value, sender] of [
    ['YES', 'carol@example.org'],
    ['NO', 'root@client.test'],
  ] as const) {
    rig.test(`FromLineOverride=${value}: the sender is ${sender}, From stays`, async () => {
      const at = rig.newRecipient();
      const stdin = 'From: Carol <carol@example.org>\nSubject: hi\n\nhello\n';
      const copy = await rig.deliver({ lines: [`FromLineOverride=${value}`], at, stdin });
      assert.equal(copy.sender, sender);
      assert.equal(fieldOf(copy.message, 'From'), 'Carol <carol@example.org>');
    });
  }

  rig.test('-f sets the sender, <> the null sender', async () => {
    const [first, second] = [rig.newRecipient(), rig.newRecipient()];
    assert.equal((await rig.deliver({ words: ['-f', 'x@example.org', first], at: first })).sender, 'x@example.org');
    const copy = await rig.deliver({ words: ['-f', '<>', second], at: second });
    assert.equal(copy.sender, '');
    assert.equal(fieldOf(copy.message, 'From'), 'root <root@client.test>');
  });

  rig.test('-F names the sender in a From that is missing', async () => {
    const at = rig.newRecipient();
    const { message } = await rig.deliver({ words: ['-F', 'Example, "Root"', at], at });
    assert.equal(fieldOf(message, 'From'), '"Example, \\"Root\\"" <root@client.test>');
  });

  rig.test('revaliases gives a user an address and a hub', async () => {
    const at = rig.newRecipient();
    const files = { revaliases: `root:alice@example.com:127.0.0.1:${rig.hub.ports.plain}\n` };
    const { sender, message } = await rig.deliver({ lines: ['mailhub=127.0.0.1:1'], at, files });
    assert.equal(sender, 'alice@example.com');
    assert.equal(fieldOf(message, 'From'), 'root <alice@example.com>');
  });

  rig.test("AddHeader adds fields in their order before the message's own", async () => {
    const at = rig.newRecipient();
    const { message } = await rig.deliver({ lines: ['AddHeader=X-One: 1', 'AddHeader=X-Two: a  b'], at });
    const names = ['Received', 'From', 'Date', 'Message-ID', 'X-One', 'X-Two', 'Subject'];
    assert.deepEqual(fieldNames(message), names);
    assert.equal(fieldOf(message, 'X-One'), '1');
  });

  rig.test('an address that is not ASCII goes through a hub that takes it', async () => {
    const at = Buffer.from('bøb@example.net').toString('latin1');
    await rig.deliver({ words: ['bøb@example.net'], at });
  });
});
