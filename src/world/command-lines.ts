/** The words that each process was started with. */

import { readdirSync, readFileSync } from 'node:fs';

/** Of the processes that can be seen from here, this one included; none where /proc is missing. */
export function commandLines(): string[][] {
  return namesIn('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => textIn(`/proc/${pid}/cmdline`).split('\0').slice(0, -1))
    .filter((words) => words.length > 0);
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

/** Empty when the process has ended meanwhile. */
function textIn(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
