/** A body arrives as it came in, byte for byte, where nothing may be encoded. */

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { splitMessage } from '../rig/mailbox.ts';
import { assertSameText, header, withoutReceived } from '../rig/message-text.ts';
import { describeWithPostfix } from '../rig/suite.ts';

const lines = ['EncodeForHub=NO'];

/** Bodies that arrive as they are; strings are latin1. */
const kept: Readonly<Record<string, string>> = {
  'a plain text': 'hello\n',
  'no line at all': '',
  'empty lines': '\n\n\nhello\n\n\n',
  'UTF-8': latin1('Grüße – 你好 🎉\n'),
  'ISO-8859-1': 'Gr\xfc\xdfe\n',
  'all bytes but line ends': `${allBytes().replaceAll(/[\r\n]/g, '')}\n`,
  'NUL bytes': 'a\0b\n\0\n\0\0\0\n.\0\n',
  'lone dots': '.\n..\n.\n...\n.\n',
  'lines that start with dots': '.a\n..b\n...c\n. \n.\t.\n',
  'a dot at the start of each 64 KiB': `${'x'.repeat(65_535)}\n.${'y'.repeat(65_533)}\n.\n..\n`,
  'words of SMTP': 'QUIT\nDATA\nRSET\nMAIL FROM:<x@example.org>\n354 go\n',
  'mbox lines': 'From here\n>From there\n',
  'a line of 998 octets': `${'x'.repeat(998)}\n`,
  'a line of 2047 octets': `${'x'.repeat(2047)}\n`,
  'lines around 2048 octets': [2046, 2048, 2049, 4096].map((length) => `${'x'.repeat(length)}\n`).join(''),
  'a line of 100 000 octets': `${'0123456789'.repeat(10_000)}\n`,
  'many short lines': 'x\n'.repeat(50_000),
  'two megabytes of anything': binaryText(2_000_000),
  'one megabyte and a little': binaryText(1024 * 1024 + 17),
};

/** Bodies that mail cannot carry as they are. */
const changed: Readonly<Record<string, { readonly sent: string; readonly arrived: string }>> = {
  'CRLF becomes the line end of mail': { sent: 'one\r\ntwo\r\n.\r\n', arrived: 'one\ntwo\n.\n' },
  'mixed line ends become the line end of mail': { sent: 'one\r\ntwo\nthree\r\n\n', arrived: 'one\ntwo\nthree\n\n' },
  'the last line gets its end': { sent: 'one\ntwo', arrived: 'one\ntwo\n' },
  'a last line of one dot gets its end': { sent: 'one\n.', arrived: 'one\n.\n' },
};

describeWithPostfix('a body', {}, (rig) => {
  for (const [name, body] of Object.entries(kept)) {
    rig.test(`wireEncoder() keeps ${name}`, async () => {
      const { message } = await rig.deliver({ lines, stdin: `${header}\n${body}` });
      assertSameText(withoutReceived(message), `${header}\n${body}`);
    });
  }

  for (const [name, { sent, arrived }] of Object.entries(changed)) {
    rig.test(`wireEncoder(): ${name}`, async () => {
      const { message } = await rig.deliver({ stdin: `${header}\n${sent}` });
      assertSameText(withoutReceived(message), `${header}\n${arrived}`);
    });
  }

  rig.test('wireEncoder(): a bare CR ends no line for the hub, and nothing is lost', async () => {
    const { message } = await rig.deliver({ stdin: `${header}\none\rtwo\n\r.\r\nthree\n.\r.\nend\n` });
    const { body } = splitMessage(message);
    assert.equal(body.replaceAll(/[\r\n]+/g, ' '), 'one two . three . . end ');
  });

  rig.test('untilLoneDot(): without -i a lone dot ends the message', async () => {
    const at = rig.newRecipient();
    const { message } = await rig.deliver({ words: [at], at, stdin: `${header}\nhello\n.\nnot this\n` });
    assertSameText(withoutReceived(message), `${header}\nhello\n`);
  });

  rig.test('readMessage(): input that comes in small pieces is one message', async () => {
    const text = `${header}\n.one\r\n..\r\n${'x'.repeat(3000)}`;
    const { message } = await rig.deliver({ lines, stdin: Array.from(text, (character) => Buffer.from(character)) });
    assertSameText(withoutReceived(message), `${header}\n.one\n..\n${'x'.repeat(3000)}\n`);
  });
});

function allBytes(): string {
  return Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)).toString('latin1');
}

/** Random bytes in lines, with dots at line starts, without CR. */
function binaryText(size: number): string {
  const text = randomBytes(size).toString('latin1').replaceAll('\r', '\n.');
  return `${text.slice(0, size - 1)}\n`;
}

function latin1(text: string): string {
  return Buffer.from(text).toString('latin1');
}
