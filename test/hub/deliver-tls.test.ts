/** deliver: TLS from the start and by STARTTLS, and what is not believed. */

import assert from 'node:assert/strict';
import { createHash, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { demoCertificates } from '../../scripts/demo-certificate.ts';
import type { Plan } from '../../src/hub/plan.ts';
import { openSession } from '../../src/hub/session.ts';
import { deliverInVain, deliverTo, greeting, letterTo, loginWith, planWith } from './pieces.ts';
import { type PeerCertificate, scriptedPeer } from './scripted-peer.ts';

/** For 127.0.0.1. */
const { authority, server }: { readonly authority: PeerCertificate; readonly server: PeerCertificate } =
  demoCertificates();
/** It signed nobody here. */
const other = demoCertificates().server;
let directory = '';

before(() => {
  directory = mkdtempSync(join(tmpdir(), 'ssmtp-test-tls-'));
  writeFileSync(join(directory, 'authority.pem'), authority.certificate);
  writeFileSync(join(directory, 'other.pem'), other.certificate);
});

after(() => rmSync(directory, { recursive: true }));

function planWithTls(tls: Plan['tls'], authorityFile = 'authority.pem'): Partial<Plan> {
  const ca = join(directory, authorityFile);
  return { tls, tlsFiles: { ca, caDir: undefined, cert: undefined, key: undefined } };
}

function pinOf({ certificate }: PeerCertificate): Plan['pins'][number] {
  const key = new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'der' });
  return { of: 'public key', digest: createHash('sha256').update(key).digest() };
}

const startTls = [
  'S: 220 hub',
  'C: EHLO box.example.org',
  'S: 250-hub',
  'S: 250-XCLEAR',
  'S: 250 STARTTLS',
  'C: STARTTLS',
];
const secured = ['C: EHLO box.example.org', 'S: 250-hub', 'S: 250 AUTH PLAIN'];
const login = { login: loginWith() };
const authenticated = ['C: AUTH PLAIN AG1lAHNlY3JldC13b3Jk', 'S: 235 ok'];
const transaction = [
  'C: MAIL…',
  'S: 250 ok',
  'C: RCPT…',
  'S: 250 ok',
  'C: DATA',
  'S: 354 go',
  'C: <content>',
  'S: 250 queued',
  'C: QUIT',
];

