/** openSession: a TLS session begins with what an earlier one has left, where the hub was verified and is trusted for the same reasons. */

import assert from 'node:assert/strict';
import { createHash, X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { demoCertificates } from '../../scripts/demo-certificate.ts';
import type { Pin } from '../../src/config/types.ts';
import { courier } from '../../src/delivery/courier.ts';
import type { Plan } from '../../src/hub/plan.ts';
import { closeSession, openSession } from '../../src/hub/session.ts';
import { resumptionFor, type Tickets, trustOf } from '../../src/hub/tickets.ts';
import { tlsOptions } from '../../src/hub/tls.ts';
import { hubLine } from '../../src/submit/hub-line.ts';
import { letterTo, loginWith, planWith } from './pieces.ts';
import { type Scene, scriptedPeer, type Talk } from './scripted-peer.ts';

const { authority, server } = demoCertificates();
const leaf = new X509Certificate(server.certificate);
const quiet = () => undefined;
const versions = ['TLSv1.2', 'TLSv1.3'] as const;
let directory = '';
const at = (name: string) => join(directory, name);

before(() => {
  directory = mkdtempSync(join(tmpdir(), 'ssmtp-test-tickets-'));
  for (const name of ['authority.pem', 'same.pem']) writeFileSync(at(name), authority.certificate);
  writeFileSync(at('other.pem'), demoCertificates().authority.certificate);
  writeFileSync(at('client.pem'), server.certificate + server.key);
});

after(() => rmSync(directory, { recursive: true }));

function filesWith(changes: Partial<Plan['tlsFiles']> = {}): Plan['tlsFiles'] {
  return { ca: at('authority.pem'), caDir: undefined, cert: undefined, key: undefined, ...changes };
}

function planTo(port: number, changes: Partial<Plan> = {}): Plan {
  return planWith({ port, tls: 'implicit', tlsFiles: filesWith(), ...changes });
}

const pinned: Pin = { of: 'certificate', digest: createHash('sha256').update(leaf.raw).digest() };
const wrong: Pin = { of: 'certificate', digest: Buffer.alloc(32) };

/** Answers to whatever is said, until the client takes its leave. */
function hub(
  tls: Plan['tls'],
  login: (talk: Talk, words: readonly string[]) => Promise<void> = async () => undefined,
): Scene {
  return async (talk) => {
    if (tls === 'implicit') await talk.startTls();
    talk.say('220 hub');
    for (;;) {
      const words = (await talk.line()).split(' ');
      if (words[0] === 'QUIT') return;
      if (words[0] === 'EHLO') talk.say('250-hub', '250-STARTTLS', '250 AUTH SCRAM-SHA-256-PLUS');
      else if (words[0] === 'STARTTLS') {
        talk.say('220 go');
        await talk.startTls();
      } else if (words[0] === 'AUTH') await login(talk, words);
      else if (words[0] === 'DATA') {
        talk.say('354 go');
        await talk.content();
        talk.say('250 taken');
      } else talk.say('250 ok');
    }
  };
}

/** Opens and closes one session for each plan, one after the other. Gives the kinds of what went wrong. */
async function visit(plans: readonly Plan[], tickets: Tickets): Promise<string[]> {
  const failures: string[] = [];
  for (const plan of plans) {
    try {
      await closeSession(await openSession(plan, quiet, { tickets }));
    } catch (error) {
      failures.push(error instanceof Error && 'kind' in error ? String(error.kind) : String(error));
    }
  }
  return failures;
}

describe('openSession() with tickets', { timeout: 60_000 }, () => {
  for (const maxVersion of versions) {
    for (const tls of ['starttls', 'implicit'] as const) {
      test(`a courier's later sessions, and other couriers', begin with a ticket (${tls}, ${maxVersion})`, async () => {
        await using peer = await scriptedPeer(hub(tls), { ...server, maxVersion });
        const tickets: Tickets = new Map();
        for (const name of 'bcd') {
          const by = courier(tickets, { sessions: 1, messages: 1000 });
          const { accepted } = await by.deliver(letterTo(`${name}@y.example`), planTo(peer.port, { tls }), quiet);
          assert.equal(accepted.length, 1);
          await by.close();
        }
        await peer.played();
        assert.deepEqual(peer.resumed(), [false, true, true]);
      });
    }

    test(`hubLine() begins its next session with a ticket (${maxVersion})`, async () => {
      await using peer = await scriptedPeer(hub('implicit'), { ...server, maxVersion });
      const line = hubLine();
      const offer = {
        sender: '',
        size: undefined,
        isEightBit: false,
        isInternational: false,
        notification: [],
      } as const;
      // Another way, as for another account, so that the session is not the same.
      for (const discarded of [[], ['SIZE'], []]) await line.begin(planTo(peer.port, { discarded }), offer, quiet);
      await line.close();
      await peer.played();
      assert.deepEqual(peer.resumed(), [false, true, true]);
    });

    test(`a pin is checked, and holds, where a session begins with a ticket (${maxVersion})`, async () => {
      await using peer = await scriptedPeer(hub('implicit'), { ...server, maxVersion });
      const plan = planTo(peer.port, { pins: [pinned] });
      assert.deepEqual(await visit([plan, plan], new Map()), []);
      assert.deepEqual(peer.resumed(), [false, true]);
    });

    for (const [what, changes] of [
      ['whose pin is another', () => ({ pins: [wrong] })],
      ['of an unknown authority', () => ({ tlsFiles: filesWith({ ca: at('other.pem') }) })],
    ] as const) {
      test(`nothing is kept of a hub ${what} (${maxVersion})`, async () => {
        await using peer = await scriptedPeer(hub('implicit'), { ...server, maxVersion });
        const plan = planTo(peer.port, changes());
        const tickets: Tickets = new Map();
        assert.deepEqual(await visit([plan, plan], tickets), ['protocol', 'protocol']);
        assert.equal(tickets.size, 0);
        assert.ok(!peer.resumed().includes(true));
      });
    }

    test(`what one trust has left is not used for another (${maxVersion})`, async () => {
      await using peer = await scriptedPeer(hub('implicit'), { ...server, maxVersion });
      const tickets: Tickets = new Map();
      const good = planTo(peer.port);
      const stranger = planTo(peer.port, { tlsFiles: filesWith({ ca: at('other.pem') }) });
      // node:tls would believe a ticket whatever the name: the certificate is not for this one.
      const misnamed = planTo(peer.port, { host: 'localhost', addressFamily: 4 });
      assert.deepEqual(await visit([good, stranger, misnamed, planTo(peer.port, { pins: [wrong] })], tickets), [
        'protocol',
        'protocol',
        'protocol',
      ]);
      assert.ok(!peer.resumed().includes(true));
      assert.deepEqual(await visit([good], tickets), []);
      assert.equal(peer.resumed().at(-1), true);
    });

    test(`a login is bound to a session that begins with a ticket (${maxVersion})`, async () => {
      const bindings: boolean[] = [];
      const login = async (talk: Talk, [, , first = '']: readonly string[]) => {
        const nonce = /r=(.*)/.exec(Buffer.from(first, 'base64').toString())?.[1];
        talk.say(`334 ${Buffer.from(`r=${nonce}hub,s=c2FsdA==,i=4096`).toString('base64')}`);
        const said = /^c=([^,]*)/.exec(Buffer.from(await talk.line(), 'base64').toString())?.[1] ?? '';
        const [name, data] =
          maxVersion === 'TLSv1.3'
            ? ['tls-exporter', talk.exporter()]
            : ['tls-server-end-point', createHash('sha256').update(leaf.raw).digest()];
        bindings.push(Buffer.from(said, 'base64').equals(Buffer.concat([Buffer.from(`p=${name},,`), data])));
        talk.say('535 enough');
      };
      await using peer = await scriptedPeer(hub('implicit', login), { ...server, maxVersion });
      const plan = planTo(peer.port, { login: loginWith() });
      assert.deepEqual(await visit([plan, plan], new Map()), ['login', 'login']);
      assert.deepEqual(
        [peer.resumed(), bindings],
        [
          [false, true],
          [true, true],
        ],
      );
    });

    test(`a hub that hangs up on a ticket is asked without (${maxVersion})`, async () => {
      let count = 0;
      const scene = hub('implicit');
      await using peer = await scriptedPeer(
        async (talk) => {
          count += 1;
          if (count === 2) {
            await talk.anything();
            return talk.reset();
          }
          await scene(talk);
        },
        { ...server, maxVersion },
      );
      assert.deepEqual(await visit([planTo(peer.port), planTo(peer.port)], new Map()), []);
      assert.deepEqual([count, peer.resumed()], [3, [false, false]]);
    });
  }
});

describe('trustOf()', () => {
  const trust = (changes: Partial<Plan>) => {
    const plan = planTo(465, changes);
    return trustOf(plan, tlsOptions(plan));
  };

  test('trustOf() is the same for the same', () => {
    assert.equal(trust({ login: loginWith(), commandTimeout: 1 }), trust({}));
  });

  const others: readonly [string, () => Partial<Plan>][] = [
    ['name', () => ({ host: 'hub.example' })],
    ['port', () => ({ port: 587 })],
    ['beginning', () => ({ tls: 'starttls' })],
    ['oldest version', () => ({ minTls: 'TLSv1.3' })],
    ['choice of ciphers', () => ({ ciphers: 'ECDHE+AESGCM' })],
    ['pin', () => ({ pins: [pinned] })],
    ['authority', () => ({ tlsFiles: filesWith({ ca: at('other.pem') }) })],
    ["authority's file", () => ({ tlsFiles: filesWith({ ca: at('same.pem') }) })],
    ['client certificate', () => ({ tlsFiles: filesWith({ cert: at('client.pem') }) })],
  ];
  for (const [what, changes] of others) {
    test(`trustOf() is another for another ${what}`, () => assert.notEqual(trust(changes()), trust({})));
  }

  test('trustOf() is another when the file of authorities is', () => {
    const ca = at('changing.pem');
    const found = [authority.certificate, demoCertificates().authority.certificate].map((text) => {
      writeFileSync(ca, text);
      return trust({ tlsFiles: filesWith({ ca }) });
    });
    assert.notEqual(found[0], found[1]);
  });
});

describe('resumptionFor()', () => {
  const [session, later, certificate] = ['session', 'later', 'certificate'].map((text) => Buffer.from(text));
  assert.ok(session && later && certificate);

  test('resumptionFor() keeps what the hub has left when it is verified, and no sooner', () => {
    const tickets: Tickets = new Map();
    const resumption = resumptionFor(tickets, 'hub');
    resumption.left(session);
    assert.equal(tickets.size, 0);
    resumption.verified(certificate);
    assert.equal(tickets.get('hub')?.session, session);
    resumption.left(later);
    assert.equal(tickets.get('hub')?.session, later);
  });

  test('resumptionFor() gives no ticket whose hub was verified an hour ago, however often it was renewed', () => {
    const tickets: Tickets = new Map([['hub', { session, certificate, age: () => 3_599_999 }]]);
    const resumption = resumptionFor(tickets, 'hub');
    assert.equal(resumption.ticket?.session, session);
    resumption.verified(certificate);
    resumption.left(later);
    assert.equal(tickets.get('hub')?.age(), 3_599_999);
    tickets.set('hub', { session, certificate, age: () => 3_600_000 });
    assert.equal(resumptionFor(tickets, 'hub').ticket, undefined);
  });
});
