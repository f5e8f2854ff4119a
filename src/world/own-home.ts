/** Sees to it that HOME is a home of this user: with sudo or su it may be another user's. */

import { statSync } from 'node:fs';

/**
 * Drops HOME where it names a directory in which neither this user nor root has the say, or from which everybody may remove files:
 * a message that is kept there could be taken away. Then the user database says where the home is.
 */
export function dropForeignHome(environment: NodeJS.ProcessEnv): void {
  if (isForeign(environment.HOME)) delete environment.HOME;
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
