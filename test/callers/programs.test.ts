/** Real programs, as Debian has them, send through the program in place of their sendmail; the mail arrives in a mailbox. */

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { fieldOf, splitMessage } from '../rig/mailbox.ts';
import { describeWithPostfix } from '../rig/suite.ts';
import { callers } from './callers.ts';
import { missingForNamespace, runOnOwnMachine } from './namespace.ts';
import { programs, titleOfProgram } from './programs.ts';

test('programs prove rows that exist', () => {
  const names = callers.map(({ name }) => name);
  assert.deepEqual(
    programs.filter(({ caller }) => caller !== undefined && !names.includes(caller)),
    [],
  );
});

describeWithPostfix('a real program', {}, (rig) => {
  for (const program of programs) {
    const absent = existsSync(program.file) ? false : `SKIPPED: not installed: ${program.package}`;
    test(titleOfProgram(program), { skip: missingForNamespace || absent }, async () => {
      const at = rig.newRecipient();
      const conf = `mailhub=127.0.0.1:${rig.hub.ports.plain}\nhostname=client.test\nroot=${at}\n`;
      const { sender, message } = await runOnOwnMachine({ script: program.script, recipient: at, conf }, () =>
        rig.hub.mailbox.copyFor(at),
      );
      assert.equal(sender, program.sender);
      assert.match(message, /^Received: by client\.test \(ssmtp, from userid 0\)\n\tid /);
      for (const name of ['Date', 'Message-ID']) assert.ok(fieldOf(message, name), name);
      assert.equal(fieldOf(message, 'Bcc'), undefined);
      for (const [name, expected] of Object.entries(program.fields))
        assertIs(
          fieldOf(message, name) ?? '',
          typeof expected === 'string' ? expected.replaceAll('$AT', at) : expected,
        );
      assertIs(Buffer.from(splitMessage(message).body, 'latin1').toString(), program.body);
    });
  }
});

function assertIs(actual: string, expected: string | RegExp): void {
  if (typeof expected === 'string') assert.equal(actual, expected);
  else assert.match(actual, expected);
}
