/** deliver: wherever the hub refuses, falls silent or goes away, the failure says what it means for the message. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { FailureKind } from '../../src/failure.ts';
import type { Plan } from '../../src/hub/plan.ts';
import { deliverInVain, deliverTo, greeting, letterTo, loginWith } from './pieces.ts';
import { scriptedPeer } from './scripted-peer.ts';

const hello = [...greeting, 'S: 250 hub.test'];
const helloPipelining = [...greeting, 'S: 250-hub.test', 'S: 250 PIPELINING'];
const helloWithLogin = [...greeting, 'S: 250-hub.test', 'S: 250 AUTH LOGIN PLAIN'];
const mail = [...hello, 'C: MAIL FROM:<a@x.example>'];
const recipient = [...mail, 'S: 250 ok', 'C: RCPT TO:<b@y.example>'];
const data = [...recipient, 'S: 250 ok', 'C: DATA'];
const content = [...data, 'S: 354 go', 'C: <content>'];
const pipelined = [...helloPipelining, 'C: MAIL FROM:<a@x.example>', 'C: RCPT TO:<b@y.example>', 'C: DATA'];
const login = { login: loginWith({ method: 'LOGIN', insecure: true }) };

interface Step {
  readonly name: string;
  readonly dialogue: readonly string[];
  readonly plan?: Partial<Plan>;
  /** When the hub closes the connection or falls silent here. */
  readonly lost: FailureKind;
  /** When the hub says 5xx here; undefined where that is no failure of the message as a whole. */
  readonly refused?: FailureKind;
}

const steps: readonly Step[] = [
  { name: 'the greeting', dialogue: [], lost: 'unavailable', refused: 'unavailable' },
  { name: 'EHLO', dialogue: greeting, lost: 'temporary' },
  {
    name: 'HELO',
    dialogue: [...greeting, 'S: 500 what', 'C: HELO box.example.org'],
    lost: 'temporary',
    refused: 'protocol',
  },
  {
    name: 'STARTTLS',
    dialogue: [...hello, 'C: STARTTLS'],
    plan: { tls: 'starttls' },
    lost: 'protocol',
    refused: 'protocol',
  },
  { name: 'AUTH', dialogue: [...helloWithLogin, 'C: AUTH LOGIN'], plan: login, lost: 'temporary', refused: 'login' },
  {
    name: 'the user name',
    dialogue: [...helloWithLogin, 'C: AUTH LOGIN', 'S: 334 x', 'C: bWU='],
    plan: login,
    lost: 'temporary',
    refused: 'login',
  },
  {
    name: 'the password',
    dialogue: [...helloWithLogin, 'C: AUTH LOGIN', 'S: 334 x', 'C: bWU=', 'S: 334 x', 'C: c2VjcmV0LXdvcmQ='],
    plan: login,
    lost: 'temporary',
    refused: 'login',
  },
  { name: 'MAIL', dialogue: mail, lost: 'temporary', refused: 'malformed' },
  { name: 'RCPT', dialogue: recipient, lost: 'temporary' },
  { name: 'DATA', dialogue: data, lost: 'temporary', refused: 'malformed' },
  { name: 'the message', dialogue: content, lost: 'temporary', refused: 'malformed' },
  { name: 'a pipelined MAIL', dialogue: pipelined, lost: 'temporary' },
  { name: 'a pipelined RCPT', dialogue: [...pipelined, 'S: 250 ok'], lost: 'temporary' },
  {
    name: 'a pipelined DATA',
    dialogue: [...pipelined, 'S: 250 ok', 'S: 250 ok'],
    lost: 'temporary',
    refused: 'malformed',
  },
];

const takesMail = 'the hub may have accepted it all the same';

