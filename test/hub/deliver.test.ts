/** deliver: the dialogue with the hub, written out. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { messageOf } from '../route/pieces.ts';
import { deliverTo, greeting, letterOf, letterTo } from './pieces.ts';
import { type Scene, scriptedPeer } from './scripted-peer.ts';

const withPipelining = [...greeting, 'S: 250-hub.test', 'S: 250 PIPELINING'];
const envelope = ['C: MAIL FROM:<a@x.example>', 'C: RCPT TO:<b@y.example>', 'C: DATA'];
const withoutPipelining = [...greeting, 'S: 250 hub.test'];

describe('deliver()', { timeout: 60_000 }, () => {
  test('deliver() waits for four answers with PIPELINING, however many recipients there are', async () => {
    await using peer = await scriptedPeer([
      ...withPipelining,
      'C: MAIL FROM:<a@x.example>',
      'C: RCPT TO:<b@y.example>',
      'C: RCPT TO:<c@z.example>',
      'C: RCPT TO:<d@z.example>',
      'C: DATA',
      // A hub that says nothing before DATA has come: without pipelining the program would wait for ever.
      'S: 250 sender ok',
      'S: 250 recipient ok',
      'S: 250 recipient ok',
      'S: 250 recipient ok',
      'S: 354 go on',
      'C: <content>',
      'S: 250 2.0.0 queued as 4F2A',
      'C: QUIT',
    ]);
    const { delivery } = await deliverTo(peer, letterTo('b@y.example', 'c@z.example', 'd@z.example'));
    await peer.played();
    assert.deepEqual(delivery, {
      accepted: ['b@y.example', 'c@z.example', 'd@z.example'],
      refused: [],
      reply: { code: 250, enhanced: '2.0.0', text: '250 2.0.0 queued as 4F2A' },
      size: 'Subject: s\r\n\r\nhello\r\n.\r\n'.length,
      hub: `127.0.0.1:${peer.port}`,
    });
    const recipients = ['b@y.example', 'c@z.example', 'd@z.example'].map((to) => `RCPT TO:<${to}>\r\n`).join('');
    assert.deepEqual(peer.turns, [
      'EHLO box.example.org\r\n',
      `MAIL FROM:<a@x.example>\r\n${recipients}DATA\r\n`,
      'Subject: s\r\n\r\nhello\r\n.\r\n',
      'QUIT\r\n',
    ]);
  });

  test('deliver() waits for each answer without PIPELINING', async () => {
    await using peer = await scriptedPeer([
      ...withoutPipelining,
      'C: MAIL FROM:<a@x.example>',
      'S: 250 ok',
      'C: RCPT TO:<b@y.example>',
      'S: 250 ok',
      'C: RCPT TO:<c@z.example>',
      'S: 250 ok',
      'C: DATA',
      'S: 354 go on',
      'C: <content>',
      'S: 250 queued',
    ]);
    const { delivery } = await deliverTo(peer, letterTo('b@y.example', 'c@z.example'));
    await peer.played();
    assert.deepEqual(delivery?.accepted, ['b@y.example', 'c@z.example']);
    const commands = peer.turns.slice(0, 6).map((turn) => turn.slice(0, 4));
    assert.deepEqual(commands, ['EHLO', 'MAIL', 'RCPT', 'RCPT', 'DATA', 'Subj']);
    for (const turn of peer.turns.slice(0, 5)) assert.match(turn, /^[^\r\n]*\r\n$/);
  });

  test('deliver() reads answers that come octet by octet', async () => {
    const scene: Scene = async (talk) => {
      const dribble = async (text: string) => {
        for (const octet of text) {
          talk.sayRaw(octet);
          await new Promise((resolve) => setImmediate(resolve));
        }
      };
      await dribble('220-two\r\n220 lines\r\n');
      await talk.line();
      await dribble('250-hub\r\n250-PIPELINING\r\n250 SIZE 100000\r\n');
      for (const verb of ['MAIL', 'RCPT', 'RCPT', 'DATA']) assert.ok((await talk.line()).startsWith(verb));
      await dribble('250 ok\r\n550-5.1.1 no\r\n550 5.1.1 such user\r\n250 ok\r\n354 go\r\n');
      await talk.content();
      await dribble('250-so\r\n250 queued\r\n');
    };
    await using peer = await scriptedPeer(scene);
    const { delivery } = await deliverTo(peer, letterTo('b@y.example', 'c@z.example'));
    await peer.played();
    assert.deepEqual([delivery?.accepted, delivery?.reply?.text], [['c@z.example'], '250 so queued']);
    assert.deepEqual(delivery?.refused, [
      { recipient: 'b@y.example', reply: { code: 550, enhanced: '5.1.1', text: '550 5.1.1 no such user' } },
    ]);
  });

  test('deliver() goes on beside a refused recipient', async () => {
    await using peer = await scriptedPeer([
      ...withPipelining,
      'C: MAIL FROM:<a@x.example>',
      'C: RCPT TO:<b@y.example>',
      'C: RCPT TO:<c@z.example>',
      'C: DATA',
      'S: 250 ok',
      'S: 450 4.2.0 later',
      'S: 250 ok',
      'S: 354 go on',
      'C: <content>',
      'S: 250 queued',
    ]);
    const { delivery } = await deliverTo(peer, letterTo('b@y.example', 'c@z.example'));
    await peer.played();
    assert.deepEqual(
      [delivery?.accepted, delivery?.refused.map(({ recipient, reply }) => [recipient, reply.code])],
      [['c@z.example'], [['b@y.example', 450]]],
    );
  });

  test('deliver() sends nothing when every recipient is refused', async () => {
    await using peer = await scriptedPeer([
      ...withPipelining,
      'C: MAIL FROM:<a@x.example>',
      'C: RCPT TO:<b@y.example>',
      'C: RCPT TO:<c@z.example>',
      'C: DATA',
      'S: 250 ok',
      'S: 550 no',
      'S: 450 later',
      'S: 503 no recipients',
      'C: QUIT',
    ]);
    const { delivery } = await deliverTo(peer, letterTo('b@y.example', 'c@z.example'));
    await peer.played();
    assert.deepEqual([delivery?.accepted, delivery?.reply], [[], undefined]);
    assert.deepEqual(
      delivery?.refused.map(({ reply }) => reply.text),
      ['550 no', '450 later'],
    );
  });

  test('deliver() ends the empty message of a hub that takes DATA without recipients', async () => {
    await using peer = await scriptedPeer([
      ...withPipelining,
      'C: MAIL FROM:<a@x.example>',
      'C: RCPT TO:<b@y.example>',
      'C: DATA',
      'S: 250 ok',
      'S: 550 no',
      'S: 354 go on',
      'C: .',
      'S: 554 no recipients',
    ]);
    const { delivery } = await deliverTo(peer, letterTo('b@y.example'));
    await peer.played();
    assert.deepEqual([delivery?.accepted, delivery?.reply, delivery?.refused.length], [[], undefined, 1]);
  });

  const messages: readonly { readonly what: string; readonly message: string; readonly wire: string }[] = [
    {
      what: 'dots at line starts, in the header too',
      message: 'A: 1\n .\n\n.\n..\n.a\n',
      wire: 'A: 1\r\n .\r\n\r\n..\r\n...\r\n..a\r\n.\r\n',
    },
    {
      what: 'mixed line ends and no last one',
      message: 'A: 1\r\n\na\r\nb\nc',
      wire: 'A: 1\r\n\r\na\r\nb\r\nc\r\n.\r\n',
    },
    {
      what: 'a smuggled end',
      message: 'A: 1\n\na\r.\r\nMAIL FROM:<evil>\n.\r\rRSET',
      wire: 'A: 1\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=us-ascii\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\na=0D.\r\nMAIL FROM:<evil>\r\n..=0D=0DRSET\r\n.\r\n',
    },
    {
      what: '8-bit text and NUL in base64, to a hub without 8BITMIME',
      message: 'A: \xe4\nMIME-Version: 1.0\n\n\0\xff\n',
      wire: 'A: \xe4\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=unknown-8bit\r\nContent-Transfer-Encoding: base64\r\n\r\nAP8K\r\n.\r\n',
    },
    {
      what: '8-bit text of a signed message as it is',
      message: 'DKIM-Signature: x\n\n\0\xff\n',
      wire: 'DKIM-Signature: x\r\n\r\n\0\xff\r\n.\r\n',
    },
    { what: 'an empty message', message: '', wire: '\r\n.\r\n' },
  ];
  for (const { what, message, wire } of messages) {
    test(`deliver() writes ${what}`, async () => {
      await using peer = await scriptedPeer([
        ...withPipelining,
        'C: MAIL FROM:<a@x.example>',
        'C: RCPT TO:<b@y.example>',
        'C: DATA',
        'S: 250 ok',
        'S: 250 ok',
        'S: 354 go on',
        'C: <content>',
        'S: 250 queued',
        'C: QUIT',
      ]);
      const { delivery } = await deliverTo(peer, letterOf(messageOf(message)));
      await peer.played();
      assert.equal(peer.turns[2], wire);
      assert.equal(delivery?.size, wire.length);
    });
  }

  const announcements: readonly { readonly offered: string; readonly message: string; readonly mail: string }[] = [
    { offered: 'SIZE', message: 'A: 1\n\nhello\n', mail: 'MAIL FROM:<a@x.example> SIZE=12' },
    { offered: 'SIZE 12', message: 'A: 1\n\nhello\n', mail: 'MAIL FROM:<a@x.example> SIZE=12' },
    { offered: 'SIZE 0x1', message: 'A: 1\n\nhello\n', mail: 'MAIL FROM:<a@x.example> SIZE=12' },
    { offered: 'SIZE -5', message: 'A: 1\n\nhello\n', mail: 'MAIL FROM:<a@x.example> SIZE=12' },
    { offered: '8BITMIME', message: 'A: 1\n\nhello\n', mail: 'MAIL FROM:<a@x.example>' },
    { offered: '8BITMIME', message: 'A: 1\n\nh\xe4llo\n', mail: 'MAIL FROM:<a@x.example> BODY=8BITMIME' },
    { offered: '8BITMIME', message: 'A: \xe4\n\nhello\n', mail: 'MAIL FROM:<a@x.example> BODY=8BITMIME' },
    { offered: 'HELP', message: 'A: \xe4\n\nhello\n', mail: 'MAIL FROM:<a@x.example>' },
    { offered: 'SMTPUTF8', message: 'A: \xe4\n\nhello\n', mail: 'MAIL FROM:<a@x.example>' },
  ];
  for (const { offered, message, mail } of announcements) {
    test(`deliver() says ${mail} to a hub with ${offered} for ${JSON.stringify(message)}`, async () => {
      await using peer = await scriptedPeer([
        ...greeting,
        'S: 250-hub.test',
        `S: 250 ${offered}`,
        `C: ${mail}`,
        'S: 451 enough',
      ]);
      await deliverTo(peer, letterOf(messageOf(message)));
      await peer.played();
    });
  }

  test('deliver() does not ask a hub whose limit the message exceeds', async () => {
    await using peer = await scriptedPeer([...greeting, 'S: 250-hub.test', 'S: 250 SIZE 11', 'C: <gone>']);
    const { failure } = await deliverTo(peer, letterOf(messageOf('A: 1\n\nhello\n')));
    await peer.played();
    assert.equal(failure?.kind, 'malformed');
    assert.equal(failure?.message, 'Cannot send through mail hub 127.0.0.1: it takes 11 octets, the message has 12');
  });

  test('deliver() does not encode what exceeds the limit of the hub: it is not even read', async () => {
    await using peer = await scriptedPeer([...greeting, 'S: 250-hub.test', 'S: 250 SIZE 12', 'C: <gone>']);
    const { fields, body } = messageOf('A: 1\n\nh\xe4llo, h\xe4llo\n');
    const { size, eightBit, hasLongLine, hasUnsafeOctet } = body;
    const chunks = () => assert.fail('the body was read');
    const { failure } = await deliverTo(
      peer,
      letterOf({ fields, body: { size, eightBit, hasLongLine, hasUnsafeOctet, chunks } }),
    );
    await peer.played();
    assert.equal(failure?.message, 'Cannot send through mail hub 127.0.0.1: it takes 12 octets, the message has 19');
  });

  for (const { offered, kind } of [
    { offered: 'SMTPUTF8', kind: undefined },
    { offered: 'HELP', kind: 'refused' },
  ]) {
    test(`deliver() ${kind ? 'refuses' : 'sends'} an international address through a hub with ${offered}`, async () => {
      const recipient = Buffer.from('jörg@y.example').toString('latin1');
      await using peer = await scriptedPeer([
        ...greeting,
        'S: 250-hub.test',
        `S: 250 ${offered}`,
        ...(kind
          ? ['C: <gone>']
          : [
              'C: MAIL FROM:<a@x.example> SMTPUTF8',
              'S: 250 ok',
              `C: RCPT TO:<${recipient}>`,
              'S: 250 ok',
              'C: DATA',
              'S: 354 go',
              'C: <content>',
              'S: 250 ok',
            ]),
      ]);
      const { delivery, failure } = await deliverTo(peer, letterTo('jörg@y.example'));
      await peer.played();
      assert.equal(failure, undefined);
      assert.deepEqual(delivery?.accepted, kind ? [] : ['jörg@y.example']);
      assert.deepEqual(
        delivery?.refused.map(({ reply }) => reply.enhanced),
        kind ? ['5.6.7'] : [],
      );
    });
  }

  test('deliver() says HELO to a hub that does not know EHLO', async () => {
    await using peer = await scriptedPeer([
      ...greeting,
      'S: 502 what?',
      'C: HELO box.example.org',
      'S: 250 hub.test',
      'C: MAIL FROM:<>',
      'S: 250 ok',
      'C: RCPT TO:<b@y.example>',
      'S: 250 ok',
      'C: DATA',
      'S: 354 go',
      'C: <content>',
      'S: 250 ok',
    ]);
    const letter = letterTo('b@y.example');
    const { delivery } = await deliverTo(peer, { ...letter, envelope: { ...letter.envelope, sender: '' } });
    await peer.played();
    assert.deepEqual(delivery?.accepted, ['b@y.example']);
  });

  test('deliver() tells the dialogue to the transcript', async () => {
    await using peer = await scriptedPeer([
      ...greeting,
      'S: 250-hub.test',
      'S: 250 HELP',
      'C: MAIL FROM:<a@x.example>',
      'S: 451 4.3.0 later',
    ]);
    const { transcript } = await deliverTo(peer, letterTo('b@y.example'));
    assert.deepEqual(transcript, [
      '[<-] 220 hub.test ESMTP',
      '[->] EHLO box.example.org',
      '[<-] 250-hub.test',
      '[<-] 250 HELP',
      '[->] MAIL FROM:<a@x.example>',
      '[<-] 451 4.3.0 later',
      '[->] QUIT',
    ]);
  });

  test('deliver() sends a quoted local part as it is', async () => {
    const dialogue = ['C: MAIL…', 'S: 250 ok', 'C: RCPT TO:<"b <c>"@y.example>', 'S: 550 no'];
    await using peer = await scriptedPeer([...withoutPipelining, ...dialogue]);
    const { delivery } = await deliverTo(peer, letterTo('"b <c>"@y.example'));
    await peer.played();
    assert.deepEqual(
      delivery?.refused.map(({ recipient }) => recipient),
      ['"b <c>"@y.example'],
    );
  });

  for (const reply of ['250 ok', '200 what', '221 bye', '300 what', '399 what']) {
    for (const [how, dialogue] of [
      ['with PIPELINING', [...withPipelining, ...envelope, 'S: 250 ok', 'S: 250 ok']],
      ['without', [...withoutPipelining, 'C: MAIL…', 'S: 250 ok', 'C: RCPT…', 'S: 250 ok', 'C: DATA']],
    ] as const) {
      test(`deliver() ${how} sends nothing when DATA is answered with ${reply}`, async () => {
        await using peer = await scriptedPeer([...dialogue, `S: ${reply}`, 'C: <gone>']);
        const { failure } = await deliverTo(peer, letterTo('b@y.example'));
        await peer.played();
        assert.equal(failure?.kind, 'protocol');
        assert.ok(failure?.message.includes(reply), failure?.message);
        assert.ok(peer.heard().endsWith('DATA\r\n'), peer.heard());
      });
    }
  }
});
