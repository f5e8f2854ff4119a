/** From the hub's name to an open TCP connection: the system's resolver, every address in its order, a deadline for each. */

import { type LookupAddress, lookup } from 'node:dns';
import { connect, isIP, type Socket } from 'node:net';
import { Failure, reasonOf } from '../failure.ts';
import type { Plan } from './plan.ts';

/**
 * Resolves with a connected socket. Throws Failure unknownHost when the name does not exist, temporary when it cannot be
 * asked for now, unavailable when no address answers within ConnectTimeout each.
 */
export async function connectTo(plan: Plan): Promise<Socket> {
  const addresses = await addressesOf(plan);
  const reasons: string[] = [];
  for (const address of addresses) {
    try {
      return await openSocket(address, plan);
    } catch (error) {
      reasons.push(addresses.length > 1 ? `${address} ${reasonOf(error)}` : reasonOf(error));
    }
  }
  throw new Failure('unavailable', `Cannot reach mail hub ${plan.host}:${plan.port}: ${reasons.join(', ')}`, {
    hint: 'Check mailhub= and that a firewall lets this port out',
  });
}

/** The addresses of the hub in the order in which they are tried; throws Failure as `connectTo`. */
export async function addressesOf({ host, addressFamily, connectTimeout, deliveryTimeout }: Plan): Promise<string[]> {
  const literal = isIP(host);
  if (literal !== 0) {
    if (addressFamily === 0 || addressFamily === literal) return [host];
    throw new Failure('usage', `Cannot reach mail hub ${host} with -${addressFamily}: it is an IPv${literal} address`);
  }
  try {
    // getaddrinfo, not DNS: it honours /etc/hosts and gives the addresses in the order of RFC 6724.
    const found = await withDeadline<LookupAddress[]>(Math.min(connectTimeout, deliveryTimeout), (done) => {
      lookup(host, { all: true, family: addressFamily, order: 'verbatim' }, done);
    });
    return found.map(({ address }) => address);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    const isUnknown = code === 'ENOTFOUND' || code === 'ENODATA';
    const reason = isUnknown ? 'no such host' : 'the name service gives no answer';
    throw new Failure(isUnknown ? 'unknownHost' : 'temporary', `Cannot find mail hub "${host}": ${reason}`, {
      hint: 'Check mailhub= and the name service of this machine',
      cause: error,
    });
  }
}

/** Rejects with the system's own error, or when ConnectTimeout is over. */
export function openSocket(host: string, { port, connectTimeout, deliveryTimeout }: Plan): Promise<Socket> {
  // Commands are written whole, so waiting to fill segments (Nagle) would only add delay.
  const socket = connect({ host, port, noDelay: true });
  return withDeadline<Socket>(Math.min(connectTimeout, deliveryTimeout), (done) => {
    socket.once('connect', () => done(null, socket));
    socket.once('error', (error) => done(error, socket));
  }).catch((error: unknown) => {
    socket.destroy();
    throw error;
  });
}

/** Node's callback form: a value is given whenever no error is. */
type Done<T> = (error: Error | null, value: T) => void;

function withDeadline<T>(milliseconds: number, start: (done: Done<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer within ${milliseconds / 1000} s`)), milliseconds);
    start((error, value) => {
      clearTimeout(timer);
      if (error) reject(error);
      else resolve(value);
    });
  });
}
