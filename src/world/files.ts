/** Reads files that somebody else names. */

import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';

/** Octets. No configuration, list or secret comes near it. */
const largestFile = 64 * 1024 * 1024;

/**
 * A file's octets as latin1 text. A pipe could block for ever, a device never end, and a file fill the memory: they are refused.
 * Throws the system's own error otherwise.
 */
export function readPlainFile(path: string): string {
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const status = fstatSync(file);
    if (!status.isFile() && !status.isDirectory()) throw new Error('it is not a regular file');
    if (status.size > largestFile) throw new Error('it is larger than 64 MiB');
    return readFileSync(file, 'latin1');
  } finally {
    closeSync(file);
  }
}
