/** Who receives: recipients from argv and header, root= applied, each once; and the envelope sender. */

import type { Address } from '../address.ts';
import { domainOf, mailboxOf, qualify } from '../address.ts';
import type { Options } from '../cli/options.ts';
import { Failure } from '../failure.ts';
import { type AddressList, addressesIn, addressesInArgument } from '../message/address-list.ts';
import { fieldsNamed, fieldValue } from '../message/header-block.ts';
import type { HeaderField } from '../message/types.ts';
import { quoted } from '../printable.ts';
import { completeAt, type Identity, ownAddressOf } from './identity.ts';
import { senderOutside } from './local.ts';
import { nothingSeen, objectionTo, recipientsFor } from './recipient.ts';
import type { Route } from './route.ts';

export interface Envelope {
  /** '' is the null sender. */
  readonly sender: Address | '';
  /** At least one, each once, all with a domain. */
  readonly recipients: readonly Address[];
  /** Recipients as written that are no addresses; the message goes to the others and the exit status tells. */
  readonly malformed: readonly string[];
  readonly notifications: Notifications;
}

/** Delivery status notifications as the caller asked for them (RFC 3461); undefined where nothing was said. */
export interface Notifications {
  readonly notify: string | undefined;
  readonly returns: string | undefined;
  readonly envelopeId: string | undefined;
  /** Recipients as the caller named them, by what root= made of them. */
  readonly originals: ReadonlyMap<Address, Address>;
  /** With -bs: what is said for each recipient as it stands, in place of the above. */
  readonly parameters: ReadonlyMap<Address, readonly string[]>;
}

/**
 * Throws Failure usage when there is no recipient at all, malformed when none of them is an address, config when one needs a domain and
 * ours makes no address.
 */
export function envelopeOf(fields: readonly HeaderField[], route: Route): Envelope {
  const { options, identity } = route;
  const asked = recipientsAsked(fields, options);
  const seen = nothingSeen();
  const found = asked.addresses.map((address) => recipientsFor(address, route, seen));
  const recipients = onceEach(found.flatMap(({ addresses }) => addresses)).map((each) => completeAt(each, route));
  const malformed = unique([asked, ...found].flatMap((each) => each.malformed));
  if (recipients.length > 0) {
    const sender = senderOf(fields, route);
    const originals = originalsOf(asked.addresses, found, identity);
    const parameters = parametersOf(asked.addresses, found, options);
    return { sender, recipients, malformed, notifications: { ...notificationsFor(options), originals, parameters } };
  }
  const [wrong] = malformed;
  if (wrong !== undefined) throw new Failure('malformed', `Cannot send to ${quoted(wrong)}: ${objectionTo(wrong)}`);
  const hint = options.recipientsFromHeader
    ? 'To, Cc and Bcc name nobody; add a recipient to the header or the command line'
    : 'Name recipients on the command line, or use -t to take them from the header';
  throw new Failure('usage', 'Cannot send: no recipient', { hint });
}

function notificationsFor({ notify, returns, envelopeId }: Options) {
  return { notify, returns, envelopeId };
}

/** By what each recipient became. */
function parametersOf(
  asked: readonly Address[],
  found: readonly Asked[],
  { parameters = {} }: Options,
): Map<Address, readonly string[]> {
  const said = new Map(Object.entries(parameters));
  const pairs = asked.flatMap((original, index) => {
    const words = said.get(original);
    return words
      ? (found[index]?.addresses ?? []).map((address): [Address, readonly string[]] => [address, words])
      : [];
  });
  return new Map(pairs);
}

/** What each recipient was before root=; of two who became one, the first counts. */
function originalsOf(asked: readonly Address[], found: readonly Asked[], { domain }: Identity): Map<Address, Address> {
  const pairs = asked.flatMap((original, index) =>
    (found[index]?.addresses ?? []).map((address): [Address, Address] => [
      address,
      qualify(original, domain) ?? address,
    ]),
  );
  return new Map(pairs.toReversed());
}

interface Asked {
  readonly addresses: readonly Address[];
  readonly malformed: readonly string[];
}

/**
 * Spec of the sendmail interface, section 4: -t means header and argv; a Resent-* block replaces the plain fields. No other field
 * names recipients: whoever can make a program send mail may have written it.
 */
export function recipientsAsked(fields: readonly HeaderField[], options: Options): Asked {
  const lists = options.operands.map(addressesInArgument);
  if (options.recipientsFromHeader)
    lists.push(...recipientFields(fields).map((field) => addressesIn(fieldValue(field))));
  return {
    addresses: unique(lists.flatMap((list: AddressList) => list.places.map((place) => place.address))),
    malformed: unique(lists.flatMap((list: AddressList) => list.malformed.map((place) => place.text))),
  };
}

/** A list that is named a thousand times is looked up once. */
function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}

function recipientFields(fields: readonly HeaderField[]): HeaderField[] {
  const resent = ['resent-to', 'resent-cc', 'resent-bcc'].flatMap((name) => fieldsNamed(fields, name));
  return resent.length > 0 ? resent : ['to', 'cc', 'bcc'].flatMap((name) => fieldsNamed(fields, name));
}

/** Domains compare without regard to case, local parts as written (RFC 5321 §2.4). */
function onceEach(addresses: readonly Address[]): Address[] {
  const seen = new Map<string, Address>();
  for (const address of addresses) {
    const key = `${mailboxOf(address)}@${domainOf(address)?.toLowerCase()}`;
    if (!seen.has(key)) seen.set(key, address);
  }
  return [...seen.values()];
}

/** -f wins; then, with FromLineOverride, the message's own From; else the user's address. */
export function senderOf(fields: readonly HeaderField[], route: Route): Address | '' {
  const { identity, settings } = route;
  if (identity.requestedSender !== undefined) return identity.requestedSender;
  if (!settings.fromLineOverride || settings.sendAs !== undefined) return ownAddressOf(identity);
  const [from] = fieldsNamed(fields, 'from').flatMap((field) => addressesIn(fieldValue(field)).places);
  return from ? completeAt(senderOutside(from.address, route).address, route) : ownAddressOf(identity);
}
