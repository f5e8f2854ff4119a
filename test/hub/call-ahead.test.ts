/** deliver: what is left to be done before the hub can be told anything is done while the connection is under way. */

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { wayTo } from '../../src/hub/connect.ts';
import { deliver } from '../../src/hub/deliver.ts';
import { greeting, letterTo, planWith } from './pieces.ts';
import { scriptedPeer } from './scripted-peer.ts';

let directory = '';

before(() => {
  directory = mkdtempSync(join(tmpdir(), 'ssmtp-test-ahead-'));
  writeFileSync(join(directory, 'broken.pem'), '-----BEGIN CERTIFICATE-----\nno base64\n-----END CERTIFICATE-----\n');
});

after(() => rmSync(directory, { recursive: true }));

/** Whether a connection to this port of 127.0.0.1 has been asked for, as the kernel knows it. */
function isCalled(port: number): boolean {
  const far = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const lines = readFileSync('/proc/self/net/tcp', 'latin1').split('\n');
  return lines.some((line) => line.trim().split(/\s+/)[2] === far);
}

const skip = process.platform === 'linux' ? false : 'needs /proc/self/net/tcp';
const quiet = () => undefined;

describe('connecting', { timeout: 60_000, skip }, () => {
  test('wayTo() has its work done when the hub has been called', async () => {
    await using peer = await scriptedPeer(['C: <gone>']);
    const seen: boolean[] = [];
    const way = wayTo(planWith({ port: peer.port }));
    const socket = await way.connect(() => seen.push(isCalled(peer.port)));
    assert.deepEqual(seen, [true]);
    socket.destroy();
  });

  test('wayTo() hangs up when the work fails, and says why', async () => {
    await using peer = await scriptedPeer(['C: <gone>']);
    const failing = () => {
      throw new Error('no message');
    };
    await assert.rejects(wayTo(planWith({ port: peer.port })).connect(failing), { message: 'no message' });
    await peer.silent;
    await peer.played();
    assert.equal(peer.heard(), '');
  });

  test('wayTo() tells of a hub that does not answer, and not before the work is done', async () => {
    let isDone = false;
    const connecting = wayTo(planWith({ port: 1 })).connect(() => {
      isDone = true;
    });
    await assert.rejects(connecting, { kind: 'unavailable' });
    assert.ok(isDone);
  });

  test('deliver() has the message made while the hub is called, for the first that is', async () => {
    await using busy = await scriptedPeer(['S: 421 busy', 'C: <gone>']);
    const content = ['C: MAIL…', 'S: 250 ok', 'C: RCPT…', 'S: 250 ok', 'C: DATA', 'S: 354 go', 'C: <content>'];
    await using peer = await scriptedPeer([...greeting, 'S: 250 hub.test', ...content, 'S: 250 ok', 'C: QUIT']);
    const { message, ...rest } = letterTo('b@y.example');
    const seen: boolean[] = [];
    const draft = {
      ...rest,
      message: () => {
        seen.push(isCalled(busy.port));
        return message;
      },
    };
    const plan = planWith({ port: busy.port, others: [planWith({ port: peer.port })] });
    const { delivery, closed } = await deliver(draft, plan, quiet);
    await closed;
    assert.equal(delivery.hub, `127.0.0.1:${peer.port}`);
    assert.equal(seen[0], true);
  });

  for (const tls of ['starttls', 'implicit'] as const) {
    test(`deliver() says nothing to a hub (${tls}) when OpenSSL cannot use what the configuration names`, async () => {
      await using peer = await scriptedPeer(['C: <gone>']);
      const tlsFiles = { ca: undefined, caDir: undefined, cert: join(directory, 'broken.pem'), key: undefined };
      const { message, ...rest } = letterTo('b@y.example');
      const plan = planWith({ port: peer.port, tls, tlsFiles });
      await assert.rejects(deliver({ ...rest, message: () => message }, plan, quiet), {
        kind: 'config',
        message: /^Cannot use TLSCert="\S+": .*asn1 encoding routines:/,
      });
      await peer.played();
      assert.equal(peer.heard(), '');
    });
  }
});
