/** Which addresses belong to this machine, and what its senders are outside. */

import { domainToASCII } from 'node:url';
import {
  type Address,
  domainOf,
  localPartOf,
  mailboxOf,
  qualify,
  withDomain,
  withoutNeedlessQuotes,
} from '../address.ts';
import type { Step } from './recipient.ts';
import type { Route } from './route.ts';

export interface Mapped {
  readonly address: Address;
  /** How it came to that, in order; empty when it is as it was. */
  readonly steps: readonly Step[];
}

/** Bare, or at a domain of this machine. */
export function isLocal(address: Address, { localDomains }: Pick<Route, 'localDomains'>): boolean {
  const domain = domainOf(address);
  return domain === undefined || localDomains(domain).isLocal;
}

/** A sender of this machine: what revaliases says of the name, else the name at the domain that mail comes from. */
export function senderOutside(address: Address, route: Route): Mapped {
  if (!isLocal(address, route)) return asciiDomain({ address, steps: [] }, route);
  const { identity } = route;
  const reverse = route.reverseAliases(mailboxOf(address));
  if (reverse?.address !== undefined) {
    const named = qualify(reverse.address, identity.domain) ?? reverse.address;
    return asciiDomain({ address: named, steps: [{ by: 'revaliases', place: reverse.place }] }, route);
  }
  return asciiDomain(atDomain(address, route), route);
}

/** The name at the domain that this machine's mail comes from. */
export function atDomain(address: Address, { identity }: Pick<Route, 'identity'>): Mapped {
  // An address literal or a quoted name makes an address with any domain that made one before.
  const complete = withDomain(withoutNeedlessQuotes(address), identity.domain) ?? address;
  return { address: complete, steps: complete === address ? [] : [{ by: 'domain' }] };
}

/** RFC 5890: a domain beyond ASCII has a form that every hub takes; with such a local part nothing is gained. */
export function asciiDomain(mapped: Mapped, { settings }: Pick<Route, 'settings'>): Mapped {
  const domain = domainOf(mapped.address);
  const isNeeded = settings.encodeForHub && domain !== undefined && /[^\x00-\x7f]/.test(domain);
  if (!isNeeded || /[^\x00-\x7f]/.test(localPartOf(mapped.address))) return mapped;
  const address = withDomain(mapped.address, domainToASCII(domain));
  return address === undefined ? mapped : { address, steps: [...mapped.steps, { by: 'a-label' }] };
}
