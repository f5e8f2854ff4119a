/** The sessions of one run of the queue: messages share them, and as many are open as help and as the hubs have room for. */

import { Failure } from '../failure.ts';
import { type Plan, wayOf } from '../hub/plan.ts';
import { closeSession, openSession, type Session } from '../hub/session.ts';
import type { Tickets } from '../hub/tickets.ts';

export interface Line {
  readonly session: Session;
  readonly way: string;
  /** The first one has 1. */
  readonly order: number;
  /** Messages that it has been given. */
  count: number;
  /** Messages that have a place in it now. */
  underWay: number;
}

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

export function linesOf(room: Room, tickets: Tickets): Lines {
  const closures = new Map<string, Failure>();
  /** The one that was used last at the end. */
  let lines: Line[] = [];
  let order = 0;
  /** How many are being opened, by ways. */
  const opening = new Map<string, number>();
  /** How many the hub had room for, by ways, where it refused one more. */
  const limits = new Map<string, number>();
  /** Messages that wait for a place, by ways. */
  const waiting = new Map<string, number>();
  let waiters: (() => void)[] = [];
  let isClosed = false;
  let defect: unknown;

  const openTo = (way: string) => lines.filter((line) => line.way === way && !line.session.connection.destroyed);

  async function take(plan: Plan, transcript: (line: string) => void): Promise<Line> {
    const way = wayOf(plan);
    for (;;) {
      if (defect !== undefined) throw defect;
      const known = closures.get(way);
      if (known) throw known;
      // A signal ended the run: nobody listens to those who still wait.
      if (isClosed) return new Promise(() => undefined);
      const [free] = openTo(way)
        .filter((line) => line.underWay < room.messages)
        .sort((one, two) => one.underWay - two.underWay);
      // Nobody else may take the place meanwhile.
      if (free) return used(free);
      // Those that are on their way will do for so many.
      if (at(waiting, way) >= at(opening, way) * room.messages && mayOpen(way)) open(plan, transcript);
      add(waiting, way, 1);
      await new Promise<void>((resolve) => waiters.push(resolve));
      add(waiting, way, -1);
    }
  }

  function used(line: Line): Line {
    line.underWay += 1;
    lines = [...lines.filter((each) => each !== line), line];
    return line;
  }

  function wake() {
    const woken = waiters;
    waiters = [];
    for (const resolve of woken) resolve();
  }

  function mayOpen(way: string): boolean {
    return openTo(way).length + at(opening, way) < (limits.get(way) ?? room.sessions);
  }

  /** Nobody waits for this one session: a place in another will do. */
  function open(plan: Plan, transcript: (line: string) => void) {
    const way = wayOf(plan);
    add(opening, way, 1);
    begin(plan, transcript)
      .then(
        async (session) => {
          order += 1;
          if (isClosed) await closeSession(session);
          else lines.push({ session, way, order, count: 0, underWay: 0 });
        },
        (error: unknown) => noteRefused(way, error),
      )
      .catch((error: unknown) => {
        defect = error;
      })
      .finally(() => {
        add(opening, way, -1);
        wake();
      });
  }

  /** A hub that serves others of ours, or is about to, has no room for one more; otherwise it is down. */
  function noteRefused(way: string, error: unknown) {
    if (!(error instanceof Failure)) throw error;
    const others = openTo(way).length + at(opening, way) - 1;
    if (others > 0) limits.set(way, others);
    else closures.set(way, error);
  }

  async function begin(plan: Plan, transcript: (line: string) => void): Promise<Session> {
    lines = lines.filter((line) => !line.session.connection.destroyed);
    const idle = lines.filter((line) => line.underWay === 0);
    if (lines.length >= maximumWays * room.sessions) await end(idle.slice(0, 1));
    try {
      return await openSession(plan, transcript, { tickets });
    } catch (error) {
      // Another login's sessions may take all the room that the hub has for us.
      const inTheWay = lines.filter(({ session, way, underWay }) => {
        const isSameHub = session.plan.host === plan.host && session.plan.port === plan.port;
        return underWay === 0 && way !== wayOf(plan) && isSameHub;
      });
      if (!(error instanceof Failure && isOfRoom(error)) || inTheWay.length === 0) throw error;
      await end(inTheWay);
      return openSession(plan, transcript, { tickets });
    }
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

function isOfRoom({ kind }: Failure): boolean {
  return kind === 'unavailable' || kind === 'temporary';
}

function at(numbers: ReadonlyMap<string, number>, key: string): number {
  return numbers.get(key) ?? 0;
}

function add(numbers: Map<string, number>, key: string, number: number) {
  numbers.set(key, at(numbers, key) + number);
}
