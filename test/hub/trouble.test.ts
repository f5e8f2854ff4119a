/** Reply policy: each stage × each reply → which failure, and so which exit status. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Failure, type FailureKind } from '../../src/failure.ts';
import { parseReply } from '../../src/hub/reply.ts';
import { interruption, refusal, type Stage, troubleOf } from '../../src/hub/trouble.ts';
import { loginWith, planWith } from './pieces.ts';

const plan = planWith({ host: 'hub.test' });
const circumstance = { plan, presented: undefined, now: new Date(0), masked: (text: string) => text };

const stages: Readonly<
  Record<Stage, { readonly words: string; readonly refused: FailureKind; readonly lost: FailureKind }>
> = {
  greeting: { words: 'Cannot talk to mail hub hub.test', refused: 'unavailable', lost: 'unavailable' },
  hello: { words: 'Cannot talk to mail hub hub.test', refused: 'protocol', lost: 'temporary' },
  tls: { words: 'Cannot start TLS with mail hub hub.test', refused: 'protocol', lost: 'protocol' },
  login: { words: 'Cannot log in at mail hub hub.test', refused: 'login', lost: 'temporary' },
  sender: { words: 'Cannot send through mail hub hub.test', refused: 'malformed', lost: 'temporary' },
  recipients: { words: 'Cannot send through mail hub hub.test', refused: 'recipient', lost: 'temporary' },
  data: { words: 'Cannot send through mail hub hub.test', refused: 'malformed', lost: 'temporary' },
  message: { words: 'Cannot send through mail hub hub.test', refused: 'malformed', lost: 'temporary' },
  dot: { words: 'Cannot send through mail hub hub.test', refused: 'malformed', lost: 'temporary' },
};

const allStages = Object.keys(stages).filter((stage): stage is Stage => stage in stages);

describe('refusal()', () => {
  for (const stage of allStages) {
    const { words, refused } = stages[stage];
    const replies: readonly (readonly [string, FailureKind, string])[] = [
      ['421 4.3.2 closing', 'temporary', '421 4.3.2 closing'],
      ['451 later', 'temporary', '451 later'],
      ['500 what', refused, '500 what'],
      ['554-no\n554 never', refused, '554 no never'],
      ['530 5.7.0 Authentication required', stage === 'tls' ? refused : 'login', '530 5.7.0 Authentication required'],
      ['538 encryption required', stage === 'tls' ? refused : 'login', '538 encryption required'],
      ['250 ok', 'protocol', 'unexpected answer "250 ok"'],
      ['354 go on', 'protocol', 'unexpected answer "354 go on"'],
      ['HTTP/1.1 400', 'protocol', 'unexpected answer "HTTP/1.1 400"'],
      ['', 'protocol', 'unexpected answer ""'],
    ];
    for (const [reply, kind, shown] of replies) {
      test(`refusal() at ${stage} makes ${kind} of ${JSON.stringify(reply)}`, () => {
        const failure = refusal(stage, parseReply(reply), plan);
        assert.deepEqual([failure.kind, failure.message], [kind, `${words}: ${shown}`]);
      });
    }
  }

  test('refusal() at tls hints at ports that speak TLS', () => {
    assert.match(refusal('tls', parseReply('502 what'), plan).hint ?? '', /port 587.*UseTLS=YES.*port 465/);
  });

  for (const source of ['AuthPassFile=', 'AuthPassCommand=', 'the credential ssmtp.authpass']) {
    test(`refusal() of a login hints at ${source}`, () => {
      const login = loginWith({ pass: Object.assign(() => Buffer.from('x'), { source }) });
      const { hint } = refusal('login', parseReply('535 x'), { ...plan, login });
      assert.equal(hint, `Check AuthUser= and ${source}`);
    });
  }

  for (const [reply, hint] of [
    ['530 x', /AuthUser=/],
    ['534 x', /AuthMethod=/],
    ['535 x', /AuthPass=/],
    ['538 x', /UseSTARTTLS=YES/],
    ['552 x', /larger/],
  ] as const) {
    test(`refusal() hints at the remedy for ${reply}`, () =>
      assert.match(refusal('login', parseReply(reply), plan).hint ?? '', hint));
  }
});

describe('interruption()', () => {
  for (const stage of allStages) {
    const { words, lost } = stages[stage];
    test(`interruption() at ${stage} is ${lost}`, () => {
      const failure = interruption(stage, 'no answer within 1 s', plan);
      assert.deepEqual([failure.kind, failure.message], [lost, `${words}: no answer within 1 s`]);
    });

    test(`interruption() at ${stage} ${stage === 'dot' ? 'warns of' : 'says nothing of'} mail that was taken all the same`, () => {
      assert.equal(/may have accepted/.test(interruption(stage, 'x', plan).hint ?? ''), stage === 'dot');
    });
  }
});

interface Trouble {
  readonly what: string;
  /** What nodemailer puts on its errors. */
  readonly error: unknown;
  readonly stage: Stage;
  readonly kind: FailureKind;
  readonly message: RegExp;
  readonly hint?: RegExp;
}

