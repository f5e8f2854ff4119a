/** deliver: a short message leaves in the same write as its envelope when the hub offers CHUNKING (RFC 3030). */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Failure, type FailureKind } from '../../src/failure.ts';
import { send } from '../../src/hub/send.ts';
import { openSession } from '../../src/hub/session.ts';
import { messageOf } from '../route/pieces.ts';
import { deliverTo, greeting, letterOf, letterTo, planWith } from './pieces.ts';
import { scriptedPeer, type Talk } from './scripted-peer.ts';

const offers = [...greeting, 'S: 250-hub.test', 'S: 250-PIPELINING', 'S: 250 CHUNKING'];
const sizeOfHello = 'Subject: s\r\n\r\nhello\r\n'.length;
const sender = 'C: MAIL FROM:<a@x.example>';
const recipient = (name: string) => `C: RCPT TO:<${name}@y.example>`;
const chunk = `C: BDAT ${sizeOfHello} LAST`;

/** Whether the hub may have the message, as the queue is told. */
function endingFor() {
  const told: string[] = [];
  return { told, ending: { before: () => void told.push('before'), answered: () => void told.push('answered') } };
}

/** The beginning of a scene for the dialogues that a list of lines cannot tell. */
async function hello(talk: Talk, ...keywords: string[]): Promise<void> {
  talk.say('220 hub.test ESMTP');
  await talk.line();
  talk.say('250-hub.test', ...keywords.map((word) => `250-${word}`), '250 HELP');
}

