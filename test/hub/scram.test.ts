/** scramClient: the examples of the RFCs, and servers that cheat. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type ScramHash, scramClient } from '../../src/hub/scram.ts';

const examples: readonly {
  rfc: string;
  hash: ScramHash;
  nonce: string;
  server: string;
  final: string;
  verifier: string;
}[] = [
  {
    rfc: 'RFC 5802 §5',
    hash: 'sha1',
    nonce: 'fyko+d2lbbFgONRv9qkxdawL',
    server: 'r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096',
    final: 'c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=',
    verifier: 'v=rmF9pqV8S7suAoZWja4dJRkFsKQ=',
  },
  {
    rfc: 'RFC 7677 §3',
    hash: 'sha256',
    nonce: 'rOprNGfwEbeRWgbNEkqO',
    server: 'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096',
    final: 'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=',
    verifier: 'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=',
  },
];

function client(hash: ScramHash, nonce: string, more = {}) {
  const password = Buffer.from('pencil');
  return scramClient(hash, { user: 'user', password }, { binding: undefined, mayBind: false, nonce, ...more });
}

describe('scramClient()', () => {
  for (const { rfc, hash, nonce, server, final, verifier } of examples) {
    test(`scramClient() says what ${rfc} says`, () => {
      const scram = client(hash, nonce);
      assert.equal(scram.first, `n,,n=user,r=${nonce}`);
      assert.equal(scram.final(server), final);
      scram.check(verifier);
    });

    test(`scramClient() believes no other signature than that of ${rfc}`, () => {
      const scram = client(hash, nonce);
      scram.final(server);
      for (const wrong of ['', 'v=', 'v=AAAA', verifier.replace(/=$/, 'A='), 'e=other-error', verifier.slice(2)]) {
        assert.throws(() => scram.check(wrong), RangeError);
      }
    });
  }

  test('scramClient() believes nobody before it has answered', () => {
    assert.throws(() => client('sha256', 'n').check('v='), RangeError);
  });

  for (const [what, server] of [
    ['another nonce', 'r=other,s=QSXCR+Q6sek8bf92,i=4096'],
    ['no nonce of its own', 'r=abc,s=QSXCR+Q6sek8bf92,i=4096'],
    ['few iterations', 'r=abcd,s=QSXCR+Q6sek8bf92,i=1000'],
    ['too many iterations', 'r=abcd,s=QSXCR+Q6sek8bf92,i=999999999'],
    ['no salt', 'r=abcd,s=,i=4096'],
    ['an extension that must be known', 'm=x,r=abcd,s=QSXCR+Q6sek8bf92,i=4096'],
    ['nothing', ''],
  ] as const) {
    test(`scramClient() refuses ${what}`, () => {
      assert.throws(() => client('sha256', 'abc').final(server), RangeError);
    });
  }

  test('scramClient() names its binding, and sends it', () => {
    const binding = { type: 'tls-exporter', data: Buffer.from('secret') } as const;
    const scram = client('sha256', 'abc', { binding });
    assert.equal(scram.first, 'p=tls-exporter,,n=user,r=abc');
    const [bound = ''] = scram.final('r=abcd,s=QSXCR+Q6sek8bf92,i=4096').split(',');
    assert.equal(Buffer.from(bound.slice(2), 'base64').toString(), 'p=tls-exporter,,secret');
  });

  test('scramClient() tells a hub without -PLUS that it could have bound', () => {
    assert.equal(client('sha256', 'abc', { mayBind: true }).first, 'y,,n=user,r=abc');
  });

  test('scramClient() escapes the user, and prepares text (RFC 4013)', () => {
    const say = (user: string, password: Buffer) =>
      scramClient('sha256', { user, password }, { binding: undefined, mayBind: false, nonce: 'abc' });
    assert.equal(say('a=b,c', Buffer.from('x')).first, 'n,,n=a=3Db=2Cc,r=abc');
    const server = 'r=abcd,s=QSXCR+Q6sek8bf92,i=4096';
    assert.equal(say('I\u00adX', Buffer.from('\u2168')).first, say('IX', Buffer.from('x')).first);
    assert.equal(say('u', Buffer.from('\u2168')).final(server), say('u', Buffer.from('IX')).final(server));
    assert.notEqual(say('u', Buffer.from([0xff])).final(server), say('u', Buffer.from('\ufffd')).final(server));
  });
});
