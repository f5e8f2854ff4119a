/** deliver: the connection may end anywhere, in the middle of a reply and after the last one. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { messageOf } from '../route/pieces.ts';
import { deliverTo, greeting, letterOf, letterTo } from './pieces.ts';
import { type Scene, scriptedPeer, type Talk } from './scripted-peer.ts';

type Offer = 'CHUNKING' | 'SIZE';

/** Up to the answer to the message, in the way that the hub offers. Gives the replies that are still to be said before it. */
async function hearMessage(talk: Talk, offer: Offer): Promise<string> {
  talk.say('220 hub.test ESMTP');
  await talk.line();
  talk.say('250-hub.test', '250-PIPELINING', `250 ${offer}`);
  await talk.line();
  await talk.line();
  const command = await talk.line();
  const toEnvelope = '250 ok\r\n250 ok\r\n';
  if (command.startsWith('BDAT')) {
    await talk.octets(Number.parseInt(command.slice(5), 10));
    return toEnvelope;
  }
  talk.sayRaw(`${toEnvelope}354 go\r\n`);
  await talk.content();
  return '';
}

/** Whether the hub may have the message, as the queue is told. */
function endingFor() {
  const told: string[] = [];
  return { told, ending: { before: () => void told.push('before'), answered: () => void told.push('answered') } };
}

function letterOfSize(size: number) {
  return letterOf(
    messageOf(
      `A: 1\n\n${'x'
        .repeat(70)
        .concat('\n')
        .repeat(size / 71)}`,
    ),
  );
}

const ends = ['close', 'reset', 'gone'] as const;

describe('a message that the hub has taken', { timeout: 60_000 }, () => {
  /** In one segment with the answer. */
  const behind = [
    '',
    '221 bye\r\n',
    '421 bye\r\n',
    '250 again\r\n',
    '554 no\r\n',
    '\0\xff\r\n',
    '250-more\r\n',
    '2',
    '\r\n',
  ];
  for (const offer of ['CHUNKING', 'SIZE'] as const) {
    for (const end of ends) {
      for (const more of behind) {
        test(`stays delivered by ${offer} when the hub goes on with ${JSON.stringify(more)} (${end})`, async () => {
          for (const size of [10, 1_000_000]) {
            const { told, ending } = endingFor();
            const scene: Scene = async (talk) => {
              talk.sayRaw(`${await hearMessage(talk, offer)}250 2.0.0 taken\r\n${more}`);
              if (end === 'gone') await talk.gone();
              else talk[end]();
            };
            await using peer = await scriptedPeer(scene);
            const { delivery, failure } = await deliverTo(peer, { ...letterOfSize(size), ending });
            assert.deepEqual(
              [failure, delivery?.accepted, delivery?.reply?.text, told],
              [undefined, ['b@y.example'], '250 2.0.0 taken', ['before', 'answered']],
            );
          }
        });
      }
    }
  }
});

describe('a message that the hub has taken, with all that it says in one segment', { timeout: 60_000 }, () => {
  const floods = {
    'a reply without end': '250-x\r\n'.repeat(20_000),
    'empty lines': '\r\n'.repeat(2000),
    'a line without end': 'y'.repeat(70_000),
    'replies to nothing': '250 ok\r\n'.repeat(2000),
  };
  for (const offer of ['CHUNKING', 'SIZE'] as const) {
    for (const [what, flood] of Object.entries(floods)) {
      for (const end of ends) {
        test(`stays delivered by ${offer} in front of ${what} (${end})`, async () => {
          const { told, ending } = endingFor();
          await using peer = await scriptedPeer(async (talk) => {
            talk.sayRaw(`${await hearMessage(talk, offer)}250 2.0.0 taken\r\n${flood}`);
            if (end === 'gone') await talk.gone();
            else talk[end]();
          });
          const { delivery, failure } = await deliverTo(peer, { ...letterOfSize(10), ending });
          const isSent = failure === undefined && delivery?.accepted.length === 1;
          // Not all of a flood leaves before a reset, and the 250 goes with it; then it has not been received.
          if (end === 'reset' && !isSent) return assert.deepEqual(told, ['before']);
          assert.deepEqual([failure, delivery?.accepted, told], [undefined, ['b@y.example'], ['before', 'answered']]);
        });
      }
    }
  }
});

