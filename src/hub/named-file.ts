/** A file that a key of the configuration names. */

import { readFileSync } from 'node:fs';
import { Failure, reasonOf } from '../failure.ts';

/** Throws Failure config with the name of the key. */
export function readNamed(name: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new Failure('config', `Cannot read ${name}="${path}": ${reasonOf(error)}`, { cause: error });
  }
}
