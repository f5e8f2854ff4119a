/** What an executable made of a snapshot knows when it starts, and what is made where there can be no snapshot. */

import assert from 'node:assert/strict';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { makeExecutable, snapshotPath } from '../../scripts/executable.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../rig/temporary.ts';
import { contentOf, executable, run } from './built.ts';

/** Tells what a process is told, each thing once. */
const report = `const report = () => setTimeout(() => process.stdout.write(JSON.stringify({
  words: process.argv, calledAs: process.argv0, flags: process.execArgv, file: process.execPath, environment: process.env,
  directory: process.cwd(), pid: process.pid, input: require('node:fs').readFileSync(0, 'latin1'), clock: Date.now(),
  hours: new Date(0).getHours(), random: Math.random(), octets: require('node:crypto').randomBytes(8).toString('hex'),
  listeners: ['SIGTERM', 'uncaughtException', 'beforeExit'].map((name) => process.listenerCount(name)),
}) + '\\n'), 1);\n`;

/** All of it has been asked for once before the snapshot is made. */
const snapshot = `${report}
require('node:v8').startupSnapshot.setDeserializeMainFunction(report);
void [process.argv, process.argv0, process.execPath, { ...process.env }, process.cwd(), process.pid, new Date(0).getHours()];
void [Date.now(), Math.random(), require('node:crypto').randomBytes(8)];`;

let directory: TemporaryDirectory;
let probe: string;
before(async () => {
  directory = await temporaryDirectory('executable');
  probe = await made('probe', snapshot, undefined);
});
after(() => directory[Symbol.asyncDispose]());

async function made(name: string, text: string, trouble: string | undefined): Promise<string> {
  const work = join(directory.path, `${name}-work`);
  await mkdir(work);
  const output = join(directory.path, name);
  const found = await makeExecutable({ script: `${report} report();`, snapshot: text }, output, work);
  assert.equal(found, trouble);
  return output;
}

async function reportOf(file: string, environment: Readonly<Record<string, string>>) {
  const outcome = await run(file, {
    words: ['--one', 'two'],
    name: 'sendmail',
    environment,
    input: 'from standard input',
  });
  assert.deepEqual({ status: outcome.status, stderr: outcome.stderr }, { status: 0, stderr: '' });
  return JSON.parse(outcome.stdout);
}

test('makeExecutable() makes a snapshot that knows nothing but what its own process is told', async () => {
  const start = Date.now();
  const first = await reportOf(probe, { TZ: 'Asia/Tokyo', MARK: 'first' });
  const second = await reportOf(probe, { TZ: 'UTC', MARK: 'second' });
  assert.match(first.words[1], /\/sendmail$/);
  assert.deepEqual(first.words.slice(2), ['--one', 'two']);
  assert.equal(first.calledAs, first.words[1]);
  assert.equal(first.file, probe);
  assert.ok(first.flags.includes('--jitless'));
  assert.deepEqual([first.environment.MARK, second.environment.MARK], ['first', 'second']);
  assert.notEqual(first.directory, second.directory);
  assert.notEqual(first.pid, second.pid);
  assert.equal(first.input, 'from standard input');
  assert.deepEqual([first.hours, second.hours], [9, 0]);
  assert.ok(start <= first.clock && first.clock <= second.clock && second.clock <= Date.now());
  assert.notEqual(first.random, second.random);
  assert.notEqual(first.octets, second.octets);
  assert.deepEqual(first.listeners, [0, 0, 0]);
});

test('dist/ssmtp is made of a snapshot', () => {
  assert.ok(contentOf(executable).includes(snapshotPath), 'the build says why it is not');
});

test('makeExecutable() makes a plain executable where there can be no snapshot, and says why', async () => {
  const plain = await made('plain', 'throw new TypeError("no snapshot today")', 'TypeError: no snapshot today');
  const { words, flags } = await reportOf(plain, {});
  assert.deepEqual(words.slice(2), ['--one', 'two']);
  for (const flag of ['--use-openssl-ca', '--jitless']) assert.ok(flags.includes(flag), flag);
  assert.ok(!flags.includes('--single-threaded'));
});

test('makeExecutable() makes a plain executable where what it has made does not start', async () => {
  const broken = `require('node:v8').startupSnapshot.setDeserializeMainFunction(() => { throw new RangeError('not today'); })`;
  const plain = await made('broken', broken, 'RangeError: not today');
  assert.ok(!(await reportOf(plain, {})).flags.includes('--single-threaded'));
});

test('makeExecutable() keeps compiled code of the modules that the program loads, and of no others', async () => {
  const content = await readFile(probe);
  const code = (name: string) => content.includes(Buffer.concat([length(name), Buffer.from(name)]));
  assert.ok(code('internal/crypto/random'));
  assert.ok(!code('internal/http2/core'));
});

/** As Node writes it in front of a name. */
function length(name: string): Buffer {
  const octets = Buffer.alloc(8);
  octets.writeUInt8(name.length);
  return octets;
}
