/** Where the message is kept when nothing took it, whatever stands in the way. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, chown, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { assertKept, hubIsDown, runFailing } from '../rig/failing.ts';
import { type Call, runProgram } from '../rig/program.ts';
import { missingForEndToEnd } from '../rig/requirements.ts';
import { temporaryDirectory } from '../rig/temporary.ts';

const notRoot = process.getuid?.() !== 0 && 'SKIPPED: only root can become another user';

/** A uid that the user database does not know, and that no other run of the tests uses. */
const uid = 1_000_000 + process.pid;
const stranger = { uid, gid: uid };

describe('keepDeadLetter()', { skip: missingForEndToEnd }, () => {
  test('appends: two messages, two letters, for nobody else to read', async () => {
    const shell = 'umask 0; echo one | "$@"; echo two | "$@"';
    const outcome = await runProgram({ conf: hubIsDown, words: ['bob@example.net'], shell });
    assert.equal(outcome.status, 69);
    const letter = (body: string) => `From \\S+ .*\\n(X-.*\\n( .*\\n)*)+\\n${body}\\n\\n`;
    assert.match(outcome.deadLetter ?? '', new RegExp(`^${letter('one')}${letter('two')}$`));
    assert.equal(outcome.deadLetterMode, 0o600);
  });

  test('makes no letter of two that are written at the same time', async () => {
    const shell = 'for n in 1 2 3 4 5 6 7 8; do yes $n | head -2000 | "$@" & done; wait; exit 69';
    const { deadLetter } = await runProgram({ conf: hubIsDown, words: ['bob@example.net'], shell });
    const bodies = (deadLetter ?? '').split(/^From .*\n(?:X-.*\n(?: .*\n)*)+\n/m).slice(1);
    assert.deepEqual(
      bodies.map((body) => new Set(body.trim().split('\n')).size),
      Array(8).fill(1),
    );
  });

  for (const [name, call] of Object.entries<Call>({
    'a home that cannot be written': { prepare: (home) => chmod(home, 0o555) },
    'no home at all': { shell: 'exec env -u HOME "$@"' },
    'a home that does not exist': { environment: { HOME: '/no/such/home' } },
    'a relative home': { environment: { HOME: '.' } },
    'a directory in place of dead.letter': { prepare: (home) => mkdir(join(home, 'dead.letter')) },
    'a pipe in place of dead.letter': {
      prepare: async (home) => void execFileSync('mkfifo', ['-m', '666', join(home, 'dead.letter')]),
    },
    'a file of somebody else in place of dead.letter': {
      prepare: (home) => writeFile(join(home, 'dead.letter'), '', { mode: 0o666 }),
    },
    'a link in place of dead.letter': {
      prepare: (home) => symlink('/dev/null', join(home, 'dead.letter')),
    },
  })) {
    test(`takes a new file in /var/tmp, and says so, with ${name}`, async () => {
      const line = /; the message is kept in \/var\/tmp\/\S+$/;
      const shell = `${call.shell ?? '"$@"'}; s=$?; rm -rf dead.letter; exit $s`.replace('exec ', '');
      const outcome = await runFailing({ ...call, user: stranger, shell }, { status: 69, line });
      const [path, ...more] = await elsewhere();
      assert.deepEqual(more, []);
      assert.ok(outcome.stderr.includes(`kept in ${path}`), `${path} is not in: ${outcome.stderr}`);
      const kept = { deadLetter: await readFile(path ?? '', 'latin1'), mode: (await stat(path ?? '')).mode };
      await rm(path ?? '');
      assertKept({ ...outcome, deadLetter: kept.deadLetter, deadLetterMode: kept.mode & 0o777 });
    });
  }

  for (const [name, mode] of [
    ['a home of another user', 0o777],
    ['a home from which others may remove files', 0o777],
  ] as const) {
    test(`does not take ${name}, though it may write there`, { skip: notRoot }, async () => {
      await using directory = await temporaryDirectory('foreign');
      await chmod(directory.path, mode);
      if (name.includes('another')) {
        await chown(directory.path, 54_321, 54_321);
        await chmod(directory.path, 0o1777);
      }
      const environment = { HOME: directory.path };
      const outcome = await runProgram({
        ...{ conf: hubIsDown, stdin: 'hello\n', words: ['bob@example.net'], user: stranger, environment },
        prepare: async (home) => chmod(home, 0o711),
      });
      assert.match(outcome.stderr, /; the message is kept in \/var\/tmp\/dead\.letter\./);
      assert.deepEqual(await readdir(directory.path), []);
      for (const path of await elsewhere()) await rm(path);
    });
  }

  test('does not take a home whose path another user can lead elsewhere', { skip: notRoot }, async () => {
    await using directory = await temporaryDirectory('foreign');
    const home = join(directory.path, 'home');
    await mkdir(home);
    await chown(home, uid, uid);
    await chown(directory.path, 54_321, 54_321);
    const environment = { HOME: home };
    const outcome = await runProgram({
      ...{ conf: hubIsDown, stdin: 'hello\n', words: ['bob@example.net'], user: stranger, environment },
      prepare: async (own) => chmod(own, 0o711),
    });
    assert.match(outcome.stderr, /; the message is kept in \/var\/tmp\/dead\.letter\./);
    assert.deepEqual(await readdir(home), []);
    for (const path of await elsewhere()) await rm(path);
  });

  test('names the directory itself where HOME is a link', { skip: notRoot }, async () => {
    await using directory = await temporaryDirectory('link');
    await mkdir(join(directory.path, 'home'));
    await symlink('home', join(directory.path, 'link'));
    const environment = { HOME: join(directory.path, 'link') };
    const { stderr } = await runProgram({ conf: hubIsDown, stdin: 'hello\n', words: ['b@example.net'], environment });
    assert.ok(stderr.includes(`kept in ${directory.path}/home/dead.letter`), stderr);
  });

  test('tells when no place is left, and leaves no empty file behind', async () => {
    const outcome = await runProgram({
      conf: hubIsDown,
      stdin: 'hello\n',
      words: ['bob@example.net'],
      user: stranger,
      shell: 'ulimit -f 0; exec "$@"',
      afterwards: async (home) => assert.ok(!(await readdir(home)).includes('.dead.letter.key')),
    });
    const { status, signal, stderr } = outcome;
    assert.deepEqual({ status, signal }, { status: 69, signal: undefined });
    assert.match(stderr, /^sendmail: Cannot reach mail hub .*: connection refused; Cannot keep the message: /);
    const left = await elsewhere();
    await Promise.all(left.map((path) => rm(path)));
    assert.deepEqual(left, []);
  });
});

/** Letters of the stranger in /var/tmp. */
async function elsewhere(): Promise<string[]> {
  const names = await readdir('/var/tmp');
  return names.filter((name) => name.startsWith(`dead.letter.${uid}.`)).map((name) => join('/var/tmp', name));
}
