/** Comparing a message that arrived with the one that was sent. */

import assert from 'node:assert/strict';

/** Nothing is added to a message that has these fields but Received. */
export const header =
  'From: a@example.org\nDate: Sun, 22 Nov 2026 07:05:13 +0000\nMessage-ID: <1@example.org>\nSubject: hi\n';

/** The message as it was before the program put its Received field on top. */
export function withoutReceived(message: string): string {
  const received = /^Received: by client\.test \(ssmtp, .*\n\t.*\n/.exec(message);
  assert.ok(received, `no Received field on top: ${message.slice(0, 200)}`);
  return message.slice(received[0].length);
}

/** assert.equal, with the place of the first difference instead of a diff of megabytes. */
export function assertSameText(actual: string, expected: string): void {
  if (actual === expected) return;
  let at = 0;
  while (at < actual.length && actual[at] === expected[at]) at += 1;
  const around = (text: string) => JSON.stringify(text.slice(Math.max(0, at - 40), at + 40));
  const sizes = `${actual.length} octets instead of ${expected.length}`;
  assert.fail(`${sizes}, different from octet ${at} on: ${around(actual)} instead of ${around(expected)}`);
}