describe('deliver() trouble', { timeout: 60_000 }, () => {
  for (const { name, dialogue, plan, lost } of steps) {
    test(`deliver() makes ${lost} of a connection closed at ${name}`, async () => {
      await using peer = await scriptedPeer([...dialogue, 'S: <close>']);
      const { failure } = await deliverTo(peer, letterTo('b@y.example'), plan);
      assert.equal(failure?.kind, lost);
      assert.match(failure?.message ?? '', /^Cannot .* mail hub 127\.0\.0\.1: \S/);
      assert.equal(failure?.hint?.includes(takesMail) ?? false, name === 'the message');
    });

    test(`deliver() makes ${lost} of a connection reset at ${name}`, async () => {
      await using peer = await scriptedPeer([...dialogue, 'S: <reset>']);
      const { failure } = await deliverTo(peer, letterTo('b@y.example'), plan);
      assert.equal(failure?.kind, lost);
      assert.equal(failure?.hint?.includes(takesMail) ?? false, name === 'the message');
    });

    test(`deliver() makes ${lost} of a hub that falls silent at ${name}`, async (context) => {
      await using peer = await scriptedPeer([...dialogue, 'C: <gone>']);
      const { failure } = await deliverInVain(context, peer, letterTo('b@y.example'), plan);
      await peer.played();
      assert.equal(failure?.kind, lost);
      assert.match(failure?.message ?? '', /: no answer within 5 s$/);
    });

    test(`deliver() makes temporary of 421 at ${name}`, async () => {
      await using peer = await scriptedPeer([...dialogue, 'S: 421 4.3.2 closing', 'S: <close>']);
      const { failure, delivery } = await deliverTo(peer, letterTo('b@y.example'), plan);
      assert.equal(delivery, undefined);
      assert.equal(failure?.kind, 'temporary');
      assert.match(failure?.message ?? '', /421 4\.3\.2 closing/);
    });
  }

  for (const { name, dialogue, plan, refused } of steps.filter((step) => step.refused !== undefined)) {
    test(`deliver() makes ${refused} of 554 at ${name}`, async () => {
      await using peer = await scriptedPeer([...dialogue, 'S: 554 5.7.1 no', 'C: <gone>']);
      const { failure } = await deliverTo(peer, letterTo('b@y.example'), plan);
      await peer.played();
      assert.equal(failure?.kind, refused);
      assert.match(failure?.message ?? '', /: 554 5\.7\.1 no$/);
    });

    test(`deliver() makes temporary of 451 at ${name}`, async () => {
      await using peer = await scriptedPeer([...dialogue, 'S: 451 4.3.0 later', 'C: <gone>']);
      const { failure } = await deliverTo(peer, letterTo('b@y.example'), plan);
      await peer.played();
      assert.equal(failure?.kind, 'temporary');
      assert.match(failure?.message ?? '', /: 451 4\.3\.0 later$/);
    });
  }

  const pipelinedRefusals: readonly {
    readonly what: string;
    readonly answers: readonly string[];
    readonly kind: FailureKind;
  }[] = [
    { what: 'a refused sender', answers: ['550 5.1.8 bad sender', '503 no', '503 no'], kind: 'malformed' },
    { what: 'a sender put off', answers: ['451 later', '503 no', '503 no'], kind: 'temporary' },
    { what: 'a sender refused for want of a login', answers: ['530 5.7.0 log in', '503 no', '503 no'], kind: 'login' },
    {
      what: 'a sender refused by a hub that takes DATA all the same',
      answers: ['550 bad sender', '550 no', '354 go'],
      kind: 'malformed',
    },
  ];
  for (const { what, answers, kind } of pipelinedRefusals) {
    test(`deliver() makes ${kind} of ${what}, although all commands were sent`, async () => {
      await using peer = await scriptedPeer([...pipelined, ...answers.map((answer) => `S: ${answer}`), 'C: <gone>']);
      const { failure } = await deliverTo(peer, letterTo('b@y.example'));
      await peer.played();
      assert.equal(failure?.kind, kind);
      assert.ok(failure?.message.endsWith(`: ${answers[0]}`), failure?.message);
      // At most an empty message and a farewell follow, never the message.
      assert.match(peer.heard(), /DATA\r\n(\.\r\n)?(QUIT\r\n)?$/);
    });
  }

  test('deliver() does not take a hub for one that speaks another protocol', async () => {
    await using peer = await scriptedPeer(['S: HTTP/1.1 400 Bad Request', 'C: <gone>']);
    const { failure } = await deliverTo(peer, letterTo('b@y.example'));
    assert.equal(failure?.kind, 'protocol');
    assert.match(failure?.message ?? '', /HTTP\/1\.1 400 Bad Request/);
  });

  test('deliver() does not read an answer without end', async () => {
    await using peer = await scriptedPeer(async (talk) => {
      talk.say('220 hub');
      await talk.line();
      const lines = Array.from({ length: 2000 }, (_, number) => `250-${number} ${'x'.repeat(60)}`);
      talk.say(...lines);
      await talk.gone();
    });
    const { failure } = await deliverTo(peer, letterTo('b@y.example'));
    await peer.played();
    assert.deepEqual(
      [failure?.kind, failure?.message],
      ['protocol', 'Cannot talk to mail hub 127.0.0.1: Server response exceeds maximum allowed size'],
    );
  });

  test('deliver() does not hang on a hub that talks before it is asked', async (context) => {
    await using peer = await scriptedPeer(['S: 220 hub', 'S: 250 early', 'S: 250 earlier', 'C: EHLO…', 'C: <gone>']);
    const { delivery } = await deliverInVain(context, peer, letterTo('b@y.example'));
    assert.equal(delivery, undefined);
  });
});

test('deliver() notices at once that the hub hung up behind its 354', async () => {
  // Whether the end of the connection is seen before the message is written is a matter of chance.
  for (let round = 0; round < 25; round += 1) {
    await using peer = await scriptedPeer([...pipelined, 'S: 250 ok', 'S: 250 ok', 'S: 354 go', 'S: <close>']);
    const { failure } = await deliverTo(peer, letterTo('b@y.example'));
    assert.equal(failure?.kind, 'temporary');
    assert.doesNotMatch(failure?.message ?? '', /no answer within/);
  }
});
