/** Paths that no other user can lead elsewhere. */

import { lstatSync, realpathSync, type Stats } from 'node:fs';

/**
 * The path with all links followed, where root and this user own each directory on the way, and what stands at the end; undefined for any
 * other path, and for one that is relative or not there. `closedTo` are the bits of the mode that none of them has: in a directory with the
 * sticky bit, only what is theirs can stand under the next name, so it may have them. The result is for use in place of the
 * path: another user could change a link in it at any time.
 */
export function ownPath(path: string | undefined, closedTo: number): string | undefined {
  if (!path?.startsWith('/')) return undefined;
  try {
    const resolved = realpathSync(path);
    return ['/', ...prefixesOf(resolved)].every((each) => isOwn(lstatSync(each), closedTo)) ? resolved : undefined;
  } catch {
    return undefined;
  }
}

/** From the top down: what is under a directory that nobody else can write stays there. */
function prefixesOf(resolved: string): string[] {
  const names = resolved.split('/').filter((name) => name !== '');
  return names.map((_name, index) => `/${names.slice(0, index + 1).join('/')}`);
}

function isOwn(status: Stats, closedTo: number): boolean {
  if (status.isSymbolicLink() || (status.uid !== 0 && status.uid !== process.geteuid?.())) return false;
  return !status.isDirectory() || (status.mode & closedTo) === 0 || (status.mode & 0o1000) !== 0;
}
