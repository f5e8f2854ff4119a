/** Certificates and connections that Postfix would not offer, shown by a hub that takes everything: none gets a message. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import type { TlsOptions } from 'node:tls';
import { SMTPServer } from 'smtp-server';
import { type BrokenCertificates, type BrokenName, makeBrokenCertificates } from '../rig/broken-certificates.ts';
import { runProgram } from '../rig/program.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../rig/temporary.ts';

/** OpenSSL without its own demands. */
const careless = { ciphers: 'ALL:COMPLEMENTOFALL:@SECLEVEL=0', minVersion: 'TLSv1' } as const;

interface Wish {
  readonly shows: BrokenName;
  readonly tls?: TlsOptions;
  readonly lines?: readonly string[];
  readonly host?: string;
}

interface Trouble extends Wish {
  /** Behind "Cannot start TLS with mail hub …: ". */
  readonly why: RegExp;
  readonly remedy: RegExp;
}

/** What is presented stands behind every complaint about a certificate. */
const presented = String.raw`\(it is for \S.*; signed by "[^"]+"; valid from \S+ to \S+; SHA-256 \S+\)`;
const ofCertificate = (words: string) => new RegExp(`^${words} ${presented}$`);
const untilThen =
  /^The hub needs .*; until then TLSPin=sha256\/\/\S+ would trust this one, if whoever runs the hub says that it is its own$/;

