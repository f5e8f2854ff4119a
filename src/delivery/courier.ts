/** Delivers messages in as few sessions as help, one behind the other, and asks a hub that is down only once. */

import { Failure } from '../failure.ts';
import { type Delivery, type Letter, watchedEnding } from '../hub/deliver.ts';
import { hubName, type Plan, wayOf, withAnyHub } from '../hub/plan.ts';
import { finalOf, send } from '../hub/send.ts';
import { stopwatch } from '../hub/stopwatch.ts';
import type { Tickets } from '../hub/tickets.ts';
import { interruption, timeIsUp } from '../hub/trouble.ts';
import type { Line } from './line.ts';
import { linesOf, type Room } from './lines.ts';

export interface Courier {
  /**
   * Throws Failure when the message was not accepted; `isDown` tells then whether any other would be. While one message waits for the
   * hub's answer, another may be given: they share a session.
   */
  deliver(letter: Letter, plan: Plan, transcript: (line: string) => void): Promise<Delivery>;
  /** Why nothing can be delivered this way for now; undefined as long as nothing is known against it. */
  isDown(plan: Plan): Failure | undefined;
  close(): Promise<void>;
}

/** Sessions in a row that broke in the middle of a message: then the hub is down, whatever its greeting says. */
const maximumBroken = 3;
/** Sessions that end under a message before the hub has it, because of those before it. */
const maximumSecondHand = 3;

export function courier(tickets: Tickets, room: Room): Courier {
  const lines = linesOf(room, tickets);
  const { closures } = lines;
  /** Sessions in a row that broke, by their ways. Those that were open when the last one did are not counted. */
  const broken = new Map<string, { readonly count: number; readonly newest: number }>();
  let newest = 0;
  const sinceBegin = stopwatch();

  /** `time` is this message's: the session may have been opened for another, and others may be under way in it. */
  async function deliverIn(line: Line, letter: Letter, time: number): Promise<Delivery> {
    const others = line.underWay > 1 ? line.until - sinceBegin() : 0;
    const longest = Math.max(time, others);
    line.until = sinceBegin() + longest;
    line.session.watch.hurry(longest);
    line.count += 1;
    newest = Math.max(newest, line.order);
    return send(line.session, letter);
  }

  function noteBroken({ session, way, order }: Line, error: unknown) {
    if (!session.connection.destroyed) broken.delete(way);
    else if (isBreak(error)) {
      const last = broken.get(way) ?? { count: 0, newest: 0 };
      if (order <= last.newest) return;
      broken.set(way, { count: last.count + 1, newest });
      if (last.count + 1 >= maximumBroken) closures.set(way, error);
    }
  }

  async function deliverOnce(letter: Letter, plan: Plan, line: Line, time: number): Promise<Delivery> {
    const delivery = finalOf(await deliverIn(line, letter, time), plan);
    broken.delete(line.way);
    return { ...delivery, hub: hubName(plan) };
  }

  return {
    deliver(letter, plan, transcript) {
      const { ending, isUncertain } = watchedEnding(letter.ending);
      const deliverTo = async (each: Plan): Promise<Delivery> => {
        // That others take their time is not this hub's fault.
        let elapsed: (() => number) | undefined;
        for (let secondHand = 1; ; secondHand += 1) {
          const line = await lines.take(each, transcript);
          elapsed ??= stopwatch();
          const isFirst = line.count === 0;
          try {
            const time = each.deliveryTimeout - elapsed();
            if (time <= 0) throw interruption('greeting', timeIsUp, each);
            return await deliverOnce({ ...letter, ending }, each, line, time);
          } catch (error) {
            // That a session ends between two messages is no fault of the second.
            const isOver = line.session.connection.destroyed && isBreak(error);
            if (isOver && !isFirst && !isUncertain() && secondHand < maximumSecondHand) continue;
            noteBroken(line, error);
            throw error;
          } finally {
            lines.release(line);
          }
        }
      };
      return withAnyHub(plan, deliverTo, () => !isUncertain());
    },
    isDown(plan) {
      const reasons = [plan, ...plan.others].map((each) => closures.get(wayOf(each)));
      return reasons.every((reason) => reason !== undefined) ? reasons[0] : undefined;
    },
    close: lines.close,
  };
}

/** A message that cannot be read from the disk any more ends a session, too; and a refusal may, which is an answer all the same. */
function isBreak(error: unknown): error is Failure {
  return error instanceof Failure && error.kind !== 'io' && error.temporary;
}