describe('BDAT', { timeout: 60_000 }, () => {
  test('BDAT leaves with envelope and message in one write', async () => {
    const { told, ending } = endingFor();
    const answers = ['S: 250 ok', 'S: 250 ok', 'S: 250 ok', 'S: 250 2.0.0 queued'];
    const dialogue = [sender, recipient('b'), recipient('c'), chunk, ...answers, 'C: QUIT'];
    await using peer = await scriptedPeer([...offers, ...dialogue]);
    const { delivery } = await deliverTo(peer, { ...letterTo('b@y.example', 'c@y.example'), ending });
    await peer.played();
    assert.partialDeepStrictEqual(delivery, {
      accepted: ['b@y.example', 'c@y.example'],
      refused: [],
      size: sizeOfHello,
    });
    assert.deepEqual(
      peer.turns.map((turn) => turn.slice(0, 4)),
      ['EHLO', 'MAIL', 'QUIT'],
    );
    assert.ok(peer.turns[1]?.endsWith(`BDAT ${sizeOfHello} LAST\r\nSubject: s\r\n\r\nhello\r\n`));
    assert.deepEqual(told, ['before', 'answered']);
  });

  test('BDAT is said when the recipients are known to a hub without PIPELINING', async () => {
    const dialogue = [
      sender,
      'S: 250 ok',
      recipient('b'),
      'S: 550 no',
      recipient('c'),
      'S: 250 ok',
      chunk,
      'S: 250 ok',
    ];
    await using peer = await scriptedPeer([...greeting, 'S: 250-hub.test', 'S: 250 CHUNKING', ...dialogue]);
    const { delivery } = await deliverTo(peer, letterTo('b@y.example', 'c@y.example'));
    await peer.played();
    assert.deepEqual([delivery?.accepted, delivery?.refused.length], [['c@y.example'], 1]);
  });

  const texts: readonly { readonly what: string; readonly message: string; readonly octets: string }[] = [
    { what: 'dots as they are', message: 'A: 1\n\n.\n..\n.a\n', octets: 'A: 1\r\n\r\n.\r\n..\r\n.a\r\n' },
    { what: 'CRLF for all line ends', message: 'A: 1\n\na\r\nb\nc', octets: 'A: 1\r\n\r\na\r\nb\r\nc\r\n' },
    { what: 'an empty message', message: '', octets: '\r\n' },
  ];
  for (const { what, message, octets } of texts) {
    test(`BDAT carries ${what}`, async () => {
      await using peer = await scriptedPeer(async (talk) => {
        await hello(talk, 'PIPELINING', 'CHUNKING');
        await talk.line();
        await talk.line();
        assert.equal(await talk.line(), `BDAT ${octets.length} LAST`);
        assert.equal(await talk.octets(octets.length), octets);
        talk.say('250 ok', '250 ok', '250 ok');
        assert.equal(await talk.line(), 'QUIT');
      });
      const { delivery, failure } = await deliverTo(peer, letterOf(messageOf(message)), { encodes: false });
      await peer.played();
      assert.deepEqual([delivery?.accepted, failure], [['b@y.example'], undefined]);
    });
  }

  const verdicts: readonly {
    readonly what: string;
    readonly answers: readonly string[];
    readonly accepted?: readonly string[];
    readonly refused?: readonly number[];
    readonly kind?: FailureKind;
  }[] = [
    {
      what: 'a recipient that is refused',
      answers: ['250 ok', '550 no', '250 ok', '250 ok'],
      accepted: ['c@y.example'],
      refused: [550],
    },
    {
      what: 'a recipient that is put off',
      answers: ['250 ok', '450 no', '250 ok', '250 ok'],
      accepted: ['c@y.example'],
      refused: [450],
    },
    {
      what: 'everybody refused',
      answers: ['250 ok', '550 no', '450 no', '503 nobody'],
      accepted: [],
      refused: [550, 450],
    },
    {
      what: 'everybody refused by a hub that says 554',
      answers: ['250 ok', '550 no', '550 no', '554 nobody'],
      accepted: [],
      refused: [550, 550],
    },
    {
      what: 'everybody refused by a hub that takes the octets',
      answers: ['250 ok', '550 no', '550 no', '250 ok'],
      accepted: [],
      refused: [550, 550],
    },
    { what: 'a refused sender', answers: ['550 no', '503 no', '503 no', '503 no'], kind: 'malformed' },
    { what: 'a sender put off', answers: ['450 no', '503 no', '503 no', '503 no'], kind: 'temporary' },
    { what: 'a refused message', answers: ['250 ok', '250 ok', '250 ok', '554 5.7.1 spam'], kind: 'malformed' },
    {
      what: 'a message that is too large',
      answers: ['250 ok', '250 ok', '250 ok', '552 too large'],
      kind: 'malformed',
    },
    { what: 'a message put off', answers: ['250 ok', '250 ok', '250 ok', '451 later'], kind: 'temporary' },
    { what: 'a hub that takes it for DATA', answers: ['250 ok', '250 ok', '250 ok', '354 go on'], kind: 'protocol' },
    {
      what: 'a hub that hangs up in its own words',
      answers: ['250 ok', '250 ok', '250 ok', '421 bye'],
      kind: 'temporary',
    },
    { what: 'a hub that hangs up before it comes to it', answers: ['250 ok', '421 bye'], kind: 'temporary' },
  ];
  for (const { what, answers, accepted, refused, kind } of verdicts) {
    test(`BDAT and ${what}`, async () => {
      const { told, ending } = endingFor();
      const dialogue = [sender, recipient('b'), recipient('c'), chunk, ...answers.map((answer) => `S: ${answer}`)];
      await using peer = await scriptedPeer([...offers, ...dialogue, 'C: <gone>']);
      const letter = { ...letterTo('b@y.example', 'c@y.example'), ending };
      const { delivery, failure } = await deliverTo(peer, letter);
      await peer.played();
      assert.deepEqual(
        [delivery?.accepted, delivery?.refused.map(({ reply }) => reply.code), failure?.kind],
        [accepted, refused, kind],
      );
      const isAnswered = answers.at(-1) !== '354 go on';
      assert.deepEqual(told, isAnswered ? ['before', 'answered'] : ['before']);
    });
  }

  for (const answers of [[], ['250 ok'], ['250 ok', '250 ok']]) {
    test(`BDAT leaves a message uncertain when the connection is lost after ${answers.length} answers`, async () => {
      const { told, ending } = endingFor();
      const said = answers.map((answer) => `S: ${answer}`);
      await using peer = await scriptedPeer([...offers, sender, recipient('b'), chunk, ...said, 'S: <close>']);
      const { failure } = await deliverTo(peer, { ...letterTo('b@y.example'), ending });
      assert.deepEqual([failure?.kind, told], ['temporary', ['before']]);
      assert.match(failure?.hint ?? '', /may have accepted it all the same/);
    });
  }

  test('BDAT is not said when the message may not leave', async () => {
    const before = () => {
      throw Object.assign(new Error('taken over'), { code: 'ETAKEN' });
    };
    await using peer = await scriptedPeer([...offers, 'C: <gone>']);
    const letter = { ...letterTo('b@y.example'), ending: { before, answered: () => undefined } };
    const { failure } = await deliverTo(peer, letter);
    await peer.played();
    assert.deepEqual([failure?.kind, peer.turns], ['temporary', ['EHLO box.example.org\r\n', 'QUIT\r\n']]);
  });

  test('BDAT that a hub offers and does not know is told with the key that helps', async () => {
    const answers = ['S: 250 ok', 'S: 250 ok', 'S: 502 5.5.1 what?'];
    await using peer = await scriptedPeer([...offers, sender, recipient('b'), chunk, ...answers, 'C: <gone>']);
    const { failure } = await deliverTo(peer, letterTo('b@y.example'));
    assert.deepEqual([failure?.kind, /DiscardEhloKeywords=CHUNKING/.test(failure?.hint ?? '')], ['protocol', true]);
  });

  test('BDAT is not said to a hub whose CHUNKING is discarded', async () => {
    const dialogue = [
      sender,
      recipient('b'),
      'C: DATA',
      'S: 250 ok',
      'S: 250 ok',
      'S: 354 go',
      'C: <content>',
      'S: 250 ok',
    ];
    await using peer = await scriptedPeer([...offers, ...dialogue, 'C: QUIT']);
    const { delivery } = await deliverTo(peer, letterTo('b@y.example'), { discarded: ['CHUNKING'] });
    await peer.played();
    assert.deepEqual(delivery?.accepted, ['b@y.example']);
  });

  test('BDAT carries a message of many blocks, and a larger one goes behind DATA', async () => {
    for (const [kilobytes, verb] of [
      [500, 'BDAT'],
      [1200, 'DATA'],
    ] as const) {
      const body = 'x'
        .repeat(511)
        .concat('\n')
        .repeat(2 * kilobytes);
      let size = 0;
      await using peer = await scriptedPeer(async (talk) => {
        await hello(talk, 'PIPELINING', 'CHUNKING');
        await talk.line();
        await talk.line();
        const command = await talk.line();
        assert.ok(command.startsWith(verb), command);
        if (verb === 'BDAT') size = (await talk.octets(Number.parseInt(command.slice(5), 10))).length;
        talk.say('250 ok', '250 ok');
        if (verb === 'DATA') {
          talk.say('354 go');
          await talk.content((octets) => {
            size += octets.length;
          });
        }
        talk.say('250 ok');
        await talk.line();
      });
      const { delivery, failure } = await deliverTo(peer, letterOf(messageOf(`A: 1\n\n${body}`)));
      await peer.played();
      assert.deepEqual([delivery?.accepted, failure], [['b@y.example'], undefined]);
      assert.equal(size, 'A: 1\r\n\r\n'.length + kilobytes * 2 * 513);
    }
  });

  test('BDAT leaves nothing uncertain in a session that is over before anything is said', async () => {
    const { told, ending } = endingFor();
    await using peer = await scriptedPeer([...offers, 'C: <gone>']);
    const session = await openSession(planWith({ port: peer.port }), () => undefined);
    session.connection.close();
    await assert.rejects(send(session, { ...letterTo('b@y.example'), ending }), Failure);
    session.watch.end();
    assert.deepEqual(told, []);
  });
});
