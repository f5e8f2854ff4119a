/** Keeps what this process has in memory, passwords among it, out of core files, which others may read or send away. */

import { closeSync, openSync, writeSync } from 'node:fs';

/** core(5): no kind of memory is dumped, in this process and those that it starts. Where there is no such file, nothing happens. */
export function keepMemoryPrivate(): void {
  try {
    const file = openSync('/proc/self/coredump_filter', 'w');
    try {
      writeSync(file, '0');
    } finally {
      closeSync(file);
    }
  } catch {
    // Another system, or a container that shows no /proc: mail is sent all the same.
  }
}
