/** What a recipient becomes: local names by aliases(5), system users by root=, and everybody gets a domain. */

import { type Address, mailboxOf, withoutNeedlessQuotes } from '../address.ts';
import type { Alias } from '../config/aliases.ts';
import { addressesInArgument } from '../message/address-list.ts';
import { oncePer } from '../once.ts';
import { isNoMailbox, mostFiles, targetsOf } from './included-list.ts';
import { asciiDomain, atDomain, isLocal, type Mapped } from './local.ts';
import type { Route } from './route.ts';

export interface Became {
  readonly addresses: readonly Address[];
  /** As written: no addresses, or programs and files, which get no mail here. */
  readonly malformed: readonly string[];
  /** How it came to that, in order. */
  readonly steps: readonly Step[];
}

export type Step =
  | { readonly by: 'alias'; readonly alias: Alias }
  | { readonly by: 'root' }
  | { readonly by: 'revaliases'; readonly place: string }
  | { readonly by: 'send-as' }
  | { readonly by: 'a-label' }
  | { readonly by: 'domain' }
  | { readonly by: 'nothing' };

interface Found {
  readonly addresses: Address[];
  readonly malformed: string[];
  readonly steps: Step[];
}

/** What recipients before this one have led to: it is not added once more. */
export interface Seen {
  readonly aliases: Set<Alias>;
  /** As `targetsOf` names them. */
  readonly files: Set<string>;
  isRootFollowed: boolean;
}

export function nothingSeen(): Seen {
  return { aliases: new Set(), files: new Set(), isRootFollowed: false };
}

type Target = { readonly address: Address; readonly isFinal: boolean } | { readonly malformed: string };

/** Recipients that share `seen` add each alias, list and root= once: the work is bounded by message and files. */
export function recipientsFor(address: Address, route: Route, seen = nothingSeen()): Became {
  if (isLocal(address, route) && isNoMailbox(withoutNeedlessQuotes(address)))
    return { addresses: [], malformed: [address], steps: [] };
  const alias = aliasFor(address, route);
  if (!alias) return byRoot(address, route, seen);
  return seen.aliases.has(alias) ? { addresses: [], malformed: [], steps: [] } : follow(alias, route, seen);
}

function aliasFor(address: Address, route: Route): Alias | undefined {
  const aliases = isLocal(address, route) ? route.aliases()?.byName : undefined;
  return aliases?.get(mailboxOf(address).toLowerCase()) ?? aliases?.get('default');
}

/**
 * Aliases lead to aliases. Each is followed once, however many ways lead to it, so that the work is bounded by the file; a name that
 * its own alias leads back to stands for itself. One stack in place of recursion, for a chain may be long. Targets are read one
 * after the other, until `isEnough`.
 */
function follow(first: Alias, route: Route, seen: Seen, isEnough: (found: Found) => boolean = () => false): Found {
  const aliases = route.aliases()?.byName;
  const found: Found = { addresses: [], malformed: [], steps: [] };
  const open = new Set<Alias>();
  const stack: { readonly alias: Alias; readonly targets: Iterator<Target> }[] = [];
  const most = mostFiles(seen.files);

  function enter(alias: Alias) {
    seen.aliases.add(alias);
    open.add(alias);
    found.steps.push({ by: 'alias', alias });
    stack.push({ alias, targets: targetsIn(targetsOf(alias, route, seen.files, most)) });
  }

  function look({ address, isFinal }: { readonly address: Address; readonly isFinal: boolean }) {
    const alias = !isFinal && isLocal(address, route) ? aliases?.get(mailboxOf(address).toLowerCase()) : undefined;
    if (alias && !seen.aliases.has(alias)) enter(alias);
    else if (!alias || open.has(alias)) add(byRoot(address, route, seen), found);
  }

  enter(first);
  for (let top = stack.at(-1); top !== undefined && !isEnough(found); top = stack.at(-1)) {
    const next = top.targets.next();
    if (next.done) {
      open.delete(top.alias);
      stack.pop();
    } else if ('malformed' in next.value) found.malformed.push(next.value.malformed);
    else look(next.value);
  }
  return found;
}

