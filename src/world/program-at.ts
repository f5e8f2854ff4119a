/** Which program a path leads to. */

import { realpathSync } from 'node:fs';

export interface FoundProgram {
  /** Links followed. */
  readonly path: string;
  readonly isThis: boolean;
}

/** undefined when there is nothing, or a link that leads nowhere. */
export function programAt(path: string): FoundProgram | undefined {
  const found = realPathOf(path);
  // The executable, or the script that Node runs.
  const own = [process.execPath, process.argv[1] ?? ''].map(realPathOf);
  return found === undefined ? undefined : { path: found, isThis: own.includes(found) };
}

function realPathOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
