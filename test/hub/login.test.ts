/** Which login mechanism is used, and what each of them says. */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { Failure } from '../../src/failure.ts';
import { chooseMechanism, loginHandlers } from '../../src/hub/login.ts';
import { loginWith, planWith } from './pieces.ts';

const plan = planWith({ host: 'hub.test' });

interface Choice {
  readonly offered: string;
  readonly method?: string;
  readonly secure?: boolean;
  readonly insecure?: boolean;
  readonly canBind?: boolean;
  /** The mechanism, or why there is none. */
  readonly gives: string | RegExp;
}

const choices: readonly Choice[] = [
  { offered: 'PLAIN LOGIN CRAM-MD5', secure: true, gives: 'CRAM-MD5' },
  { offered: 'LOGIN PLAIN', secure: true, gives: 'PLAIN' },
  { offered: 'LOGIN', secure: true, gives: 'LOGIN' },
  { offered: 'XOAUTH2 LOGIN', secure: true, gives: 'LOGIN' },
  { offered: 'PLAIN LOGIN CRAM-MD5', method: 'LOGIN', secure: true, gives: 'LOGIN' },
  { offered: 'PLAIN LOGIN', method: 'plain', secure: true, gives: 'PLAIN' },
  { offered: 'PLAIN LOGIN', method: 'CRAM-MD5', secure: true, gives: /: it offers PLAIN LOGIN, not CRAM-MD5$/ },
  { offered: 'PLAIN CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-256', secure: true, gives: 'SCRAM-SHA-256' },
  { offered: 'SCRAM-SHA-256 SCRAM-SHA-256-PLUS', secure: true, gives: 'SCRAM-SHA-256' },
  { offered: 'SCRAM-SHA-256 SCRAM-SHA-1-PLUS', secure: true, canBind: true, gives: 'SCRAM-SHA-1-PLUS' },
  {
    offered: 'SCRAM-SHA-1 SCRAM-SHA-1-PLUS',
    method: 'SCRAM-SHA-1',
    secure: true,
    canBind: true,
    gives: 'SCRAM-SHA-1-PLUS',
  },
  { offered: 'SCRAM-SHA-1-PLUS', method: 'scram-sha-1-plus', secure: true, canBind: true, gives: 'SCRAM-SHA-1-PLUS' },
  {
    offered: 'SCRAM-SHA-256 PLAIN',
    method: 'SCRAM-SHA-256-PLUS',
    secure: true,
    canBind: true,
    gives: /: it offers SCRAM-SHA-256 PLAIN, not SCRAM-SHA-256-PLUS$/,
  },
  {
    offered: 'SCRAM-SHA-256 SCRAM-SHA-256-PLUS',
    method: 'SCRAM-SHA-256-PLUS',
    secure: true,
    gives: /: there is nothing in this connection that SCRAM-SHA-256-PLUS could tie the login to$/,
  },
  { offered: 'SCRAM-SHA-256-PLUS', method: 'SCRAM-SHA-256-PLUS', insecure: true, gives: /: there is nothing in this/ },
  { offered: 'SCRAM-SHA-256', gives: /: the connection is not encrypted$/ },
  { offered: 'SCRAM-SHA-256', method: 'SCRAM-SHA-256', gives: 'SCRAM-SHA-256' },
  {
    offered: 'XOAUTH2 OAUTHBEARER EXTERNAL',
    secure: true,
    gives: /: it offers XOAUTH2 OAUTHBEARER EXTERNAL, not SCRAM/,
  },
  { offered: 'PLAIN XOAUTH2', method: 'XOAUTH2', secure: true, gives: 'XOAUTH2' },
  { offered: 'XOAUTH2', method: 'XOAUTH2', gives: /: the connection is not encrypted$/ },
  {
    offered: 'GSSAPI',
    secure: true,
    gives: /: it offers GSSAPI, not SCRAM-SHA-256, SCRAM-SHA-1, CRAM-MD5, PLAIN, LOGIN$/,
  },
  { offered: '', secure: true, gives: /: it offers no login, not SCRAM-SHA-256, SCRAM-SHA-1, CRAM-MD5, PLAIN, LOGIN$/ },
  { offered: 'PLAIN', method: 'SCRAM-SHA-1', secure: true, gives: /: it offers PLAIN, not SCRAM-SHA-1$/ },
  // In clear text.
  { offered: 'PLAIN LOGIN CRAM-MD5', gives: /: the connection is not encrypted$/ },
  { offered: 'CRAM-MD5', gives: /: the connection is not encrypted$/ },
  { offered: 'PLAIN', method: 'PLAIN', gives: /: the connection is not encrypted$/ },
  { offered: 'LOGIN', method: 'LOGIN', gives: /: the connection is not encrypted$/ },
  { offered: 'PLAIN CRAM-MD5', method: 'CRAM-MD5', gives: 'CRAM-MD5' },
  { offered: 'PLAIN CRAM-MD5', method: 'cram-md5', gives: 'CRAM-MD5' },
  { offered: 'PLAIN', insecure: true, gives: 'PLAIN' },
  { offered: 'LOGIN', method: 'LOGIN', insecure: true, gives: 'LOGIN' },
  { offered: 'PLAIN LOGIN CRAM-MD5', insecure: true, gives: 'CRAM-MD5' },
  { offered: '', insecure: true, gives: /: it offers no login/ },
];

