/**
 * Makes the two forms of the program from one bundle:
 *
 *   dist/ssmtp.cjs   one CommonJS file for whatever Node (20 or newer) the machine has
 *   dist/ssmtp       one executable with the pinned Node inside, for machines without Node
 *
 * Both are written in build/ and renamed into dist/ when they are whole, so a running ssmtp is never disturbed.
 */
import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdir, mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { log } from '@yao-pkg/pkg/lib-es5/log.js';
import pkg from '@yao-pkg/pkg/lib-es5/sea.js';
import { leanBundle } from './lean-bundle.ts';

/**
 * How the Node inside the executable starts. `execArgvExtension: none` makes it ignore NODE_OPTIONS and leaves every word
 * of the command line to us; the flags stop what else in a caller's environment would act before our code does.
 */
const seaConfig = {
  disableExperimentalSEAWarning: true,
  useSnapshot: false,
  useCodeCache: true,
  execArgvExtension: 'none',
  execArgv: [
    '--use-openssl-ca', // the authorities of the system in /etc/ssl, of which OpenSSL reads only the one it needs
    '--no-use-system-ca', // NODE_USE_SYSTEM_CA=1 contradicts the flag above: Node would give up with status 9
    '--openssl-config=/dev/null', // a broken file in OPENSSL_CONF: likewise, with status 101; a crafted one loads code
    '--no-warnings', // standard error belongs to our own messages: cron mails every line of it
    '--disable-sigusr1', // a signal must not open a debugger port
    '--max-semi-space-size=1', // MB; collects young garbage early, so that a message of any size passes in flat memory
  ],
  // Relative to the folder that pkg works in. Node keeps this path in the executable and prints it in stack traces, so
  // it must not tell where the executable was built.
  main: '../ssmtp.js',
};

const root = resolve(import.meta.dirname, '..');
const dist = join(root, 'dist');

await mkdir(join(root, 'build'), { recursive: true });
const work = await mkdtemp(join(root, 'build', 'work-'));
try {
  const program = await leanBundle(join(root, 'src/main.ts'), root);
  const script = join(work, 'ssmtp.cjs');
  await writeFile(script, `#!/usr/bin/env node\n${program}`, { mode: 0o755 });
  const executable = await makeExecutable(program);
  await mkdir(dist, { recursive: true });
  for (const file of [script, executable]) await publish(file);
} finally {
  await rm(work, { recursive: true });
}

async function makeExecutable(program: string): Promise<string> {
  const output = join(work, 'ssmtp');
  const entry = join(work, 'ssmtp.js');
  await writeFile(entry, program);
  process.env.TMPDIR = work; // where pkg makes its own folder
  log.info = () => {};
  await pkg.default(entry, {
    targets: [{ nodeRange: `node${process.versions.node}`, platform: 'linux', arch: process.arch, output }],
    nodePath: await strippedNode(),
    signature: false,
    seaConfig,
  });
  return output;
}

/** A copy of the Node that runs this script, without its symbol table (18 MB) where the machine has `strip`. */
async function strippedNode(): Promise<string> {
  const node = join(work, 'node');
  try {
    await promisify(execFile)('strip', ['-s', '-o', node, process.execPath]);
  } catch (error) {
    console.error(`build: leaving the symbol table in (${error instanceof Error ? error.message.trim() : error})`);
    await copyFile(process.execPath, node);
  }
  return node;
}

/**
 * Copied, although a rename would do: the kernel keeps the file that pkg has just written in large pages and maps far more of them
 * into each process than it uses (measured: 79 MB of resident memory for a large message instead of 61).
 */
async function publish(file: string): Promise<void> {
  const target = join(dist, file.slice(work.length + 1));
  await copyFile(file, `${target}.new`);
  await chmod(`${target}.new`, 0o755);
  await rename(`${target}.new`, target);
  const { size } = await stat(target);
  console.log(`${target.slice(root.length + 1)}  ${(size / 1e6).toFixed(1)} MB`);
}
