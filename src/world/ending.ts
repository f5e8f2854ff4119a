/** Ends this process, whatever is still under way in it. */

import { existsSync } from 'node:fs';

const shell = '/bin/sh';

/**
 * Does not return. Node waits at its end for a name service that does not answer, which takes minutes and is beyond every deadline:
 * then another program takes the place of this process, and ends with the status.
 */
export function endWith(status: number): never {
  const isAsking = process.getActiveResourcesInfo().includes('GetAddrInfoReqWrap');
  if (isAsking && existsSync(shell)) process.execve?.(shell, ['sh', '-c', `exit ${status}`], {});
  process.exit(status);
}
