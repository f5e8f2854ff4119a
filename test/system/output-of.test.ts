/** outputOf(): the surroundings of a program that gives away a secret hold nothing that another user could have laid there. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { temporaryDirectory } from '../rig/temporary.ts';

const source = new URL('../../src/world/output-of.ts', import.meta.url);
const isRoot = process.getuid?.() === 0;

/** What env(1), or another program, prints when it is run for a secret, in this environment and directory. */
function printed(environment: Readonly<Record<string, string>>, cwd = '/', program = ['/usr/bin/env']): string[] {
  const line = `import { outputOf } from '${source}'; process.stdout.write(outputOf(${JSON.stringify(program)}, 'AuthPassCommand'));`;
  const words = ['--input-type=module-typescript', '--eval', line];
  const { stdout, stderr, status } = spawnSync(process.execPath, words, { env: environment, cwd, encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return stdout.trim().split('\n').sort();
}

describe('outputOf()', () => {
  const path = 'PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin';

  test('outputOf() hands over nothing of the environment but a home and the bus of the session', async () => {
    await using directory = await temporaryDirectory('home');
    const names = [
      'PYTHONPATH',
      'PERL5LIB',
      'GNUPGHOME',
      'XDG_CONFIG_HOME',
      'XDG_DATA_HOME',
      'LD_LIBRARY_PATH',
      'PATH',
    ];
    const laid = Object.fromEntries(names.map((name) => [name, directory.path]));
    const bus = `unix:path=${directory.path}/bus,guid=0a1b`;
    writeFileSync(`${directory.path}/bus`, '');
    const session = { XDG_RUNTIME_DIR: directory.path, DBUS_SESSION_BUS_ADDRESS: bus };
    assert.deepEqual(printed({ ...laid, ...session, HOME: directory.path }), [
      `DBUS_SESSION_BUS_ADDRESS=${bus}`,
      `HOME=${directory.path}`,
      path,
      `XDG_RUNTIME_DIR=${directory.path}`,
    ]);
  });

  for (const [what, mode, owner] of [
    ['that every user can write', 0o3733, undefined],
    ['that its group can write', 0o770, undefined],
    ['of another user', 0o755, 65534],
  ] as const) {
    const skip = owner !== undefined && !isRoot ? 'SKIPPED: only root gives a directory away' : false;
    test(`outputOf() hands over no home ${what}`, { skip }, async () => {
      await using directory = await temporaryDirectory('home');
      const home = `${directory.path}/home`;
      mkdirSync(home);
      chmodSync(home, mode);
      if (owner !== undefined) chownSync(home, owner, owner);
      assert.deepEqual(printed({ HOME: home, XDG_RUNTIME_DIR: home }), ['HOME=/', path]);
    });
  }

  test('outputOf() hands over the directory itself, not a link to it', async () => {
    await using directory = await temporaryDirectory('home');
    const link = `${directory.path}/link`;
    mkdirSync(`${directory.path}/home`, 0o700);
    writeFileSync(`${directory.path}/home/bus`, '');
    symlinkSync('home', link);
    const session = { XDG_RUNTIME_DIR: link, DBUS_SESSION_BUS_ADDRESS: `unix:path=${link}/bus` };
    assert.deepEqual(printed({ HOME: link, ...session }), [
      `DBUS_SESSION_BUS_ADDRESS=unix:path=${directory.path}/home/bus`,
      `HOME=${directory.path}/home`,
      path,
      `XDG_RUNTIME_DIR=${directory.path}/home`,
    ]);
  });

  for (const [what, mode, owner] of [
    ['that every user can write', 0o777, 0],
    ['that its group can write', 0o770, 0],
    ['of another user', 0o755, 65534],
  ] as const) {
    test(`outputOf() hands over nothing below a directory ${what}`, { skip: !isRoot }, async () => {
      await using directory = await temporaryDirectory('home');
      const home = `${directory.path}/above/home`;
      mkdirSync(home, { recursive: true, mode: 0o700 });
      writeFileSync(`${home}/bus`, '');
      chmodSync(`${directory.path}/above`, mode);
      chownSync(`${directory.path}/above`, owner, owner);
      const session = { XDG_RUNTIME_DIR: home, DBUS_SESSION_BUS_ADDRESS: `unix:path=${home}/bus` };
      assert.deepEqual(printed({ HOME: home, ...session }), ['HOME=/', path]);
    });
  }

  test('outputOf() hands over no bus that is a program, or a name that anybody can take', () => {
    for (const bus of ['unixexec:path=/bin/true', 'unix:abstract=/bus', 'unix:path=/nonexistent/bus', 'autolaunch:']) {
      assert.deepEqual(printed({ DBUS_SESSION_BUS_ADDRESS: bus }), ['HOME=/', path]);
    }
  });

  test('outputOf() hands over no home that is not there, or whose name depends on the directory', () => {
    for (const HOME of ['/nonexistent', 'etc', '']) assert.deepEqual(printed({ HOME }), ['HOME=/', path]);
    assert.deepEqual(printed({}), ['HOME=/', path]);
  });

  test('outputOf() runs the program in no directory of its caller', async () => {
    await using directory = await temporaryDirectory('caller');
    assert.deepEqual(printed({ HOME: directory.path }, directory.path, ['/bin/pwd']), ['/']);
  });
});

describe('laterOutputOf()', () => {
  const failing = [
    ['more words than the system takes', `const words = ['/bin/echo', 'x'.repeat(4e6)];`],
    ['no file left to open', `const words = ['/bin/true']; try { for (;;) openSync('/dev/null'); } catch {}`],
  ] as const;
  for (const [what, preparation] of failing) {
    test(`laterOutputOf() gives a failure, and no defect, with ${what}`, () => {
      const line = `import { openSync } from 'node:fs'; import { laterOutputOf } from '${source}'; ${preparation}
        await laterOutputOf(words, 'AuthPassCommand').catch((error) => process._rawDebug(error.name, error.kind));`;
      const program = [process.execPath, '--input-type=module-typescript', '--eval', line];
      const words = ['-c', 'ulimit -n 64; exec "$@"', 'bash', ...program];
      const { stderr, status } = spawnSync('bash', words, { env: {}, encoding: 'utf8' });
      assert.equal(status, 0, stderr);
      assert.match(stderr, /^Failure (temporary|config)$/m);
    });
  }
});
