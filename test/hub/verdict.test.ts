/** verdictOf: what the hub's answers mean for the whole message. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { FailureKind } from '../../src/failure.ts';
import type { Delivery } from '../../src/hub/deliver.ts';
import { parseReply } from '../../src/hub/reply.ts';
import { verdictOf } from '../../src/hub/verdict.ts';
import { addressOf } from '../route/pieces.ts';
import { silent } from './pieces.ts';

interface Case {
  readonly what: string;
  readonly accepted?: readonly string[];
  /** Recipient and reply. */
  readonly refused?: Readonly<Record<string, string>>;
  readonly malformed?: readonly string[];
  readonly kind: FailureKind;
  readonly message: string;
}

const cases: readonly Case[] = [
  {
    what: 'one refused for good',
    refused: { 'b@y': '550 5.1.1 no' },
    kind: 'recipient',
    message: 'Cannot send to b@y: 550 5.1.1 no',
  },
  {
    what: 'one refused for now',
    refused: { 'b@y': '450 later' },
    kind: 'temporary',
    message: 'Cannot send to b@y: 450 later',
  },
  {
    what: 'both kinds: the lasting one counts',
    refused: { 'b@y': '450 later', 'c@z': '550 no' },
    kind: 'recipient',
    message: 'Cannot send to b@y: 450 later, c@z: 550 no',
  },
  {
    what: 'one of three',
    accepted: ['a@x', 'c@z'],
    refused: { 'b@y': '550 no' },
    kind: 'recipient',
    message: 'Cannot send to b@y: 550 no; sent to the other 2',
  },
  {
    what: 'no address',
    accepted: ['a@x'],
    malformed: ['a;b'],
    kind: 'malformed',
    message: 'Cannot send to "a;b": it is not an address; sent to the other 1',
  },
  {
    what: 'no address, beside one refused for now',
    refused: { 'b@y': '450 later' },
    malformed: ['a;b'],
    kind: 'malformed',
    message: 'Cannot send to b@y: 450 later, "a;b": it is not an address',
  },
  {
    what: 'no address, beside one refused for good',
    refused: { 'b@y': '550 no' },
    malformed: ['a;b'],
    kind: 'recipient',
    message: 'Cannot send to b@y: 550 no, "a;b": it is not an address',
  },
  {
    what: 'many',
    refused: Object.fromEntries(Array.from({ length: 7 }, (_, number) => [`r${number}@y`, '550 no'])),
    kind: 'recipient',
    message: 'Cannot send to r0@y: 550 no, r1@y: 550 no, r2@y: 550 no, r3@y: 550 no, r4@y: 550 no, and 2 more',
  },
];

function verdict({ accepted = [], refused = {}, malformed = [] }: Omit<Case, 'what' | 'kind' | 'message'>) {
  const delivery: Delivery = {
    accepted: accepted.map(addressOf),
    refused: Object.entries(refused).map(([to, reply]) => ({ recipient: addressOf(to), reply: parseReply(reply) })),
    reply: parseReply('250 ok'),
    size: 1,
  };
  return verdictOf(delivery, { sender: '', recipients: [], malformed, notifications: silent });
}

describe('verdictOf()', () => {
  test('verdictOf() says nothing when everybody was served', () => {
    assert.equal(verdict({ accepted: ['a@x'] }), undefined);
  });

  for (const { what, kind, message, ...given } of cases) {
    test(`verdictOf() tells of ${what}`, () => {
      const found = verdict(given);
      assert.deepEqual([found?.failure.kind, found?.failure.message], [kind, message]);
      assert.deepEqual(found?.unserved, [...Object.keys(given.refused ?? {}), ...(given.malformed ?? [])]);
    });
  }

  for (const reply of ['nonsense', '354 what?']) {
    test(`verdictOf() does not bounce for ${reply}`, () => {
      assert.equal(verdict({ refused: { 'b@y': reply } })?.failure.temporary, true);
    });
  }
});
