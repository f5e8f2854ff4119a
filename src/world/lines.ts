/** A system file as lines; a file that is not there has none. */

import { readFileSync } from 'node:fs';

export function linesOf(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n');
  } catch {
    return [];
  }
}
