/** A caller who chooses limits, modes, signals, descriptors, environment and files gains nothing, and is never told a success that is none. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, chown, copyFile, lstat, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { hubIsDown } from '../rig/failing.ts';
import { type Call, isScript, programPath, runProgram } from '../rig/program.ts';
import { temporaryDirectory } from '../rig/temporary.ts';
import { startScriptedHub } from '../scripted-hub.ts';

const message = 'Subject: hi\n\nhello\n';
const sent = { conf: hubIsDown, words: ['bob@example.net'], stdin: message } satisfies Call;
const nobody = { uid: 65_534, gid: 65_534 };
const notRoot = process.getuid?.() !== 0 && 'SKIPPED: only root can become another user';
const notBuilt = isScript && 'SKIPPED: only a program of its own can be setuid';
const noSetpriv = spawnSync('setpriv', ['--version']).status !== 0 && 'SKIPPED: setpriv is not installed';

describe('a caller who sets limits', { concurrency: 4 }, () => {
  // Where nothing can be written, the program tries the home of the user database, too: that of root is none of a test's.
  test('does not hear of success with ulimit -f 0', { skip: notRoot }, async () => {
    const { status } = await runProgram({ ...sent, user: nobody, shell: 'ulimit -c 0; ulimit -f 0; exec "$@"' });
    assert.notEqual(status, 0);
  });

  for (const limit of ['-n 4', '-n 9', '-v 500000', '-d 50000', '-t 0', '-s 64', '-l 0']) {
    test(`does not hear of success with ulimit ${limit}`, async () => {
      const { status } = await runProgram({ ...sent, shell: `ulimit -c 0; ulimit ${limit}; exec "$@"` });
      assert.notEqual(status, 0);
    });
  }

  test('does not hear of success when the queue may not grow', { skip: notRoot }, async () => {
    let left: string[] = [];
    const { status } = await runProgram({
      ...sent,
      conf: `${hubIsDown}Queue=$HOME/queue\n`,
      user: nobody,
      shell: 'ulimit -c 0; ulimit -f 0; exec "$@"',
      prepare: async (home) => {
        await mkdir(join(home, 'queue'), { mode: 0o700 });
        await chown(join(home, 'queue'), nobody.uid, nobody.gid);
      },
      afterwards: async (home) => {
        left = await readdir(join(home, 'queue'));
      },
    });
    assert.notEqual(status, 0);
    assert.deepEqual(left, []);
  });

  test('does not hear of success without a process to spare', { skip: notRoot || noSetpriv }, async () => {
    const { status } = await runProgram({ ...sent, user: nobody, shell: 'ulimit -c 0; ulimit -u 1; exec "$@"' });
    assert.notEqual(status, 0);
  });
});

describe('a caller who sets the umask', () => {
  for (const umask of ['0', '777']) {
    test(`has private files with umask ${umask}`, async () => {
      const modes: Record<string, number> = {};
      const look = async (home: string) => {
        for (const name of await readdir(home)) modes[name] = (await lstat(join(home, name))).mode & 0o777;
      };
      const words = ['-X', '$HOME/dialogue', 'bob@example.net'];
      await runProgram({ ...sent, words, shell: `umask ${umask}; exec "$@"`, afterwards: look });
      assert.equal(modes['dead.letter'], 0o600);
      assert.equal((modes.dialogue ?? 0o777) & 0o177, 0);
    });

    test(`has a queued message that others cannot read with umask ${umask}`, async () => {
      const modes: number[] = [];
      const { status } = await runProgram({
        ...sent,
        conf: `${hubIsDown}Queue=$HOME/queue\n`,
        shell: `umask ${umask}; exec "$@"`,
        prepare: async (home) => void (await mkdir(join(home, 'queue'), { mode: 0o700 })),
        afterwards: async (home) => {
          const queue = join(home, 'queue');
          for (const name of await readdir(queue)) modes.push((await lstat(join(queue, name))).mode & 0o777);
        },
      });
      assert.equal(status, 0);
      assert.ok(modes.length >= 1);
      // The runner reads it by the group of the directory.
      for (const mode of modes) assert.equal(mode & 0o037, 0, mode.toString(8));
    });
  }
});

describe('a caller who names files', () => {
  const secret = '$6$salt$5ecretHashOfRoot';

  test('reads with his own rights what -C names', { skip: notRoot }, async () => {
    await using directory = await temporaryDirectory('private');
    const path = join(directory.path, 'shadow');
    await writeFile(path, `root:${secret}:19000:0:99999:7:::\n`, { mode: 0o600 });
    const { status, stderr } = await runProgram({
      words: ['-C', path, 'bob@example.net'],
      stdin: message,
      user: nobody,
    });
    assert.equal(status, 78);
    assert.match(stderr, /^sendmail: Cannot read \S+: (you may not read it|permission denied)/);
    assert.ok(!stderr.includes(secret));
  });

  test('is shown no line of what -C names, though he may read it', async () => {
    const files = { shadow: `root:${secret}:1\n[client]\npassword = "${secret}"\n${secret}\nAuthPass ${secret}\n` };
    for (const words of [['bob@example.net'], ['--check'], ['-bp'], ['-bi'], ['-q']]) {
      const { stdout, stderr } = await runProgram({ words: ['-C', '$HOME/shadow', ...words], stdin: message, files });
      assert.ok(!`${stdout}${stderr}`.includes(secret), stdout + stderr);
    }
  });

  for (const { what, mode, owner } of [
    { what: 'setgid', mode: 0o2755, owner: 0 },
    { what: 'setuid', mode: 0o4755, owner: 0 },
    { what: 'both bits', mode: 0o6755, owner: 0 },
    { what: 'both bits, of another user,', mode: 0o6755, owner: 12_345 },
  ]) {
    test(`gets no rights from ${what} on the program's file`, { skip: notRoot || notBuilt }, async () => {
      await using directory = await temporaryDirectory('lent');
      const [program, secretFile, home] = ['sendmail', 'secret.conf', 'home'].map((name) => join(directory.path, name));
      assert.ok(program && secretFile && home);
      await copyFile(programPath, program);
      await writeFile(secretFile, 'mailhub=127.0.0.1:1\n');
      await mkdir(home);
      for (const path of [program, secretFile]) await chown(path, owner, owner);
      await chown(home, nobody.uid, nobody.gid);
      for (const path of [directory.path, home]) await chmod(path, 0o755);
      await chmod(secretFile, 0o640);
      await chmod(program, mode);
      const send = (path: string) =>
        spawnSync(program, ['-C', path, 'bob@example.net'], { ...nobody, env: { HOME: home }, input: message });

      assert.equal(send(secretFile).status, 78);

      const conf = join(home, 'ssmtp.conf');
      const command = `AuthPassCommand=/usr/bin/touch ${home}/made`;
      await writeFile(conf, `mailhub=127.0.0.1:1\nAuthUser=me\nAuthInsecure=yes\n${command}\n`);
      // The program prints no password, so the hub is not asked.
      assert.equal(send(conf).status, 75);
      const made = await lstat(join(home, 'made'));
      assert.deepEqual({ uid: made.uid, gid: made.gid }, nobody);
    });
  }

  test('writes with his own rights what -X names', { skip: notRoot }, async () => {
    await using directory = await temporaryDirectory('private');
    await chmod(directory.path, 0o777);
    const path = join(directory.path, 'file-of-root');
    await writeFile(path, 'as it was\n', { mode: 0o644 });
    const { status, stderr } = await runProgram({ ...sent, words: ['-X', path, 'bob@example.net'], user: nobody });
    assert.equal(status, 69);
    assert.match(stderr, /^sendmail: Cannot write the dialogue to \S+: permission denied\n/);
    assert.equal(await readFile(path, 'utf8'), 'as it was\n');
  });
});

describe('programs that are started for a caller', () => {
  test('get neither his environment nor what he left open', async () => {
    let seen = '';
    const script = '#!/bin/sh\n{ env; ls -l /proc/self/fd; pwd; } >"$HOME/seen"\necho password\n';
    await runProgram({
      ...sent,
      conf: `${hubIsDown}AuthUser=me\nAuthPassCommand=$HOME/ask\n`,
      files: { ask: script },
      environment: {
        LD_LIBRARY_PATH: '/nowhere',
        LD_BIND_NOW: '1',
        IFS: '/',
        ENV: '/nowhere',
        BASH_ENV: '/nowhere',
        PATH: '/nowhere:/usr/bin:/bin',
      },
      shell: 'exec "$@" 3</etc/passwd 4</etc/passwd',
      prepare: (home) => chmod(join(home, 'ask'), 0o700),
      afterwards: async (home) => {
        seen = (await readFile(join(home, 'seen'), 'utf8')).replaceAll(home, '$HOME');
      },
    });
    const lines = seen.trim().split('\n');
    assert.deepEqual(lines.filter((line) => /^\w+=/.test(line)).toSorted(), [
      'HOME=$HOME',
      'PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin',
      'PWD=/',
    ]);
    assert.ok(!seen.includes('/etc/passwd'), seen);
    assert.equal(lines.at(-1), '/');
  });

  for (const signals of ['--block-signal', '--ignore-signal', '--block-signal=CHLD', '--ignore-signal=CHLD']) {
    const skip = spawnSync('env', [signals, 'true']).status !== 0 && `SKIPPED: env has no ${signals}`;
    test(`are waited for with env ${signals}`, { skip }, async () => {
      const { status } = await runProgram({
        ...sent,
        conf: `${hubIsDown}AuthUser=me\nAuthPassCommand=/bin/echo password\n`,
        shell: `exec env ${signals} "$@"`,
      });
      assert.equal(status, 69);
    });
  }
});

describe('a process that is made to dump core', () => {
  const pattern = existsSync('/proc/sys/kernel/core_pattern') && readFileSync('/proc/sys/kernel/core_pattern', 'utf8');
  const skip =
    (!/^core$/m.test(pattern || '') && 'SKIPPED: cores go elsewhere on this machine') ||
    (spawnSync('bash', ['-c', 'ulimit -c unlimited']).status !== 0 &&
      'SKIPPED: this user may not raise the limit of cores');

  test('leaves no password in it', { skip }, async () => {
    await using hub = await startScriptedHub(['S: <silence>']);
    let cores: string[] = [];
    const { signal } = await runProgram({
      ...sent,
      conf: `mailhub=127.0.0.1:${hub.port}\nAuthUser=me\nAuthPass=correct-horse-battery\n`,
      shell: 'ulimit -c unlimited; exec "$@"',
      interrupt: { when: hub.connected, signal: 'SIGSEGV' },
      // The rig looks for the password in it.
      afterwards: async (home) => {
        cores = (await readdir(home)).filter((name) => name.startsWith('core'));
      },
    });
    assert.equal(signal, 'SIGSEGV');
    assert.equal(cores.length, 1);
  });
});
