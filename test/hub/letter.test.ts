/** letterFor: a message of a machine that nobody has named. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { letterFor } from '../../src/hub/letter.ts';
import { messageOf, optionsWith, passage, settingsWith, textOf } from '../route/pieces.ts';
import { fakeSystem } from '../system/fake-system.ts';

const header = 'From: a@x.example\nTo: b@y.example\nDate: today\n';

/** Linux calls a machine so that has no name, as sSMTP's mail from such a one shows. */
function letter(text: string, options: Parameters<typeof optionsWith>[0]) {
  const settings = settingsWith({ hostName: undefined, rewriteDomain: undefined, sendAs: undefined });
  const system = fakeSystem({ hostName: () => '(none)' });
  return letterFor(messageOf(text), optionsWith(options), { settings, system, passage });
}

test('letterFor() sends a message that needs no address of this machine', () => {
  const { envelope, plan, message } = letter(`${header}\nx\n`, {
    envelopeSender: 'a@x.example',
    operands: ['b@y.example'],
  });
  assert.deepEqual(
    [envelope.sender, envelope.recipients, plan.clientName],
    ['a@x.example', ['b@y.example'], undefined],
  );
  assert.match(textOf(message), /^Received: by none \(ssmtp/);
  assert.match(textOf(message), /^Message-ID: <\w+@none>$/m);
});

test('letterFor() leaves an address in the header that it cannot complete', () => {
  const { message } = letter(`${header}Cc: carol\n\nx\n`, { envelopeSender: 'a@x.example', operands: ['b@y.example'] });
  assert.match(textOf(message), /^Cc: carol$/m);
});

for (const options of [
  { operands: ['b@y.example'] },
  { envelopeSender: 'www', operands: ['b@y.example'] },
  { envelopeSender: 'a@x.example', operands: ['carol'] },
]) {
  test(`letterFor() refuses what it cannot complete: ${JSON.stringify(options)}`, () => {
    assert.throws(() => letter(`${header}\nx\n`, options), {
      kind: 'config',
      message: /^Cannot make an address of user "(alice|www|carol)" and domain "\(none\)": together they are none$/,
    });
  });
}

test('letterFor() refuses to make up a From that is no address', () => {
  const options = { envelopeSender: '', operands: ['b@y.example'] };
  assert.throws(() => letter('To: b@y.example\n\nx\n', options), { kind: 'config' });
});
