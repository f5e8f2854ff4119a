/** courier: messages follow each other in one session, each without waiting for the answer to the one before. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as later } from 'node:timers/promises';
import { courier } from '../../src/delivery/courier.ts';
import { Failure } from '../../src/failure.ts';
import type { Letter } from '../../src/hub/deliver.ts';
import { greeting, letterTo, planWith, timeOf } from '../hub/pieces.ts';
import { type Scene, scriptedPeer, type Talk } from '../hub/scripted-peer.ts';
import { messageOf } from '../route/pieces.ts';

/** One session with each hub and login, and any number of messages in it. */
const oneForAll = { sessions: 1, messages: 1000 };
const size = 'Subject: s\r\n\r\nhello\r\n'.length;
const offers = [...greeting, 'S: 250-hub.test', 'S: 250-PIPELINING'];
const byData = [...offers, 'S: 250 HELP'];
const byChunk = [...offers, 'S: 250 CHUNKING'];
const ok = 'S: 250 ok';

function mail(name: string, last = 'C: DATA'): string[] {
  return ['C: MAIL FROM:<a@x.example>', `C: RCPT TO:<${name}@y.example>`, last];
}

/** Up to the message, for which the hub says 354. */
async function hearEnvelope(talk: Talk): Promise<void> {
  talk.say('220 hub');
  await talk.line();
  talk.say('250-hub', '250 PIPELINING');
  for (const _line of mail('x')) await talk.line();
  talk.say('250 ok', '250 ok', '354 go');
}

/** Gives all messages to one courier at once; what each came to, and the dialogue's turns. */
async function deliverAll(play: Scene | readonly string[], names: string) {
  await using peer = await scriptedPeer(play);
  const by = courier(new Map(), oneForAll);
  const plan = planWith({ port: peer.port });
  const ends = [...names].map(async (name) => {
    const told: string[] = [];
    const ending = { before: () => void told.push('before'), answered: () => void told.push('answered') };
    try {
      const { accepted } = await by.deliver({ ...letterTo(`${name}@y.example`), ending }, plan, () => undefined);
      return accepted.length > 0 ? 'sent' : 'refused';
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return told.at(-1) === 'before' ? 'uncertain' : error.kind;
    }
  });
  const results = await Promise.all(ends);
  await by.close();
  await peer.played();
  return {
    results,
    connections: peer.connections(),
    turns: peer.turns.map((turn) => turn.replaceAll(/\r\n|^Subject.*?hello/gs, ' ').trim()),
  };
}

