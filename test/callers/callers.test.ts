/** Every program that is known to call sendmail, with its own words and a message such as it sends, down to the last byte. */

import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { linesOf } from '../rig/case-file.ts';
import { fillIn } from '../rig/placeholders.ts';
import { runProgram } from '../rig/program.ts';
import { startScriptedHub } from '../scripted-hub.ts';
import { type Caller, callers, type Surroundings, titleOf } from './callers.ts';
import { contractOf, inputOf } from './contract.ts';
import { flagUses } from './treatments.ts';

let served = 0;

describe('a caller', { concurrency: 4 }, () => {
  for (const caller of callers) {
    test(titleOf(caller), { timeout: 30_000 }, async () => {
      await run(caller);
      if (!caller.notYet) served += 1;
    });
  }
});

test('callers are each there once', (context) => {
  assert.equal(new Set(callers.map(({ name }) => name)).size, callers.length);
  context.diagnostic(`callers  ${served} of ${callers.length} served`);
});

for (const { name, words } of callers) {
  test(`flagUses() describes every flag of ${name}`, () => {
    const described = flagUses(words).map((use) => use.words[0]);
    const end = words.includes('--') ? words.indexOf('--') : words.length;
    assert.deepEqual(
      described,
      words.slice(0, end).filter((word) => word.startsWith('-')),
    );
  });
}

async function run(caller: Caller): Promise<void> {
  const contract = contractOf(caller);
  await using hub = await startScriptedHub(contract);
  const conf = `mailhub=127.0.0.1:${hub.port}\nhostname=client.test\nroot=admin@example.org\n`;
  const { status, signal, stdout, stderr } = await runProgram({
    // In a folder of the private directory, the program's path is like that on a real machine.
    name: caller.as === 'lib/sendmail' ? 'home/lib/sendmail' : (caller.as ?? 'sendmail'),
    prepare: async (home) => {
      await mkdir(join(home, 'lib'));
    },
    words: caller.words,
    conf,
    files: { message: inputOf(caller) },
    shell: shellFor(caller),
    ...(caller.environment && { environment: caller.environment }),
  });
  const prints = caller.notYet ?? caller.prints ?? {};
  const actual = {
    hub: await hub.transcript(),
    stdout: linesOf(stdout),
    stderr: linesOf(stderr),
    outcome: [String(status ?? signal)],
  };
  const expected = {
    hub: contract ?? [],
    stdout: prints.stdout ?? [],
    stderr: prints.stderr ?? [],
    outcome: [String(caller.notYet ? 64 : (caller.status ?? 0))],
  };
  for (const what of ['outcome', 'stderr', 'stdout', 'hub'] as const)
    assert.deepEqual(actual[what], fillIn(expected[what], actual[what]), what);
}

const inputs = { pipe: 'cat "$message" | "$@"', file: '"$@" <"$message"', nothing: '"$@" </dev/null' } as const;

const surroundings: Readonly<Record<Surroundings, (program: string) => string>> = {
  silent: (program) => `{ ${program}; } >/dev/null 2>&1`,
  atRoot: (program) => `cd / && { ${program}; } >/dev/null 2>&1`,
  ownSession: (program) => program.replace('"$@"', 'setsid --wait "$@"'),
  noNewPrivileges: (program) => program.replace('"$@"', 'setpriv --no-new-privs "$@"'),
};

function shellFor(caller: Caller): string {
  const program = inputs[caller.input.from];
  const line = caller.surroundings ? surroundings[caller.surroundings](program) : program;
  return `message=$PWD/message; ${line}`;
}
