/** One session of a run of the queue, and the messages in it. */

import type { Session } from '../hub/session.ts';

export interface Line {
  readonly session: Session;
  readonly way: string;
  /** The first one has 1. */
  readonly order: number;
  /** Messages that it has been given. */
  count: number;
  /** Messages that have a place in it now. */
  underWay: number;
  /** It gets no more: it makes room for another login's session. */
  isLeaving: boolean;
}

/** It can be used: nothing has ended it, with or without a word. */
export function isAlive({ session: { connection, watch } }: Line): boolean {
  return !connection.destroyed && !watch.isBroken();
}

export function leastFirst(lines: readonly Line[]): Line[] {
  return [...lines].sort((one, two) => one.underWay - two.underWay);
}
