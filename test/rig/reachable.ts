/** Gives the program a place where every user can start it, wherever the clone lies. */

import { chmodSync, copyFileSync, linkSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';

/**
 * Gives the path of the file where every user may enter all the directories above it. Otherwise (a clone in root's home), gives
 * that of a second name or copy of it in a temporary directory, which is removed when this process ends.
 */
export function reachableByAll(file: string): string {
  const path = resolve(file);
  if (isReachable(path)) return path;
  const directory = mkdtempSync(join(tmpdir(), 'ssmtp-test-program-'));
  process.on('exit', () => rmSync(directory, { recursive: true, force: true }));
  chmodSync(directory, 0o755);
  const name = join(directory, basename(path));
  try {
    linkSync(path, name);
  } catch {
    copyFileSync(path, name); // another file system, or one without second names
  }
  return name;
}

function isReachable(path: string): boolean {
  const above = dirname(path);
  return above === path || ((statSync(above).mode & 0o001) !== 0 && isReachable(above));
}
