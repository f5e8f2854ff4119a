/** probe(): the whole way to a hub, every step told, and nothing sent. */

import assert from 'node:assert/strict';
import { createHash, X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { demoCertificates } from '../../scripts/demo-certificate.ts';
import type { Plan } from '../../src/hub/plan.ts';
import { probe, type Step } from '../../src/hub/probe.ts';
import { addressOf } from '../route/pieces.ts';
import { greeting, loginWith, planWith } from './pieces.ts';
import { type ScriptedPeer, scriptedPeer } from './scripted-peer.ts';

async function look(peer: Pick<ScriptedPeer, 'port'>, changes: Partial<Plan> = {}, recipients = ['b@y.example']) {
  const steps: Step[] = [];
  let time = 0;
  const found = await probe(planWith({ port: peer.port, ...changes }), {
    sender: addressOf('a@x.example'),
    recipients: recipients.map(addressOf),
    clock: () => (time += 5),
    note: (step) => steps.push(step),
    encrypted: () => assert.fail('nothing is encrypted here'),
  });
  return { ...found, steps: steps.map(({ step, result, text }) => `${result} ${step} ${text}`), times: steps };
}

const reached = ['ok resolve 127.0.0.1', 'ok connect 127.0.0.1', 'ok greeting hub.test ESMTP'];

test('probe() goes as far as RSET, and tells each step with its time', async () => {
  await using peer = await scriptedPeer([
    ...greeting,
    'S: 250-hub.test',
    'S: 250-SIZE 1000',
    'S: 250 AUTH CRAM-MD5',
    'C: AUTH CRAM-MD5',
    'S: 334 PDFAaHViPg==',
    'C: bWU…',
    'S: 235 2.7.0 welcome',
    'C: MAIL FROM:<a@x.example>',
    'S: 250 2.1.0 fine',
    'C: RCPT TO:<b@y.example>',
    'S: 250 2.1.5 fine',
    'C: RSET',
    'S: 250 2.0.0 fine',
    'C: QUIT',
  ]);
  const login = loginWith({ method: 'CRAM-MD5' });
  const { steps, times, failure, sizeLimit, capabilities } = await look(peer, { login });
  await peer.played();
  assert.equal(failure, undefined);
  assert.deepEqual(steps, [
    ...reached,
    'ok ehlo SIZE 1000, AUTH CRAM-MD5',
    'ok login CRAM-MD5: 2.7.0 welcome',
    'ok mail a@x.example: 250 2.1.0 fine',
    'ok rcpt b@y.example: 250 2.1.5 fine',
    'ok rset 250 2.0.0 fine',
  ]);
  assert.ok(times.every(({ milliseconds }) => milliseconds === 5));
  assert.equal(sizeLimit, 1000);
  assert.deepEqual(capabilities, { SIZE: ['1000'], AUTH: ['CRAM-MD5'] });
  assert.equal(peer.connections(), 1);
});

const toMail = [...greeting, 'S: 250 hub.test', 'C: MAIL FROM:<a@x.example>'];
const spoken = [...reached, 'ok ehlo no extensions'];

for (const { what, hub, recipients, tells, failure } of [
  {
    what: 'a recipient who is refused for good counts more than one who is refused for now',
    hub: [...toMail, 'S: 250 ok', 'C: RCPT…', 'S: 450 later', 'C: RCPT…', 'S: 550 never', 'C: RSET', 'S: 250 ok'],
    recipients: ['b@y.example', 'c@y.example'],
    tells: ['ok mail a@x.example: 250 ok', 'warning rcpt b@y.example: 450 later', 'error rcpt c@y.example: 550 never'],
    failure: 'recipient',
  },
  {
    what: 'a refused sender',
    hub: [...toMail, 'S: 553 no'],
    tells: ['error mail a@x.example: 553 no'],
    failure: 'malformed',
  },
  {
    what: 'a hub that hangs up',
    hub: [...toMail, 'S: <close>'],
    tells: ['error mail a@x.example: the hub closed the connection'],
    failure: 'temporary',
  },
] as const) {
  test(`probe() tells of ${what}`, async () => {
    await using peer = await scriptedPeer(hub);
    const found = await look(peer, {}, [...(recipients ?? ['b@y.example'])]);
    assert.deepEqual(
      found.steps.filter((step) => !step.includes(' rset ')),
      [...spoken, ...tells],
    );
    assert.equal(found.failure?.kind, failure);
  });
}

test('probe() tells where a session ends that does not begin', async () => {
  await using peer = await scriptedPeer([...greeting, 'S: 550 5.7.1 not you', 'C: HELO…', 'S: 550 5.7.1 not you']);
  const { steps, failure } = await look(peer);
  assert.deepEqual(steps, [...reached, 'error ehlo 550 5.7.1 not you']);
  assert.equal(failure?.kind, 'protocol');
});

test('probe() tells of a hub that nobody answers for', async () => {
  const peer = await scriptedPeer([]);
  await peer[Symbol.asyncDispose]();
  const { steps, failure } = await look(peer);
  assert.deepEqual(steps, ['ok resolve 127.0.0.1', 'error connect 127.0.0.1: connection refused']);
  assert.equal(failure?.kind, 'unavailable');
});

for (const tls of ['implicit', 'starttls'] as const) {
  test(`probe() counts a pin as trust (${tls})`, async () => {
    const { server } = demoCertificates();
    const startTls = [...greeting, 'S: 250-hub.test', 'S: 250 STARTTLS', 'C: STARTTLS', 'S: 220 go', 'S: <tls>'];
    const beginning = tls === 'starttls' ? startTls : ['S: <tls>', 'S: 220 hub.test'];
    const rest = [
      'C: EHLO…',
      'S: 250 hub.test',
      'C: MAIL…',
      'S: 250 ok',
      'C: RCPT…',
      'S: 250 ok',
      'C: RSET',
      'S: 250 ok',
    ];
    await using peer = await scriptedPeer([...beginning, ...rest, 'C: QUIT'], server);
    const digest = createHash('sha256').update(new X509Certificate(server.certificate).raw).digest();
    const plan = planWith({ port: peer.port, tls, pins: [{ of: 'certificate', digest }] });
    const shown: string[] = [];
    const { failure, encryption } = await probe(plan, {
      sender: addressOf('a@x.example'),
      recipients: [addressOf('b@y.example')],
      clock: () => 0,
      note: () => undefined,
      encrypted: ({ chain }) => shown.push(...chain.map(({ subject }) => subject)),
    });
    assert.deepEqual([failure, encryption?.isTrusted, shown], [undefined, true, ['ssmtp demo hub']]);
  });
}
