/** Files in the queue, which any user may have laid there. */

import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure } from '../../../src/failure.ts';
import { letterFor } from '../../../src/hub/letter.ts';
import { parseName, progressName, stemOf } from '../../../src/queue/entry-name.ts';
import { openEntry } from '../../../src/queue/open-entry.ts';
import { peekAt } from '../../../src/queue/peek.ts';
import { optionsWith, passage, settingsWith } from '../../route/pieces.ts';
import { fakeSystem } from '../../system/fake-system.ts';
import type { Target } from '../target.ts';
import { assertAddress } from './wire.ts';

const text = '6B0571789654F581-0123456789abcdef.n1';
/** Behind a line of 0x1e octets the notes follow. */
const separator = '\x1e';

export const spool: Target = {
  name: 'spool',
  promise:
    'a file of the queue and its notes are read, or put on hold, and nothing is thrown; what becomes of them are addresses and words of RFC 3461, never commands',
  words: [
    'ssmtp-queue 1 ',
    '000000000000005 ',
    '{"operands":["b@y.example"],"recipientsFromHeader":false}',
    '"notify":"NEVER"',
    '"envelopeSender":"',
    '"parameters":{"b@y.example":["NOTIFY=NEVER"]}',
    '"envelopeId":',
    '"returns":"HDRS"',
    '"__proto__":',
    '{',
    '}',
    '[',
    ']',
    ',',
    'null',
    'true',
    '1e999',
    '\\u000d\\u000a',
    '\\ud800',
    '\r\nDATA',
    separator,
    '{"attempts":1,"done":["b@y.example"],"reason":"","reasons":{},"isWarned":false}',
    '\n',
    '\0',
  ],
  check(octets) {
    const directory = mkdtempSync(join(tmpdir(), 'ssmtp-fuzz-'));
    try {
      const name = parseName(text);
      assert.ok(name);
      const place = { path: directory, owner: process.getuid?.() ?? 0 };
      const at = octets.indexOf(separator);
      writeFileSync(join(directory, text), at < 0 ? octets : octets.subarray(0, at));
      if (at >= 0) writeFileSync(join(directory, progressName(stemOf(name))), octets.subarray(at + 1));
      const glimpse = peekAt(place, name);
      const opened = openEntry(name, { place, settings: settingsWith(), system: fakeSystem() });
      assert.ok(opened, 'nobody else was faster');
      if ('refused' in opened) {
        assert.equal(glimpse, undefined);
        assert.ok(readdirSync(directory).some((each) => parseName(each)?.state === 'hold'));
        return;
      }
      assert.deepEqual(opened.asked, glimpse?.asked);
      assertHarmless(opened);
      opened.entry.giveBack();
    } finally {
      rmSync(directory, { recursive: true });
    }
  },
};

type Opened = Exclude<ReturnType<typeof openEntry>, undefined | { readonly refused: string }>;

function assertHarmless({ asked, message }: Opened): void {
  for (const words of Object.values(asked.parameters ?? {})) {
    for (const word of words) assert.match(word, /^[!-~]+$/);
  }
  assert.match(`${asked.notify ?? ''}${asked.returns ?? ''}`, /^[A-Z,]*$/);
  try {
    const letter = letterFor(message, optionsWith(asked), { settings: settingsWith(), system: fakeSystem(), passage });
    letter.envelope.recipients.forEach(assertAddress);
    if (letter.envelope.sender !== '') assertAddress(letter.envelope.sender);
  } catch (error) {
    if (!(error instanceof Failure) || error.kind === 'bug') throw error;
  }
}
