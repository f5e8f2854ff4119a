/** deliver: login at a hub, and that no secret is shown on the way. */

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { describe, test } from 'node:test';
import type { Login } from '../../src/hub/plan.ts';
import { deliverTo, greeting, letterTo, loginWith, timeOf } from './pieces.ts';
import { scriptedPeer } from './scripted-peer.ts';

const offering = (mechanisms: string) => [
  ...greeting,
  'S: 250-hub.test',
  'S: 250-PIPELINING',
  `S: 250 AUTH ${mechanisms}`,
];
const transaction = [
  'C: MAIL FROM:<a@x.example>',
  'C: RCPT TO:<b@y.example>',
  'C: DATA',
  'S: 250 ok',
  'S: 250 ok',
  'S: 354 go',
  'C: <content>',
  'S: 250 queued',
  'C: QUIT',
];

const base64 = (text: string) => Buffer.from(text, 'latin1').toString('base64');
const secret = 'secret-word';
const challenge = '<\xe4\xff.1@hub>';
const digest = createHmac('md5', secret).update(Buffer.from(challenge, 'latin1')).digest('hex');
const long = 'x'.repeat(600);

interface Case {
  readonly what: string;
  readonly login: Login;
  readonly dialogue: readonly string[];
  /** Commands of the login as the transcript shows them. */
  readonly shown: readonly string[];
}

const cases: readonly Case[] = [
  {
    what: 'PLAIN in one turn',
    login: loginWith({ insecure: true }),
    dialogue: [...offering('LOGIN PLAIN'), `C: AUTH PLAIN ${base64(`\0me\0${secret}`)}`, 'S: 235 2.7.0 welcome'],
    shown: ['[->] AUTH PLAIN /* secret */'],
  },
  {
    what: 'PLAIN with a password that waits for 334',
    login: loginWith({ insecure: true, password: long }),
    dialogue: [...offering('PLAIN'), 'C: AUTH PLAIN', 'S: 334 ', `C: ${base64(`\0me\0${long}`)}`, 'S: 235 welcome'],
    shown: ['[->] AUTH PLAIN', '[->] /* secret */'],
  },
  {
    what: 'LOGIN',
    login: loginWith({ insecure: true, method: 'LOGIN' }),
    dialogue: [
      ...offering('LOGIN PLAIN'),
      'C: AUTH LOGIN',
      'S: 334 VXNlcm5hbWU6',
      `C: ${base64('me')}`,
      'S: 334 UGFzc3dvcmQ6',
      `C: ${base64(secret)}`,
      'S: 235 welcome',
    ],
    shown: ['[->] AUTH LOGIN', '[->] /* secret */', '[->] /* secret */'],
  },
  {
    what: 'CRAM-MD5 with an 8-bit challenge and a 235 of many lines',
    login: loginWith({ method: 'CRAM-MD5' }),
    dialogue: [
      ...offering('CRAM-MD5'),
      'C: AUTH CRAM-MD5',
      `S: 334 ${base64(challenge)}`,
      `C: ${base64(`me ${digest}`)}`,
      'S: 235-2.7.0 well',
      'S: 235 2.7.0 done',
    ],
    shown: ['[->] AUTH CRAM-MD5', '[->] /* secret */'],
  },
];

