/** presentedIn: what people compare of a certificate, whatever is written into it. */

import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { describe, test } from 'node:test';
import { demoCertificates } from '../../scripts/demo-certificate.ts';
import { type Presented, presentedIn, presentedWords } from '../../src/hub/presented.ts';

const usual: Presented = {
  names: ['a.example', 'b.example'],
  issuer: 'Some Authority',
  isSelfSigned: false,
  key: 'RSA, 1024 bits',
  isForServers: false,
  validFrom: new Date('2026-01-02T03:04:05Z'),
  validTo: new Date('2027-01-02T03:04:05Z'),
  fingerprint: 'AA:BB',
  pin: 'sha256//x',
};

describe('presentedIn()', () => {
  const { server, authority } = demoCertificates();

  test('presentedIn() tells names, issuer, validity and digests', () => {
    const certificate = new X509Certificate(server.certificate);
    const presented = presentedIn(certificate.raw);
    assert.deepEqual(presented.names, ['127.0.0.1']);
    assert.equal(presented.issuer, 'ssmtp demo authority');
    assert.equal(presented.isSelfSigned, false);
    assert.equal(presented.fingerprint, certificate.fingerprint256);
    assert.match(presented.pin, /^sha256\/\/[A-Za-z0-9+/]{43}=$/);
    assert.ok(presented.validFrom < new Date() && new Date() < presented.validTo);
  });

  test('presentedIn() takes the common name where no other name is', () => {
    const presented = presentedIn(new X509Certificate(authority.certificate).raw);
    assert.deepEqual([presented.names, presented.isSelfSigned], [['ssmtp demo authority'], true]);
  });
});

describe('presentedWords()', () => {
  test('presentedWords() puts it on one line', () => {
    assert.equal(
      presentedWords(usual),
      'for a.example, b.example; signed by "Some Authority"; valid from 2026-01-02 to 2027-01-02; SHA-256 AA:BB',
    );
  });

  test('presentedWords() names a few of many, and who signed himself', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    assert.match(
      presentedWords({ ...usual, names, isSelfSigned: true }),
      /^for a, b, c, d, e and 2 more; signed by itself;/,
    );
  });

  test('presentedWords() survives a time that is none', () => {
    assert.match(presentedWords({ ...usual, validTo: new Date(Number.NaN) }), /to \?;/);
  });
});
