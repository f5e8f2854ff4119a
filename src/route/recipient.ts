/** What a recipient becomes: local names by aliases(5), system users by root=, and everybody gets a domain. */

import { type Address, localPartOf } from '../address.ts';
import type { Alias } from '../config/aliases.ts';
import { addressesInArgument } from '../message/address-list.ts';
import { isNoMailbox, targetsOf } from './included-list.ts';
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

/** An address to look at, or the end of what came of an alias. */
type Task =
  | { readonly address: Address; readonly isFinal: boolean }
  | { readonly malformed: string }
  | { readonly ends: string };

/**
 * Aliases lead to aliases. Each is followed once, however many ways lead to it, so that the work is bounded by the file; a name that
 * its own alias leads back to stands for itself. One stack in place of recursion, for a chain may be long.
 */
export function recipientsFor(address: Address, route: Route): Became {
  if (isNoMailbox(address) && isLocal(address, route)) return { addresses: [], malformed: [address], steps: [] };
  const aliases = isLocal(address, route) ? route.aliases()?.byName : undefined;
  const first = aliases?.get(localPartOf(address).toLowerCase()) ?? aliases?.get('default');
  if (!first) return byRoot(address, route);

  const found: Found = { addresses: [], malformed: [], steps: [] };
  const followed = new Set<string>();
  const open = new Set<string>();
  const included = new Set<string>();
  const tasks: Task[] = [];

  function follow(name: string, alias: Alias) {
    followed.add(name);
    open.add(name);
    found.steps.push({ by: 'alias', alias });
    tasks.push({ ends: name });
    const targets = targetsOf(alias, route, included).flatMap(tasksFor);
    for (const task of targets.toReversed()) tasks.push(task);
  }

  function look({ address, isFinal }: { readonly address: Address; readonly isFinal: boolean }) {
    const name = localPartOf(address).toLowerCase();
    const alias = !isFinal && isLocal(address, route) ? aliases?.get(name) : undefined;
    if (alias && !followed.has(name)) follow(name, alias);
    else if (!alias || open.has(name)) add(byRoot(address, route), found);
  }

  follow(localPartOf(address).toLowerCase(), first);
  for (let task = tasks.pop(); task !== undefined; task = tasks.pop()) {
    if ('ends' in task) open.delete(task.ends);
    else if ('malformed' in task) found.malformed.push(task.malformed);
    else look(task);
  }
  return found;
}

function tasksFor(target: string): Task[] {
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
function byRoot(address: Address, route: Route): Became {
  const { root } = route.settings;
  const name = localPartOf(address).toLowerCase();
  if (root === undefined || !isLocal(address, route) || !isSystemUser(name, route))
    return completed([address], route, []);
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
 * there: who reads the mail wants to see for whom it was.
 */
export function recipientOutside(address: Address, route: Route): Mapped {
  if (!isLocal(address, route)) return asciiDomain({ address, steps: [] }, route);
  const rootless = { ...route, settings: { ...route.settings, root: undefined } };
  const { addresses, malformed, steps } = recipientsFor(address, rootless);
  const [only, ...others] = new Set(addresses);
  if (only !== undefined && others.length + malformed.length === 0) {
    return { address: only, steps: steps.filter(({ by }) => by !== 'nothing') };
  }
  return asciiDomain(atDomain(address, route), route);
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
