/** Lines for the log that belong to no single message. */

import type { LogChoice } from '../config/types.ts';
import { writeLog } from './write-log.ts';

/** Printable lines. Never throws. */
export function logLines(lines: readonly string[], choice: LogChoice, now: Date): void {
  writeLog(
    lines.map((text) => ({ text, priority: 'err' })),
    { choice, tag: undefined, now },
  );
}
