/** Appends lines to a log file, opened anew each time, so that logrotate(8) may move it away. */

import { closeSync, fstatSync, ftruncateSync, writeSync } from 'node:fs';
import { openForAppending } from './append.ts';

/** Whole lines in one write: those of several processes do not mix. False when it cannot be done; nothing is waited for. */
export function logToFile(path: string, lines: readonly string[]): boolean {
  try {
    const file = openForAppending(path, { mode: 0o640, mayBeTerminal: false });
    try {
      const octets = Buffer.from(lines.map((line) => `${line}\n`).join(''));
      const { size } = fstatSync(file);
      const written = writeSync(file, octets);
      if (written === octets.length) return true;
      // The disk is full. Half a line would spoil the next one, when there is room again; others may have written meanwhile.
      if (fstatSync(file).size === size + written) ftruncateSync(file, size);
      return false;
    } finally {
      closeSync(file);
    }
  } catch {
    return false;
  }
}