const certificates: readonly Trouble[] = [
  {
    shows: 'weakKey',
    why: ofCertificate('its key is too short to be trusted: RSA, 1024 bits'),
    remedy: /^The hub needs another certificate, with a longer key$/,
  },
  {
    shows: 'weakestKey',
    why: /^there is no cipher that both sides use, or its key is too short for them \(.*handshake failure\)$/,
    remedy: /^The hub needs newer ciphers, or a certificate with a longer key$/,
  },
  {
    shows: 'sha1',
    why: ofCertificate('its certificate, or one behind it, is signed with .*SHA-1.*'),
    remedy: untilThen,
  },
  {
    shows: 'md5',
    why: ofCertificate('its certificate, or one behind it, is signed with MD5 .*'),
    remedy: untilThen,
  },
  { shows: 'forClients', why: ofCertificate('its certificate is not meant for servers'), remedy: untilThen },
  {
    shows: 'byNoAuthority',
    why: ofCertificate('its certificate is signed by one that may not sign others'),
    remedy: untilThen,
  },
  {
    shows: 'byWeakAuthority',
    why: ofCertificate("an authority's key behind its certificate is too short to be trusted"),
    remedy: untilThen,
  },
  {
    shows: 'byConstrained',
    why: ofCertificate('its certificate is signed by an authority that may not sign for this name'),
    remedy: untilThen,
  },
  {
    shows: 'byOneTooMany',
    why: ofCertificate('its certificate is signed by one that may not sign others'),
    remedy: untilThen,
  },
  {
    shows: 'unheardOf',
    why: ofCertificate('its certificate cannot be trusted: unhandled critical extension'),
    remedy: untilThen,
  },
  {
    shows: 'otherAddress',
    why: /^its certificate is for another name than 127\.0\.0\.1 \(it is for 192\.0\.2\.1; /,
    remedy: /^Set mailhub= to the name that whoever runs the hub gives you; the certificate holds 192\.0\.2\.1:\d+$/,
  },
  {
    shows: 'addressAsName',
    why: /^its certificate is for another name than 127\.0\.0\.1 \(it is for 127\.0\.0\.1 as a host name; /,
    remedy: /^Set mailhub= to the name that whoever runs the hub gives you$/,
  },
  {
    shows: 'onlyCommonName',
    why: /^its certificate is for another name than 127\.0\.0\.1 \(it is for localhost; /,
    remedy: /^Set mailhub= to the name that whoever runs the hub gives you$/,
  },
];

const connections: readonly (Trouble & { readonly what: string })[] = [
  ...(['TLSv1', 'TLSv1.1'] as const).map((maxVersion) => ({
    what: `${maxVersion} and nothing newer`,
    shows: 'good' as const,
    tls: { maxVersion },
    why: /^it speaks only versions of TLS older than TLSv1\.2 \(/,
    remedy: /^The hub needs TLS 1\.2 or newer: /,
  })),
  {
    what: 'TLSv1.2 where MinTLS asks for more',
    shows: 'good',
    tls: { maxVersion: 'TLSv1.2' },
    lines: ['MinTLS=TLSv1.3'],
    why: /^it speaks only versions of TLS older than TLSv1\.3 \(/,
    remedy: /^The hub needs TLS 1\.3, which MinTLS= demands$/,
  },
  {
    what: 'ciphers without encryption only',
    shows: 'good',
    tls: { maxVersion: 'TLSv1.2', ciphers: 'NULL-SHA256:@SECLEVEL=0' },
    why: /^there is no cipher that both sides use, /,
    remedy: /^The hub needs newer ciphers, or a certificate with a longer key$/,
  },
  {
    what: 'ciphers without certificates only',
    shows: 'good',
    tls: { maxVersion: 'TLSv1.2', ciphers: 'ADH-AES128-SHA:@SECLEVEL=0' },
    why: /^there is no cipher that both sides use, /,
    remedy: /^The hub needs newer ciphers, or a certificate with a longer key$/,
  },
  {
    what: 'none of TLSCiphers',
    shows: 'good',
    tls: { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-RSA-AES128-GCM-SHA256' },
    lines: ['TLSCiphers=ECDHE-RSA-AES256-GCM-SHA384'],
    why: /^it uses none of TLSCiphers= \(/,
    remedy: /^Remove TLSCiphers=: the ciphers that are used without it are safe$/,
  },
];

const isWithoutNamespace =
  spawnSync('unshare', ['-m', 'true']).status !== 0 && 'SKIPPED: namespaces need root on Linux';
const isWithoutOpenssl = spawnSync('openssl', ['version']).status !== 0 && 'SKIPPED: not installed: openssl';

describe('a hub that shows', { skip: isWithoutOpenssl }, () => {
  let directory: TemporaryDirectory;
  let made: BrokenCertificates;
  before(async () => {
    directory = await temporaryDirectory('broken');
    made = await makeBrokenCertificates(directory.path);
  });
  after(() => directory[Symbol.asyncDispose]());

  const send = async ({ shows, tls = {}, lines = [], host = '127.0.0.1' }: Wish) => {
    let messages = 0;
    const { certificate, key } = made.of(shows);
    const hub = new SMTPServer({
      ...careless,
      ...tls,
      secure: true,
      cert: await readFile(certificate),
      key: await readFile(key),
      disabledCommands: ['AUTH'],
      disableReverseLookup: true,
      onMailFrom(_address, _session, callback) {
        messages += 1;
        callback();
      },
    });
    hub.on('error', () => undefined);
    hub.listen(0, '127.0.0.1');
    await once(hub.server, 'listening');
    const address = hub.server.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    const settings = [`mailhub=${host}:${port}`, 'UseTLS=YES', `TLS_CA_File=${made.authority}`, 'Aliases=NO', ...lines];
    const outcome = await runProgram({
      words: ['b@y.example'],
      conf: [...settings, ''].join('\n'),
      files: { hosts: '127.0.0.1 mail.hub.test a.b.hub.test hub.test\n' },
      stdin: 'Subject: hi\n\nhello\n',
      ...(host.endsWith('.test') && {
        shell: `exec unshare -m bash -c 'mount --bind "$HOME/hosts" /etc/hosts; exec "$@"' bash "$@"`,
        environment: { PATH: process.env.PATH ?? '' },
      }),
    });
    await new Promise<void>((resolve) => hub.close(() => resolve()));
    return { ...outcome, messages };
  };

  const assertRefused = async ({ why, remedy, ...wish }: Trouble) => {
    const { status, stdout, stderr, deadLetter, messages } = await send(wish);
    assert.deepEqual({ status, stdout, messages }, { status: 76, stdout: '', messages: 0 }, stderr);
    const [line = '', hint = '', ...more] = stderr.split('\n');
    const told =
      /^sendmail: Cannot start TLS with mail hub \S+: (.*); the message is kept in \$HOME\/dead\.letter$/.exec(line);
    assert.match(told?.[1] ?? line, why);
    assert.match(hint.replace(/^sendmail: /, ''), remedy);
    assert.deepEqual(more, [''], 'one line and one hint');
    assert.doesNotMatch(stderr, /Node\.?js|deps\/openssl|UNSPECIFIED/, 'words for Node programmers');
    assert.match(deadLetter ?? '', /\nSubject: hi\n\nhello\n/);
  };

  const assertSent = async (wish: Wish) => {
    const { status, stderr, messages } = await send(wish);
    assert.deepEqual({ status, stderr, messages }, { status: 0, stderr: '', messages: 1 });
  };

  test('a certificate without a fault gets the message', () => assertSent({ shows: 'good' }));

  for (const trouble of certificates) {
    test(`the certificate ${trouble.shows} gets no message`, () => assertRefused(trouble));
  }

  for (const { what, ...trouble } of connections) {
    test(`${what} gets no message`, () => assertRefused(trouble));
  }

  for (const shows of [
    'sha1',
    'md5',
    'forClients',
    'byNoAuthority',
    'byConstrained',
    'byOneTooMany',
    'unheardOf',
  ] as const) {
    test(`the certificate ${shows} gets the message with the TLSPin that is proposed`, async () => {
      const { stderr } = await send({ shows });
      const pin = /until then (TLSPin=sha256\/\/\S+)/.exec(stderr)?.[1] ?? '';
      await assertSent({ shows, lines: [pin] });
    });
  }

  test('the certificate onlyCommonName gets the message under that name', () =>
    assertSent({ shows: 'onlyCommonName', host: 'localhost' }));

  for (const { host, isMatch } of [
    { host: 'mail.hub.test', isMatch: true },
    { host: 'a.b.hub.test', isMatch: false },
    { host: 'hub.test', isMatch: false },
  ]) {
    test(`a wildcard gets ${isMatch ? 'the' : 'no'} message as ${host}`, { skip: isWithoutNamespace }, () => {
      if (isMatch) return assertSent({ shows: 'wildcard', host });
      return assertRefused({
        shows: 'wildcard',
        host,
        why: new RegExp(String.raw`^its certificate is for another name than ${host} \(it is for \*\.hub\.test; `),
        remedy: /^Set mailhub= to the name that whoever runs the hub gives you$/,
      });
    });
  }
});