describe('an answer to the message that is none', { timeout: 60_000 }, () => {
  for (const offer of ['CHUNKING', 'SIZE'] as const) {
    for (const answer of ['250ok', '250_ok', '2500 ok', '250\tok', '250\0ok', '250-a\r\n550 b', 'taken', '199 x']) {
      test(`leaves it uncertain by ${offer}: ${JSON.stringify(answer)}`, async () => {
        const { told, ending } = endingFor();
        await using peer = await scriptedPeer(async (talk) => {
          talk.sayRaw(`${await hearMessage(talk, offer)}${answer}\r\n`);
          await talk.gone();
        });
        const { delivery, failure } = await deliverTo(peer, { ...letterOfSize(10), ending });
        assert.deepEqual([delivery, failure?.kind, told], [undefined, 'protocol', ['before']]);
        assert.match(failure?.hint ?? '', /may have accepted it all the same/);
      });
    }

    test(`is one by ${offer} when only its first digit is known`, async () => {
      const { told, ending } = endingFor();
      await using peer = await scriptedPeer(async (talk) => {
        talk.sayRaw(`${await hearMessage(talk, offer)}299 x\r\n`);
        await talk.gone();
      });
      const { delivery } = await deliverTo(peer, { ...letterOfSize(10), ending });
      assert.deepEqual([delivery?.accepted, told], [['b@y.example'], ['before', 'answered']]);
    });
  }
});

describe('a reply that is cut off', { timeout: 60_000 }, () => {
  const mail = ['C: MAIL FROM:<a@x.example>'];
  const recipient = [...mail, 'S: 250 ok', 'C: RCPT TO:<b@y.example>'];
  const data = [...recipient, 'S: 250 ok', 'C: DATA'];
  const hello = [...greeting, 'S: 250 hub.test'];
  const helloChunking = [...greeting, 'S: 250-hub.test', 'S: 250-PIPELINING', 'S: 250 CHUNKING'];
  const chunk = ['C: MAIL FROM:<a@x.example>', 'C: RCPT TO:<b@y.example>', 'C: BDAT…'];
  const steps: readonly { readonly name: string; readonly dialogue: readonly string[]; readonly code: number }[] = [
    { name: 'the greeting', dialogue: [], code: 220 },
    { name: 'EHLO', dialogue: greeting, code: 250 },
    { name: 'HELO', dialogue: [...greeting, 'S: 500 what', 'C: HELO box.example.org'], code: 250 },
    { name: 'MAIL', dialogue: [...hello, ...mail], code: 250 },
    { name: 'RCPT', dialogue: [...hello, ...recipient], code: 250 },
    { name: 'DATA', dialogue: [...hello, ...data], code: 354 },
    { name: 'the message', dialogue: [...hello, ...data, 'S: 354 go', 'C: <content>'], code: 250 },
    { name: 'a pipelined MAIL', dialogue: [...helloChunking, ...chunk], code: 250 },
    { name: 'a pipelined RCPT', dialogue: [...helloChunking, ...chunk, 'S: 250 ok'], code: 250 },
    { name: 'BDAT', dialogue: [...helloChunking, ...chunk, 'S: 250 ok', 'S: 250 ok'], code: 250 },
  ];
  for (const { name, dialogue, code } of steps) {
    for (const end of ['close', 'reset'] as const) {
      test(`is none at ${name}, whatever is there of it (${end})`, async () => {
        const whole = [`${code}-one\r\n${code} two\r\n`, '554 no\r\n'];
        for (const reply of whole) {
          for (const length of new Set([
            0,
            1,
            3,
            4,
            Math.floor(reply.length / 2),
            reply.length - 2,
            reply.length - 1,
          ])) {
            const { told, ending } = endingFor();
            await using peer = await scriptedPeer(sceneWith(dialogue, reply.slice(0, length), end));
            const { delivery, failure } = await deliverTo(peer, { ...letterTo('b@y.example'), ending });
            const kind = name === 'the greeting' ? 'unavailable' : 'temporary';
            assert.deepEqual([delivery, failure?.kind], [undefined, kind], JSON.stringify(reply.slice(0, length)));
            assert.match(failure?.message ?? '', /: (the hub closed the connection|connection reset by peer)$/);
            const isGiven = /message|BDAT|pipelined/.test(name);
            assert.deepEqual(told, isGiven ? ['before'] : []);
          }
        }
      });
    }
  }
});

/** The dialogue, octets that are no whole line, and the end. */
function sceneWith(dialogue: readonly string[], octets: string, end: 'close' | 'reset'): Scene {
  return async (talk) => {
    for (const line of dialogue) {
      if (line === 'C: <content>') await talk.content();
      else if (line.startsWith('S: ')) talk.say(line.slice(3));
      else if (line.startsWith('C: BDAT')) await talk.octets(Number.parseInt((await talk.line()).slice(5), 10));
      else await talk.line();
    }
    talk.sayRaw(octets);
    talk[end]();
  };
}

