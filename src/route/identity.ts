/** Who sends: the user, the domain that completes bare addresses, and the addresses a message of theirs leaves with. */

import type { Address } from '../address.ts';
import { domainOf, localPartOf, parseAddress, qualify } from '../address.ts';
import type { Options } from '../cli/options.ts';
import { Failure } from '../failure.ts';
import { addressesInArgument } from '../message/address-list.ts';
import { quoted } from '../printable.ts';
import type { User } from '../system.ts';
import { traceNameOf } from './host-name.ts';
import { asciiDomain, isLocal, senderOutside } from './local.ts';
import type { Route } from './route.ts';

export interface Identity {
  readonly user: User;
  /** hostname=, else the machine's name, as it is written. */
  readonly hostName: string;
  /** The same as Received and Message-ID say it. */
  readonly traceName: string;
  /** rewriteDomain=, else the host name: what completes an address without a domain. */
  readonly domain: string;
  /** The user's own address: from revaliases, else login name at the domain; undefined when they make none, see `ownAddressOf`. */
  readonly ownAddress: Address | undefined;
  /** The sender that -f or -r asked for, as it leaves: an address, '' for the null sender, undefined when neither was given. */
  readonly requestedSender: Address | '' | undefined;
  /** The same before SendAs=. */
  readonly plainSender: Address | '' | undefined;
  /** The name in a generated From field: -F, else the GECOS name. May be empty. */
  readonly fullName: string;
}

/** Throws Failure malformed when -f holds no address, and config when it needs a domain and ours makes no address. */
export function identityOf(around: Omit<Route, 'identity'>): Identity {
  const { options, settings, system, reverseAlias } = around;
  const user = system.user();
  const hostName = settings.hostName ?? system.hostName();
  const domain = settings.rewriteDomain ?? hostName;
  const named = qualified(reverseAlias?.address, domain) ?? parseAddress(`${user.name}@${domain}`);
  const ownAddress = settings.sendAs ?? (named && asciiDomain({ address: named, steps: [] }, around).address);
  const fullName = options.fullName ?? user.fullName;
  const names = { user, hostName, traceName: traceNameOf(hostName), domain, ownAddress, fullName };
  const known = { ...names, requestedSender: undefined, plainSender: undefined };
  const asked = senderAsked(options);
  if (!asked) return { ...known, requestedSender: asked, plainSender: asked };
  const route = { ...around, identity: known };
  const plainSender = completeAt(senderOutside(asked, route).address, route);
  return { ...known, requestedSender: settings.sendAs ?? plainSender, plainSender };
}

/** Throws Failure config when user and domain make none: a message that names its sender does not need it. */
export function ownAddressOf({ ownAddress, user, domain }: Identity): Address {
  if (ownAddress !== undefined) return ownAddress;
  throw noAddress(user.name, domain);
}

/** The address, which may leave; throws Failure config for one of this machine that our domain cannot complete. */
export function completeAt(address: Address, route: Route): Address {
  const { domain } = route.identity;
  const isComplete = parseAddress(`x@${domain}`) !== undefined || !isLocal(address, route);
  if (isComplete && domainOf(address) !== undefined) return address;
  throw noAddress(localPartOf(address), domain);
}

function noAddress(name: string, domain: string): Failure {
  return new Failure(
    'config',
    `Cannot make an address of user "${name}" and domain "${domain}": together they are none`,
    {
      hint: 'Set hostname= or rewriteDomain= in ssmtp.conf, or give the user an address in revaliases',
    },
  );
}

/** Spec of the sendmail interface, section 5: '' and '<>' are the null sender, `Name <address>` is understood. */
function senderAsked(options: Options): Address | '' | undefined {
  const typed = options.envelopeSender?.trim();
  if (typed === undefined) return undefined;
  if (typed === '' || /^<\s*>$/.test(typed)) return '';
  const { places, malformed } = addressesInArgument(typed);
  const [place, ...others] = places;
  if (place && malformed.length + others.length === 0) return place.address;
  throw new Failure('malformed', `Cannot use sender ${quoted(typed)}: it is not an address`);
}

function qualified(address: Address | undefined, domain: string): Address | undefined {
  return address === undefined ? undefined : qualify(address, domain);
}
