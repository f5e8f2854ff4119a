/** processMark() and isRunning(): a claim is over only when that is certain; else a message would be sent twice. */

import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { isRunning, processMark } from '../../src/world/processes.ts';

const source = new URL('../../src/world/processes.ts', import.meta.url);
const printing = ['--input-type=module-typescript', '--eval'];

/** A process that lives until it is killed, and the mark that it leaves. */
async function sleeper(): Promise<{ child: ChildProcess; mark: string }> {
  const line = `import { processMark } from '${source}'; console.log(processMark()); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, [...printing, line], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [mark] = await once(child.stdout, 'data');
  return { child, mark: String(mark).trim() };
}

/** The mark with other parts: 0 process id, 1 start, 2 boot, 3 process namespace, 4 machine. */
function changed(mark: string, changes: Readonly<Record<number, string>>): string {
  return mark
    .split('.')
    .map((part, index) => changes[index] ?? part)
    .join('.');
}

const initial = '4026531836';
const here = { 3: initial, 4: '5e3c01aa' };
const otherBoot = { 2: 'ffffffff' };

const rows: readonly [
  what: string,
  theirs: Readonly<Record<number, string>>,
  ours: Readonly<Record<number, string>>,
  alive: boolean | undefined,
  dead: boolean | undefined,
][] = [
  ['here', {}, {}, true, false],
  ['of another namespace', { 3: '4026532999' }, {}, undefined, undefined],
  ['where no namespace can be known', { 3: '0' }, { 3: '0' }, undefined, undefined],
  ['in this container, which shows it another boot id', otherBoot, { 3: '4026532999' }, undefined, undefined],
  [
    'in this container, which shows both another boot id',
    { ...otherBoot, 3: '4026532999' },
    { 3: '4026532999' },
    true,
    undefined,
  ],
  ['where no boot id can be known', { 2: '0', 3: '4026532999' }, { 2: '0', 3: '4026532999' }, true, undefined],
  ['of this machine, before its last boot', { ...here, ...otherBoot }, here, true, false],
  ['of another machine', { ...here, ...otherBoot, 4: 'ffffffff' }, here, true, undefined],
  ['of a machine without an id', { ...here, ...otherBoot, 4: '0' }, { ...here, 4: '0' }, true, undefined],
  ['whose start is not known', { 1: '0' }, {}, undefined, false],
];

describe('isRunning()', () => {
  test('isRunning() knows its own process', () => {
    assert.equal(isRunning(processMark(), processMark()), true);
    assert.equal(isRunning('1.0.0.0.0', '1.0.0.0.0'), true);
  });

  for (const [what, theirs, ours, alive, dead] of rows) {
    test(`isRunning() says what is certain of a process ${what}`, async () => {
      const { child, mark } = await sleeper();
      const own = changed(processMark(), ours);
      assert.equal(isRunning(changed(mark, theirs), own), alive, 'while it runs');
      child.kill('SIGKILL');
      await once(child, 'close');
      assert.equal(isRunning(changed(mark, theirs), own), dead, 'when it has ended');
    });
  }

  test('isRunning() does not take another process that has the same id for the one that left the mark', async () => {
    const { child, mark } = await sleeper();
    assert.equal(isRunning(changed(mark, { 1: '1' }), processMark()), false);
    child.kill('SIGKILL');
    await once(child, 'close');
  });

  test('isRunning() knows marks of the former version, which name no machine', async () => {
    const { child, mark } = await sleeper();
    const former = mark.split('.').slice(0, 4).join('.');
    assert.equal(isRunning(former, processMark()), true);
    child.kill('SIGKILL');
    await once(child, 'close');
    assert.equal(isRunning(former, processMark()), false);
    const beforeBoot = changed(former, { ...otherBoot, 3: initial });
    assert.equal(isRunning(beforeBoot, changed(processMark(), here)), undefined);
  });

  test('isRunning() knows nothing of what is no mark', () => {
    for (const mark of ['', '1', 'x.y.z', `-1.2.3.${initial}`, `.2.3.${initial}`]) {
      assert.equal(isRunning(mark, changed(processMark(), here)), undefined, mark);
    }
  });

  // pid_namespaces(7): /proc goes on showing the namespace of whoever mounted it.
  test('isRunning() does not believe a /proc that shows the processes of another namespace', {
    skip: process.getuid?.() === 0 ? false : 'SKIPPED: a process namespace needs root',
  }, () => {
    const line = `import { spawn } from 'node:child_process';
import { isRunning, processMark } from '${source}';
const child = spawn(process.execPath, [...${JSON.stringify(printing)}, "import { processMark } from '${source}'; console.log(processMark()); setInterval(() => {}, 1000);"]);
child.stdout.once('data', (mark) => {
  console.log(isRunning(String(mark).trim(), processMark()));
  child.kill('SIGKILL');
  child.once('exit', () => console.log(isRunning(String(mark).trim(), processMark())));
});`;
    const words = ['--pid', '--fork', process.execPath, ...printing, line];
    const { stdout, stderr } = spawnSync('unshare', words, { encoding: 'utf8' });
    assert.equal(stdout, 'undefined\nfalse\n', stderr);
  });
});

describe('processMark()', () => {
  test('processMark() has five parts that the name of a file can hold', () => {
    assert.match(processMark(), /^\d+\.\d+\.[0-9a-f]{1,8}\.\d+\.[0-9a-f]{1,8}$/);
  });
});
