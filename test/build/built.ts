/** The two built forms of the program, run by name in an environment that holds nothing but what the test gives. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { temporaryDirectory } from '../rig/temporary.ts';

export const root = resolve(import.meta.dirname, '../..');
export const executable = join(root, 'dist/ssmtp');
export const script = join(root, 'dist/ssmtp.cjs');

export function contentOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new Error(`${file} is missing: npm run build`, { cause });
  }
}

export interface Outcome {
  /** null when a signal ended it. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Call {
  readonly words: readonly string[];
  /** What the program is called by. */
  readonly name?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly input?: string;
}

/** Of PATH there is only where this Node stands, which the script's first line looks for. */
export async function run(file: string, { words, name = 'ssmtp', environment, input = '' }: Call): Promise<Outcome> {
  await using directory = await temporaryDirectory('build');
  const link = join(directory.path, name);
  await symlink(file, link);
  const env = { PATH: join(process.execPath, '..'), HOME: directory.path, ...environment };
  const child = spawn(link, [...words], { env, cwd: directory.path });
  child.stdin.on('error', () => undefined).end(input);
  const [[status], stdout, stderr] = await Promise.all([once(child, 'close'), text(child.stdout), text(child.stderr)]);
  return { status, stdout, stderr };
}