const errorWith = (message: string, properties: object) => Object.assign(new Error(message), properties);

const troubles: readonly Trouble[] = [
  {
    what: 'a Failure as it is',
    error: new Failure('config', 'mine'),
    stage: 'data',
    kind: 'config',
    message: /^mine$/,
  },
  {
    what: 'a reply',
    error: errorWith('x', { code: 'EENVELOPE', response: '550 no' }),
    stage: 'sender',
    kind: 'malformed',
    message: /: 550 no$/,
  },
  {
    what: 'a refused STARTTLS',
    error: errorWith('x', { code: 'ETLS', response: '454 not now' }),
    stage: 'tls',
    kind: 'temporary',
    message: /: 454 not now$/,
  },
  {
    what: 'a closed connection',
    error: errorWith('Connection closed unexpectedly', { code: 'ECONNECTION' }),
    stage: 'data',
    kind: 'temporary',
    message: /: the hub closed the connection$/,
  },
  {
    what: 'a reset',
    error: errorWith('read ECONNRESET', { code: 'ESOCKET', originalCode: 'ECONNRESET', errno: -104 }),
    stage: 'dot',
    kind: 'temporary',
    message: /: connection reset by peer$/,
    hint: /may have accepted/,
  },
  {
    what: 'an alert of TLS',
    error: errorWith('tlsv1 alert internal error', {
      code: 'ESOCKET',
      originalCode: 'ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR',
    }),
    stage: 'dot',
    kind: 'temporary',
    message: /: tlsv1 alert internal error$/,
    hint: /may have accepted/,
  },
  {
    what: 'a hub that talks nonsense',
    error: errorWith('Unexpected Response', { code: 'EPROTOCOL' }),
    stage: 'hello',
    kind: 'protocol',
    message: /^Cannot talk to mail hub hub.test: Unexpected Response$/,
  },
  ...[
    ['CERT_HAS_EXPIRED', /has expired/, /clock/],
    ['CERT_NOT_YET_VALID', /not valid yet/, /clock/],
    ['ERR_TLS_CERT_ALTNAME_INVALID', /for another name/, /mailhub=/],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', /unknown authority/, /TLS_CA_File=/],
    ['SELF_SIGNED_CERT_IN_CHAIN', /unknown authority/, /TLS_CA_File=/],
    ['UNABLE_TO_GET_ISSUER_CERT', /unknown authority/, /TLS_CA_File=/],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', /unknown authority/, /TLS_CA_File=/],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', /unknown authority/, /TLS_CA_File=/],
  ].map(
    ([originalCode, message, hint]): Trouble => ({
      what: String(originalCode),
      error: errorWith('words of OpenSSL', { code: 'ESOCKET', originalCode }),
      stage: 'tls',
      kind: 'protocol',
      message: message instanceof RegExp ? message : /never/,
      hint: hint instanceof RegExp ? hint : /never/,
    }),
  ),
  {
    what: 'another trouble of TLS',
    error: errorWith('Error initiating TLS - wrong version number', { code: 'ETLS' }),
    stage: 'tls',
    kind: 'protocol',
    message: /^Cannot start TLS with mail hub hub.test: wrong version number$/,
  },
];

describe('troubleOf()', () => {
  for (const { what, error, stage, kind, message, hint } of troubles) {
    test(`troubleOf() tells of ${what} at ${stage}`, () => {
      const failure = troubleOf(error, stage, circumstance);
      assert.ok(failure instanceof Failure);
      assert.equal(failure.kind, kind);
      assert.match(failure.message, message);
      if (hint) assert.match(failure.hint ?? '', hint);
    });
  }

  test('troubleOf() tells of an authority that was made anew under its old name', () => {
    const error = errorWith('certificate signature failure', {
      code: 'ESOCKET',
      originalCode: 'CERT_SIGNATURE_FAILURE',
    });
    const failure = troubleOf(error, 'tls', circumstance);
    assert.ok(failure instanceof Failure);
    const { message, hint } = failure;
    assert.match(message, /unknown authority/);
    assert.match(hint ?? '', /TLS_CA_File=/);
  });
});
