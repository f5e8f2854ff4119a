/** A header block arrives as it came in, but for what must never leave; and the recipients in it are found. */

import assert from 'node:assert/strict';
import { fieldNames, splitMessage } from '../rig/mailbox.ts';
import { assertSameText, header, withoutReceived } from '../rig/message-text.ts';
import { describeWithPostfix } from '../rig/suite.ts';

describeWithPostfix('a header', {}, (rig) => {
  rig.test('a whole message with CRLF', async () => {
    const { message } = await rig.deliver({ stdin: `${header}X-Folded: a\n\tb\n\nhello\n`.replaceAll('\n', '\r\n') });
    assertSameText(withoutReceived(message), `${header}X-Folded: a\n\tb\n\nhello\n`);
  });

  rig.test('header fields keep order, case, folding, blanks and bytes where nothing may be encoded', async () => {
    const fields = [
      'x-first:no blank',
      'X-Folded: one',
      '\ttwo',
      '   three  ',
      'X-Bytes: Gr\xfc\xdfe',
      `X-Utf8: ${latin1('Grüße')}`,
      'X-Empty:',
      'x-first: again',
      `X-Long: ${'y'.repeat(5000)}`,
    ];
    const text = `${fields.join('\n')}\n${header}\nhello\n`;
    assertSameText(withoutReceived((await rig.deliver({ lines: ['EncodeForHub=NO'], stdin: text })).message), text);
  });

  rig.test('a message without header is a body', async () => {
    const { message } = await rig.deliver({ stdin: 'Hello Bob,\n\nhow are you?\n' });
    assert.deepEqual(fieldNames(message), ['Received', 'From', 'Date', 'Message-ID']);
    assert.equal(splitMessage(message).body, 'Hello Bob,\n\nhow are you?\n');
  });

  rig.test('an empty message arrives, and /dev/null with it', async () => {
    const { message } = await rig.deliver({ stdin: '' });
    assert.deepEqual(fieldNames(message), ['Received', 'From', 'Date', 'Message-ID']);
    assert.equal(splitMessage(message).body, '');
  });

  rig.test('a mbox From line is no header field', async () => {
    const { message } = await rig.deliver({ stdin: `From root Sun Nov 22 07:05:13 2026\n${header}\nhello\n` });
    assertSameText(withoutReceived(message), `${header}\nhello\n`);
  });

  rig.test('Bcc never arrives: not with -t, not with recipients on argv', async () => {
    const [to, blind, other] = [rig.newRecipient(), rig.newRecipient(), rig.newRecipient()];
    const text = `To: ${to}\nBcc: ${blind},\n  "B, C" <${other}>\n${header}\nhello\n`;
    const open = `To: ${to}\n${header}\nhello\n`;
    assertSameText(withoutReceived((await rig.deliver({ at: to, stdin: text, words: ['-t'] })).message), open);
    for (const recipient of [blind, other]) {
      assertSameText(withoutReceived((await rig.hub.mailbox.copyFor(recipient)).message), open);
    }
    const onArgv = rig.newRecipient();
    assertSameText(withoutReceived((await rig.deliver({ at: onArgv, stdin: text })).message), open);
    assert.equal((await rig.hub.mailbox.copiesFor(blind)).length, 1, 'Bcc counts only with -t');
  });

  rig.test('-t finds everybody in groups, comments, quoted commas and folded lines', async () => {
    const all = Array.from({ length: 6 }, () => rig.newRecipient());
    const [a, b, c, d, e, f] = all;
    const text = [
      `To: Friends: ${a}, Bee (the, second) <${b}>;,`,
      `  "C, C" <${c}>`,
      'Cc: undisclosed-recipients:;',
      `cc: ${d} (Dee)`,
      ` , ${a}`,
      `CC: =?UTF-8?Q?E=2C?= <${e}>`,
      `Bcc: ${f}`,
      header,
      'hello\n',
    ].join('\n');
    await rig.deliver({ at: String(a), stdin: text, words: ['-t'] });
    for (const recipient of all) await rig.hub.mailbox.copyFor(recipient);
  });

  rig.test('-t with Resent fields goes to those alone', async () => {
    const [resent, blind, old] = [rig.newRecipient(), rig.newRecipient(), rig.newRecipient()];
    const text = `Resent-From: b@example.org\nResent-To: ${resent}\nResent-Bcc: ${blind}\nTo: ${old}\n${header}\nhello\n`;
    const { message } = await rig.deliver({ at: resent, stdin: text, words: ['-t'] });
    assert.doesNotMatch(message, /bcc/i);
    await rig.hub.mailbox.copyFor(blind);
    assert.ok(!(await rig.hub.mailbox.all()).some((copy) => copy.recipient === old));
  });
});

function latin1(text: string): string {
  return Buffer.from(text).toString('latin1');
}
