/** Delivers messages in as few sessions as the hubs allow, one behind the other, and asks a hub that is down only once. */

import { Failure } from '../failure.ts';
import { type Delivery, type Letter, watchedEnding } from '../hub/deliver.ts';
import { hubName, type Plan, wayOf, withAnyHub } from '../hub/plan.ts';
import { finalOf, send } from '../hub/send.ts';
import { closeSession, openSession, type Session } from '../hub/session.ts';
import { stopwatch } from '../hub/stopwatch.ts';
import type { Tickets } from '../hub/tickets.ts';

export interface Courier {
  /**
   * Throws Failure when the message was not accepted; `isDown` tells then whether any other would be. While one message waits for the
   * hub's answer, another may be given: they share a session.
   */
  deliver(letter: Letter, plan: Plan, transcript: (line: string) => void): Promise<Delivery>;
  /** Why nothing can be delivered this way for now; undefined as long as nothing is known against it. */
  isDown(plan: Plan): Failure | undefined;
  /** A hub has been asked for a session and not given it yet. */
  isOpening(): boolean;
  /** Ends its sessions when the messages in them have their answers. */
  leave(): Promise<void>;
  /** Ends them now. */
  close(): Promise<void>;
}

/** What all couriers of one run know of the hubs, by the ways there. */
export interface Hubs {
  /** Why nothing can be delivered for now. */
  readonly closures: Map<string, Failure>;
  /** Sessions that are open. */
  readonly lines: Set<Kept>;
  /** Hubs that had no room for one more session: what there is, is shared. */
  readonly crowded: Set<string>;
}

export const unknownHubs = (): Hubs => ({ closures: new Map(), lines: new Set(), crowded: new Set() });

/** Sessions at once, each with another hub or login: messages of several accounts take turns in the queue. */
const maximumKept = 4;
/** Sessions in a row that broke in the middle of a message: then the hub is down, whatever its greeting says. */
const maximumBroken = 3;
/** Sessions that end under a message before the hub has it, because of those before it. */
const maximumSecondHand = 3;

interface Kept {
  readonly session: Session;
  readonly way: string;
  /** Messages under way in it. */
  readonly work: Set<Promise<unknown>>;
  /** Messages that it has been given. */
  count: number;
  /** It has been counted among those that broke. */
  isBroken: boolean;
}

/** They share `tickets`, too. */
export function courier({ closures, lines, crowded }: Hubs, tickets: Tickets = new Map()): Courier {
  /** By their ways, the one that was used last at the end. */
  const kept = new Map<string, Kept>();
  /** Sessions in a row that broke, by their ways. */
  const broken = new Map<string, number>();
  /** Sessions are opened and closed one after the other. */
  let opening: Promise<unknown> = Promise.resolve();
  let isOpening = false;

  function sessionFor(plan: Plan, transcript: (line: string) => void): Promise<Kept> {
    const way = wayOf(plan);
    const found = opening.then(async () => {
      const usual = kept.get(way);
      if (usual && !usual.session.connection.destroyed) return keep(usual);
      const [longestUnused] = kept.values();
      const leaving = usual ?? (kept.size >= maximumKept ? longestUnused : undefined);
      if (leaving) await leaveLine(leaving);
      const known = closures.get(way);
      if (known) throw known;
      const shared = crowded.has(way) ? lineOfOthers(way) : undefined;
      if (shared) return shared;
      isOpening = true;
      try {
        const session = await openSession(plan, transcript, { tickets });
        return keep({ session, way, work: new Set(), count: 0, isBroken: false });
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        const other = lineOfOthers(way);
        if (other) {
          crowded.add(way);
          return other;
        }
        closures.set(way, error);
        throw error;
      } finally {
        isOpening = false;
      }
    });
    opening = found.catch(() => undefined);
    return found;
  }

  /** The one with the least to do. */
  function lineOfOthers(way: string): Kept | undefined {
    const open = [...lines].filter((line) => line.way === way && !line.session.connection.destroyed);
    return open.sort((one, two) => one.work.size - two.work.size)[0];
  }

  function keep(line: Kept): Kept {
    kept.delete(line.way);
    kept.set(line.way, line);
    lines.add(line);
    return line;
  }

  async function leaveLine(line: Kept): Promise<void> {
    lines.delete(line);
    await Promise.allSettled(line.work);
    kept.delete(line.way);
    await closeSession(line.session);
  }

  /** `deliveryTimeout` is this message's: the session may have been opened for another. */
  async function deliverIn(line: Kept, letter: Letter, deliveryTimeout: number): Promise<Delivery> {
    line.session.watch.hurry(deliveryTimeout);
    const work = send(line.session, letter);
    line.count += 1;
    line.work.add(work);
    try {
      return await work;
    } finally {
      line.work.delete(work);
      if (line.work.size === 0) line.session.watch.rest();
    }
  }

  function noteBroken(line: Kept, error: unknown) {
    if (!line.session.connection.destroyed) broken.delete(line.way);
    else if (isOfHub(error)) {
      const count = (broken.get(line.way) ?? 0) + (line.isBroken ? 0 : 1);
      line.isBroken = true;
      broken.set(line.way, count);
      if (count >= maximumBroken) closures.set(line.way, error);
    }
  }

  return {
    deliver(letter, plan, transcript) {
      const { ending, isUncertain } = watchedEnding(letter.ending);
      const deliverTo = async (each: Plan): Promise<Delivery> => {
        const elapsed = stopwatch();
        for (let secondHand = 1; ; secondHand += 1) {
          const known = closures.get(wayOf(each));
          if (known) throw known;
          const line = await sessionFor(each, transcript);
          const isFirst = line.count === 0;
          try {
            const delivery = finalOf(
              await deliverIn(line, { ...letter, ending }, each.deliveryTimeout - elapsed()),
              each,
            );
            broken.delete(line.way);
            return { ...delivery, hub: hubName(each) };
          } catch (error) {
            // That a session ends between two messages is no fault of the second.
            const isOver = line.session.connection.destroyed && isOfHub(error) && error.temporary;
            if (isOver && !isFirst && !isUncertain() && secondHand < maximumSecondHand) continue;
            noteBroken(line, error);
            throw error;
          }
        }
      };
      return withAnyHub(plan, deliverTo, () => !isUncertain());
    },
    isDown(plan) {
      const reasons = [plan, ...plan.others].map((each) => closures.get(wayOf(each)));
      return reasons.every((reason) => reason !== undefined) ? reasons[0] : undefined;
    },
    isOpening: () => isOpening,
    async leave() {
      await Promise.all([...kept.values()].map(leaveLine));
    },
    async close() {
      for (const line of kept.values()) lines.delete(line);
      await Promise.all([...kept.values()].map((line) => closeSession(line.session)));
      kept.clear();
    },
  };
}

/** A message that cannot be read from the disk any more ends a session, too. */
function isOfHub(error: unknown): error is Failure {
  return error instanceof Failure && error.kind !== 'io';
}
