/** One session of a run of the queue, what is known of the way to its hub, and what other sessions there are. */

import { hubName, type Plan, wayOf } from '../hub/plan.ts';
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
  /** How long it may go on for the longest of them, on its courier's clock. */
  until: number;
}

/** It can be used: nothing has ended it, with or without a word. */
export function isAlive({ session: { connection, watch } }: Line): boolean {
  return !connection.destroyed && !watch.isBroken();
}

/** What is known of one way. */
export interface Known {
  /** Host and port: the hub may count sessions, whatever the login is. */
  readonly hub: string;
  /** Sessions that are being opened. */
  opening: number;
  /** Messages that wait for a place. */
  waiting: number;
  /** There has been a session. */
  isServed: boolean;
  /** The hub refused a session while others of ours, with other logins, had some: it waits for their end. */
  isBlocked: boolean;
  /** How many sessions the hub had room for when it refused one more. */
  limit?: { readonly sessions: number; readonly age: () => number } | undefined;
}

interface Surroundings {
  /** Sessions with the hub and login. */
  readonly own: Line[];
  /** There are sessions with the same hub but another login, or such are being opened. */
  readonly areOthers: boolean;
  /** Those of them that nobody uses now. */
  readonly idleOthers: Line[];
}

export function surroundings(plan: Plan, lines: readonly Line[], ways: ReadonlyMap<string, Known>): Surroundings {
  const way = wayOf(plan);
  const hub = hubName(plan);
  const alive = lines.filter(isAlive);
  const others = alive.filter((line) => line.way !== way && hubName(line.session.plan) === hub);
  const areOpening = [...ways].some(([each, known]) => each !== way && known.hub === hub && known.opening > 0);
  return {
    own: alive.filter((line) => line.way === way),
    areOthers: areOpening || others.length > 0,
    idleOthers: others.filter((line) => line.underWay === 0),
  };
}
