/**
 * What start-up may cost, in both forms of the program. A process lives for 50 ms, and 100 more built-in modules doubled that: whoever
 * needs one more enters it in start-up.json, knowing what it costs (scripts/lean-bundle.ts loads a module when it is first used).
 */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { SMTPServer } from 'smtp-server';
import { makeExecutable } from '../../scripts/executable.ts';
import { leanBundle } from '../../scripts/lean-bundle.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../rig/temporary.ts';
import { contentOf, executable, root, script } from './built.ts';

interface Budget {
  readonly bytes: Readonly<Record<'script' | 'executable', number>>;
  readonly modules: Readonly<Record<'always' | 'send' | 'snapshot' | 'syslog', readonly string[]>>;
}

const budget: Budget = JSON.parse(readFileSync(join(import.meta.dirname, 'start-up.json'), 'utf8'));
const { always, send, snapshot, syslog } = budget.modules;
/** What a log line costs beyond that on this machine. */
const log = existsSync('/dev/log') ? syslog : [];

let directory: TemporaryDirectory;
let hub: SMTPServer;
let known: ReadonlySet<string>;
before(async () => {
  directory = await temporaryDirectory('start-up');
  hub = new SMTPServer({ disabledCommands: ['AUTH', 'STARTTLS'], disableReverseLookup: true });
  hub.listen(0, '127.0.0.1');
  await once(hub.server, 'listening');
  const address = hub.server.address();
  const lines = [
    `mailhub=127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}`,
    'hostname=here.example',
    'root=a@example.org',
  ];
  const queue = join(directory.path, 'queue');
  await mkdir(queue, { mode: 0o700 });
  await writeFile(join(directory.path, 'ssmtp.conf'), `${lines.join('\n')}\n`);
  await writeFile(join(directory.path, 'queue.conf'), `${[...lines, `Queue=${queue}`].join('\n')}\n`);
  await writeFile(join(directory.path, 'recorder.cjs'), recorder('[]'));
  await writeFile(join(directory.path, 'empty.cjs'), '');
  known = new Set((await modulesLoadedBy(scriptWords('empty.cjs'))).all);
});
after(async () => {
  hub.close();
  await directory[Symbol.asyncDispose]();
});

/**
 * At the end of the process, writes which built-in modules there were before (an expression) and are then, and which files were read,
 * to $MODULES.
 */
function recorder(inside: string): string {
  const content = `JSON.stringify({ inside: ${inside}, all: process.moduleLoadList, files })`;
  return `const fs = require('node:fs');
const files = [];
for (const name of ['openSync', 'readFileSync', 'readlinkSync']) {
  const call = fs[name];
  fs[name] = (path, ...words) => (typeof path === 'string' && files.push(path), call(path, ...words));
}
process.on('exit', () => process.env.MODULES && require('node:fs').writeFileSync(process.env.MODULES, ${content}));\n`;
}

function scriptWords(file: string): string[] {
  const at = (name: string) => join(directory.path, name); // an absolute path stays as it is
  return [process.execPath, '--require', at('recorder.cjs'), file.startsWith('/') ? file : at(file)];
}

interface Loaded {
  /** In the snapshot. */
  readonly inside: readonly string[];
  readonly all: readonly string[];
  readonly files: readonly string[];
}

async function modulesLoadedBy([command = '', ...words]: readonly string[]): Promise<Loaded> {
  const modules = join(directory.path, 'modules');
  const child = spawn(command, words, {
    env: { HOME: directory.path, MODULES: modules },
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  child.stdin.end('Subject: start-up\n\nbody\n');
  const [[status], stderr] = await Promise.all([once(child, 'close'), text(child.stderr)]);
  assert.equal(status, 0, stderr);
  const { inside, all, files }: Loaded = JSON.parse(await readFile(modules, 'utf8'));
  return { inside: namesIn(inside), all: namesIn(all), files };
}

/** Of Node's own modules those that are written in JavaScript. */
function namesIn(list: readonly string[]): string[] {
  return list.flatMap((entry) => /^NativeModule (.*)/.exec(entry)?.[1] ?? []);
}

const sending = (configuration: string) => ['-C', join(directory.path, configuration), 'root'];
const calls: readonly (readonly [what: string, words: () => string[], budget: readonly string[]])[] = [
  ['--version', () => ['--version'], []],
  ['sending without TLS', () => sending('ssmtp.conf'), [...send, ...log]],
  ['sending through a queue', () => sending('queue.conf'), [...send, ...log]],
];

describe('dist/ssmtp.cjs', { timeout: 60_000 }, () => {
  test('dist/ssmtp.cjs is not larger than start-up.json allows', () => {
    const { length } = contentOf(script);
    assert.ok(length <= budget.bytes.script, `${length} bytes, allowed are ${budget.bytes.script}`);
  });

  for (const [what, words, allowed] of calls) {
    test(`${what} loads no built-in module that start-up.json does not name`, async () => {
      const { all } = await modulesLoadedBy([...scriptWords(script), ...words()]);
      const named = new Set([...known, ...always, ...allowed]);
      assert.deepEqual(
        all.filter((name) => !named.has(name)),
        [],
      );
    });
  }

  test('sending reads no file twice, and without a queue not what tells processes apart', async () => {
    const { files } = await modulesLoadedBy([...scriptWords(script), ...sending('ssmtp.conf')]);
    const twice = files.filter((file, index) => files.indexOf(file) !== index);
    assert.deepEqual([twice, files.filter((file) => file.startsWith('/proc/sys/'))], [[], []]);
    assert.ok(files.includes('/etc/passwd'));
    // Only an address at the machine's own full name depends on it.
    assert.ok(!files.includes('/etc/mailname'));
  });
});

describe('dist/ssmtp', { timeout: 300_000 }, () => {
  /** The same but for the recorder. */
  let recording = '';
  before(async () => {
    const work = join(directory.path, 'work');
    await mkdir(work);
    recording = join(directory.path, 'recording');
    const program = await leanBundle(join(root, 'scripts/snapshot/main.ts'), root);
    assert.equal(await makeExecutable({ script: '', snapshot: recordingBegin + program }, recording, work), undefined);
  });

  test('dist/ssmtp is not larger than start-up.json allows', {
    skip: existsSync('/usr/bin/strip') ? false : 'the symbols of Node are inside where there is no strip',
  }, () => {
    const { length } = contentOf(executable);
    assert.ok(length <= budget.bytes.executable, `${length} bytes, allowed are ${budget.bytes.executable}`);
  });

  test('the snapshot holds no built-in module that start-up.json does not name', async () => {
    const { inside } = await modulesLoadedBy([recording, '--version']);
    const named = new Set([...known, ...always, ...send, ...snapshot]);
    assert.ok(inside.length > 0);
    assert.deepEqual(
      inside.filter((name) => !named.has(name)),
      [],
    );
  });

  for (const [what, words] of calls) {
    test(`${what} loads no built-in module that is not in the snapshot, but to log`, async () => {
      const { inside, all } = await modulesLoadedBy([recording, ...words()]);
      const named = new Set([...inside, ...log]);
      assert.deepEqual(
        all.filter((name) => !named.has(name)),
        [],
      );
    });
  }
});

/** In front of the program, which says what is to be done when a process starts from the snapshot. */
const recordingBegin = `{
  const { startupSnapshot } = require('node:v8');
  const { setDeserializeMainFunction } = startupSnapshot;
  startupSnapshot.setDeserializeMainFunction = (start) => setDeserializeMainFunction(() => {
    const inside = [...process.moduleLoadList];
    ${recorder('inside')}
    start();
  });
}
`;
