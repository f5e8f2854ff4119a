/** What TLS sessions leave for later ones with the same hub (RFC 5246 §7.3, RFC 8446 §2.2): kept in memory, for one run. */

import { createHash } from 'node:crypto';
import type { ConnectionOptions } from 'node:tls';
import type { Plan } from './plan.ts';
import { stopwatch } from './stopwatch.ts';

interface Ticket {
  /** As node:tls gives it. */
  readonly session: Buffer;
  /** What the hub showed in the handshake in which it was verified (DER): where a session begins with a ticket, it shows none. */
  readonly certificate: Buffer;
  /** Milliseconds since that handshake. */
  readonly age: () => number;
}

/** By what `trustOf` gives. */
export type Tickets = Map<string, Ticket>;

/** Milliseconds after which a hub has to show its certificate again: that may expire, or be trusted no more. */
const maximumAge = 3_600_000;

/** One session's part in it. */
export interface Resumption {
  /** What to begin with. */
  readonly ticket: Ticket | undefined;
  /** The hub has left something, which is kept as soon as it is verified. */
  left(session: Buffer): void;
  /** The hub has shown this certificate, or `ticket` has, and whoever had to judge it is content. */
  verified(certificate: Buffer | undefined): void;
  /** The ticket is of no use. */
  forget(): void;
}

/** `trust` is what `trustOf` gives. */
export function resumptionFor(tickets: Tickets, trust: string): Resumption {
  const known = tickets.get(trust);
  const ticket = known && known.age() < maximumAge ? known : undefined;
  let latest: Buffer | undefined;
  let keep: ((session: Buffer) => void) | undefined;
  return {
    ticket,
    left(session) {
      latest = session;
      keep?.(session);
    },
    verified(certificate) {
      if (!certificate) return;
      // A ticket that comes of a ticket is as old as that.
      const age = ticket?.certificate === certificate ? ticket.age : stopwatch();
      keep = (session) => void tickets.set(trust, { session, certificate, age });
      if (latest) keep(latest);
    },
    forget: () => void tickets.delete(trust),
  };
}

/**
 * The same only for the same hub, trusted for the same reasons and shown the same certificate: where a session begins with a ticket,
 * node:tls asks neither authorities nor the hub's name.
 */
export function trustOf(plan: Plan, { ca, cert, key }: ConnectionOptions): string {
  const { host, port, tls, minTls, ciphers, tlsFiles } = plan;
  const pins = plan.pins.map(({ of, digest }) => [of, digest.toString('hex')]);
  const files = [ca, cert, key].map((contents) => [contents].flat().map(digestOf));
  return JSON.stringify([host, port, tls, minTls, ciphers, pins, tlsFiles, files]);
}

function digestOf(content: unknown): string | undefined {
  const isRead = typeof content === 'string' || Buffer.isBuffer(content);
  return isRead ? createHash('sha256').update(content).digest('hex') : undefined;
}
