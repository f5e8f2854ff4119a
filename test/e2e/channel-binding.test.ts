/**
 * SCRAM-SHA-1-PLUS and SCRAM-SHA-256-PLUS against Cyrus SASL. No SMTP server of Debian 12 offers them: Dovecot 2.3 and Exim's
 * cyrus_sasl driver do not know the binding of their TLS connection, Postfix hands none over, and Debian's Exim has no gsasl driver.
 */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { runProgram } from '../rig/program.ts';
import { startSaslHub, type Terms } from '../rig/sasl-hub.ts';
import { missingForSasldb, sasldbConfiguration, writeSasldb } from '../rig/sasldb.ts';
import { textMessage } from '../rig/suite.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../rig/temporary.ts';
import { trustIn } from './faults/all-cells.ts';
import type { Trust } from './faults/run-cell.ts';

const libsasl = 'import ctypes; ctypes.CDLL("libsasl2.so.2")';
const skip =
  missingForSasldb ||
  (spawnSync('openssl', ['version']).status !== 0 && 'SKIPPED: openssl is not installed') ||
  (spawnSync('python3', ['-c', libsasl]).status !== 0 && 'SKIPPED: python3 finds no libsasl2');

describe('a login that is bound to its connection', { skip }, () => {
  let directory: TemporaryDirectory;
  let trust: Trust;
  before(async () => {
    directory = await temporaryDirectory('sasl');
    const { authority, certificate } = await trustIn(directory.path);
    // It shows the whole chain: the binding is to the hub's own certificate.
    const cert = `${certificate.cert}${await readFile(authority, 'utf8')}`;
    trust = { authority, certificate: { ...certificate, cert } };
    const passwords = join(directory.path, 'sasldb');
    await writeSasldb(passwords, { alice: 'open-sesame' });
    await writeFile(join(directory.path, 'ssmtp-test.conf'), sasldbConfiguration(passwords));
  });
  after(() => directory[Symbol.asyncDispose]());

  const sendTo = async (terms: Terms, password = 'open-sesame', lines: readonly string[] = []) => {
    await using hub = await startSaslHub(directory.path, trust.certificate, terms);
    const conf = [
      `mailhub=127.0.0.1:${hub.port}`,
      'hostname=client.test',
      'UseTLS=YES',
      `TLS_CA_File=${trust.authority}`,
      'AuthUser=alice',
      `AuthPass=${password}`,
      ...lines,
      '',
    ].join('\n');
    const outcome = await runProgram({ conf, words: ['-v', 'bob@example.net'], stdin: textMessage });
    const said = /^\[->\] AUTH (\S+)/m.exec(outcome.stderr)?.[1];
    return { ...outcome, said, verdicts: hub.verdicts, isAccepted: hub.hasAccepted() };
  };

  for (const hash of ['SHA-1', 'SHA-256']) {
    for (const [version, binding] of [
      ['TLSv1.3', 'tls-exporter'],
      ['TLSv1.2', 'tls-server-end-point'],
    ] as const) {
      const plus = `SCRAM-${hash}-PLUS`;
      const offer = `PLAIN SCRAM-${hash} ${plus}`;

      test(`${plus} with ${binding} is taken where the connection is the same`, async () => {
        const { status, said, verdicts, isAccepted } = await sendTo({ version, offer });
        assert.deepEqual(
          { status, said, verdicts, isAccepted },
          { status: 0, said: plus, verdicts: ['done alice'], isAccepted: true },
        );
      });

      test(`${plus} with ${binding} is refused where somebody stands between`, async () => {
        const { status, said, verdicts, isAccepted } = await sendTo({ version, offer, isForeign: true });
        assert.deepEqual({ status, said, isAccepted }, { status: 77, said: plus, isAccepted: false });
        assert.match(verdicts[0] ?? '', /^refused .*binding/i);
      });

      test(`${plus} with ${binding} is refused with a wrong password`, async () => {
        const { status, verdicts, isAccepted } = await sendTo({ version, offer }, 'unheard-of');
        assert.deepEqual({ status, isAccepted }, { status: 77, isAccepted: false });
        assert.match(verdicts[0] ?? '', /^refused /);
      });
    }

    test(`SCRAM-${hash}-PLUS is bound to the hub's own certificate where that was looked at before, for its pin`, async () => {
      const pin = new X509Certificate(trust.certificate.cert).fingerprint256;
      const terms = { version: 'TLSv1.2', offer: `SCRAM-${hash}-PLUS` } as const;
      assert.equal((await sendTo(terms, 'open-sesame', [`TLSPin=${pin}`])).status, 0);
    });

    test(`SCRAM-${hash}: that -PLUS was taken out of the offer is told, and refused by who offers it`, async () => {
      const { status, said, verdicts } = await sendTo({ version: 'TLSv1.3', offer: `SCRAM-${hash}` });
      assert.deepEqual({ status, said }, { status: 77, said: `SCRAM-${hash}` });
      assert.match(verdicts[0] ?? '', /^refused .*client incorrectly assumed server had no channel binding/);
    });
  }
});
