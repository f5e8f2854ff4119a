/** deliver: how often a message waits for the hub, which is what distance costs; counted in a scripted hub's turns. */

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { demoCertificates } from '../../scripts/demo-certificate.ts';
import type { Plan } from '../../src/hub/plan.ts';
import { deliverTo, greeting, letterTo, loginWith } from './pieces.ts';
import { scriptedPeer } from './scripted-peer.ts';

const { authority, server } = demoCertificates();
let directory = '';

before(() => {
  directory = mkdtempSync(join(tmpdir(), 'ssmtp-test-trips-'));
  writeFileSync(join(directory, 'authority.pem'), authority.certificate);
});

after(() => rmSync(directory, { recursive: true }));

/** What the client does not wait for costs nothing: with the first octets come TCP's handshake, and one of TLS 1.3. */
function roundTrips(turns: readonly string[], tls: Plan['tls']): number {
  const handshakes = tls === 'none' ? 1 : 2;
  const welcome = 1;
  return handshakes + welcome + turns.filter((turn) => turn !== 'QUIT\r\n').length;
}

interface Way {
  readonly what: string;
  readonly tls: Plan['tls'];
  readonly login?: Plan['login'];
  readonly beginning: readonly string[];
  /** With DATA. */
  readonly trips: number;
}

const cram = ['C: AUTH CRAM-MD5', 'S: 334 PDFAaHViPg==', 'C: …', 'S: 235 ok'];
const plain = ['C: AUTH PLAIN …', 'S: 235 ok'];

function hello(...keywords: string[]): string[] {
  return ['C: EHLO box.example.org', 'S: 250-hub', ...keywords.map((word) => `S: 250-${word}`), 'S: 250 HELP'];
}

function ways(extensions: readonly string[]): Way[] {
  const open = hello(...extensions);
  const toLogIn = hello(...extensions, 'AUTH CRAM-MD5', 'AUTH PLAIN');
  const startTls = [...greeting, 'S: 250-hub', 'S: 250 STARTTLS', 'C: STARTTLS', 'S: 220 go', 'S: <tls>'];
  const implicit = ['S: <tls>', 'S: 220 hub'];
  const byCram = loginWith({ method: 'CRAM-MD5' });
  return [
    { what: 'in clear', tls: 'none', beginning: ['S: 220 hub', ...open], trips: 5 },
    {
      what: 'STARTTLS and CRAM-MD5',
      tls: 'starttls',
      login: byCram,
      beginning: [...startTls, ...toLogIn, ...cram],
      trips: 10,
    },
    {
      what: 'STARTTLS and PLAIN',
      tls: 'starttls',
      login: loginWith({ method: 'PLAIN' }),
      beginning: [...startTls, ...toLogIn, ...plain],
      trips: 9,
    },
    {
      what: 'TLS and CRAM-MD5',
      tls: 'implicit',
      login: byCram,
      beginning: [...implicit, ...toLogIn, ...cram],
      trips: 8,
    },
    {
      what: 'TLS and PLAIN',
      tls: 'implicit',
      login: loginWith({ method: 'PLAIN' }),
      beginning: [...implicit, ...toLogIn, ...plain],
      trips: 7,
    },
  ];
}

describe('deliver() over a distance', { timeout: 60_000 }, () => {
  for (const count of [1, 100]) {
    const names = Array.from({ length: count }, (_each, index) => `b${index}@y.example`);
    const envelope = ['C: MAIL…', ...names.map((name) => `C: RCPT TO:<${name}>`)];
    const answers = ['S: 250 ok', ...names.map(() => 'S: 250 ok')];
    const byData = [...envelope, 'C: DATA', ...answers, 'S: 354 go', 'C: <content>', 'S: 250 queued', 'C: QUIT'];
    const byChunk = [...envelope, 'C: BDAT…', ...answers, 'S: 250 queued', 'C: QUIT'];
    const transactions = [
      { extensions: ['PIPELINING'], transaction: byData, saved: 0 },
      { extensions: ['PIPELINING', 'CHUNKING'], transaction: byChunk, saved: 1 },
    ];
    for (const { extensions, transaction, saved } of transactions) {
      for (const { what, tls, login, beginning, trips } of ways(extensions)) {
        const expected = trips - saved;
        test(`${what}, to ${count} with ${extensions.join(' and ')}: ${expected} round trips`, async () => {
          await using peer = await scriptedPeer([...beginning, ...transaction], server);
          const ca = join(directory, 'authority.pem');
          const tlsFiles = { ca, caDir: undefined, cert: undefined, key: undefined };
          const { delivery, failure } = await deliverTo(peer, letterTo(...names), { tls, login, tlsFiles });
          await peer.played();
          assert.deepEqual([delivery?.accepted.length, failure], [count, undefined]);
          assert.equal(roundTrips(peer.turns, tls), expected);
        });
      }
    }
  }
});
