/** Lines for the log that belong to no single message. */

import { logToSystem } from './syslog.ts';

/** Printable lines. Never throws. */
export function logLines(lines: readonly string[]): void {
  logToSystem(lines, { priority: 'err' });
}
