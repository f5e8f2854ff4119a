/** realSystem: the machine this runs on, as far as it can be known without root. */

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { realSystem } from '../../src/system.ts';

const system = realSystem('/usr/sbin/sendmail', { HOME: '/nowhere', EMPTY: '' });
const root = new URL('../../', import.meta.url);
let directory = '';
const at = (name: string) => join(directory, name);

before(() => {
  directory = mkdtempSync(join(tmpdir(), 'ssmtp-test-system-'));
});

after(() => rmSync(directory, { recursive: true }));

/** Runs a line of TypeScript that knows `system`, in a process of its own: its standard streams are the subject. */
const program = (line: string) =>
  `import { realSystem } from '${new URL('src/system.ts', root)}'; const system = realSystem('sendmail', {}); ${line}`;
const words = (line: string) => ['--input-type=module-typescript', '--eval', program(line)];
const run = (line: string, input: Buffer | 'ignore' = 'ignore') =>
  spawnSync(process.execPath, words(line), {
    ...(input === 'ignore' ? { stdio: ['ignore', 'pipe', 'pipe'] } : { input }),
  });

/** The same through a shell, which can close descriptors and redirect them. */
const runInShell = (line: string, redirections: string) =>
  spawnSync('sh', ['-c', `"$0" "$@" ${redirections}`, process.execPath, ...words(line)], { encoding: 'utf8' });

describe('realSystem() as it is called', () => {
  for (const [argv0, programName] of [
    ['/usr/sbin/sendmail', 'sendmail'],
    ['mailq', 'mailq'],
    ['./a b/newaliases', 'newaliases'],
  ] as const) {
    test(`realSystem() called as ${argv0} is named ${programName}`, () => {
      assert.equal(realSystem(argv0, {}).programName, programName);
    });
  }

  test('realSystem() knows the environment it is given, and no other', () => {
    assert.deepEqual(system.environment, { HOME: '/nowhere', EMPTY: '' });
  });
});

describe('realSystem() users', () => {
  test('realSystem() knows who runs it', () => {
    const { uid, name, fullName } = system.user();
    assert.equal(uid, process.getuid?.());
    assert.notEqual(name, '');
    assert.doesNotMatch(fullName, /[,&]/);
  });

  test('realSystem() finds the uid of every account in passwd, and of no other', () => {
    const accounts = readFileSync('/etc/passwd', 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split(':'));
    for (const [name = '', , uid] of accounts) assert.equal(system.uidOf(name), Number(uid), name);
    for (const name of ['', 'nobody-has-this-name', 'root:', '__proto__']) assert.equal(system.uidOf(name), undefined);
  });
});

describe('realSystem() machine', () => {
  test('realSystem() knows the name of the machine, at least the node name', () => {
    const [nodeName] = hostname().split('.');
    assert.ok(nodeName);
    assert.ok(system.hostName().split('.').includes(nodeName) || system.hostName().includes('.'));
    assert.equal(system.hostName(), system.hostName());
  });

  test('realSystem() has a clock that goes', () => {
    const now = system.now().getTime();
    assert.ok(Math.abs(now - Date.now()) < 60_000);
  });

  test('realSystem() gives as many random octets as asked for, never the same', () => {
    for (const octets of [0, 1, 6, 100])
      assert.match(system.randomHex(octets), new RegExp(`^[0-9a-f]{${2 * octets}}$`));
    const many = Array.from({ length: 100 }, () => system.randomHex(8));
    assert.equal(new Set(many).size, many.length);
  });
});

describe('realSystem() files', () => {
  test('realSystem() reads octets as latin1, whatever they are', () => {
    const octets = Buffer.from(Array.from({ length: 256 }, (_, octet) => octet));
    writeFileSync(at('octets'), octets);
    assert.equal(system.readFile(at('octets')), octets.toString('latin1'));
  });

  test("realSystem() throws the system's own errors", () => {
    assert.throws(() => system.readFile(at('missing')), { code: 'ENOENT' });
    assert.throws(() => system.readFile(directory), { code: 'EISDIR' });
    assert.throws(() => system.readFile(`${at('octets')}/x`), { code: 'ENOTDIR' });
  });

  test('realSystem() reads neither what may have no end nor what fills the memory', () => {
    assert.equal(spawnSync('mkfifo', [at('pipe')]).status, 0);
    assert.throws(() => system.readFile(at('pipe')), /^Error: it is not a regular file$/);
    assert.throws(() => system.readFile('/dev/zero'), /^Error: it is not a regular file$/);
    writeFileSync(at('large'), '');
    truncateSync(at('large'), 64 * 1024 * 1024);
    assert.equal(system.readFile(at('large')).length, 64 * 1024 * 1024);
    truncateSync(at('large'), 64 * 1024 * 1024 + 1);
    assert.throws(() => system.readFile(at('large')), /^Error: it is larger than 64 MiB$/);
    rmSync(at('large'));
  });

  test('realSystem() tells the permissions of what a path leads to', () => {
    writeFileSync(at('private'), '');
    chmodSync(at('private'), 0o640);
    symlinkSync(at('private'), at('link'));
    for (const name of ['private', 'link']) {
      const found = system.permissionsOf(at(name));
      assert.ok(found);
      assert.deepEqual([found.mode & 0o777, found.uid], [0o640, process.getuid?.()]);
    }
    assert.equal(system.permissionsOf(at('missing')), undefined);
  });
});

