/** Drops bytecode, of which Node's own start leaves more behind than a message needs: each function costs when a process starts. */

import { queryObjects, setFlagsFromString } from 'node:v8';

/** Afterwards a function is compiled again when it is called. */
export async function forgetCode(): Promise<void> {
  setFlagsFromString('--stress-flush-code');
  for (let round = 0; round < 3; round++) await collectGarbage();
  // The flags are part of the snapshot: it is refused unless they are those of the executable.
  setFlagsFromString('--no-stress-flush-code');
}

export async function collectGarbage(): Promise<void> {
  await new Promise((done) => setTimeout(done, 1));
  queryObjects(Map); // Collects garbage before it counts; there is no other way to ask for that.
}
