/** A body arrives as it came in, byte for byte, where nothing may be encoded. */

import assert from 'node:assert/strict';
import { bodies } from '../rig/bodies.ts';
import { splitMessage } from '../rig/mailbox.ts';
import { assertSameText, header, withoutReceived } from '../rig/message-text.ts';
import { describeWithPostfix } from '../rig/suite.ts';

const lines = ['EncodeForHub=NO'];

/** Bodies that mail cannot carry as they are. */
const changed: Readonly<Record<string, { readonly sent: string; readonly arrived: string }>> = {
  'CRLF becomes the line end of mail': { sent: 'one\r\ntwo\r\n.\r\n', arrived: 'one\ntwo\n.\n' },
  'mixed line ends become the line end of mail': { sent: 'one\r\ntwo\nthree\r\n\n', arrived: 'one\ntwo\nthree\n\n' },
  'the last line gets its end': { sent: 'one\ntwo', arrived: 'one\ntwo\n' },
  'a last line of one dot gets its end': { sent: 'one\n.', arrived: 'one\n.\n' },
};

describeWithPostfix('a body', {}, (rig) => {
  for (const [name, body] of Object.entries(bodies)) {
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
    const { message } = await rig.deliver({ lines, stdin: `${header}\none\rtwo\n\r.\r\nthree\n.\r.\nend\n` });
    const { body } = splitMessage(message);
    assert.equal(body.replaceAll(/[\r\n]+/g, ' '), 'one two . three . . end ');
  });

  rig.test('withoutFinalDot(): without -i a lone dot is text, unless it is the last line', async () => {
    const at = rig.newRecipient();
    const { message } = await rig.deliver({ words: [at], at, stdin: `${header}\nhello\n.\n..this\n.\n` });
    assertSameText(withoutReceived(message), `${header}\nhello\n.\n..this\n`);
  });

  rig.test('readMessage(): input that comes in small pieces is one message', async () => {
    const text = `${header}\n.one\r\n..\r\n${'x'.repeat(3000)}`;
    const { message } = await rig.deliver({ lines, stdin: Array.from(text, (character) => Buffer.from(character)) });
    assertSameText(withoutReceived(message), `${header}\n.one\n..\n${'x'.repeat(3000)}\n`);
  });
});