describe('chooseMechanism()', () => {
  for (const { offered, method, secure = false, insecure = false, canBind = false, gives } of choices) {
    const more = [...(insecure ? ['AuthInsecure'] : []), ...(canBind ? ['binding'] : [])];
    const setting = [method ?? 'any method', secure ? 'TLS' : 'no TLS', ...more].join(', ');
    test(`chooseMechanism() of "${offered}" with ${setting} gives ${gives}`, () => {
      const login = loginWith({ method, insecure });
      const choose = () => chooseMechanism(offered.split(' ').filter(Boolean), { login, secure, plan, canBind });
      if (typeof gives === 'string') assert.equal(choose(), gives);
      else assert.throws(choose, { name: 'Failure', kind: 'login', message: gives });
    });
  }
});

/** Lets a mechanism speak with a hub that gives these replies; gives what it said, and how it ended. */
async function speak(
  mechanism: string,
  {
    user = 'me',
    pass = Buffer.from('pw'),
    replies,
  }: { user?: string; pass?: Buffer; replies: readonly string[] | ((said: readonly string[]) => readonly string[]) },
) {
  const said: string[] = [];
  const failures: unknown[] = [];
  const watch = {
    fail: (error: unknown) => failures.push(error),
    conceal: () => undefined,
    masked: (text: string) => text,
  };
  const handler = loginHandlers(loginWith({ user, pass: () => pass }), plan, watch)[mechanism];
  assert.ok(handler);
  const sendCommand = async (command: string) => {
    said.push(command);
    return {
      command,
      response: (typeof replies === 'function' ? replies(said) : replies)[said.length - 1] ?? '421 no more replies',
      status: 0,
      text: '',
    };
  };
  const auth = { credentials: { user, pass: 'not this one' } };
  const rest = { method: mechanism, extensions: [], authMethods: [], maxAllowedSize: false as const };
  await handler({ auth, sendCommand, ...rest, resolve: () => undefined, reject: () => undefined });
  const [failure] = failures;
  assert.ok(failure === undefined || failure instanceof Failure);
  return { said, failure };
}

const base64 = (bytes: Buffer | string) => (typeof bytes === 'string' ? Buffer.from(bytes) : bytes).toString('base64');

/** HMAC as RFC 2104 §2 writes it, from nothing but MD5. */
function hmacMd5(key: Buffer, text: Buffer): string {
  const md5 = (...parts: Buffer[]) => createHash('md5').update(Buffer.concat(parts)).digest();
  const padded = Buffer.concat([key.length > 64 ? md5(key) : key, Buffer.alloc(64)]).subarray(0, 64);
  const pad = (octet: number) => Buffer.from(padded.map((each) => each ^ octet));
  return md5(pad(0x5c), md5(pad(0x36), text)).toString('hex');
}

const digests: readonly {
  readonly what: string;
  readonly pass: Buffer;
  readonly challenge: Buffer;
  readonly digest?: string;
}[] = [
  {
    what: 'the example of RFC 2195',
    pass: Buffer.from('tanstaaftanstaaf'),
    challenge: Buffer.from('<1896.697170952@postoffice.reston.mci.net>'),
    digest: 'b913a602c7eda7a495b4e6e7334d3890',
  },
  {
    what: 'octets above 127 on both sides (RFC 2202, 3)',
    pass: Buffer.alloc(16, 0xaa),
    challenge: Buffer.alloc(50, 0xdd),
    digest: '56be34521d144c88dbb8c733f0e8b3f6',
  },
  {
    what: 'a password of 80 octets (RFC 2202, 6)',
    pass: Buffer.alloc(80, 0xaa),
    challenge: Buffer.from('Test Using Larger Than Block-Size Key - Hash Key First'),
    digest: '6b1ab7fe4bd7bf8f0b62e6ce61b9d0cd',
  },
  { what: 'a password of 64 octets', pass: Buffer.alloc(64, 'x'), challenge: Buffer.from('<1@x>') },
  { what: 'a password of 65 octets', pass: Buffer.alloc(65, 'x'), challenge: Buffer.from('<1@x>') },
  { what: 'a password in UTF-8', pass: Buffer.from('pässwörd'), challenge: Buffer.from('<ünïcode@x>') },
  {
    what: 'a password that is no UTF-8',
    pass: Buffer.from([0xff, 0xfe, 0x80]),
    challenge: Buffer.from([0, 0x80, 0xff]),
  },
  { what: 'an empty password', pass: Buffer.alloc(0), challenge: Buffer.from('<1@x>') },
];

