/** Reads files that somebody else names. */

import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';

/**
 * A file's octets as latin1 text. A pipe could block for ever, and a device never end: they are refused. Throws the system's
 * own error otherwise.
 */
export function readPlainFile(path: string): string {
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const status = fstatSync(file);
    if (!status.isFile() && !status.isDirectory()) throw new Error('it is not a regular file');
    return readFileSync(file, 'latin1');
  } finally {
    closeSync(file);
  }
}
