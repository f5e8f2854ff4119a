/** Who was told of what not long ago: what fails in the same way again waits, and is told together with others. */

import type { System } from '../system.ts';
import { reading } from './directory.ts';
import { secondsOf } from './entry-name.ts';
import type { QueuePlace } from './open-entry.ts';
import { readOwn, writeOwn } from './own-file.ts';

/** Seconds in which one notification is enough. */
const foldingTime = 3600;
const maximumRemembered = 10_000;

export interface Told {
  /** When the sender may be told the like of it again (seconds since 1970); undefined: now. */
  until(sender: string, reason: string): number | undefined;
  /** The sender is told now. */
  note(sender: string, reason: string): void;
  /** What makes two failures the same: the codes, or the words without what stands in brackets, addresses and digits. */
  keyOf(reason: string): string;
}

/** Throws Failure login where this user may not look into the queue, io when what stands there cannot be read. */
export function toldIn(place: QueuePlace, system: System): Told {
  const path = `${place.path}/told`;
  const owners = [process.geteuid?.() ?? 0, 0, place.owner];
  const known = new Map(entriesOf(reading(place.path, () => readOwn(path, owners))));
  const now = () => secondsOf(system.now());
  return {
    until(sender, reason) {
      const time = known.get(`${sender} ${keyOf(reason)}`);
      return time !== undefined && time > now() && time <= now() + foldingTime ? time : undefined;
    },
    note(sender, reason) {
      for (const [key, time] of known) if (time <= now()) known.delete(key);
      known.set(`${sender} ${keyOf(reason)}`, now() + foldingTime);
      try {
        writeOwn(path, JSON.stringify([...known].slice(-maximumRemembered)));
      } catch (error) {
        // A user who delivers in the background may not replace it; then somebody may be told twice.
        if (!(error instanceof Error && 'errno' in error)) throw error;
      }
    },
    keyOf,
  };
}

function keyOf(reason: string): string {
  const code = /^\d{3}([ -]\d\.\d{1,3}\.\d{1,3})?/.exec(reason)?.[0];
  if (code !== undefined) return code;
  const bare = reason.replaceAll(/<[^<>]*>/g, '').replaceAll(/\S+/g, (word) => (word.includes('@') ? '' : word));
  return bare.replaceAll(/\d+/g, '').slice(0, 100);
}

function entriesOf(value: unknown): [string, number][] {
  if (!Array.isArray(value)) return [];
  return value.filter(
    (pair): pair is [string, number] =>
      Array.isArray(pair) && pair.length === 2 && typeof pair[0] === 'string' && typeof pair[1] === 'number',
  );
}
