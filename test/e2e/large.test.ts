/** A large message is carried in little memory, whether it is sent or kept. */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { fieldOf, splitMessage } from '../rig/mailbox.ts';
import { isScript } from '../rig/program.ts';
import { describeWithPostfix } from '../rig/suite.ts';

/**
 * Resident memory at its peak, in MB. Of it 64 are taken by the executable with an empty message, and 5 by TLS; scripts, and
 * sources above all, need more.
 */
const limit = isScript ? 200 : 80;

const measured = '/usr/bin/time -f "peak %M kB" "$@"';
const line = `${'0123456789'.repeat(7)}\n`;
const piece = Buffer.from(`.${line}${line.repeat(999)}`);
const pieces = 1500;
const digest = createHash('sha256');
for (let count = 0; count < pieces; count += 1) digest.update(piece);
const expectedDigest = digest.digest('hex');

describeWithPostfix(`a message of ${Math.round((piece.length * pieces) / 1e6)} MB`, {}, (rig) => {
  for (const port of ['plain', 'startTls'] as const) {
    rig.test(`${port}: arrives whole, with less than ${limit} MB of memory`, async () => {
      const at = rig.newRecipient();
      const outcome = await rig.send({ port, at, stdin: message(), shell: measured });
      assert.equal(outcome.status, 0, outcome.stderr);
      assertPeak(outcome.stderr);
      const copy = await rig.hub.mailbox.copyFor(at);
      assert.equal(fieldOf(copy.message, 'Subject'), 'large');
      assert.equal(digestOf(splitMessage(copy.message).body), expectedDigest);
    });
  }

  rig.test(`a hub that is down: kept whole in dead.letter, with less than ${limit} MB of memory`, async () => {
    const outcome = await rig.send({ lines: ['mailhub=127.0.0.1:1'], stdin: message(), shell: measured });
    assert.equal(outcome.status, 69, outcome.stderr);
    assertPeak(outcome.stderr);
    const { body } = splitMessage(outcome.deadLetter ?? '');
    assert.equal(digestOf(body.slice(0, -1)), expectedDigest);
  });
});

function* message(): Generator<Buffer> {
  yield Buffer.from('Subject: large\n\n');
  for (let count = 0; count < pieces; count += 1) yield piece;
}

function assertPeak(stderr: string): void {
  const kilobytes = Number(/^peak (\d+) kB$/m.exec(stderr)?.[1]);
  assert.ok(kilobytes < limit * 1024, `needed ${Math.round(kilobytes / 1024)} MB`);
}

function digestOf(latin1: string): string {
  return createHash('sha256').update(latin1, 'latin1').digest('hex');
}
