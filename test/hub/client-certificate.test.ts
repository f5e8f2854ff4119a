/** clientCertificate(): which files and passphrases belong together, with keys that the openssl command has made. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Failure } from '../../src/failure.ts';
import { clientCertificate } from '../../src/hub/client-certificate.ts';
import { planWith } from './pieces.ts';

const secret = 'pass phräse #1';
let directory = '';
const at = (name: string) => join(directory, name);
const openssl = (...words: string[]) =>
  execFileSync('openssl', words, { cwd: directory, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });

before(() => {
  directory = mkdtempSync(join(tmpdir(), 'ssmtp-test-client-'));
  const make = (name: string) =>
    openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', name);
  for (const name of ['key', 'other']) make(name);
  const certificate = openssl('req', '-x509', '-key', 'key', '-subj', '/CN=client.test', '-days', '2');
  const key = openssl('pkey', '-in', 'key');
  writeFileSync(at('certificate'), certificate);
  writeFileSync(at('pass'), `${secret}\n`);
  openssl('pkcs8', '-topk8', '-in', 'key', '-passout', 'file:pass', '-out', 'modern');
  openssl('ec', '-aes256', '-in', 'key', '-passout', 'file:pass', '-out', 'older');
  writeFileSync(at('both'), certificate + key);
  writeFileSync(at('both-encrypted'), certificate + readFileSync(at('modern'), 'utf8'));
  writeFileSync(at('garbage'), 'garbage\n');
});

after(() => rmSync(directory, { recursive: true }));

interface Given {
  readonly cert?: string;
  readonly key?: string;
  readonly pass?: string | Buffer;
}

function shown({ cert, key, pass }: Given) {
  const tlsFiles = { ca: undefined, caDir: undefined, cert: cert && at(cert), key: key && at(key) };
  return clientCertificate(planWith({ tlsFiles, keyPass: pass === undefined ? undefined : () => Buffer.from(pass) }));
}

describe('clientCertificate()', () => {
  test('clientCertificate() shows none unless one is named', () => {
    assert.equal(shown({}), undefined);
  });

  for (const [what, given, passphrase] of [
    ['a key of its own', { cert: 'certificate', key: 'key' }, undefined],
    ['a key in the same file', { cert: 'both' }, undefined],
    ['a key in PKCS #8, encrypted', { cert: 'certificate', key: 'modern', pass: secret }, secret],
    ["a key in OpenSSL's older form, encrypted", { cert: 'certificate', key: 'older', pass: secret }, secret],
    ['an encrypted key in the same file', { cert: 'both-encrypted', pass: secret }, secret],
  ] as const) {
    test(`clientCertificate() takes ${what}`, () => {
      const certificate = shown(given);
      assert.ok(certificate);
      assert.equal(certificate.passphrase, passphrase);
    });
  }

  test('clientCertificate() asks for no passphrase that is not needed', () => {
    const tlsFiles = { ca: undefined, caDir: undefined, cert: at('both'), key: undefined };
    const keyPass = () => assert.fail('it was asked for');
    assert.ok(clientCertificate(planWith({ tlsFiles, keyPass })));
  });

  const refused: readonly (readonly [Given, RegExp, RegExp?])[] = [
    [{ cert: 'missing' }, /^Cannot read TLSCert="\S+missing": no such file or directory$/],
    [{ cert: 'certificate', key: 'missing' }, /^Cannot read TLSKey="\S+missing": no such file or directory$/],
    [
      { cert: 'certificate', key: 'modern' },
      /^Cannot use TLSKey="\S+modern": it is encrypted, and there is no passphrase$/,
      /^Set TLSKeyPassFile= /,
    ],
    [{ cert: 'certificate', key: 'older', pass: '' }, /older": it is encrypted, and there is no passphrase$/],
    [{ cert: 'both-encrypted' }, /^Cannot use the key in TLSCert="\S+both-encrypted": it is encrypted, /],
    [{ cert: 'certificate', key: 'modern', pass: 'wrong' }, /^Cannot use TLSKey="\S+modern": its passphrase is wrong$/],
    [{ cert: 'certificate', key: 'older', pass: 'wrong' }, /older": its passphrase is wrong$/],
    [{ cert: 'certificate', key: 'modern', pass: 'x'.repeat(5000) }, /modern": its passphrase is wrong$/],
    [{ cert: 'certificate', key: 'modern', pass: Buffer.from([255]) }, /modern": its passphrase is not UTF-8 text$/],
    [
      { cert: 'certificate', key: 'other' },
      /^Cannot use TLSKey="\S+other": it is not the key of .* TLSCert="\S+certificate"$/,
    ],
    [{ cert: 'certificate', key: 'garbage' }, /^Cannot use TLSKey="\S+garbage": it holds no key in PEM form$/],
    [{ cert: 'certificate' }, /^Cannot use the key in TLSCert="\S+certificate": it holds no key in PEM form$/],
    [{ cert: 'garbage', key: 'key' }, /^Cannot use TLSCert="\S+garbage": it holds no certificate in PEM form$/],
  ];
  for (const [given, message, hint] of refused) {
    test(`clientCertificate() refuses ${JSON.stringify(given).slice(0, 80)}`, () => {
      assert.throws(
        () => shown(given),
        (error) => {
          assert.ok(error instanceof Failure && error.kind === 'config', String(error));
          assert.match(error.message, message);
          if (hint) assert.match(error.hint ?? '', hint);
          return true;
        },
      );
    });
  }

  test('clientCertificate() calls every wrong passphrase wrong, whatever it makes of the key', () => {
    for (let number = 0; number < 300; number += 1) {
      assert.throws(
        () => shown({ cert: 'certificate', key: 'older', pass: `wrong ${number}` }),
        /its passphrase is wrong$/,
      );
    }
  });
});
