/** Sees to it that HOME is a home of this user: with sudo or su it may be another user's. */

import { ownPath } from './own-path.ts';

/**
 * Drops HOME where another user has a say in it, or in where its path leads, or where everybody may remove files: a message that is kept
 * there could be taken away. Then the user database says where the home is. Any other is replaced by its path without links.
 */
export function dropForeignHome(environment: NodeJS.ProcessEnv): void {
  const home = ownPath(environment.HOME, process.geteuid?.() === 0 ? 0o022 : 0o002);
  if (home === undefined) delete environment.HOME;
  else environment.HOME = home;
}
