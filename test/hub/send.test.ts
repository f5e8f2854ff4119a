/** deliver: more recipients than one transaction takes. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Plan } from '../../src/hub/plan.ts';
import { deliverTo, greeting, letterTo } from './pieces.ts';
import { scriptedPeer } from './scripted-peer.ts';

const offers = [...greeting, 'S: 250-hub.test', 'S: 250 PIPELINING'];
const names = ['a', 'b', 'c', 'd', 'e'].map((name) => `${name}@y.example`);

function said(letters: string, answers: readonly string[], toMessage?: string): string[] {
  const rcpts = [...letters].map((letter) => `C: RCPT TO:<${letter}@y.example>`);
  const replies = ['250 sender', ...answers, toMessage ? '354 go' : '503 nobody'].map((text) => `S: ${text}`);
  return ['C: MAIL…', ...rcpts, 'C: DATA', ...replies, ...(toMessage ? ['C: <content>', `S: ${toMessage}`] : [])];
}

interface Case {
  readonly what: string;
  readonly dialogue: readonly string[];
  readonly plan?: Partial<Plan>;
  readonly accepted: string;
  readonly refused?: Readonly<Record<string, number>>;
}

const ok = '250 ok';
const cases: readonly Case[] = [
  {
    what: 'as many as the limit allows at a time, in one session',
    plan: { recipientLimit: 2 },
    dialogue: [...said('ab', [ok, ok], ok), ...said('cd', [ok, ok], ok), ...said('e', [ok], ok), 'C: QUIT'],
    accepted: 'abcde',
  },
  {
    what: 'the others later when the hub says 452 too many',
    dialogue: [
      ...said('abcde', [ok, ok, '452 4.5.3 too many', '452 4.5.3 too many', '452 4.5.3 too many'], ok),
      ...said('cd', [ok, ok], ok),
      ...said('e', [ok], ok),
      'C: QUIT',
    ],
    accepted: 'abcde',
  },
  {
    what: 'the others later when an old hub says 552',
    dialogue: [
      ...said('abcde', [ok, ok, ok, '552 too many', '552 too many'], ok),
      ...said('de', [ok, ok], ok),
      'C: QUIT',
    ],
    accepted: 'abcde',
  },
  {
    what: 'nobody again whose mailbox is full',
    dialogue: [...said('abcde', [ok, '452 4.2.2 full', ok, '552 5.2.2 full', ok], ok), 'C: QUIT'],
    accepted: 'ace',
    refused: { b: 452, d: 552 },
  },
  {
    what: 'nobody again when nobody could be served',
    dialogue: [...said('abcde', Array(5).fill('452 4.5.3 too many')), 'C: QUIT'],
    accepted: '',
    refused: { a: 452, b: 452, c: 452, d: 452, e: 452 },
  },
  {
    what: 'a later part that the hub refuses as a whole, though the first has it',
    plan: { recipientLimit: 3 },
    dialogue: [...said('abc', [ok, '550 no', ok], ok), ...said('de', [ok, ok], '451 later'), 'C: QUIT'],
    accepted: 'ac',
    refused: { b: 550, d: 451, e: 451 },
  },
  {
    what: 'a later part that is refused for good',
    plan: { recipientLimit: 3 },
    dialogue: [...said('abc', [ok, ok, ok], ok), ...said('de', [ok, ok], '554 spam'), 'C: QUIT'],
    accepted: 'abc',
    refused: { d: 554, e: 554 },
  },
  {
    what: 'a later part that never arrives',
    plan: { recipientLimit: 4 },
    dialogue: [...said('abcd', [ok, ok, ok, ok], ok), 'S: <close>'],
    accepted: 'abcd',
    refused: { e: 451 },
  },
  {
    what: 'a first part that is refused to everyone, and the second with a clean slate',
    plan: { recipientLimit: 3 },
    dialogue: [
      ...said('abc', ['550 no', '550 no', '550 no']),
      'C: RSET',
      'S: 250 reset',
      ...said('de', [ok, ok], ok),
      'C: QUIT',
    ],
    accepted: 'de',
    refused: { a: 550, b: 550, c: 550 },
  },
];

describe('deliver() to many', { timeout: 60_000 }, () => {
  for (const { what, dialogue, plan = {}, accepted, refused = {} } of cases) {
    test(`deliver() serves ${what}`, async () => {
      await using peer = await scriptedPeer([...offers, ...dialogue]);
      const { delivery, failure } = await deliverTo(peer, letterTo(...names), plan);
      await peer.played();
      assert.equal(failure, undefined);
      assert.equal(delivery?.accepted.map((name) => name.charAt(0)).join(''), accepted);
      const codes = delivery?.refused.map(({ recipient, reply }) => [recipient.charAt(0), reply.code]);
      assert.deepEqual(Object.fromEntries(codes ?? []), refused);
    });
  }

  test('deliver() leaves the parts that were lost behind the final dot uncertain', async () => {
    const told: string[] = [];
    const ending = { before: () => void told.push('before'), answered: () => void told.push('answered') };
    const lost = said('e', [ok], 'lost').slice(0, -1);
    await using peer = await scriptedPeer([...offers, ...said('abcd', [ok, ok, ok, ok], ok), ...lost, 'S: <close>']);
    const { delivery } = await deliverTo(peer, { ...letterTo(...names), ending }, { recipientLimit: 4 });
    await peer.played();
    assert.deepEqual(told, ['before', 'answered', 'before']);
    assert.deepEqual([delivery?.accepted.length, delivery?.refused[0]?.reply.code], [4, 451]);
  });
});