function* targetsIn(words: Iterable<string>): Generator<Target> {
  for (const word of words) yield* targetsInWord(word);
}

function targetsInWord(target: string): Target[] {
  if (isNoMailbox(target)) return [{ malformed: target }];
  const isFinal = target.startsWith('\\');
  const { places, malformed } = addressesInArgument(isFinal ? target.slice(1) : target);
  return [
    ...places.map(({ address }) => ({ address, isFinal })),
    ...malformed.map(({ text }) => ({ malformed: text })),
  ];
}

function add({ addresses, malformed, steps }: Became, found: Found): void {
  for (const address of addresses) found.addresses.push(address);
  for (const text of malformed) found.malformed.push(text);
  for (const step of steps) if (step.by !== 'nothing') found.steps.push(step);
}

/**
 * root= takes the mail of system users: a local recipient whose uid is below MinUserId (sSMTP), and the two names that every
 * host must answer to (RFC 5321 §4.5.1) or that daemons write from.
 */
function byRoot(address: Address, route: Route, seen: Seen): Became {
  const { root } = route.settings;
  const name = mailboxOf(address).toLowerCase();
  if (root === undefined || !isLocal(address, route) || !isSystemUser(name, route))
    return completed([address], route, []);
  if (seen.isRootFollowed) return { addresses: [], malformed: [], steps: [{ by: 'root' }] };
  seen.isRootFollowed = true;
  const { places, malformed } = addressesInArgument(root);
  const found = completed(
    places.map((place) => place.address),
    route,
    [{ by: 'root' }],
  );
  return { ...found, malformed: [...found.malformed, ...malformed.map(({ text }) => text)] };
}

function completed(addresses: readonly Address[], route: Route, steps: readonly Step[]): Became {
  const mapped = addresses.map((address) =>
    asciiDomain(isLocal(address, route) ? atDomain(address, route) : { address, steps: [] }, route),
  );
  const own = [...steps, ...mapped.flatMap((each) => each.steps)];
  return {
    addresses: mapped.map(({ address }) => address),
    malformed: [],
    steps: own.length > 0 ? own : [{ by: 'nothing' }],
  };
}

/**
 * What a recipient is in the header: what an alias with a single address says, else the name at the domain. root= changes nothing
 * there: who reads the mail wants to see for whom it was. Each alias is followed once, and not beyond its second address.
 */
export function recipientsOutside(route: Route): (address: Address) => Mapped {
  const rootless = { ...route, settings: { ...route.settings, root: undefined } };
  const only = oncePer((alias: Alias) => onlyTarget(follow(alias, rootless, nothingSeen(), hasNotOne)));
  return (address) => {
    if (!isLocal(address, route)) return asciiDomain({ address, steps: [] }, route);
    const alias = isNoMailbox(address) ? undefined : aliasFor(address, route);
    return (alias && only(alias)) ?? asciiDomain(atDomain(address, route), route);
  };
}

/** To be asked after each address that is added. */
function hasNotOne({ addresses, malformed }: Found): boolean {
  return malformed.length > 0 || addresses.at(-1) !== addresses[0];
}

function onlyTarget(found: Found): Mapped | undefined {
  const [address] = found.addresses;
  if (address === undefined || hasNotOne(found)) return undefined;
  return { address, steps: found.steps.filter(({ by }) => by !== 'nothing') };
}

function isSystemUser(name: string, { settings, system }: Route): boolean {
  if (name === 'postmaster' || name === 'mailer-daemon') return true;
  const uid = system.uidOf(name);
  return uid !== undefined && uid < settings.minUserId;
}

/** Why a word is nobody to whom mail can be sent. */
export function objectionTo(text: string): string {
  if (text.startsWith('|')) return 'it is a program, and nothing is delivered on this machine';
  if (text.startsWith('/')) return 'it is a file, and nothing is delivered on this machine';
  if (/^:include:.* line \d+$/i.test(text)) return 'the line of the list is not an address';
  if (/^:include:/i.test(text)) return 'the list cannot be read';
  return 'it is not an address';
}
