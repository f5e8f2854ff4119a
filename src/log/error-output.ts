/** Writes lines to standard error without ever waiting for whoever reads it. */

import { closeSync, constants, openSync, writeSync } from 'node:fs';

/** A pipe that is full loses the lines: the mail does not wait for its log. Never throws. */
export function logToErrorOutput(lines: readonly string[]): void {
  const text = lines.map((line) => `${line}\n`).join('');
  try {
    const file = openAgain();
    try {
      writeSync(file ?? 2, text);
    } finally {
      if (file !== undefined) closeSync(file);
    }
  } catch {
    // Nobody is listening.
  }
}

/** The same pipe, file or terminal without blocking, which the descriptor shared with the caller must not become. undefined for a socket. */
function openAgain(): number | undefined {
  try {
    return openSync('/proc/self/fd/2', constants.O_WRONLY | constants.O_APPEND | constants.O_NONBLOCK);
  } catch {
    return undefined;
  }
}
