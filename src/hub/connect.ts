/** From the hub's name to an open TCP connection: the system's resolver, every address in its turn, a deadline for each. */

import { type LookupAddress, lookup } from 'node:dns';
import { connect, isIP, type Socket } from 'node:net';
import { Failure, reasonOf } from '../failure.ts';
import type { Plan } from './plan.ts';
import { type Attempt, interleaved, race, type Won } from './race.ts';
import { stopwatch } from './stopwatch.ts';

/** The addresses of a hub, each of which is asked once. */
export interface Way {
  /**
   * Resolves with a connected socket. Throws Failure unknownHost when the name does not exist, temporary when it cannot be
   * asked for now, unavailable when no address answers within ConnectTimeout each. `meanwhile` is called when the first address has
   * been asked and can hardly have answered; what it throws ends the attempt.
   */
  readonly connect: (meanwhile?: () => void) => Promise<Socket>;
  /** There are addresses that have not been connected to. */
  readonly hasMore: () => boolean;
}

/** A stranger's name service may give thousands, and each of them takes a quarter of a second. */
const mostAddresses = 20;

export function wayTo(plan: Plan): Way {
  let left: readonly string[] | undefined;
  const elapsed = stopwatch();
  /** The plan with as much of DeliveryTimeout as there is left. */
  const now = () => ({ ...plan, deliveryTimeout: Math.max(1, plan.deliveryTimeout - elapsed()) });
  return {
    async connect(meanwhile) {
      left ??= interleaved(await addressesOf(now())).slice(0, mostAddresses);
      const reaching = reach(left, now());
      if (meanwhile) await during(reaching, meanwhile);
      const { connection, rest } = await reaching;
      left = rest;
      return connection;
    },
    hasMore: () => left !== undefined && left.length > 0,
  };
}

/** Resolves when the work is done; nothing stays open when that throws. */
async function during(reaching: Promise<Won<Socket>>, work: () => void): Promise<void> {
  const end = reaching.then(
    ({ connection }) =>
      () =>
        void connection.destroy(),
    () => () => undefined, // Whoever waits for the connection is told.
  );
  // The system is asked to connect before this turn of the event loop is over.
  await new Promise(setImmediate);
  try {
    work();
  } catch (error) {
    end.then((close) => close());
    throw error;
  }
}

async function reach(addresses: readonly string[], plan: Plan) {
  try {
    return await race(addresses, (address) => dial(address, plan));
  } catch (errors) {
    if (!Array.isArray(errors)) throw errors;
    const reasons = errors.map((error, index) => (errors.length > 1 ? `${addresses[index]} ` : '') + reasonOf(error));
    throw new Failure('unavailable', `Cannot reach mail hub ${plan.host}:${plan.port}: ${reasons.join(', ')}`, {
      hint: errors.some(isOfSource)
        ? 'SourceAddress= must be an address of this machine'
        : 'Check mailhub= and that a firewall lets this port out',
    });
  }
}

function isOfSource(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && error.syscall === 'bind';
}

/** In the system's order, and only those that may be used. Throws Failure, as above. */
export async function addressesOf(plan: Plan): Promise<string[]> {
  const { host, sourceAddresses } = plan;
  const found = await everyAddressOf(plan);
  const usable = found.filter((address) => sourceAddresses.length === 0 || sourceFor(address, plan) !== undefined);
  if (usable.length > 0) return usable;
  const why = `SourceAddress= is of another family than ${found.join(', ')}`;
  throw new Failure('config', `Cannot reach mail hub ${host}: ${why}`);
}

async function everyAddressOf({ host, addressFamily, connectTimeout, deliveryTimeout }: Plan): Promise<string[]> {
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
    return [...new Set(found.map(({ address }) => address))];
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

/** Rejects with the system's error. */
export function openSocket(address: string, plan: Plan): Promise<Socket> {
  return dial(address, plan).connected;
}

function dial(host: string, plan: Plan): Attempt<Socket> {
  const { port, connectTimeout, deliveryTimeout } = plan;
  const localAddress = sourceFor(host, plan);
  // Commands are written whole, so waiting to fill segments (Nagle) would only add delay.
  const socket = connect({ host, port, noDelay: true, ...(localAddress !== undefined && { localAddress }) });
  const connected = withDeadline<Socket>(Math.min(connectTimeout, deliveryTimeout), (done) => {
    socket.once('connect', () => done(null, socket));
    socket.once('error', (error) => done(error, socket));
    socket.once('close', () => done(new Error('the connection was closed at once'), socket));
  }).catch((error: unknown) => {
    socket.destroy();
    throw error;
  });
  return { connected, cancel: () => socket.destroy() };
}

/** The one of its own family. */
function sourceFor(address: string, { sourceAddresses }: Plan): string | undefined {
  return sourceAddresses.find((source) => isIP(source) === isIP(address));
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
