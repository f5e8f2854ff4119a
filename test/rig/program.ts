/**
 * Runs the program under test as a black box: in a private directory that is its HOME, with nothing else in its
 * environment. The program is `dist/ssmtp`, or what SSMTP_UNDER_TEST names, or the sources while nothing is built.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, chown, lstat, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { extname, join, resolve } from 'node:path';
import { Readable, type Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { signalGroup } from './process-group.ts';
import { reachableByAll } from './reachable.ts';
import { assertKept, secretsIn } from './secrets.ts';
import { temporaryDirectory } from './temporary.ts';

const root = resolve(import.meta.dirname, '../..');

/** The program under test; the sources need more memory and time than what is built of them. */
export const programPath = pathOfProgram();

/** Whether it is a script, which needs Node in front. */
export const isScript = /\.[cm]?[jt]s$/.test(programPath);

export interface Call {
  /** Arguments; `$HOME` in a word stands for the private directory, as it does in `conf` and in `files`. */
  readonly words?: readonly string[];
  /** The text of ssmtp.conf, handed over with -C; without it there is no -C. Strings are latin1: characters are bytes. */
  readonly conf?: string;
  /** More files in the private directory, by name. */
  readonly files?: Readonly<Record<string, string>>;
  readonly stdin?: string | Buffer | Iterable<Buffer>;
  readonly environment?: Readonly<Record<string, string>>;
  /** What the program is called by: `sendmail` unless said otherwise. */
  readonly name?: string;
  /** Another user than the one who runs the tests; the private directory belongs to that user. */
  readonly user?: { readonly uid: number; readonly gid: number };
  /** A line of bash around the program, which it starts as `"$@"`: redirections, ulimit, traps. */
  readonly shell?: string;
  /** A signal for the program, and what it waits for. */
  readonly interrupt?: { readonly when: Promise<unknown>; readonly signal: NodeJS.Signals };
  /** Called before the program starts, with the private directory. */
  readonly prepare?: (home: string) => Promise<void>;
  /** Called when it has ended, with the private directory as it left it. */
  readonly afterwards?: (home: string) => Promise<void>;
}

export interface Outcome {
  /** `undefined` when a signal ended the program, which is what happens after `deadline` milliseconds. */
  readonly status: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
  /** What it printed, as latin1; in all texts the private directory's path is written `$HOME`. */
  readonly stdout: string;
  readonly stderr: string;
  /** The content of dead.letter, as latin1; undefined when there is none. */
  readonly deadLetter: string | undefined;
  readonly deadLetterMode: number | undefined;
}

const deadline = 20_000;

export async function runProgram(call: Call): Promise<Outcome> {
  await using directory = await temporaryDirectory('run');
  const home = join(directory.path, 'home');
  await mkdir(home);
  await furnish(home, call);
  const child = startProgram(home, call, await wordsToStart(directory.path, call.name ?? 'sendmail'));
  call.interrupt?.when.then(() => child.kill(call.interrupt?.signal));
  const timer = setTimeout(() => signalGroup(child.pid, 'SIGKILL'), deadline);
  const [[status, signal], stdout, stderr] = await Promise.all([
    once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>, // as the manual of 'close' says
    buffer(child.stdout),
    buffer(child.stderr),
    feed(child.stdin, call.stdin ?? ''),
  ]);
  clearTimeout(timer);
  await call.afterwards?.(home);
  // In every run of every test: no password is where somebody could find it.
  const given = ['ssmtp.conf', ...Object.keys(call.files ?? {})];
  await assertKept(secretsIn(call), { printed: [stdout, stderr], directory: home, given });
  const deadLetter = await readDeadLetter(await deadLetterIn(home));
  const text = (printed: Buffer) => printed.toString('latin1').replaceAll(home, '$HOME');
  return {
    status: status ?? undefined,
    signal: signal ?? undefined,
    stdout: text(stdout),
    stderr: text(stderr),
    deadLetter: deadLetter && text(deadLetter.content),
    deadLetterMode: deadLetter?.mode,
  };
}

function pathOfProgram(): string {
  const { SSMTP_UNDER_TEST: named } = process.env;
  const built = join(root, 'dist/ssmtp');
  if (named === undefined && !existsSync(built)) return join(root, 'src/main.ts');
  return reachableByAll(named ?? built);
}

/**
 * The words that start the program by a name, which is that of a link to it in the directory, as on a real machine: an option like
 * `queue list` depends on it.
 */
export async function wordsToStart(directory: string, name: string): Promise<[string, ...string[]]> {
  const link = join(directory, isScript ? `${name}${extname(programPath)}` : name);
  await symlink(programPath, link);
  return isScript ? [process.execPath, link] : [link];
}

async function furnish(home: string, call: Call): Promise<void> {
  const files = { ...call.files, ...(call.conf === undefined ? {} : { 'ssmtp.conf': call.conf }) };
  for (const [name, content] of Object.entries(files)) {
    const path = join(home, name);
    await writeFile(path, content.replaceAll('$HOME', home), 'latin1');
    if (call.user !== undefined) await chown(path, call.user.uid, call.user.gid);
    await chmod(path, 0o600);
  }
  if (call.user !== undefined) await chown(home, call.user.uid, call.user.gid);
  await call.prepare?.(home);
}

function startProgram(home: string, call: Call, programWords: readonly [string, ...string[]]) {
  const configuration = call.conf === undefined ? [] : ['-C', join(home, 'ssmtp.conf')];
  const words = [...configuration, ...(call.words ?? []).map((word) => word.replaceAll('$HOME', home))];
  const shell = call.shell === undefined ? [] : ['bash', '-c', call.shell, 'bash'];
  const [command = '', ...rest] = [...shell, ...programWords, ...words];
  return spawn(command, rest, {
    cwd: home,
    env: { HOME: home, ...call.environment },
    detached: true, // a process group of its own, for the deadline
    ...call.user,
  });
}

/** The program may end before it has read everything: then its exit status tells, not the broken pipe. */
async function feed(stdin: Writable, content: string | Buffer | Iterable<Buffer>): Promise<void> {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'latin1') : content;
  const chunks = Buffer.isBuffer(bytes) ? [bytes] : bytes;
  await pipeline(Readable.from(chunks), stdin).catch(() => undefined);
}

/** A letter of more than 1 MiB has a file of its own. */
async function deadLetterIn(home: string): Promise<string> {
  const own = (await readdir(home)).find((name) => name.startsWith('dead.letter.'));
  return join(home, own ?? 'dead.letter');
}

async function readDeadLetter(path: string): Promise<{ content: Buffer; mode: number } | undefined> {
  const status = await lstat(path).catch(() => undefined);
  return status && { content: await readFile(path), mode: status.mode & 0o777 };
}
