/** A bar on the terminal of whoever runs the queue by hand. */

import type { System } from '../system.ts';

const width = 30;
/** Characters of the line: what was longer before is covered with blanks, for not every terminal knows how to wipe. */
const room = 70;
/** Milliseconds; a run that is over sooner shows nothing. */
const firstShown = 1000;
const between = 100;

/**
 * Call `step` after each message, and `end` before anything else is written, or when nothing more comes: the line is wiped then. Where
 * there is no terminal, or one that cannot go back in the line, nothing happens.
 */
export function progressBar(system: System): { step(done: number, left: number): void; end(): void } {
  const isShown = system.errorIsTerminal() && system.environment.TERM !== 'dumb';
  let next = system.now().getTime() + firstShown;
  let isThere = false;
  return {
    step(done, left) {
      const now = system.now().getTime();
      if (!isShown || now < next) return;
      next = now + between;
      isThere = true;
      const filled = Math.round((width * done) / Math.max(1, done + left));
      system.tell(`\r${`[${'#'.repeat(filled).padEnd(width, '.')}] ${done} done, ${left} to go`.padEnd(room)}`);
    },
    end() {
      if (isThere) system.tell(`\r${' '.repeat(room)}\r`);
      isThere = false;
    },
  };
}