describe('loginHandlers() CRAM-MD5', () => {
  for (const { what, pass, challenge, digest = hmacMd5(pass, challenge) } of digests) {
    test(`loginHandlers() CRAM-MD5 answers ${what}`, async () => {
      assert.equal(digest, hmacMd5(pass, challenge), 'the test itself');
      const { said, failure } = await speak('CRAM-MD5', {
        user: 'tim',
        pass,
        replies: [`334 ${base64(challenge)}`, '235 ok'],
      });
      assert.deepEqual(said, ['AUTH CRAM-MD5', base64(`tim ${digest}`)]);
      assert.equal(failure, undefined);
    });
  }
});

describe('loginHandlers() PLAIN and LOGIN', () => {
  test('loginHandlers() PLAIN sends everything with its first command', async () => {
    const pass = Buffer.from([0xff, 0x70]);
    const { said, failure } = await speak('PLAIN', { user: 'jörg', pass, replies: ['235 ok'] });
    assert.deepEqual(said, [`AUTH PLAIN ${base64(Buffer.concat([Buffer.from('\0jörg\0'), pass]))}`]);
    assert.equal(failure, undefined);
  });

  for (const [length, turns] of [
    [368, 1],
    [369, 2],
    [600, 2],
  ] as const) {
    test(`loginHandlers() PLAIN with a password of ${length} octets takes ${turns === 1 ? 'one turn' : 'two turns'}`, async () => {
      const replies = turns === 1 ? ['235 ok'] : ['334 ', '235 ok'];
      const { said, failure } = await speak('PLAIN', { pass: Buffer.alloc(length, 'x'), replies });
      const message = base64(`\0me\0${'x'.repeat(length)}`);
      assert.deepEqual(said, turns === 1 ? [`AUTH PLAIN ${message}`] : ['AUTH PLAIN', message]);
      // RFC 4954 §4: a command line has at most 512 octets, CRLF included.
      assert.ok((said[0]?.length ?? 0) <= 510);
      assert.equal(failure, undefined);
    });
  }

  test('loginHandlers() LOGIN answers the two prompts, whatever they say', async () => {
    const { said, failure } = await speak('LOGIN', { replies: ['334 VXNlcm5hbWU6', '334', '235 ok'] });
    assert.deepEqual(said, ['AUTH LOGIN', base64('me'), base64('pw')]);
    assert.equal(failure, undefined);
  });
});

describe('loginHandlers() of tokens and certificates', () => {
  const token = Buffer.from('ya29.token');
  const x = (text: string) => base64(text.replaceAll('|', '\x01'));

  test('loginHandlers() XOAUTH2 sends user and token with its first command', async () => {
    const { said, failure } = await speak('XOAUTH2', { user: 'me@x', pass: token, replies: ['235 ok'] });
    assert.deepEqual([said, failure], [[`AUTH XOAUTH2 ${x('user=me@x|auth=Bearer ya29.token||')}`], undefined]);
  });

  test('loginHandlers() XOAUTH2 answers a refusal with an empty line, and tells it', async () => {
    const refusal = `334 ${base64('{"status":"401"}')}`;
    const { said, failure } = await speak('XOAUTH2', { pass: token, replies: [refusal, '535 5.7.8 token expired'] });
    assert.deepEqual([said[1], failure?.kind], ['', 'login']);
    assert.match(failure?.message ?? '', /535 5\.7\.8 token expired/);
  });

  test('loginHandlers() XOAUTH2 sends a token of any length', async () => {
    const pass = Buffer.alloc(20_000, 'x');
    const { said, failure } = await speak('XOAUTH2', { pass, replies: ['334 ', '235 ok'] });
    assert.deepEqual([said[0], failure], ['AUTH XOAUTH2', undefined]);
    assert.equal(said[1], x(`user=me|auth=Bearer ${pass.toString()}||`));
  });

  test('loginHandlers() OAUTHBEARER says what RFC 7628 says, and ends a refusal with %x01', async () => {
    const replies = [`334 ${base64('{"status":"invalid_token"}')}`, '535 no'];
    const { said, failure } = await speak('OAUTHBEARER', { user: 'a,b', pass: token, replies });
    assert.deepEqual(said, [
      `AUTH OAUTHBEARER ${x('n,a=a=2Cb,|host=hub.test|port=25|auth=Bearer ya29.token||')}`,
      'AQ==',
    ]);
    assert.equal(failure?.kind, 'login');
  });

  test('loginHandlers() EXTERNAL says as whom to act', async () => {
    assert.deepEqual((await speak('EXTERNAL', { user: 'me', replies: ['235 ok'] })).said, [
      `AUTH EXTERNAL ${base64('me')}`,
    ]);
    assert.deepEqual((await speak('EXTERNAL', { user: '', replies: ['235 ok'] })).said, ['AUTH EXTERNAL =']);
  });
});

