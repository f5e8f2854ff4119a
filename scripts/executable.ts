/**
 * Makes the executable: the pinned Node with the program inside, put together by pkg.
 *
 * The program goes in as a snapshot (scripts/snapshot/main.ts) or, where none can be made, as a script with its code cache: the same
 * program, which takes half as long again to start.
 */
import { execFile } from 'node:child_process';
import { copyFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeWithPkg, type Place } from './pkg.ts';

/**
 * How the Node inside the executable starts. `execArgvExtension: none` makes it ignore NODE_OPTIONS and leaves every word
 * of the command line to us; the flags stop what else in a caller's environment would act before our code does.
 */
const seaConfig = {
  disableExperimentalSEAWarning: true,
  useSnapshot: false,
  useCodeCache: false,
  execArgvExtension: 'none',
};

const nodeFlags = [
  '--use-openssl-ca', // the authorities of the system in /etc/ssl, of which OpenSSL reads only the one it needs
  '--no-use-system-ca', // NODE_USE_SYSTEM_CA=1 contradicts the flag above: Node would give up with status 9
  '--openssl-config=/proc/none', // a broken file in OPENSSL_CONF: likewise, with status 101; a crafted one loads code. Nobody can make this one, but root can make /dev/null a file
  '--no-warnings', // standard error belongs to our own messages: cron mails every line of it
  '--disable-sigusr1', // a signal must not open a debugger port
  '--v8-pool-size=1', // threads that V8 has no work for; 0 would mean as many as there are processors
];

/** V8's own. They are part of a snapshot, which is refused by a V8 that has others. */
const v8Flags = [
  '--max-semi-space-size=2', // MB of young garbage: with 1 buffers grow old before they are collected, 150 MB in a run of the queue in place of 96
  '--jitless', // nothing runs long enough to be worth compiling, and no memory is ever writable and executable: the unit insists on it
];

/** Without a snapshot these would cost time. */
const snapshotFlags = [
  ...v8Flags,
  '--no-rehash-snapshot', // hashes of strings keep the seed that they had at build time: see docs/ARCHITECTURE.md
  '--single-threaded', // no helpers for a process that is over before they have anything to do
  '--no-regexp-peephole-optimization', // each pattern is compiled anew, and looked for a few times only
];

/**
 * Node keeps this path in the executable and prints it in stack traces, so it must not tell where the executable was built. pkg works in
 * a folder inside that of the script.
 */
export const snapshotPath = '/proc/self/cwd/../ssmtp.js';

export interface Program {
  /** The program as one script. */
  readonly script: string;
  /** The same, to be run once while the snapshot is made. */
  readonly snapshot: string;
}

/** `work` is an empty directory of its own. Gives why there is no snapshot inside, or undefined when there is one. */
export async function makeExecutable(program: Program, output: string, work: string): Promise<string | undefined> {
  const place = { node: await strippedNode(work), output, work };
  try {
    await makeWithSnapshot(program.snapshot, place);
    return undefined;
  } catch (error) {
    await makeWithCodeCache(program.script, place);
    return whyOf(error);
  }
}

async function makeWithSnapshot(snapshot: string, place: Place): Promise<void> {
  await writeFile(join(place.work, 'ssmtp.js'), snapshot);
  const config = {
    ...seaConfig,
    useSnapshot: true,
    execArgv: [...nodeFlags, ...snapshotFlags],
    main: snapshotPath,
  };
  await makeWithPkg(config, place);
  const started = promisify(execFile)(place.output, ['--version'], { env: {}, timeout: 10_000 });
  started.child.stdin?.end();
  await started;
}

async function makeWithCodeCache(script: string, place: Place): Promise<void> {
  await writeFile(join(place.work, 'ssmtp.js'), script);
  await rm(place.output, { force: true });
  // Relative to the folder that pkg works in: kept and printed, as above.
  const config = { ...seaConfig, useCodeCache: true, execArgv: [...nodeFlags, ...v8Flags], main: '../ssmtp.js' };
  await makeWithPkg(config, place);
}

/** A copy of the Node that runs this script, without its symbol table (18 MB) where the machine has `strip`. */
async function strippedNode(work: string): Promise<string> {
  const node = join(work, 'node');
  try {
    await promisify(execFile)('strip', ['-s', '-o', node, process.execPath]);
  } catch (error) {
    console.error(`build: leaving the symbol table in (${whyOf(error)})`);
    await copyFile(process.execPath, node);
  }
  return node;
}

/** The line that tells most: an error's own, of all that a program printed before it failed. */
function whyOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return /^\w*Error: .*$/m.exec(text)?.[0] ?? text.trim().replace(/\n.*/s, '');
}