describe('deliver() with TLS', { timeout: 60_000 }, () => {
  test('deliver() starts TLS, asks again what the hub can do, logs in and sends', async () => {
    const dialogue = [...startTls, 'S: 220 go', 'S: <tls>', ...secured, ...authenticated, ...transaction];
    await using peer = await scriptedPeer(dialogue, server);
    const { delivery } = await deliverTo(peer, letterTo('b@y.example'), { ...planWithTls('starttls'), ...login });
    await peer.played();
    assert.deepEqual(delivery?.accepted, ['b@y.example']);
  });

  test('deliver() speaks TLS from the start', async () => {
    const dialogue = ['S: <tls>', 'S: 220 hub', ...secured, ...authenticated, ...transaction];
    await using peer = await scriptedPeer(dialogue, server);
    const { delivery } = await deliverTo(peer, letterTo('b@y.example'), { ...planWithTls('implicit'), ...login });
    await peer.played();
    assert.deepEqual(delivery?.accepted, ['b@y.example']);
  });

  const injections: readonly { readonly what: string; readonly plaintext: string }[] = [
    { what: 'a reply', plaintext: '220 go\r\n250-evil\r\n250 AUTH LOGIN PLAIN CRAM-MD5\r\n' },
    { what: 'half a line', plaintext: '220 go\r\n250-AUTH LOG' },
    { what: 'many replies', plaintext: `220 go\r\n${'250 ok\r\n'.repeat(20)}` },
  ];
  for (const { what, plaintext } of injections) {
    test(`deliver() gives up a hub that says ${what} in clear text behind the go-ahead of STARTTLS`, async () => {
      await using peer = await scriptedPeer(async (talk) => {
        talk.say('220 hub');
        await talk.line();
        talk.say('250-hub', '250 STARTTLS');
        await talk.line();
        talk.sayRaw(plaintext);
        await talk.gone();
      }, server);
      const plan = { ...planWithTls('starttls'), ...login };
      const { failure } = await deliverTo(peer, letterTo('b@y.example'), plan);
      await peer.played();
      const message = 'Cannot start TLS with mail hub 127.0.0.1: it says more than it was asked before TLS begins';
      assert.deepEqual([failure?.kind, failure?.message], ['protocol', message]);
      assert.match(peer.heard(), /STARTTLS\r\n$/, 'not even TLS begins');
    });
  }

  test('deliver() does not believe half a reply that came in clear text, nor wait for the rest for ever', async (context) => {
    const dialogue = [...startTls, 'S: 220 go', 'S: 250-evil', 'S: 250-AUTH LOGIN', 'C: <gone>'];
    await using peer = await scriptedPeer(dialogue, server);
    const { failure } = await deliverInVain(context, peer, letterTo('b@y.example'), {
      ...planWithTls('starttls'),
      ...login,
    });
    // nodemailer waits for the end of the reply before it starts TLS.
    assert.match(failure?.message ?? '', /^Cannot start TLS .*: no answer/);
    assert.doesNotMatch(peer.heard(), /AUTH|MAIL/);
  });

  const refusals: readonly { readonly what: string; readonly dialogue: readonly string[]; readonly message: RegExp }[] =
    [
      {
        what: 'does not offer STARTTLS',
        dialogue: [...greeting, 'S: 250 hub', 'C: STARTTLS', 'S: 502 what?', 'C: <gone>'],
        message: /: 502 what\?$/,
      },
      { what: 'does not know EHLO', dialogue: [...greeting, 'S: 502 what?', 'C: <gone>'], message: /: 502 what\?$/ },
      { what: 'refuses STARTTLS', dialogue: [...startTls, 'S: 554 no', 'C: <gone>'], message: /: 554 no$/ },
    ];
  for (const { what, dialogue, message } of refusals) {
    test(`deliver() never goes on in clear text with a hub that ${what}`, async () => {
      await using peer = await scriptedPeer(dialogue, server);
      const { failure } = await deliverTo(peer, letterTo('b@y.example'), { ...planWithTls('starttls'), ...login });
      await peer.played();
      assert.equal(failure?.kind, 'protocol');
      assert.match(failure?.message ?? '', message);
      assert.doesNotMatch(peer.heard(), /AUTH|MAIL/);
    });
  }

  for (const tls of ['starttls', 'implicit'] as const) {
    const before = tls === 'starttls' ? [...startTls, 'S: 220 go'] : [];

    const strangers: readonly {
      readonly what: string;
      readonly plan: () => Partial<Plan>;
      readonly message: RegExp;
      readonly hint: RegExp;
    }[] = [
      {
        what: 'of an authority that is not named',
        plan: () => planWithTls(tls, 'other.pem'),
        message: /signed by an unknown authority/,
        hint: /TLS_CA_File=/,
      },
      {
        what: 'of an authority that the system does not know',
        plan: () => ({ tls }),
        message: /signed by an unknown authority/,
        hint: /TLS_CA_File=/,
      },
      {
        what: 'for another name',
        plan: () => ({ ...planWithTls(tls), host: 'localhost' }),
        message: /is for another name/,
        hint: /mailhub=/,
      },
    ];
    for (const { what, plan, message, hint } of strangers) {
      test(`deliver() with ${tls} refuses a certificate ${what}`, async () => {
        await using peer = await scriptedPeer([...before, 'S: <tls>', 'C: <gone>'], server);
        const { failure } = await deliverTo(peer, letterTo('b@y.example'), { addressFamily: 4, ...login, ...plan() });
        assert.equal(failure?.kind, 'protocol');
        assert.match(failure?.message ?? '', message);
        assert.match(failure?.hint ?? '', hint);
        assert.doesNotMatch(peer.heard(), /AUTH|MAIL/);
      });
    }

    test(`deliver() with ${tls} refuses them whatever NODE_TLS_REJECT_UNAUTHORIZED says`, async (context) => {
      process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
      context.mock.method(process, 'emitWarning', () => undefined); // Node warns of the variable.
      context.after(() => {
        delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
      });
      await using peer = await scriptedPeer([...before, 'S: <tls>', 'C: <gone>'], server);
      const { failure } = await deliverTo(peer, letterTo('b@y.example'), planWithTls(tls, 'other.pem'));
      assert.match(failure?.message ?? '', /signed by an unknown authority/);
    });

    test(`deliver() with ${tls} says so when the hub answers in clear text`, async () => {
      await using peer = await scriptedPeer([...before, 'C: <anything>', 'S: 220 no TLS here', 'C: <gone>']);
      const { failure } = await deliverTo(peer, letterTo('b@y.example'), planWithTls(tls));
      assert.equal(failure?.kind, 'protocol');
      assert.match(failure?.message ?? '', /^Cannot start TLS with mail hub 127\.0\.0\.1: \S/);
    });

    for (const end of ['S: <close>', 'S: <reset>']) {
      test(`deliver() with ${tls} makes protocol of ${end} in the handshake`, async () => {
        await using peer = await scriptedPeer([...before, 'C: <anything>', end]);
        const { failure } = await deliverTo(peer, letterTo('b@y.example'), planWithTls(tls));
        assert.equal(failure?.kind, 'protocol');
        assert.match(failure?.message ?? '', /^Cannot start TLS with mail hub 127\.0\.0\.1: \S/);
      });
    }

    test(`deliver() with ${tls} does not wait longer than CommandTimeout for the handshake`, async (context) => {
      await using peer = await scriptedPeer([...before, 'C: <gone>']);
      const { failure } = await deliverInVain(context, peer, letterTo('b@y.example'), planWithTls(tls));
      assert.equal(failure?.kind, 'protocol');
      assert.match(failure?.message ?? '', /^Cannot start TLS with mail hub 127\.0\.0\.1: no answer within 5 s$/);
    });
  }

  // What begins so is the client's first message of SCRAM (RFC 5802 §7) with the name of the channel binding.
  const bound = (name: string) => Buffer.from(`p=${name},,`).toString('base64').replace(/=*$/, '').slice(0, -1);
  for (const [maxVersion, name] of [
    ['TLSv1.2', 'tls-server-end-point'],
    ['TLSv1.3', 'tls-exporter'],
  ] as const) {
    for (const isPinned of [false, true]) {
      test(`deliver() binds its login to ${maxVersion}${isPinned ? ' when the key is pinned' : ''}`, async () => {
        const offer = ['C: EHLO…', 'S: 250-hub', 'S: 250 AUTH SCRAM-SHA-256-PLUS SCRAM-SHA-256'];
        const attempt = [`C: AUTH SCRAM-SHA-256-PLUS ${bound(name)}…`, 'S: 535 5.7.8 enough', 'C: QUIT'];
        await using peer = await scriptedPeer(['S: <tls>', 'S: 220 hub', ...offer, ...attempt], {
          ...server,
          maxVersion,
        });
        const pins = isPinned ? [pinOf(server)] : [];
        const { failure } = await deliverTo(peer, letterTo('b@y.example'), {
          ...planWithTls('implicit'),
          ...login,
          pins,
        });
        await peer.played();
        assert.equal(failure?.kind, 'login');
      });
    }
  }

  for (const [what, after] of [
    ['closed', ['S: <close>']],
    ['refused', ['S: 554 no', 'C: <gone>']],
  ] as const) {
    test(`deliver() with implicit TLS makes unavailable of a connection ${what} at the greeting`, async () => {
      await using peer = await scriptedPeer(['S: <tls>', ...after], server);
      const { failure } = await deliverTo(peer, letterTo('b@y.example'), planWithTls('implicit'));
      assert.equal(failure?.kind, 'unavailable');
    });
  }
});

test('openSession() names the hub without the dot that may end its name (RFC 6066 §3)', async () => {
  await using peer = await scriptedPeer(['C: <anything>', 'S: <close>']);
  const toPeer = async () => {
    const socket = connect(peer.port, '127.0.0.1');
    await once(socket, 'connect');
    return socket;
  };
  const plan = planWith({ host: 'mail.example.', port: peer.port, tls: 'implicit' });
  await assert.rejects(openSession(plan, () => undefined, { connect: toPeer }));
  // Its type, and its length in two octets.
  assert.ok(peer.heard().includes('\0\0\x0cmail.example'));
  assert.ok(!peer.heard().includes('mail.example.'));
});
