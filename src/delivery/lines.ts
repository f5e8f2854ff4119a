/** The sessions of one run of the queue: messages share them, and as many are open as help and as the hubs have room for. */

import { Failure } from '../failure.ts';
import { type Plan, wayOf } from '../hub/plan.ts';
import { closeSession, openSession, type Session } from '../hub/session.ts';
import { stopwatch } from '../hub/stopwatch.ts';
import type { Tickets } from '../hub/tickets.ts';
import { isAlive, type Line, leastFirst } from './line.ts';

export interface Room {
  /** Sessions at once with each hub and login. */
  readonly sessions: number;
  /** Messages at once in each. */
  readonly messages: number;
}

export interface Lines {
  /** Why nothing can be delivered for now, by ways; whoever finds out more adds it. */
  readonly closures: Map<string, Failure>;
  /**
   * A place in a session; whoever takes it gives it back with `release`. Throws Failure when there is no session to be had. In the order of
   * the calls.
   */
  take(plan: Plan, transcript: (line: string) => void): Promise<Line>;
  release(line: Line): void;
  /** Ends all sessions, whatever is under way in them. */
  close(): Promise<void>;
}

/** What is known of one way. */
interface Known {
  /** Sessions that are being opened. */
  opening: number;
  /** Messages that wait for a place. */
  waiting: number;
  /** There has been a session. */
  isServed: boolean;
  /** How many sessions the hub had room for when it refused one more. */
  limit?: { readonly sessions: number; readonly age: () => number } | undefined;
}

/** Ways that sessions are kept for: messages of several accounts take turns in the queue. */
const maximumWays = 4;
/** Milliseconds until a hub that had no room is asked for more again. */
const limitLife = 60_000;
/** Milliseconds until a hub is asked again that may not have noticed the end of our last session. */
const shortWhile = 1000;

export function linesOf(room: Room, tickets: Tickets): Lines {
  const closures = new Map<string, Failure>();
  const ways = new Map<string, Known>();
  /** The one that was used last at the end. */
  let lines: Line[] = [];
  let order = 0;
  let waiters: (() => void)[] = [];
  let isClosed = false;
  let defect: unknown;

  const openTo = (way: string) => lines.filter((line) => line.way === way && isAlive(line));

  function known(way: string): Known {
    const found = ways.get(way) ?? { opening: 0, waiting: 0, isServed: false };
    ways.set(way, found);
    return found;
  }

  async function take(plan: Plan, transcript: (line: string) => void): Promise<Line> {
    const way = wayOf(plan);
    const state = known(way);
    for (;;) {
      if (defect !== undefined) throw defect;
      const closure = closures.get(way);
      if (closure) throw closure;
      // A signal ended the run: nobody listens to those who still wait.
      if (isClosed) return new Promise(() => undefined);
      const [free] = leastFirst(openTo(way).filter((line) => line.underWay < room.messages && !line.isLeaving));
      // At once, so that nobody else takes the place.
      if (free) return used(free);
      // Those that are on their way will do for so many.
      if (state.waiting >= state.opening * room.messages && mayOpen(way)) open(plan, transcript);
      state.waiting += 1;
      await change();
      state.waiting -= 1;
    }
  }

  function used(line: Line): Line {
    line.underWay += 1;
    lines = [...lines.filter((each) => each !== line), line];
    return line;
  }

  /** Resolves when a place may be free. */
  function change(): Promise<void> {
    return new Promise((resolve) => waiters.push(resolve));
  }

  function wake() {
    const woken = waiters;
    waiters = [];
    for (const resolve of woken) resolve();
  }

  /** The first session with a hub finds out whether there are any to be had. */
  function mayOpen(way: string): boolean {
    const state = known(way);
    if (state.limit && state.limit.age() > limitLife) state.limit = undefined;
    const most = state.isServed ? (state.limit?.sessions ?? room.sessions) : 1;
    return openTo(way).length + state.opening < most;
  }

  /** Nobody waits for this one session: a place in another will do. */
  function open(plan: Plan, transcript: (line: string) => void) {
    const way = wayOf(plan);
    const state = known(way);
    state.opening += 1;
    begin(plan, transcript)
      .then(
        async (session) => {
          state.isServed = true;
          order += 1;
          // No deadline runs before somebody takes it.
          session.watch.rest();
          if (isClosed) await closeSession(session);
          else lines.push({ session, way, order, count: 0, underWay: 0, isLeaving: false });
        },
        (error: unknown) => noteRefused(way, error),
      )
      .catch((error: unknown) => {
        defect = error;
      })
      .finally(() => {
        state.opening -= 1;
        wake();
      });
  }

  /** A hub that serves others of ours, or is about to, has no room for one more; otherwise it is down. */
  function noteRefused(way: string, error: unknown) {
    if (!(error instanceof Failure)) throw error;
    const others = othersThan(way);
    if (others > 0) known(way).limit = { sessions: others, age: stopwatch() };
    else closures.set(way, error);
  }

  /** Beside the one that is being opened. */
  function othersThan(way: string): number {
    return openTo(way).length + known(way).opening - 1;
  }

  async function begin(plan: Plan, transcript: (line: string) => void): Promise<Session> {
    const unused = lines.filter((line) => line.underWay === 0);
    const isFull = lines.length >= maximumWays * room.sessions;
    await end(unused.filter((line, index) => !isAlive(line) || (isFull && index === 0)));
    try {
      return await openSession(plan, transcript, { tickets });
    } catch (error) {
      const isOfRoom = error instanceof Failure && ['unavailable', 'temporary'].includes(error.kind);
      if (!isOfRoom || !(await madeRoom(plan))) throw error;
      return openSession(plan, transcript, { tickets });
    }
  }

  /** False when no session of ours can be what takes the room. */
  async function madeRoom(plan: Plan): Promise<boolean> {
    const way = wayOf(plan);
    if (othersThan(way) > 0) return false;
    const isThere = ({ session }: Line) => session.plan.host === plan.host && session.plan.port === plan.port;
    const [leaving] = leastFirst(lines.filter((line) => line.way !== way && isAlive(line) && isThere(line)));
    if (leaving) {
      leaving.isLeaving = true;
      while (leaving.underWay > 0 && !isClosed) await change();
      await end([leaving]);
    } else if (known(way).isServed) await new Promise((resolve) => setTimeout(resolve, shortWhile));
    return leaving !== undefined || known(way).isServed;
  }

  async function end(ended: readonly Line[]): Promise<void> {
    lines = lines.filter((line) => !ended.includes(line));
    await Promise.all(ended.map(({ session }) => closeSession(session)));
  }

  return {
    closures,
    take,
    release(line) {
      line.underWay -= 1;
      if (line.underWay === 0) line.session.watch.rest();
      wake();
    },
    async close() {
      isClosed = true;
      wake();
      await end(lines);
    },
  };
}
