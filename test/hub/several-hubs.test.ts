/** Several hubs: the next one is asked when one cannot take the message for now, and only then. */

import assert from 'node:assert/strict';
import { describe, mock, test } from 'node:test';
import { Failure } from '../../src/failure.ts';
import { deliver } from '../../src/hub/deliver.ts';
import { type Plan, withAnyHub } from '../../src/hub/plan.ts';
import { draftOf, greeting, letterTo, planWith } from './pieces.ts';
import { scriptedPeer } from './scripted-peer.ts';

const hello = [...greeting, 'S: 250 hub.test'];
const begin = ['C: MAIL FROM:<a@x.example>'];
const content = ['S: 250 ok', 'C: RCPT TO:<b@y.example>', 'S: 250 ok', 'C: DATA', 'S: 354 go', 'C: <content>'];
const chunking = [...greeting, 'S: 250-hub.test', 'S: 250-PIPELINING', 'S: 250 CHUNKING'];
const together = [...chunking, ...begin, 'C: RCPT TO:<b@y.example>', 'C: BDAT…'];
const whole = [...hello, ...begin, ...content, 'S: 250 2.0.0 queued', 'C: QUIT'];

/** Delivers to the second hub when the first one says this. */
async function outcome(first: readonly string[]) {
  await using one = await scriptedPeer([...first]);
  await using two = await scriptedPeer(whole);
  const plan = planWith({ port: one.port, others: [planWith({ port: two.port })] });
  try {
    const { delivery, closed } = await deliver(draftOf(letterTo('b@y.example')), plan, () => undefined);
    await closed;
    return { second: two.connections(), hub: delivery.hub === `127.0.0.1:${two.port}` ? 'second' : 'first' };
  } catch (error) {
    assert.ok(error instanceof Failure);
    return { second: two.connections(), kind: error.kind };
  }
}

describe('deliver() to several hubs', () => {
  for (const [what, first] of [
    ['is busy', ['S: 421 4.3.2 busy', 'S: <close>']],
    ['hangs up', ['S: <close>']],
    ['talks nonsense', ['S: hello there', 'S: <close>']],
    ['refuses the sender for now', [...hello, ...begin, 'S: 451 4.3.0 later', 'C: QUIT']],
    [
      'refuses every recipient for now',
      [...hello, ...begin, 'S: 250 ok', 'C: RCPT TO:<b@y.example>', 'S: 450 4.2.0 later', 'C: QUIT'],
    ],
    ['refuses the message for now', [...hello, ...begin, ...content, 'S: 452 4.3.1 full', 'C: QUIT']],
    ['closes instead of taking the message', [...hello, ...begin, ...content, 'S: 421 4.3.2 down', 'S: <close>']],
    ['closes at the sender, the message sent along', [...together, 'S: 421 4.3.2 down', 'S: <close>']],
    ['closes at the recipient, the message sent along', [...together, 'S: 250 ok', 'S: 421 4.3.2 down', 'S: <close>']],
    [
      'closes at the message, sent along with the envelope',
      [...together, 'S: 250 ok', 'S: 250 ok', 'S: 421 4.3.2 down', 'S: <close>'],
    ],
  ] as const) {
    test(`deliver() asks the second hub when the first one ${what}`, async () => {
      assert.deepEqual(await outcome(first), { second: 1, hub: 'second' });
    });
  }

  test('deliver() asks no second hub when the first one takes the message', async () => {
    assert.deepEqual(await outcome(whole), { second: 0, hub: 'first' });
  });

  for (const [what, first, kind] of [
    ['refuses the sender for good', [...hello, ...begin, 'S: 550 5.7.1 no', 'C: QUIT'], 'malformed'],
    ['may have the message', [...hello, ...begin, ...content, 'S: <close>'], 'temporary'],
    ['may have what was sent along with the envelope', [...together, 'S: 250 ok', 'S: <close>'], 'temporary'],
    ['answers nonsense, and may have the message', [...together, 'S: 999 what', 'S: 250 ok', 'C: <gone>'], 'protocol'],
  ] as const) {
    test(`deliver() asks no second hub when the first one ${what}`, async () => {
      assert.deepEqual(await outcome(first), { second: 0, kind });
    });
  }

  test('deliver() asks no second hub for those whom the first one puts off when others have the message', async () => {
    const rcpts = ['S: 250 ok', 'C: RCPT TO:<b@y.example>', 'S: 250 ok', 'C: RCPT TO:<c@y.example>', 'S: 450 later'];
    const rest = ['C: DATA', 'S: 354 go', 'C: <content>', 'S: 250 ok', 'C: QUIT'];
    await using one = await scriptedPeer([...hello, ...begin, ...rcpts, ...rest]);
    await using two = await scriptedPeer(whole);
    const plan = planWith({ port: one.port, others: [planWith({ port: two.port })] });
    const { delivery, closed } = await deliver(draftOf(letterTo('b@y.example', 'c@y.example')), plan, () => undefined);
    await closed;
    assert.deepEqual([delivery.accepted, delivery.refused.length, two.connections()], [['b@y.example'], 1, 0]);
  });

  test('deliver() gives the answers of the last hub when every one puts all recipients off', async () => {
    const later = (text: string) => [...hello, ...begin, 'S: 250 ok', 'C: RCPT TO:<b@y.example>', text, 'C: QUIT'];
    await using one = await scriptedPeer(later('S: 450 4.2.0 one'));
    await using two = await scriptedPeer(later('S: 451 4.2.0 two'));
    const plan = planWith({ port: one.port, others: [planWith({ port: two.port })] });
    const { delivery, closed } = await deliver(draftOf(letterTo('b@y.example')), plan, () => undefined);
    await closed;
    assert.deepEqual([delivery.accepted, delivery.refused[0]?.reply.text], [[], '451 4.2.0 two']);
  });

  test('withAnyHub() asks no other hub when the time for all of them is up, and leaves the next one what is left', async () => {
    const asked: number[] = [];
    const plan = planWith({
      port: 1,
      deliveryTimeout: 30_000,
      others: [planWith({ port: 2, deliveryTimeout: 30_000 })],
    });
    const work = (each: Plan) => {
      asked.push(each.deliveryTimeout);
      if (each.port === 1) mock.method(process, 'uptime', () => begun + 10);
      else mock.method(process, 'uptime', () => begun + 30);
      return Promise.reject(new Failure('unavailable', `hub ${each.port}`));
    };
    const begun = 1000;
    mock.method(process, 'uptime', () => begun);
    try {
      await assert.rejects(withAnyHub({ ...plan, others: [...plan.others, planWith({ port: 3 })] }, work), /hub 2/);
    } finally {
      mock.restoreAll();
    }
    assert.deepEqual(asked, [30_000, 20_000]);
  });

  test('withAnyHub() asks each hub once, in order, and tells of the last', async () => {
    const asked: number[] = [];
    const plan = planWith({ port: 1, others: [planWith({ port: 2 }), planWith({ port: 3 })] });
    const work = ({ port }: { port: number }) => {
      asked.push(port);
      return Promise.reject(new Failure('unavailable', `hub ${port}`));
    };
    await assert.rejects(withAnyHub(plan, work), /hub 3/);
    assert.deepEqual(asked, [1, 2, 3]);
  });
});