describe('a hub that says more than it was asked', { timeout: 60_000 }, () => {
  for (const offer of ['CHUNKING', 'SIZE'] as const) {
    test(`has taken nothing that was not sent, with ${offer}`, async () => {
      const { told, ending } = endingFor();
      await using peer = await scriptedPeer(async (talk) => {
        talk.say('220 hub.test ESMTP');
        await talk.line();
        talk.say('250-hub.test', '250-PIPELINING', `250 ${offer}`, '250 ok', '250 ok', '250 ok', '250 ok');
        await talk.gone();
      });
      const { delivery, failure } = await deliverTo(peer, { ...letterTo('b@y.example'), ending });
      assert.deepEqual([delivery, failure?.kind, told], [undefined, 'protocol', []]);
      assert.doesNotMatch(peer.heard(), /MAIL|BDAT|DATA/);
    });
  }

  test('has taken no message when its 250 comes with the 354', async () => {
    const { told, ending } = endingFor();
    await using peer = await scriptedPeer(async (talk) => {
      talk.say('220 hub.test ESMTP');
      await talk.line();
      talk.say('250-hub.test', '250 PIPELINING');
      for (let command = 0; command < 3; command += 1) await talk.line();
      talk.say('250 ok', '250 ok', '354 go', '250 taken');
      await talk.gone();
    });
    const { delivery, failure } = await deliverTo(peer, { ...letterTo('b@y.example'), ending });
    assert.deepEqual([delivery, failure?.kind, told], [undefined, 'protocol', []]);
  });

  test('has taken no chunk whose end was not sent', async () => {
    const { told, ending } = endingFor();
    await using peer = await scriptedPeer(async (talk) => {
      talk.say('220 hub.test ESMTP');
      await talk.line();
      talk.say('250-hub.test', '250-PIPELINING', '250 CHUNKING');
      for (let command = 0; command < 3; command += 1) await talk.line();
      talk.say('250 ok', '250 ok', '250 taken');
      await talk.gone();
    });
    const { delivery, failure } = await deliverTo(peer, { ...letterOfSize(1_000_000), ending });
    assert.deepEqual([delivery, failure?.kind, told], [undefined, 'protocol', []]);
    assert.ok(peer.heard().length < 1_000_000, 'nothing more is said into it');
  });

  test('refuses nobody when it says 554 to nothing', async () => {
    const dialogue = [...greeting, 'S: 250 hub.test', 'C: MAIL…', 'S: 250 ok', 'S: 554 idle', 'C: <gone>'];
    await using peer = await scriptedPeer(dialogue);
    const { failure } = await deliverTo(peer, letterTo('b@y.example'));
    assert.deepEqual([failure?.kind, failure?.message.endsWith('unexpected answer "554 idle"')], ['protocol', true]);
  });

  test('leaves nothing uncertain when it hangs up with 221 before it comes to a chunk', async () => {
    const { told, ending } = endingFor();
    const dialogue = [
      ...greeting,
      'S: 250-hub.test',
      'S: 250-PIPELINING',
      'S: 250 CHUNKING',
      'C: MAIL…',
      'C: RCPT…',
      'C: BDAT…',
    ];
    await using peer = await scriptedPeer([...dialogue, 'S: 221 bye', 'S: <close>']);
    const { failure } = await deliverTo(peer, { ...letterTo('b@y.example'), ending });
    assert.deepEqual([failure?.temporary, told], [true, ['before', 'answered']]);
  });
});

describe('a hub that closes its side only', { timeout: 60_000 }, () => {
  test('is waited for no longer, though it does not take what is written', async () => {
    await using peer = await scriptedPeer(async (talk) => {
      talk.say('220 hub.test ESMTP');
      await talk.line();
      talk.say('250 hub.test');
      for (const reply of ['250 ok', '250 ok', '354 go']) {
        await talk.line();
        talk.say(reply);
      }
      await talk.anything();
      talk.pause();
      setTimeout(talk.close, 100);
      await new Promise(() => undefined);
    });
    const begun = performance.now();
    const { failure } = await deliverTo(peer, letterOfSize(30_000_000));
    assert.match(failure?.message ?? '', /: the hub closed the connection$/);
    assert.ok(performance.now() - begun < 4000, 'no deadline had to pass');
  });
});
