/**
 * Makes the two forms of the program from one bundle:
 *
 *   dist/ssmtp.cjs   one CommonJS file for whatever Node (20 or newer) the machine has
 *   dist/ssmtp       one executable with the pinned Node inside, for machines without Node
 *
 * Both are written in build/ and renamed into dist/ when they are whole, so a running ssmtp is never disturbed.
 */
import { chmod, copyFile, mkdir, mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { makeExecutable } from './executable.ts';
import { leanBundle } from './lean-bundle.ts';

const root = resolve(import.meta.dirname, '..');
const dist = join(root, 'dist');

await mkdir(join(root, 'build'), { recursive: true });
const work = await mkdtemp(join(root, 'build', 'work-'));
try {
  const program = {
    script: await leanBundle(join(root, 'src/main.ts'), root),
    snapshot: await leanBundle(join(root, 'scripts/snapshot/main.ts'), root),
  };
  const script = join(work, 'ssmtp.cjs');
  await writeFile(script, `#!/usr/bin/env node\n${program.script}`, { mode: 0o755 });
  const executable = join(work, 'ssmtp');
  const trouble = await makeExecutable(program, executable, work);
  if (trouble) console.error(`build: no snapshot in dist/ssmtp, which will start more slowly (${trouble})`);
  await mkdir(dist, { recursive: true });
  for (const file of [script, executable]) await publish(file);
} finally {
  await rm(work, { recursive: true });
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
