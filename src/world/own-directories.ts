/** Directories that the environment names, and that belong to somebody else: with sudo or su, HOME may be another user's. */

import { statSync } from 'node:fs';

/**
 * Drops variables that name a directory in which neither this user nor root has the say: whoever owns it could remove what is kept
 * there, and decide what programs that are started find. Without HOME the user database says where the home is.
 */
export function dropForeignDirectories(environment: NodeJS.ProcessEnv): void {
  for (const name of ['HOME', 'XDG_RUNTIME_DIR']) {
    if (isForeign(environment[name])) delete environment[name];
  }
}

/** What is not there, or cannot be looked at, is of no use to anybody. */
function isForeign(path: string | undefined): boolean {
  if (path === undefined) return false;
  try {
    const { uid, mode } = statSync(path);
    const isOpenToAll = (mode & 0o002) !== 0 && (mode & 0o1000) === 0;
    return (uid !== 0 && uid !== process.geteuid?.()) || isOpenToAll;
  } catch {
    return false;
  }
}