describe('courier()', { timeout: 60_000 }, () => {
  test('courier() tells of the next message behind the final dot of the one before', async () => {
    const { results, turns, connections } = await deliverAll(
      [
        ...byData,
        ...mail('b'),
        ok,
        ok,
        'S: 354 go',
        'C: <content>',
        // The hub has not answered to the message yet.
        ...mail('c'),
        ok,
        ok,
        ok,
        'S: 354 go',
        'C: <content>',
        ok,
        'C: QUIT',
      ],
      'bc',
    );
    assert.deepEqual([results, connections], [['sent', 'sent'], 1]);
    assert.deepEqual(
      turns.map((turn) => turn.replaceAll(/ (FROM|TO):\S+/g, '')),
      ['EHLO box.example.org', 'MAIL RCPT DATA', '. MAIL RCPT DATA', '.', 'QUIT'],
    );
  });

  test('courier() waits once for several messages in chunks', async () => {
    const chunk = `C: BDAT ${size} LAST`;
    const { results, turns } = await deliverAll(
      [...byChunk, ...mail('b', chunk), 'C: RSET', ...mail('c', chunk), ok, ok, ok, ok, ok, ok, ok, 'C: QUIT'],
      'bc',
    );
    assert.deepEqual(results, ['sent', 'sent']);
    assert.equal(turns.length, 3);
  });

  test('courier() waits for each answer where the hub offers no PIPELINING', async () => {
    const step = (name: string) => mail(name).flatMap((line, index) => [line, index === 2 ? 'S: 354 go' : ok]);
    const both = [...step('b'), 'C: <content>', ok, ...step('c'), 'C: <content>', ok];
    const { results } = await deliverAll([...greeting, 'S: 250 hub.test', ...both, 'C: QUIT'], 'bc');
    assert.deepEqual(results, ['sent', 'sent']);
  });

  const refusals: readonly { readonly what: string; readonly toFirst: readonly string[]; readonly result: string }[] = [
    {
      what: 'a message that is refused',
      toFirst: [ok, ok, 'S: 354 go', 'C: <content>', ...mail('c'), 'S: 554 spam'],
      result: 'malformed',
    },
    {
      what: 'a message put off',
      toFirst: [ok, ok, 'S: 354 go', 'C: <content>', ...mail('c'), 'S: 451 later'],
      result: 'temporary',
    },
    {
      what: 'a recipient that is refused',
      toFirst: [ok, 'S: 550 no', 'S: 503 no', 'C: RSET', ...mail('c'), ok],
      result: 'refused',
    },
    {
      what: 'a sender that is refused',
      toFirst: ['S: 550 no', 'S: 503 no', 'S: 503 no', 'C: RSET', ...mail('c'), ok],
      result: 'malformed',
    },
  ];
  for (const { what, toFirst, result } of refusals) {
    test(`courier() delivers the message behind ${what}`, async () => {
      const rest = [ok, ok, 'S: 354 go', 'C: <content>', ok, 'C: QUIT'];
      const { results, connections } = await deliverAll([...byData, ...mail('b'), ...toFirst, ...rest], 'bc');
      assert.deepEqual([results, connections], [[result, 'sent'], 1]);
    });
  }

  test('courier() delivers the message behind a chunk that nobody gets', async () => {
    const chunk = `C: BDAT ${size} LAST`;
    const answers = [ok, 'S: 550 no', 'S: 503 nobody', ok, ok, ok, ok];
    const { results } = await deliverAll(
      [...byChunk, ...mail('b', chunk), 'C: RSET', ...mail('c', chunk), ...answers, 'C: QUIT'],
      'bc',
    );
    assert.deepEqual(results, ['refused', 'sent']);
  });

  test('courier() begins anew behind a chunk that nobody gets, though the one before that was taken meanwhile', async () => {
    const chunk = `C: BDAT ${size} LAST`;
    await using peer = await scriptedPeer([
      ...[...byChunk, ...mail('b', chunk), 'C: RSET', ...mail('c', chunk), ok, ok, ok],
      // b has been answered, c has not.
      ...['C: RSET', ...mail('d', chunk), ok, ok, 'S: 550 no', 'S: 503 nobody', ok, ok, ok, ok, 'C: QUIT'],
    ]);
    const by = courier(new Map(), oneForAll);
    const give = (name: string) =>
      by.deliver(letterTo(`${name}@y.example`), planWith({ port: peer.port }), () => undefined);
    const [first, second] = [give('b'), give('c')];
    await first;
    const ends = await Promise.all([second, give('d')]);
    await by.close();
    await peer.played();
    assert.deepEqual(
      ends.map(({ accepted }) => accepted),
      [[], ['d@y.example']],
    );
  });

  /** One message in each session, and the hub goes as it likes: without a word, or with 421 instead of an answer to the next. */
  for (const farewell of ['', '421 4.7.0 one message is enough']) {
    test(`courier() opens another session when the hub ends one ${farewell ? 'with 421' : 'silently'} between messages`, async () => {
      const scene: Scene = async (talk) => {
        await hearEnvelope(talk);
        await talk.content();
        talk.say('250 ok', ...(farewell ? [farewell] : []));
        talk.close();
      };
      const { results, connections } = await deliverAll(scene, 'bcd');
      assert.deepEqual([results, connections], [['sent', 'sent', 'sent'], 3]);
    });
  }

  test('courier() gives a message its own time in a session that was opened in haste', async (context) => {
    const { deadlines } = timeOf(context);
    const one = [ok, ok, 'S: 354 go', 'C: <content>', ok];
    await using peer = await scriptedPeer([...byData, ...mail('b'), ...one, ...mail('c'), ...one, 'C: QUIT']);
    const by = courier(new Map(), oneForAll);
    for (const [name, deliveryTimeout] of [
      ['b', 7777],
      ['c', 18_888],
    ] as const) {
      await by.deliver(letterTo(`${name}@y.example`), planWith({ port: peer.port, deliveryTimeout }), () => undefined);
      assert.ok(deadlines.includes(deliveryTimeout));
    }
    await by.close();
    assert.equal(peer.connections(), 1);
  });

  test('courier() says nothing more in a session in which the hub falls silent, and gives up the hub after three', async (context) => {
    context.mock.timers.enable({ apis: ['setTimeout'] });
    const chunk = `C: BDAT ${size} LAST`;
    await using peer = await scriptedPeer(async (talk) => {
      talk.say('220 hub');
      await talk.line();
      talk.say('250-hub', '250-PIPELINING', '250 CHUNKING');
      for (const _line of mail('x', chunk)) await talk.line();
      await talk.octets(size);
      context.mock.timers.tick(5_000);
      await talk.gone();
    });
    const by = courier(new Map(), oneForAll);
    const told: string[] = [];
    for (const name of 'bcde') {
      const ending = { before: () => void told.push(name), answered: () => undefined };
      const letter = { ...letterTo(`${name}@y.example`), ending };
      await assert.rejects(
        by.deliver(letter, planWith({ port: peer.port }), () => undefined),
        /no answer within 5 s/,
      );
    }
    await by.close();
    assert.deepEqual([told, peer.connections()], [['b', 'c', 'd'], 3]);
    assert.equal(peer.heard().match(/^MAIL/gm)?.length, 3);
  });

  for (const toRecipient of ['250 ok', '550 no']) {
    test(`courier() says nothing into a large chunk that the hub refuses at once, behind ${toRecipient}`, async () => {
      let sessions = 0;
      await using peer = await scriptedPeer(async (talk) => {
        sessions += 1;
        const isFirst = sessions === 1;
        talk.say('220 hub');
        await talk.line();
        talk.say('250-hub', '250-PIPELINING', '250 CHUNKING');
        for (const _line of mail('x')) await talk.line();
        if (!isFirst) await talk.octets(size);
        talk.say('250 ok', isFirst ? toRecipient : '250 ok', isFirst ? '554 5.6.0 not this one' : '250 ok');
        await talk.gone();
      });
      const by = courier(new Map(), oneForAll);
      const give = (letter: Letter) => by.deliver(letter, planWith({ port: peer.port }), () => undefined);
      const { envelope } = letterTo('b@y.example');
      const large = give({ envelope, message: messageOf(`A: 1\n\n${'x\n'.repeat(2 ** 19 - 100)}`) });
      const behind = give(letterTo('c@y.example'));
      const end = await large.then(
        ({ refused }) => refused[0]?.reply.text,
        (error: Failure) => error.message,
      );
      assert.match(end ?? '', toRecipient === '250 ok' ? /554 5\.6\.0 not this one/ : /550 no/);
      assert.deepEqual((await behind).accepted, ['c@y.example']);
      await by.close();
      assert.equal(peer.connections(), 2);
    });
  }

  test('courier() goes on with a hub that has refused three large messages half-way', async () => {
    let sessions = 0;
    await using peer = await scriptedPeer(async (talk) => {
      sessions += 1;
      await hearEnvelope(talk);
      if (sessions <= 3) talk.say('552 5.3.4 too large');
      else {
        await talk.content();
        talk.say('250 ok');
      }
      await talk.gone();
    });
    const by = courier(new Map(), oneForAll);
    const give = (letter: Letter) => by.deliver(letter, planWith({ port: peer.port }), () => undefined);
    const { envelope } = letterTo('b@y.example');
    const large = () => give({ envelope, message: messageOf(`A: 1\n\n${'x\n'.repeat(2 ** 21)}`) });
    for (let count = 0; count < 3; count += 1) await assert.rejects(large(), /552 5\.3\.4 too large/);
    assert.deepEqual((await give(letterTo('c@y.example'))).accepted, ['c@y.example']);
    await by.close();
  });

  test('courier() uses a session that has waited for longer than the hub may take to answer', async () => {
    let sessions = 0;
    await using peer = await scriptedPeer(async (talk) => {
      sessions += 1;
      const isFirst = sessions === 1;
      await later(isFirst ? 0 : 300);
      talk.say('220 hub');
      await talk.line();
      talk.say('250-hub', '250-PIPELINING', '250 CHUNKING');
      for (;;) {
        const line = await talk.line().catch(() => 'QUIT');
        if (line === 'QUIT') return;
        if (line.startsWith('RSET')) talk.say('250 ok');
        if (!line.startsWith('BDAT')) continue;
        await talk.octets(size);
        await later(100);
        talk.say('250 ok', '250 ok', '250 ok');
      }
    });
    const by = courier(new Map(), { sessions: 2, messages: 1 });
    const plan = planWith({ port: peer.port, commandTimeout: 500 });
    const give = (name: string) => by.deliver(letterTo(`${name}@y.example`), plan, () => undefined);
    await give('b');
    await Promise.all([...'cd'].map(give));
    await later(1000);
    const ends = await Promise.all([...'ef'].map(give));
    await by.close();
    assert.deepEqual(
      ends.map(({ accepted }) => accepted),
      [['e@y.example'], ['f@y.example']],
    );
    assert.equal(sessions, 2);
  });

  test('courier() serves two logins at a hub that has room for no more sessions than one of them takes', async () => {
    let present = 0;
    let most = 0;
    await using peer = await scriptedPeer(async (talk) => {
      most = Math.max(most, present + 1);
      if (present >= 2) return talk.say('421 4.7.0 too many connections');
      present += 1;
      talk.say('220 hub');
      for (;;) {
        const line = await talk.line().catch(() => 'QUIT');
        if (line === 'QUIT') {
          present -= 1;
          return;
        }
        if (line.startsWith('EHLO')) talk.say('250-hub', '250 PIPELINING');
        else if (line.startsWith('DATA')) {
          talk.say('354 go');
          await talk.content();
          await later(20);
          talk.say('250 ok');
        } else talk.say('250 ok');
      }
    });
    const by = courier(new Map(), { sessions: 2, messages: 2 });
    const give = (clientName: string) =>
      by.deliver(letterTo('b@y.example'), planWith({ port: peer.port, clientName }), () => undefined);
    await give('one.example');
    const work = Array.from({ length: 12 }, () => give('one.example'));
    await later(30);
    const others = Array.from({ length: 4 }, () => give('two.example'));
    const ends = await Promise.all([...work, ...others]);
    assert.ok(ends.every(({ accepted }) => accepted.length === 1));
    await by.close();
  });

  test('courier() keeps a session with each of several hubs that take turns, but no more than four', async () => {
    const one = (name: string) => [...mail(name), ok, ok, 'S: 354 go', 'C: <content>', ok];
    const peers = await Promise.all(
      [...'bcdef'].map((name) => scriptedPeer([...byData, ...one(name), ...one(name), 'C: QUIT'])),
    );
    const by = courier(new Map(), oneForAll);
    const deliverTo = async (index: number) => {
      const [name, plan] = ['bcdef'.charAt(index), planWith({ port: peers[index]?.port ?? 0 })];
      const { accepted } = await by.deliver(letterTo(`${name}@y.example`), plan, () => undefined);
      assert.equal(accepted.length, 1);
    };
    for (const index of [0, 1, 2, 3, 0, 1, 4, 3, 4]) await deliverTo(index);
    await assert.rejects(peers[2]?.played() ?? Promise.resolve(), /the client said "C: QUIT"/);
    await by.close();
    assert.deepEqual(
      peers.map((peer) => peer.connections()),
      [1, 1, 1, 1, 1],
    );
    for (const peer of peers) await peer[Symbol.asyncDispose]();
  });

  test('courier() gives up a hub that breaks each session, though another one does not', async () => {
    await using breaking = await scriptedPeer([...byData, ...mail('b'), 'S: <reset>']);
    const one = [...mail('c'), ok, ok, 'S: 354 go', 'C: <content>', ok];
    await using other = await scriptedPeer([...byData, ...one, ...one, ...one, ...one, 'C: QUIT']);
    const by = courier(new Map(), oneForAll);
    const give = (name: string, port: number) =>
      by.deliver(letterTo(`${name}@y.example`), planWith({ port }), () => {});
    for (let round = 0; round < 4; round += 1) {
      await assert.rejects(give('b', breaking.port), Failure);
      await give('c', other.port);
    }
    await by.close();
    assert.deepEqual([breaking.connections(), other.connections()], [3, 1]);
  });

  test('courier() sends no other message behind half of one that cannot be read any more', async () => {
    const contents: string[] = [];
    await using peer = await scriptedPeer(async (talk) => {
      await hearEnvelope(talk);
      let content = '';
      await talk.content((octets) => {
        content += octets;
      });
      contents.push(content);
      talk.say('250 ok');
      await talk.gone();
    });
    const by = courier(new Map(), oneForAll);
    const give = (letter: Letter) => by.deliver(letter, planWith({ port: peer.port }), () => undefined);
    const { message, envelope } = letterTo('b@y.example');
    function* chunks() {
      yield Buffer.alloc(65_536, 'x\n');
      throw new Failure('io', 'Cannot read back the message: its file was cut short');
    }
    const broken = give({ envelope, message: { ...message, body: { ...message.body, size: 2 ** 21, chunks } } });
    const behind = give(letterTo('c@y.example'));
    await assert.rejects(broken, /cut short/);
    assert.deepEqual((await behind).accepted, ['c@y.example']);
    await by.close();
    assert.deepEqual([contents, peer.connections()], [['Subject: s\r\n\r\nhello\r\n'], 2]);
  });

  test('courier() leaves only what the hub may have uncertain when a session breaks', async () => {
    let sessions = 0;
    const scene: Scene = async (talk) => {
      sessions += 1;
      await hearEnvelope(talk);
      await talk.content();
      if (sessions === 1) return talk.reset();
      talk.say('250 ok');
      await talk.gone();
    };
    const { results, connections } = await deliverAll(scene, 'bc');
    assert.deepEqual([results, connections], [['uncertain', 'sent'], 2]);
  });
});
