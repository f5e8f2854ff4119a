/** Every way that mail may take from here: that of whoever asks, and those of the accounts. */

import { parseAddress } from '../address.ts';
import type { Options } from '../cli/options.ts';
import type { Account, Settings } from '../config/types.ts';
import { type Plan, planOf, wayOf } from '../hub/plan.ts';
import { type Envelope, envelopeOf } from '../route/envelope.ts';
import { type Route, routeFor } from '../route/route.ts';
import type { System } from '../system.ts';

export interface Way {
  /** The account it belongs to. */
  readonly account: string | undefined;
  /** A message of nothing, to those who are named, or to root. */
  readonly envelope: Envelope;
  /** At least one hub, in the order in which they are asked. */
  readonly hubs: readonly Plan[];
}

/** Each way once. Throws Failure as sending would, as long as no hub is asked. */
export function waysFrom(options: Options, { settings, system }: { settings: Settings; system: System }): Way[] {
  const asked = options.operands.length > 0 ? options : { ...options, operands: ['root'] };
  const own = routeFor([], { options: asked, settings, system });
  const accounts = options.envelopeSender === undefined ? settings.accounts : [];
  const routes = accounts.flatMap((account) => {
    const envelopeSender = senderFor(account, own);
    if (envelopeSender === undefined) return [];
    return [routeFor([], { options: { ...asked, envelopeSender }, settings, system })];
  });
  const found = new Map<string, Way>();
  for (const route of [own, ...routes]) {
    const { others, ...plan } = planOf(route);
    const hubs = [{ ...plan, others: [] }, ...others];
    const way = hubs.map(wayOf).join(' ');
    if (!found.has(way)) found.set(way, { account: route.account?.name, envelope: envelopeOf([], route), hubs });
  }
  return [...found.values()];
}

/** An address that the account serves, made from its patterns. */
function senderFor({ patterns }: Account, { identity }: Route): string | undefined {
  const addresses = patterns.map((pattern) => pattern.replaceAll('*', identity.user.name));
  return addresses.find((address) => parseAddress(address) !== undefined && address.includes('@'));
}
