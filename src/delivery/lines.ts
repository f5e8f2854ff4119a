/** The sessions of one run of the queue: messages share them, and as many are open as help and as the hubs have room for. */

import { Failure } from '../failure.ts';
import { hubName, type Plan, wayOf } from '../hub/plan.ts';
import { closeSession, openSession, type Session } from '../hub/session.ts';
import { stopwatch } from '../hub/stopwatch.ts';
import type { Tickets } from '../hub/tickets.ts';
import { isBusy } from '../hub/trouble.ts';
import { isAlive, type Known, type Line, surroundings } from './line.ts';

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
  /** Failures that no hub had a part in: there was no secret to be had. */
  const ofOurs = new WeakSet<Error>();

  const around = (plan: Plan) => surroundings(plan, lines, ways);

  function known(plan: Plan): Known {
    const way = wayOf(plan);
    const found = ways.get(way) ?? { hub: hubName(plan), opening: 0, waiting: 0, isServed: false, isBlocked: false };
    ways.set(way, found);
    return found;
  }

  async function take(plan: Plan, transcript: (line: string) => void): Promise<Line> {
    const way = wayOf(plan);
    const state = known(plan);
    for (;;) {
      if (defect !== undefined) throw defect;
      const closure = closures.get(way);
      if (closure) throw closure;
      // A signal ended the run: nobody listens to those who still wait.
      if (isClosed) return new Promise(() => undefined);
      const [free] = around(plan)
        .own.filter((line) => line.underWay < room.messages)
        .sort((one, two) => one.underWay - two.underWay);
      // At once, so that nobody else takes the place.
      if (free) return used(free);
      // Those that are on their way will do for so many.
      if (state.waiting >= state.opening * room.messages && mayOpen(plan)) open(plan, transcript);
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
  function mayOpen(plan: Plan): boolean {
    const state = known(plan);
    const { own, areOthers, idleOthers } = around(plan);
    if (state.isBlocked && areOthers && idleOthers.length === 0) return false;
    if (state.limit && state.limit.age() > limitLife) state.limit = undefined;
    const most = state.isServed ? (state.limit?.sessions ?? room.sessions) : 1;
    return own.length + state.opening < most;
  }

  /** Nobody waits for this one session: a place in another will do. */
  function open(plan: Plan, transcript: (line: string) => void) {
    const way = wayOf(plan);
    const state = known(plan);
    state.opening += 1;
    begin(plan, transcript)
      .then(
        async (session) => {
          state.isServed = true;
          state.isBlocked = false;
          order += 1;
          // No deadline runs before somebody takes it.
          session.watch.rest();
          if (isClosed) await closeSession(session);
          else lines.push({ session, way, order, count: 0, underWay: 0, until: 0 });
        },
        (error: unknown) => noteRefused(plan, error),
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
  function noteRefused(plan: Plan, error: unknown) {
    if (!(error instanceof Failure)) throw error;
    const state = known(plan);
    const { own, areOthers } = around(plan);
    const others = own.length + state.opening - 1;
    if (others > 0) state.limit = { sessions: others, age: stopwatch() };
    else if (isBusy(error) && !ofOurs.has(error) && areOthers) state.isBlocked = true;
    else closures.set(wayOf(plan), error);
  }

  async function begin(plan: Plan, transcript: (line: string) => void): Promise<Session> {
    try {
      await plan.login?.pass.ready?.();
      plan.login?.pass();
    } catch (error) {
      if (error instanceof Error) ofOurs.add(error);
      throw error;
    }
    const unused = lines.filter((line) => line.underWay === 0);
    const isFull = lines.length >= maximumWays * room.sessions;
    const inTheWay = known(plan).isBlocked ? around(plan).idleOthers : [];
    await end(unused.filter((line, index) => !isAlive(line) || inTheWay.includes(line) || (isFull && index === 0)));
    try {
      return await openSession(plan, transcript, { tickets });
    } catch (error) {
      if (!isBusy(error) || !(await madeRoom(plan))) throw error;
      return openSession(plan, transcript, { tickets });
    }
  }

  /** False when nothing is to be gained by asking once more. */
  async function madeRoom(plan: Plan): Promise<boolean> {
    const { isServed, opening } = known(plan);
    const { own, areOthers, idleOthers } = around(plan);
    if (own.length > 0 || opening > 1) return false;
    await end(idleOthers);
    if (idleOthers.length > 0) return true;
    if (!isServed || areOthers) return false;
    await new Promise((resolve) => setTimeout(resolve, shortWhile));
    return !isClosed;
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
