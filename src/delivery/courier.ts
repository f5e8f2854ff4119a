/** Delivers one message after the other, in as few sessions as the hubs allow, and asks a hub that is down only once. */

import { Failure } from '../failure.ts';
import { type Delivery, type Letter, watchedEnding } from '../hub/deliver.ts';
import { hubName, type Plan, wayOf, withAnyHub } from '../hub/plan.ts';
import { closeSession, openSession, type Session } from '../hub/session.ts';
import { isUsable, sayReset } from '../hub/steps.ts';
import { transact } from '../hub/transaction.ts';

export interface Courier {
  /** Throws Failure when the message was not accepted; `isDown` tells then whether any other would be. */
  deliver(letter: Letter, plan: Plan, transcript: (line: string) => void): Promise<Delivery>;
  /** Why nothing can be delivered this way for now; undefined as long as nothing is known against it. */
  isDown(plan: Plan): Failure | undefined;
  close(): Promise<void>;
}

/** What all couriers of one run know of the hubs. */
export type Closures = Map<string, Failure>;

/** Sessions in a row that broke in the middle of a message: then the hub is down, whatever its greeting says. */
const maximumBroken = 3;

export function courier(closures: Closures): Courier {
  let kept: { session: Session; way: string; isOpen: boolean } | undefined;
  let broken = 0;

  async function sessionFor(plan: Plan, transcript: (line: string) => void): Promise<Session> {
    const way = wayOf(plan);
    if (kept?.way === way && (await isReady(kept))) return kept.session;
    await close();
    try {
      const session = await openSession(plan, transcript);
      kept = { session, way, isOpen: false };
      return session;
    } catch (error) {
      if (error instanceof Failure) closures.set(way, error);
      throw error;
    }
  }

  async function close(): Promise<void> {
    const session = kept?.session;
    kept = undefined;
    if (session) await closeSession(session);
  }

  async function deliverTo(plan: Plan, letter: Letter, transcript: (line: string) => void): Promise<Delivery> {
    const known = closures.get(wayOf(plan));
    if (known) throw known;
    const session = await sessionFor(plan, transcript);
    session.watch.hurry(plan.deliveryTimeout);
    if (kept) kept.isOpen = true;
    try {
      const delivery = await transact(session, letter);
      if (kept) kept.isOpen = delivery.reply === undefined;
      broken = 0;
      return { ...delivery, hub: hubName(plan) };
    } catch (error) {
      broken = isUsable(session) ? 0 : broken + 1;
      if (broken >= maximumBroken && error instanceof Failure) closures.set(wayOf(plan), error);
      throw error;
    } finally {
      session.watch.rest();
    }
  }

  return {
    deliver(letter, plan, transcript) {
      const { ending, isUncertain } = watchedEnding(letter.ending);
      const work = (each: Plan) => deliverTo(each, { ...letter, ending }, transcript);
      return withAnyHub(plan, work, () => !isUncertain());
    },
    isDown(plan) {
      const reasons = [plan, ...plan.others].map((each) => closures.get(wayOf(each)));
      return reasons.every((reason) => reason !== undefined) ? reasons[0] : undefined;
    },
    close,
  };
}

/** A transaction that did not come to its end is given up with RSET; a session that cannot do that is over. */
async function isReady({ session, isOpen }: { session: Session; isOpen: boolean }): Promise<boolean> {
  if (!isUsable(session)) return false;
  if (!isOpen) return true;
  try {
    return (await sayReset(session)).code < 300;
  } catch (error) {
    if (error instanceof Failure) return false;
    throw error;
  }
}
