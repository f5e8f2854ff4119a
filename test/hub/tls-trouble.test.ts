/** tlsTrouble: each way for TLS to fail, with what was expected and the one setting that would help. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Plan } from '../../src/hub/plan.ts';
import { tlsTrouble } from '../../src/hub/tls-trouble.ts';
import { planWith } from './pieces.ts';

const now = new Date('2026-11-25T00:00:00Z');
const presented = {
  names: ['*.example.org', 'mail.example.org'],
  issuer: 'Authority',
  isSelfSigned: false,
  key: 'RSA, 1024 bits',
  isForServers: false,
  validFrom: new Date('2026-01-01'),
  validTo: new Date('2027-01-01'),
  fingerprint: 'AA',
  pin: 'sha256//x',
};
const tlsFiles = { ca: undefined, caDir: undefined, cert: '/c.pem', key: undefined };

const troubles: readonly (readonly [string, Partial<Plan>, RegExp, RegExp])[] = [
  ['CERT_HAS_EXPIRED', {}, /behind its own has expired; it is 2026-11-25T00:00:00\.000Z here/, /TLSPin=sha256\/\/x/],
  ['CERT_NOT_YET_VALID', {}, /not valid yet; it is 2026-11-25/, /clock/],
  [
    'ERR_TLS_CERT_ALTNAME_INVALID',
    {},
    /another name than hub\.test \(it is for \*\.example\.org, /,
    /^Set mailhub= to the name that whoever runs the hub gives you; .* mail\.example\.org:25$/,
  ],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', {}, /only what the system trusts counts/, /TLS_CA_File=.*"Authority"/],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', { tlsFiles: { ...tlsFiles, caDir: '/d' } }, /only TLS_CA_Dir=\/d counts/, /TLSPin=/],
  ['INVALID_PURPOSE', {}, /not meant for servers/, /TLSPin=/],
  ['ERR_SSL_UNSUPPORTED_PROTOCOL', {}, /older than TLSv1\.2/, /TLS 1\.2/],
  [
    'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
    { minTls: 'TLSv1.3' },
    /older than TLSv1\.3/,
    /^The hub needs TLS 1\.3, which MinTLS= demands$/,
  ],
  [
    'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
    { ciphers: 'TLS_AES_256_GCM_SHA384' },
    /: TLSCiphers= names ciphers of TLS 1\.3 only, which it does not speak/,
    /^Remove TLSCiphers=: .* safe$/,
  ],
  ['ERR_SSL_UNSUPPORTED_PROTOCOL', { ciphers: 'TLS_AES_256_GCM_SHA384:AES128-SHA' }, /older than TLSv1\.2/, /TLS 1\.2/],
  ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', { ciphers: 'X' }, /none of TLSCiphers=/, /Remove TLSCiphers=/],
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', {}, /wants a client certificate/, /UseTLSCert=YES/],
  ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', { tlsFiles }, /does not take the client certificate \/c\.pem/, /TLSCert=/],
];

describe('tlsTrouble()', () => {
  for (const [code, changes, message, hint] of troubles) {
    test(`tlsTrouble() of ${code}: ${message.source}`, () => {
      const plan = planWith({ host: 'hub.test', ...changes });
      const failure = tlsTrouble({ code, reason: 'words', presented, now }, plan);
      assert.equal(failure.kind, 'protocol');
      assert.match(failure.message, /^Cannot start TLS with mail hub hub\.test: /);
      assert.match(failure.message, message);
      assert.match(failure.hint ?? '', hint);
    });
  }

  test('tlsTrouble() gives the words of OpenSSL for what it does not know', () => {
    const failure = tlsTrouble({ code: 'NEW', reason: 'odd thing; read our manual', presented, now }, planWith());
    assert.match(failure.message, /: odd thing$/);
  });
});
