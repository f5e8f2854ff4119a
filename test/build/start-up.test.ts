import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { SMTPServer } from 'smtp-server';
import { type TemporaryDirectory, temporaryDirectory } from '../rig/temporary.ts';
import { contentOf, script } from './built.ts';

/**
 * What start-up may cost. A process lives for 50 ms, and 100 more built-in modules doubled that: whoever needs one more
 * enters it in start-up.json, knowing what it costs (scripts/lean-bundle.ts loads a module when it is first used).
 */
const budget: { bytes: number; modules: Record<'always' | 'send' | 'syslog', string[]> } = JSON.parse(
  readFileSync(join(import.meta.dirname, 'start-up.json'), 'utf8'),
);

test('dist/ssmtp.cjs is not larger than start-up.json allows', () => {
  const { length } = contentOf(script);
  assert.ok(length <= budget.bytes, `${length} bytes, allowed are ${budget.bytes}`);
});

test('ssmtp --version loads no built-in module that start-up.json does not name', async () => {
  assert.deepEqual(await unexpected([script, '--version'], 'always'), []);
});

test('sending without TLS loads no built-in module that start-up.json does not name', async () => {
  await using directory = await temporaryDirectory('start-up');
  const hub = new SMTPServer({ disabledCommands: ['AUTH', 'STARTTLS'], disableReverseLookup: true });
  hub.listen(0, '127.0.0.1');
  await once(hub.server, 'listening');
  const address = hub.server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  const configuration = join(directory.path, 'ssmtp.conf');
  await writeFile(configuration, `mailhub=127.0.0.1:${port}\nhostname=here.example\nroot=a@example.org\n`);
  const words = [script, '-C', configuration, 'root'];
  const parts = existsSync('/dev/log') ? (['always', 'send', 'syslog'] as const) : (['always', 'send'] as const);
  try {
    assert.deepEqual(await unexpected(words, ...parts), []);
  } finally {
    hub.close();
  }
});

/** Runs the script in this Node; gives the modules that it loaded beyond those of an empty script and of the budget. */
async function unexpected(words: readonly string[], ...parts: (keyof typeof budget.modules)[]): Promise<string[]> {
  await using directory = await temporaryDirectory('start-up');
  const empty = join(directory.path, 'empty.cjs');
  await writeFile(empty, '');
  const known = new Set(await modulesLoadedBy([empty], directory));
  for (const module of parts.flatMap((part) => budget.modules[part])) known.add(module);
  return (await modulesLoadedBy(words, directory)).filter((module) => !known.has(module));
}

/** Loaded before the script: at its end writes the names of all built-in modules that Node has loaded. */
const recorder = `process.on('exit', () => require('node:fs').writeFileSync(process.env.MODULES, process.moduleLoadList.join('\\n')))`;

async function modulesLoadedBy(words: readonly string[], { path }: TemporaryDirectory): Promise<string[]> {
  const modules = join(path, 'modules');
  await writeFile(join(path, 'recorder.cjs'), recorder);
  const child = spawn(process.execPath, ['--require', join(path, 'recorder.cjs'), ...words], {
    env: { HOME: path, MODULES: modules },
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  child.stdin.end('Subject: start-up\n\nbody\n');
  const [[status], stderr] = await Promise.all([once(child, 'close'), text(child.stderr)]);
  assert.equal(status, 0, stderr);
  return (await readFile(modules, 'utf8')).split('\n').flatMap((entry) => /^NativeModule (.*)/.exec(entry)?.[1] ?? []);
}
