/** Several addresses of one hub, raced as RFC 8305 has it: the next is asked before the last has failed, and one wins. */

import { isIP } from 'node:net';

/** Milliseconds until the next address is asked as well (RFC 8305 §8: Connection Attempt Delay). */
const attemptDelay = 250;

/** A connection under way. */
export interface Attempt<T> {
  readonly connected: Promise<T>;
  readonly cancel: () => void;
}

/** RFC 8305 §4: the families take turns, each in its own order; the first address stays the first. */
export function interleaved(addresses: readonly string[]): string[] {
  const family = isIP(addresses[0] ?? '');
  const same = addresses.filter((address) => isIP(address) === family);
  const other = addresses.filter((address) => isIP(address) !== family);
  return same.flatMap((address, index) => [address, ...other.slice(index, index + 1)]).concat(other.slice(same.length));
}

export interface Won<T> {
  readonly connection: T;
  /** The addresses that have neither won nor failed. */
  readonly rest: readonly string[];
}

/**
 * Resolves with the first that connects; the others are cancelled. Rejects with an array of one error for each address when none
 * does.
 */
export function race<T>(addresses: readonly string[], begin: (address: string) => Attempt<T>): Promise<Won<T>> {
  const waiting = [...addresses];
  const open = new Map<string, Attempt<T>>();
  const errors = new Map<string, unknown>();
  let timer: NodeJS.Timeout | undefined;
  return new Promise((resolve, reject) => {
    const next = () => {
      clearTimeout(timer);
      const address = waiting.shift();
      if (address === undefined) {
        if (open.size === 0) reject(addresses.map((each) => errors.get(each)));
        return;
      }
      const attempt = begin(address);
      open.set(address, attempt);
      attempt.connected.then(
        (connection) => win(address, connection),
        (error: unknown) => {
          errors.set(address, error);
          // What is cancelled fails as well, and is no longer there.
          if (open.delete(address)) next();
        },
      );
      if (waiting.length > 0) timer = setTimeout(next, attemptDelay);
    };
    const win = (address: string, connection: T) => {
      clearTimeout(timer);
      open.delete(address);
      const losers = [...open];
      open.clear();
      for (const [, { cancel }] of losers) cancel();
      resolve({ connection, rest: [...losers.map(([loser]) => loser), ...waiting.splice(0)] });
    };
    next();
  });
}