describe('realSystem() standard input', () => {
  const show = 'for await (const piece of system.input()) process.stdout.write(Buffer.from(piece));';

  for (const size of [0, 1, 200_000]) {
    test(`realSystem() reads ${size} octets to their end`, () => {
      const octets = Buffer.from(Array.from({ length: size }, (_, index) => index % 251));
      const { stdout, stderr } = run(show, octets);
      assert.equal(String(stderr), '');
      assert.ok(octets.equals(stdout));
    });
  }

  test('realSystem() waits for a caller who writes slowly', async () => {
    const child = spawn(process.execPath, words(show), { stdio: ['pipe', 'pipe', 'inherit'] });
    const heard: Buffer[] = [];
    // The next word is written only when the last one has been read: no clock is needed.
    for (const word of ['one', 'two', 'three']) {
      child.stdin.write(word);
      const [piece] = await new Promise<Buffer[]>((resolve) =>
        child.stdout.once('data', (data: Buffer) => resolve([data])),
      );
      if (piece) heard.push(piece);
    }
    child.stdin.end();
    const status = await new Promise((resolve) => child.once('close', resolve));
    assert.deepEqual([String(Buffer.concat(heard)), status], ['onetwothree', 0]);
  });

  const tell = 'system.print(JSON.stringify([system.inputWasClosed(), system.inputIsTerminal()]))';
  const linuxOnly = process.platform === 'linux' ? false : 'only Linux can tell';
  for (const [what, redirection, wasClosed] of [
    ['closed', '<&-', true],
    ['/dev/null', '</dev/null', false],
    ['a file', '</etc/passwd', false],
  ] as const) {
    test(`realSystem() ${wasClosed ? 'sees' : 'does not say'} that standard input was closed when it is ${what}`, {
      skip: linuxOnly,
    }, () => {
      assert.equal(runInShell(tell, redirection).stdout, JSON.stringify([wasClosed, false]));
    });
  }

  test("realSystem() throws the system's own error when standard input cannot be read", () => {
    const line = `${show.replace('process.stdout.write(Buffer.from(piece))', 'undefined')}`;
    const { stderr, status } = runInShell(line, '<.');
    assert.match(stderr, /EISDIR/);
    assert.notEqual(status, 0);
  });
});

describe('realSystem() standard output and error', () => {
  test('realSystem() prints and tells', () => {
    const { stdout, stderr } = run("system.print('ä out'); system.tell('ä err')");
    assert.deepEqual([String(stdout), String(stderr)], ['ä out', 'ä err']);
  });

  test('realSystem() prints more than a pipe holds', () => {
    const { stdout } = run("system.print('x'.repeat(1_000_000))");
    assert.equal(stdout.length, 1_000_000);
  });

  for (const redirection of ['2>&-', '2>/dev/full']) {
    const skip = redirection.includes('full') && process.platform !== 'linux' ? 'no /dev/full' : false;
    test(`realSystem() goes on when nobody can be told (${redirection})`, { skip }, () => {
      const { stdout, status } = runInShell("system.tell('x'); system.print('went on')", redirection);
      assert.deepEqual([stdout, status], ['went on', 0]);
    });
  }

  test("realSystem() throws the system's own error when printing fails", { skip: process.platform !== 'linux' }, () => {
    const line = "try { system.print('x') } catch (error) { system.tell(error.code) }";
    assert.equal(runInShell(line, '>/dev/full').stderr, 'ENOSPC');
  });
});

describe('realSystem() interruption', () => {
  const wait = "setInterval(() => undefined, 1000); const gone = system.interruption(); system.print('ready');";
  const tellWhy = "await gone.catch((error) => { system.tell(error.kind + ': ' + error.message); process.exit(3); });";

  for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) {
    test(`realSystem() makes a Failure of ${signal}`, async () => {
      const child = spawn(process.execPath, words(wait + tellWhy), { stdio: ['ignore', 'pipe', 'pipe'] });
      let told = '';
      child.stderr.on('data', (text: Buffer) => {
        told += String(text);
      });
      child.stdout.once('data', () => child.kill(signal));
      const status = await new Promise((resolve) => child.once('close', resolve));
      assert.deepEqual([told, status], [`temporary: Cannot go on: interrupted by ${signal}`, 3]);
    });
  }

  test('realSystem() makes known what fails outside of any promise', () => {
    const fail = "setImmediate(() => { throw new Error('boom') });";
    const { stderr, status } = run(`${wait} ${fail} ${tellWhy.replace('error.kind', "'caught'")}`);
    assert.deepEqual([String(stderr), status], ['caught: boom', 3]);
  });

  test('realSystem() makes it known when nothing is left to wait for, which Node takes for success', () => {
    const { stderr, status } = run(`const gone = system.interruption(); ${tellWhy.replace('error.kind', "'caught'")}`);
    assert.deepEqual([String(stderr), status], ['caught: nothing is left to wait for', 3]);
  });
});
