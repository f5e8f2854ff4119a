/** Real programs, as Debian has them, send through the program in place of their sendmail; the mail arrives in a mailbox. */

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { fillIn } from '../rig/placeholders.ts';
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

let served = 0;

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
      const [received = '', id = '', ...lines] = Buffer.from(message, 'latin1').toString().split('\n');
      assert.match(`${received}\n${id}`, /^Received: by client\.test \(ssmtp, from userid 0\)\n\tid [0-9A-F]{16}; /);
      const { arrives, newer = {} } = program;
      const forms = [arrives, arrives.map((line) => newer[line] ?? line)].map((form) =>
        fillIn([...form.map((line) => line.replaceAll('$AT', at)), ''], lines),
      );
      assert.deepEqual(lines, forms.find((form) => isDeepStrictEqual(form, lines)) ?? forms[0]);
      served += 1;
    });
  }
});

test('programs are each there once', (context) => {
  assert.equal(new Set(programs.map(({ name }) => name)).size, programs.length);
  context.diagnostic(`programs ${served} of ${programs.length} served`);
});
