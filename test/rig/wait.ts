/** Waiting for something another process does: asked often, given up with words. */

import { setTimeout as pause } from 'node:timers/promises';

/** Asks until there is an answer. `what` ends the sentence "waited in vain for …". */
export async function waitFor<Answer>(
  what: string,
  ask: () => Promise<Answer | undefined> | Answer | undefined,
  seconds = 15,
): Promise<Answer> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > end) throw new Error(`waited ${seconds} s in vain for ${what}`);
    await pause(10);
  }
}
