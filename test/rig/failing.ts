/** Runs what cannot succeed, and judges how the program says so. */

import assert from 'node:assert/strict';
import { type Call, type Outcome, runProgram } from './program.ts';
import { textMessage } from './suite.ts';

/** A configuration whose hub is down. */
export const hubIsDown = 'mailhub=127.0.0.1:1\nhostname=client.test\n';

/** Demands one line, at most one hint, and no trace of the inside. The hub is down unless the call says otherwise. */
export async function runFailing(call: Call, expected: { status: number; line: RegExp }): Promise<Outcome> {
  const outcome = await runProgram({ conf: hubIsDown, stdin: textMessage, words: ['bob@example.net'], ...call });
  assert.match(outcome.stderr.split('\n')[0] ?? '', expected.line);
  assert.match(outcome.stderr, /^sendmail: Cannot .*\n(sendmail: .*\n)?$/);
  assert.doesNotMatch(outcome.stderr, /\bat .*:\d+:\d+|node:|\.ts\b|Error:|undefined|\[object/);
  assert.deepEqual({ status: outcome.status, stdout: outcome.stdout }, { status: expected.status, stdout: '' });
  return outcome;
}

/** The text message is in dead.letter, for the eyes of its user only. */
export function assertKept({ deadLetter, deadLetterMode }: Outcome): void {
  assert.match(deadLetter ?? '', /^From .*\n(.+\n)*Subject: hi\n\nhello\n\n$/);
  assert.equal(deadLetterMode, 0o600);
}