describe('loginHandlers() SCRAM', () => {
  for (const [what, replies, message] of [
    ['a challenge that is none', ['334 eA=='], /its challenge is malformed/],
    ['a 235 instead of a challenge', ['235 welcome'], /its challenge is malformed/],
    ['a refusal', ['535 5.7.8 no'], /535 5\.7\.8 no/],
  ] as const) {
    test(`loginHandlers() SCRAM-SHA-256 fails at ${what}`, async () => {
      const { failure } = await speak('SCRAM-SHA-256', { replies });
      assert.ok(failure?.kind === 'protocol' || failure?.kind === 'login');
      assert.match(failure.message, message);
    });
  }
});

test('loginHandlers() SCRAM-SHA-256 takes "e=" in a 334 for a refused login, before and behind its proof', async () => {
  const refused = [`334 ${base64('e=invalid-proof')}`, '535 5.7.8 no'];
  const challenge = (nonce: string) => `334 ${base64(`r=${nonce}more,s=${base64('salt')},i=4096`)}`;
  const atOnce = await speak('SCRAM-SHA-256', { replies: refused });
  const later = await speak('SCRAM-SHA-256', {
    replies: (said) => [
      challenge(/r=(.*)/.exec(Buffer.from(said[0]?.split(' ')[2] ?? '', 'base64').toString())?.[1] ?? ''),
      ...refused,
    ],
  });
  for (const { said, failure } of [atOnce, later]) {
    assert.deepEqual([said.at(-1), failure?.kind], ['', 'login']);
    assert.match(failure?.message ?? '', /535 5\.7\.8 no/);
  }
  assert.deepEqual([atOnce.said.length, later.said.length], [2, 3]);
});

describe('loginHandlers() trouble', () => {
  for (const { mechanism, replies, kind, message } of [
    {
      mechanism: 'PLAIN',
      replies: ['535 5.7.8 no'],
      kind: 'login',
      message: /^Cannot log in at mail hub hub.test: 535 5.7.8 no$/,
    },
    { mechanism: 'PLAIN', replies: ['454 4.7.0 later'], kind: 'temporary', message: /454 4.7.0 later/ },
    { mechanism: 'PLAIN', replies: ['334 more?'], kind: 'protocol', message: /it wants more than PLAIN has to say/ },
    {
      mechanism: 'LOGIN',
      replies: ['235 welcome'],
      kind: 'protocol',
      message: /takes the login before it has been said/,
    },
    { mechanism: 'LOGIN', replies: ['334 x', '235 hi'], kind: 'protocol', message: /before it has been said/ },
    { mechanism: 'CRAM-MD5', replies: ['235 welcome'], kind: 'protocol', message: /before it has been said/ },
    { mechanism: 'PLAIN', replies: ['250 ok'], kind: 'protocol', message: /unexpected answer "250 ok"/ },
    { mechanism: 'LOGIN', replies: ['334 x', '535-no\n535 sorry'], kind: 'login', message: /535 no sorry/ },
    { mechanism: 'LOGIN', replies: ['504 unknown'], kind: 'login', message: /504 unknown/ },
    {
      mechanism: 'CRAM-MD5',
      replies: ['334 PDFAeD4=', '334 again'],
      kind: 'protocol',
      message: /it wants more than CRAM-MD5/,
    },
    { mechanism: 'CRAM-MD5', replies: ['nonsense'], kind: 'protocol', message: /unexpected answer "nonsense"/ },
  ] as const) {
    test(`loginHandlers() ${mechanism} makes ${kind} of ${JSON.stringify(replies)}`, async () => {
      const { failure } = await speak(mechanism, { replies });
      assert.equal(failure?.kind, kind);
      assert.match(failure?.message ?? '', message);
    });
  }

  for (const mechanism of ['PLAIN', 'LOGIN', 'CRAM-MD5']) {
    test(`loginHandlers() ${mechanism} takes a 235 of many lines`, async () => {
      const replies = { PLAIN: 0, LOGIN: 2, 'CRAM-MD5': 1 }[mechanism];
      const { failure } = await speak(mechanism, {
        replies: [...Array(replies).fill('334 PDFAeD4='), '235-well\n235 done'],
      });
      assert.equal(failure, undefined);
    });
  }
});
