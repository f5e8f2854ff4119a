/** Hubs that are strict, and take only what RFC 5321 promises: what they get, and that it still says the same. */

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { fieldOf, splitMessage } from '../rig/mailbox.ts';
import { describeWithPostfix } from '../rig/suite.ts';

const latin1 = (text: string) => Buffer.from(text).toString('latin1');

describeWithPostfix('a strict hub without 8BITMIME', {}, (rig) => {
  rig.test('takes what cron writes', async () => {
    const at = rig.newRecipient();
    const { sender, message } = await rig.deliver({
      port: 'strict',
      words: ['-i', '-t'],
      lines: [`root=${at}`],
      at,
      stdin: latin1('From: root (Cron Daemon)\nTo: root\nSubject: ü\n\n…\n'),
    });
    assert.equal(sender, 'root@client.test');
    assert.doesNotMatch(message, /[\x80-\xff]/);
    assert.equal(fieldOf(message, 'From'), 'root@client.test (Cron Daemon)');
    assert.equal(fieldOf(message, 'To'), 'root@client.test');
    assert.equal(fieldOf(message, 'Subject'), '=?UTF-8?B?w7w=?=');
    assert.equal(fieldOf(message, 'MIME-Version'), '1.0');
    assert.equal(fieldOf(message, 'Content-Type'), 'text/plain; charset=utf-8');
    assert.equal(Buffer.from(splitMessage(message).body, 'base64').toString(), '…\r\n');
  });

  for (const [what, body] of [
    ['text', `${latin1('Grüße an alle\n').repeat(1000)}`],
    ['lines of 998 and 999 octets', `${'x'.repeat(998)}\n${'y'.repeat(999)}\n`],
    ['a line of a megabyte', `a\n${'z'.repeat(1_000_000)}\n.\n`],
    ['every octet but line ends', `${latin1('ü').repeat(9)}${everyOctet()}\n`],
  ] as const) {
    rig.test(`takes ${what}`, async () => {
      const { message } = await rig.deliver({ port: 'strict', stdin: `Subject: x\n\n${body}` });
      assert.doesNotMatch(message, /[\x80-\xff]|[^\n]{999}/);
      // What holds NUL is no text, and keeps its line ends.
      assert.equal(decoded(message), body.includes('\0') ? body : body.replaceAll('\n', '\r\n'));
    });
  }

  rig.test('is told of an address in the header that it cannot have', async () => {
    const { status, stderr } = await rig.send({
      port: 'strict',
      words: ['-i', 'a@example.net'],
      stdin: latin1('To: jörg@example.net\nSubject: x\n\nx\n'),
    });
    assert.equal(status, 65);
    assert.match(stderr, /it takes no address beyond ASCII, as the header has one \(no SMTPUTF8\)/);
  });

  rig.test('gets A-labels for a domain beyond ASCII', async () => {
    const { sender, message } = await rig.deliver({
      port: 'strict',
      words: ['-i', '-f', 'a@münchen.example', 'recipient@example.net'],
      at: 'recipient@example.net',
      stdin: latin1('To: Jörg <recipient@example.net>\nCc: b@straße.example\nSubject: x\n\nx\n'),
    });
    assert.equal(sender, 'a@xn--mnchen-3ya.example');
    assert.equal(fieldOf(message, 'Cc'), 'b@xn--strae-oqa.example');
  });

  rig.test('gets the same through -bs', async () => {
    const at = rig.newRecipient();
    const stdin = latin1(`MAIL FROM:<root>\nRCPT TO:<${at}>\nDATA\nSubject: ü\n\nGrüße an alle\n.\nQUIT\n`);
    const { status, stderr } = await rig.send({ port: 'strict', words: ['-bs'], stdin, at });
    assert.deepEqual([status, stderr], [0, '']);
    const { sender, message } = await rig.hub.mailbox.copyFor(at);
    assert.equal(sender, 'root@client.test');
    assert.equal(decoded(message), latin1('Grüße an alle\r\n'));
  });
});

describeWithPostfix('octets that no hub need take', {}, (rig) => {
  const data = randomBytes(100_000).toString('latin1');
  const image = 'MIME-Version: 1.0\nContent-Type: image/png\nContent-Transfer-Encoding: binary\n';
  // One has CHUNKING and 8BITMIME, the other neither; what is larger than 1 MiB goes by DATA.
  for (const port of ['plain', 'strict'] as const) {
    for (const [what, header, body] of [
      ['NUL in a text', '', 'a\0b\n.\n'],
      ['a CR in a text', '', '10%\r20%\r\n.\r.\r\n'],
      ['an image without an encoding', image.replace(/.*binary\n/, ''), `${data}\n`],
      ['an image that is said to be binary', image, `\n${data}\r\n\r\r\n.\r\n`],
      ['a large one', image, data.repeat(20)],
    ] as const) {
      rig.test(`arrive: ${what}, at the ${port} port`, async () => {
        const { message } = await rig.deliver({ port, stdin: `Subject: x\n${header}\n${body}` });
        assert.doesNotMatch(message, /[\0\r\x80-\xff]/);
        const isText = header === '' && !body.includes('\0');
        assert.equal(decoded(message), isText ? body.replaceAll(/\r?\n/g, '\r\n') : body);
      });
    }
  }
});

function everyOctet(): string {
  const octets = Array.from({ length: 256 }, (_, octet) => octet).filter((octet) => octet !== 10 && octet !== 13);
  return Buffer.from(octets).toString('latin1');
}

function decoded(message: string): string {
  const { body } = splitMessage(message);
  if (fieldOf(message, 'Content-Transfer-Encoding') === 'base64') return Buffer.from(body, 'base64').toString('latin1');
  return body
    .replaceAll('=\n', '')
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replaceAll('\n', '\r\n');
}