describe('deliver() login', { timeout: 60_000 }, () => {
  for (const { what, login, dialogue, shown } of cases) {
    test(`deliver() logs in with ${what}, and shows no secret`, async () => {
      await using peer = await scriptedPeer([...dialogue, ...transaction]);
      const { delivery, transcript } = await deliverTo(peer, letterTo('b@y.example'), { login });
      await peer.played();
      assert.deepEqual(delivery?.accepted, ['b@y.example']);
      const start = transcript.findIndex((line) => line.startsWith('[->] AUTH'));
      const end = transcript.findIndex((line) => line.startsWith('[->] MAIL'));
      assert.deepEqual(
        transcript.slice(start, end).filter((line) => line.startsWith('[->]')),
        shown,
      );
    });
  }

  const without: readonly { readonly what: string; readonly login: Login; readonly dialogue: readonly string[] }[] = [
    { what: 'is not encrypted', login: loginWith(), dialogue: offering('PLAIN LOGIN CRAM-MD5') },
    {
      what: 'is not encrypted, whatever AuthMethod says',
      login: loginWith({ method: 'PLAIN' }),
      dialogue: offering('PLAIN'),
    },
    { what: 'offers no login', login: loginWith({ insecure: true }), dialogue: [...greeting, 'S: 250 hub.test'] },
    {
      what: 'offers other mechanisms',
      login: loginWith({ insecure: true }),
      dialogue: offering('GSSAPI XOAUTH2'),
    },
    {
      what: 'does not know EHLO',
      login: loginWith({ insecure: true }),
      dialogue: [...greeting, 'S: 502 what', 'C: HELO box.example.org', 'S: 250 hub'],
    },
  ];
  for (const { what, login, dialogue } of without) {
    test(`deliver() says no secret to a hub that ${what}`, async () => {
      await using peer = await scriptedPeer([...dialogue, 'C: <gone>']);
      const { failure } = await deliverTo(peer, letterTo('b@y.example'), { login });
      await peer.played();
      assert.equal(failure?.kind, 'login');
      assert.doesNotMatch(peer.heard(), /AUTH|MAIL/);
    });
  }

  test('deliver() sends no mail after a refused login', async () => {
    await using peer = await scriptedPeer([
      ...offering('PLAIN'),
      'C: AUTH PLAIN…',
      'S: 535 5.7.8 wrong password',
      'C: <gone>',
    ]);
    const { failure, transcript } = await deliverTo(peer, letterTo('b@y.example'), {
      login: loginWith({ insecure: true }),
    });
    await peer.played();
    assert.deepEqual(
      [failure?.kind, failure?.message],
      ['login', 'Cannot log in at mail hub 127.0.0.1: 535 5.7.8 wrong password'],
    );
    assert.doesNotMatch(peer.heard(), /MAIL/);
    const shown = [...transcript, failure?.message, failure?.hint].join('\n');
    for (const form of [secret, base64(secret), base64(`\0me\0${secret}`)]) assert.ok(!shown.includes(form));
  });

  const loggedIn = [...offering('PLAIN'), 'C: AUTH PLAIN…', 'S: 235 welcome'];
  const [mail = '', rcpt = '', data = ''] = transaction;
  const repeated = `you say ${secret}, ${base64(secret)} and ${base64(`\0me\0${secret}`)}`;
  for (const [where, dialogue] of [
    ['greeting', [`S: 554 ${secret} and ${base64(secret)} again?`]],
    ['answer to EHLO', [...greeting, `S: 500 ${secret} and ${base64(secret)} again?`, 'C: HELO…', `S: 500 ${secret}!`]],
    ['answer to MAIL', [...loggedIn, mail, rcpt, data, `S: 550 ${repeated}`]],
    ['answer to RCPT', [...loggedIn, mail, rcpt, data, 'S: 250 ok', `S: 550-5.1.1 ${repeated}`, 'S: 550 5.1.1 or not']],
    ['answer to DATA', [...loggedIn, mail, rcpt, data, 'S: 250 ok', 'S: 250 ok', `S: 554 ${repeated}`]],
    ['answer to the message', [...loggedIn, ...transaction.slice(0, 7), `S: 554 ${repeated}`]],
    ['thanks for the message', [...loggedIn, ...transaction.slice(0, 7), `S: 250 ${repeated}`]],
    ['last words', [...loggedIn, mail, rcpt, data, `S: 421 ${repeated}`]],
  ] as const) {
    test(`deliver() shows no secret that the hub repeats in its ${where}`, async () => {
      await using peer = await scriptedPeer([...dialogue, 'S: <close>']);
      const { delivery, failure, transcript } = await deliverTo(peer, letterTo('b@y.example'), {
        login: loginWith({ insecure: true }),
      });
      const replies = [delivery?.reply, ...(delivery?.refused ?? []).map(({ reply }) => reply)];
      const told = [failure?.message, failure?.hint, ...replies.map((reply) => reply?.text)].join('\n');
      assert.match(told, /\*{8}/);
      const shown = [told, ...transcript].join('\n');
      for (const form of [secret, base64(secret), base64(`\0me\0${secret}`)]) assert.ok(!shown.includes(form), shown);
    });
  }

  test('deliver() asks for no newer token when the time for the whole delivery is up', async (context) => {
    const time = timeOf(context);
    let token = 0;
    const forget = () => {
      token += 1;
    };
    const pass = Object.assign(() => Buffer.from(`token-${token}`), { forget });
    await using peer = await scriptedPeer(async (talk) => {
      talk.say('220 hub.test');
      await talk.line();
      talk.say('250-hub.test', '250 AUTH PLAIN');
      await talk.line();
      time.pass(15);
      talk.say('535 5.7.8 no');
      await talk.gone();
    });
    const login = { ...loginWith({ insecure: true }), pass };
    const first = await deliverTo(peer, letterTo('b@y.example'), { login, deliveryTimeout: 20_000 });
    assert.deepEqual([first.failure?.kind, peer.connections(), time.deadlines.includes(5000)], ['login', 2, true]);
    const second = await deliverTo(peer, letterTo('b@y.example'), { login, deliveryTimeout: 10_000 });
    assert.deepEqual([second.failure?.kind, peer.connections()], ['login', 3]);
  });

  test('deliver() says AUTH only when a login is configured', async () => {
    await using peer = await scriptedPeer([...offering('PLAIN'), ...transaction]);
    const { delivery } = await deliverTo(peer, letterTo('b@y.example'));
    await peer.played();
    assert.deepEqual(delivery?.accepted, ['b@y.example']);
  });
});
