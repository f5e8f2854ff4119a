/** Who sends: the user, the domain that completes bare addresses, and the addresses a message of theirs leaves with. */

import type { Address } from '../address.ts';
import { parseAddress, qualify } from '../address.ts';
import type { Options } from '../cli/options.ts';
import type { ReverseAlias, Settings } from '../config/types.ts';
import { Failure } from '../failure.ts';
import { addressesInArgument } from '../message/address-list.ts';
import { quoted } from '../printable.ts';
import type { System, User } from '../system.ts';

export interface Identity {
  readonly user: User;
  /** hostname=, else the machine's name: what EHLO, Received and Message-ID say. */
  readonly hostName: string;
  /** rewriteDomain=, else the host name: what completes an address without a domain. */
  readonly domain: string;
  /** The user's own address: from revaliases, else login name at the domain. */
  readonly ownAddress: Address;
  /** What -f or -r asked for: an address, '' for the null sender, undefined when neither was given. */
  readonly requestedSender: Address | '' | undefined;
  /** The name in a generated From field: -F, else the GECOS name. May be empty. */
  readonly fullName: string;
}

/** Throws Failure malformed when -f holds no address, and config when host name or domain can make none. */
export function identityOf(
  options: Options,
  settings: Settings,
  { reverseAlias, system }: { reverseAlias: ReverseAlias | undefined; system: System },
): Identity {
  const user = system.user();
  const hostName = settings.hostName ?? system.hostName();
  const domain = settings.rewriteDomain ?? hostName;
  const ownAddress = qualified(reverseAlias?.address, domain) ?? ownAddressAt(user, domain);
  const fullName = options.fullName ?? user.fullName;
  return { user, hostName, domain, ownAddress, requestedSender: requestedSender(options, domain), fullName };
}

function ownAddressAt(user: User, domain: string): Address {
  const address = parseAddress(`${user.name}@${domain}`);
  if (address) return address;
  throw new Failure('config', `Cannot make an address of user "${user.name}" and domain "${domain}"`, {
    hint: 'Set hostname= or rewriteDomain= in ssmtp.conf, or give the user an address in revaliases',
  });
}

/** Spec of the sendmail interface, section 5: '' and '<>' are the null sender, `Name <address>` is understood, bare names are qualified. */
function requestedSender(options: Options, domain: string): Address | '' | undefined {
  const typed = options.envelopeSender?.trim();
  if (typed === undefined) return undefined;
  if (typed === '' || /^<\s*>$/.test(typed)) return '';
  const { places, malformed } = addressesInArgument(typed);
  const [place, ...others] = places;
  const address = malformed.length + others.length > 0 ? undefined : qualified(place?.address, domain);
  if (!address) throw new Failure('malformed', `Cannot use sender ${quoted(typed)}: it is not an address`);
  return address;
}

function qualified(address: Address | undefined, domain: string): Address | undefined {
  return address === undefined ? undefined : qualify(address, domain);
}
