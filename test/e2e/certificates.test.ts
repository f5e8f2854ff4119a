/** Whom the program believes: every kind of certificate a hub may show, and the one it may show itself. */

import assert from 'node:assert/strict';
import { createHash, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { TLSSocket } from 'node:tls';
import { closeSession, openSession } from '../../src/hub/session.ts';
import type { Tickets } from '../../src/hub/tickets.ts';
import { planWith } from '../hub/pieces.ts';
import { passphrase } from '../rig/certificates.ts';
import { missingForIpv6 } from '../rig/ports.ts';
import type { ServiceName } from '../rig/postfix-services.ts';
import { describeWithPostfix } from '../rig/suite.ts';

describeWithPostfix('a certificate', { alice: 'secret' }, (rig) => {
  const assertRefused = async (port: ServiceName, lines: readonly string[], why: RegExp, remedy = /TLS_CA_File=/) => {
    const { status, stdout, stderr, deadLetter } = await rig.send({ port, lines });
    assert.deepEqual({ status, stdout }, { status: 76, stdout: '' });
    const [line = '', hint, ...more] = stderr.split('\n');
    assert.match(line, /^sendmail: Cannot start TLS with mail hub 127\.0\.0\.1: .* certificate /);
    assert.match(line, why);
    assert.match(line, /; the message is kept in \$HOME\/dead\.letter$/);
    assert.match(hint ?? '', /^sendmail: [A-Z]/);
    assert.match(hint ?? '', remedy);
    assert.deepEqual(more, [''], 'one line and one hint');
    assert.doesNotMatch(stderr, /Node\.?js|OpenSSL|\n +at /i, 'words for Node programmers');
    assert.match(deadLetter ?? '', /\nSubject: hi\n\nhello\n/);
    assert.doesNotMatch(await rig.hub.log(), new RegExp(`postfix/${port}/.* mail=`), 'MAIL was sent');
  };

  /** What is expected, and what is shown; then the setting that would help. */
  for (const [port, why, remedy] of [
    [
      'expired',
      /its certificate has expired; it is 20\S+Z here \(it is for hub\.test, /,
      /TLSPin=sha256\/\/\S+ would trust/,
    ],
    [
      'expiredImplicit',
      /has expired; .* valid from \d{4}-\d\d-\d\d to \d{4}-\d\d-\d\d; SHA-256 ([0-9A-F]{2}:){31}/,
      /TLSPin=/,
    ],
    ['expiredIntermediate', /an authority's certificate behind its own has expired/, /TLSPin=/],
    ['notYetValid', /its certificate is not valid yet/, /clock/],
    [
      'wrongName',
      /another name than 127\.0\.0\.1 \(it is for somewhere\.else\.test; /,
      /^sendmail: Set mailhub= .* holds somewhere\.else\.test:\d+$/m,
    ],
    ['selfSigned', /its certificate is signed by an unknown authority: itself; only TLS_CA_File=/, /Set TLSPin=sha256/],
    [
      'missingIntermediate',
      /unknown authority: only .* signed by "ssmtp test missing-intermediate-authority"/,
      /TLS_CA_File= .*"ssmtp test missing-intermediate-authority"/,
    ],
    ['wrongPurpose', /its certificate is not meant for servers/, /another certificate/],
  ] as const) {
    rig.test(`${port}: the hub gets no message`, () => assertRefused(port, [], why, remedy));
  }

  rig.test('signed by an authority that the system does not know: refused', () =>
    assertRefused('onlyValid', ['TLS_CA_File='], /unknown authority/),
  );

  rig.test('signed by another authority than the one in TLS_CA_File: refused', () =>
    assertRefused('onlyValid', [`TLS_CA_File=${rig.hub.certificates.otherAuthority}`], /unknown authority/),
  );

  rig.test('the environment of Node.js does not switch verification off', async () => {
    const environment = { NODE_TLS_REJECT_UNAUTHORIZED: '0' };
    const { status } = await rig.send({ port: 'startTls', lines: ['TLS_CA_File='], environment });
    assert.equal(status, 76);
  });

  rig.test('TLS_CA_File with the right authority: accepted', async () => {
    for (const port of ['startTls', 'implicitTls'] as const) {
      assert.match((await rig.deliver({ port })).received, /using TLSv1\.3/);
    }
  });

  rig.test('TLS_CA_Dir with the right authority: accepted', () =>
    rig.deliver({ port: 'startTls', lines: ['TLS_CA_File=', `TLS_CA_Dir=${rig.hub.certificates.authorityDirectory}`] }),
  );

  const pinsOf = async (name: 'valid' | 'selfSigned') => {
    const { publicKey, raw } = new X509Certificate(await readFile(rig.hub.certificates[name].certificate));
    const sha256 = (octets: Buffer) => createHash('sha256').update(octets);
    const key = sha256(publicKey.export({ type: 'spki', format: 'der' })).digest('base64');
    const fingerprint = sha256(raw)
      .digest('hex')
      .toUpperCase()
      .replaceAll(/..(?!$)/g, '$&:');
    return { key: `TLSPin=sha256//${key}`, fingerprint: `TLSPin=${fingerprint}` };
  };

  rig.test('TLSPin: a public key, a fingerprint or a backup is enough, whatever authorities say', async () => {
    const { key, fingerprint } = await pinsOf('selfSigned');
    const other = (await pinsOf('valid')).key;
    for (const lines of [[key], [fingerprint], [other, key]]) {
      await rig.deliver({ port: 'selfSigned', lines: ['TLS_CA_File=', ...lines] });
    }
    await rig.deliver({ port: 'implicitTls', lines: [other] });
  });

  rig.test(
    'TLSPin: a hub that shows something else gets no login and no message, though its authority is known',
    async () => {
      const { key } = await pinsOf('selfSigned');
      const { key: shown } = await pinsOf('valid');
      for (const port of ['startTlsLogin', 'implicitTlsLogin'] as const) {
        const lines = [key, 'AuthUser=alice', 'AuthPass=secret'];
        const { status, stderr } = await rig.send({ port, lines });
        assert.equal(status, 76);
        assert.match(
          stderr,
          /^sendmail: Cannot trust mail hub 127\.0\.0\.1: no TLSPin= names what it shows \(its certificate is for hub\.test, .*; expected is .*\); /,
        );
        assert.ok(stderr.includes(`It shows ${shown.slice('TLSPin='.length)};`), stderr);
        assert.doesNotMatch(await rig.hub.log(), new RegExp(`postfix/${port}/.* (auth|mail)=`));
      }
    },
  );

  rig.test('MinTLS and TLSCiphers are kept', async () => {
    const { received } = await rig.deliver({
      port: 'startTls',
      lines: ['MinTLS=TLSv1.3', 'TLSCiphers=TLS_CHACHA20_POLY1305_SHA256'],
    });
    assert.match(received, /using TLSv1\.3 with cipher TLS_CHACHA20_POLY1305_SHA256/);
    const { status, stderr } = await rig.send({ port: 'startTls', lines: ['TLSCiphers=NONSENSE'] });
    assert.equal(status, 78);
    assert.match(stderr, /^sendmail: Cannot use TLSCiphers="NONSENSE": /);
  });

  rig.test('TLS_CA_File may name a self-signed certificate itself', () =>
    rig.deliver({ port: 'selfSigned', lines: [`TLS_CA_File=${rig.hub.certificates.selfSigned.certificate}`] }),
  );

  rig.test('the name localhost stands in the certificate: accepted', () =>
    rig.deliver({ port: 'startTls', lines: [`mailhub=localhost:${rig.hub.ports.startTls}`] }),
  );

  rig.test(
    'a hub at an IPv6 address: accepted',
    async () => {
      const { received } = await rig.deliver({ port: 'startTlsIpv6', lines: ['AuthUser=alice', 'AuthPass=secret'] });
      assert.match(received, /\[IPv6:::1\]/);
    },
    missingForIpv6,
  );

  rig.test('a client certificate with its key in TLSKey: accepted', async () => {
    const { certificate, key } = rig.hub.certificates.client;
    const lines = ['UseTLSCert=YES', `TLSCert=${certificate}`, `TLSKey=${key}`];
    const { received } = await rig.deliver({ port: 'clientCertificateNeeded', lines });
    assert.match(received, /\(Client CN "ssmtp test client", .*\(verified OK\)\)/);
  });

  rig.test('a client certificate with its key in the same file: accepted', async () => {
    const { certificate, key } = rig.hub.certificates.client;
    const files = { 'both.pem': (await readFile(certificate, 'utf8')) + (await readFile(key, 'utf8')) };
    const lines = ['UseTLSCert=YES', 'TLSCert=$HOME/both.pem'];
    await rig.deliver({ port: 'clientCertificateNeeded', lines, files });
  });

  const encrypted = (index: number) => {
    const { certificate } = rig.hub.certificates.client;
    return ['UseTLSCert=YES', `TLSCert=${certificate}`, `TLSKey=${rig.hub.certificates.encryptedKeys[index]}`];
  };
  const written = Buffer.from(passphrase).toString('latin1');
  for (const [how, lines, more] of [
    ['TLSKeyPass', [`TLSKeyPass=${written}`], {}],
    ['TLSKeyPassFile', ['TLSKeyPassFile=$HOME/passphrase'], { files: { passphrase: `${written}\n` } }],
    ['TLSKeyPassCommand', [`TLSKeyPassCommand=/bin/echo '${written}'`], {}],
    ['SSMTP_TLSKEYPASS', [], { environment: { SSMTP_TLSKEYPASS: passphrase } }],
    [
      'SSMTP_TLSKEYPASS_FILE',
      [],
      {
        files: { passphrase: `${written}\n` },
        shell: 'export SSMTP_TLSKEYPASS_FILE="$HOME/passphrase"; exec "$@"',
      },
    ],
    [
      'a credential of systemd',
      [],
      { files: { 'ssmtp.tlskeypass': written }, shell: 'export CREDENTIALS_DIRECTORY="$HOME"; exec "$@"' },
    ],
  ] as const) {
    rig.test(`an encrypted key, its passphrase in ${how}: accepted`, async () => {
      for (const index of [0, 1]) {
        const { received } = await rig.deliver({
          port: 'clientCertificateNeeded',
          lines: [...encrypted(index), ...lines],
          ...more,
        });
        assert.match(received, /\(Client CN "ssmtp test client", .*\(verified OK\)\)/);
      }
    });
  }

  for (const [what, lines, why, hint] of [
    ['no', [], /^sendmail: Cannot use TLSKey="\S+": it is encrypted, and there is no passphrase; /, /TLSKeyPassFile=/],
    ['a wrong', ['TLSKeyPass=unheard-of'], /^sendmail: Cannot use TLSKey="\S+": its passphrase is wrong; /, /^$/],
  ] as const) {
    rig.test(`an encrypted key with ${what} passphrase: said when mail is sent, and by --check`, async () => {
      const all = [...encrypted(0), ...lines];
      const { status, stderr, deadLetter } = await rig.send({ port: 'clientCertificateNeeded', lines: all });
      assert.equal(status, 78);
      const [first = '', second = ''] = stderr.split('\n');
      assert.match(first, why);
      assert.match(second, hint);
      assert.match(deadLetter ?? '', /\nhello\n/);
      const checked = await rig.send({ port: 'clientCertificateNeeded', lines: all, words: ['--check'] });
      assert.equal(checked.status, 2);
      assert.match(checked.stdout, / FAIL {2}certificate /);
      assert.match(checked.stdout, / TLSKeyPass {10}(\*{8}|\(not set)/);
    });
  }

  rig.test('the passphrase is in no dialogue, explanation or report', async () => {
    const lines = [...encrypted(0), `TLSKeyPass=${written}`, 'Debug=YES', 'Log=file', 'LogFile=$HOME/log'];
    const at = rig.newRecipient();
    for (const words of [
      ['-v', '-X', '$HOME/dialogue', at],
      ['--check'],
      ['--check', '--json'],
      ['--explain', at],
      ['--probe'],
    ]) {
      const { status, stderr } = await rig.send({ port: 'clientCertificateNeeded', lines, words });
      assert.equal(status, 0, `${words}: ${stderr}`);
    }
  });

  rig.test('a session begins with what the one before has left, as Postfix has it', async () => {
    const { ports, certificates } = rig.hub;
    const { certificate: cert, key } = certificates.client;
    for (const [port, tls, client] of [
      ['startTls', 'starttls', {}],
      ['implicitTls', 'implicit', {}],
      ['clientCertificateNeeded', 'starttls', { cert, key }],
    ] as const) {
      const files = { ca: certificates.authority, caDir: undefined, cert: undefined, key: undefined, ...client };
      const plan = planWith({ port: ports[port], tls, tlsFiles: files });
      const tickets: Tickets = new Map();
      const begun: boolean[] = [];
      for (const _ of [1, 2, 3]) {
        const session = await openSession(plan, () => undefined, { tickets });
        const { _socket: socket } = session.connection;
        begun.push(socket instanceof TLSSocket && socket.isSessionReused());
        await closeSession(session);
      }
      assert.deepEqual(begun, [false, true, true], port);
    }
  });

  rig.test('a hub that needs a client certificate and gets none says so', async () => {
    const { status, stderr } = await rig.send({ port: 'clientCertificateNeeded' });
    assert.equal(status, 75);
    assert.match(stderr, /: 421 4\.7\.1 hub\.test Error: No client certificate presented; /);
  });

  rig.test('a client certificate that cannot be read is named', async () => {
    const lines = ['UseTLSCert=YES', 'TLSCert=/nowhere.pem'];
    const { status, stderr } = await rig.send({ port: 'startTls', lines });
    assert.equal(status, 78);
    assert.match(stderr, /^sendmail: Cannot read TLSCert="\/nowhere\.pem": no such file/);
  });

  rig.test('UseSTARTTLS=YES at a hub without STARTTLS: no message in clear text', async () => {
    const { status, stderr } = await rig.send({ port: 'plain', lines: ['UseSTARTTLS=YES'] });
    assert.equal(status, 76);
    assert.match(stderr, /^sendmail: Cannot start TLS with mail hub 127\.0\.0\.1: /);
    assert.doesNotMatch(await rig.hub.log(), /postfix\/plain\/.* mail=/);
  });

  rig.test('UseTLS=YES at a port that speaks first in clear text: an error soon, not a hang', async () => {
    const { status, stderr } = await rig.send({ port: 'startTls', lines: ['UseSTARTTLS=NO', 'UseTLS=YES'] });
    assert.equal(status, 76);
    assert.match(stderr, /^sendmail: Cannot start TLS with mail hub 127\.0\.0\.1: .*\n(sendmail: .*UseSTARTTLS.*\n)?$/);
  });
});
