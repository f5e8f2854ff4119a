/** What a recipient becomes: local names by aliases(5), system users by root=, and everybody gets a domain. */

import { type Address, domainOf, localPartOf, qualify } from '../address.ts';
import { type Alias, type Aliases, targetsInFile } from '../config/aliases.ts';
import type { Settings } from '../config/types.ts';
import { addressesInArgument } from '../message/address-list.ts';
import type { System } from '../system.ts';
import type { Identity } from './identity.ts';

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
  | { readonly by: 'domain' }
  | { readonly by: 'nothing' };

export interface Circumstances {
  readonly identity: Identity;
  readonly settings: Settings;
  readonly system: System;
  /** Read when the first local recipient asks. */
  readonly aliases: () => Aliases | undefined;
}

/** Aliases that lead to aliases; a name that is reached again stands for itself. */
const maximumDepth = 20;
const maximumTargets = 10_000;

export function recipientsFor(address: Address, around: Circumstances): Became {
  return followed(address, around, []);
}

function followed(address: Address, around: Circumstances, via: readonly string[]): Became {
  if (!isLocal(address, around)) return completed([address], around, []);
  const name = localPartOf(address).toLowerCase();
  const known = around.aliases()?.byName;
  const alias = known?.get(name) ?? (via.length === 0 ? known?.get('default') : undefined);
  if (alias && !via.includes(name) && via.length < maximumDepth) return byAlias(alias, around, [...via, name]);
  return byRoot(address, around);
}

function byAlias(alias: Alias, around: Circumstances, via: readonly string[]): Became {
  const found = targetsOf(alias, around)
    .slice(0, maximumTargets)
    .map((target) => byTarget(target, around, via));
  return {
    addresses: found.flatMap(({ addresses }) => addresses),
    malformed: found.flatMap(({ malformed }) => malformed),
    steps: [{ by: 'alias', alias }, ...found.flatMap(({ steps }) => steps.filter(({ by }) => by !== 'nothing'))],
  };
}

function byTarget(target: string, around: Circumstances, via: readonly string[]): Became {
  if (isNoMailbox(target)) return { addresses: [], malformed: [target], steps: [] };
  const isFinal = target.startsWith('\\');
  const { places, malformed } = addressesInArgument(isFinal ? target.slice(1) : target);
  const found = places.map(({ address }) => (isFinal ? byRoot(address, around) : followed(address, around, via)));
  return {
    addresses: found.flatMap(({ addresses }) => addresses),
    malformed: [...found.flatMap((each) => each.malformed), ...malformed.map(({ text }) => text)],
    steps: found.flatMap(({ steps }) => steps),
  };
}

/** A list in a file is the administrator's, as the aliases are; what cannot be read is reported like an address that is none. */
function targetsOf({ targets }: Alias, { system }: Circumstances): string[] {
  return targets.flatMap((target) => {
    const path = /^:include:\s*(\/.*)$/i.exec(target)?.[1];
    if (path === undefined) return [target];
    try {
      return targetsInFile(system.readFile(path));
    } catch (error) {
      if (error instanceof Error) return [target];
      throw error;
    }
  });
}

/**
 * root= takes the mail of system users: a local recipient whose uid is below MinUserId (sSMTP), and the two names that every
 * host must answer to (RFC 5321 §4.5.1) or that daemons write from.
 */
function byRoot(address: Address, around: Circumstances): Became {
  const { root } = around.settings;
  const name = localPartOf(address).toLowerCase();
  if (root === undefined || !isLocal(address, around) || !isSystemUser(name, around))
    return completed([address], around, []);
  const { places, malformed } = addressesInArgument(root);
  const found = completed(
    places.map((place) => place.address),
    around,
    [{ by: 'root' }],
  );
  return { ...found, malformed: [...found.malformed, ...malformed.map(({ text }) => text)] };
}

function completed(addresses: readonly Address[], { identity }: Circumstances, steps: readonly Step[]): Became {
  const pairs = addresses.map((address) => ({ address, complete: qualify(address, identity.domain) }));
  const isChanged = pairs.some(({ address, complete }) => address !== complete);
  const own: Step[] = isChanged ? [...steps, { by: 'domain' }] : [...steps];
  return {
    addresses: pairs.flatMap(({ complete }) => (complete === undefined ? [] : [complete])),
    malformed: pairs.flatMap(({ address, complete }) => (complete === undefined ? [address] : [])),
    steps: own.length > 0 ? own : [{ by: 'nothing' }],
  };
}

function isLocal(address: Address, { identity, system }: Circumstances): boolean {
  const domain = domainOf(address)?.toLowerCase();
  const machine = system.hostName().toLowerCase();
  const [nodeName] = machine.split('.');
  return domain === undefined || ['localhost', machine, nodeName, identity.hostName.toLowerCase()].includes(domain);
}

function isSystemUser(name: string, { settings, system }: Circumstances): boolean {
  if (name === 'postmaster' || name === 'mailer-daemon') return true;
  const uid = system.uidOf(name);
  return uid !== undefined && uid < settings.minUserId;
}

/** Programs, files and lists that could not be read; as addresses the first two would be atoms. */
export function isNoMailbox(target: string): boolean {
  return /^(\||\/|:include:)/i.test(target);
}

/** Why a word is nobody to whom mail can be sent. */
export function objectionTo(text: string): string {
  if (text.startsWith('|')) return 'it is a program, and nothing is delivered on this machine';
  if (text.startsWith('/')) return 'it is a file, and nothing is delivered on this machine';
  if (text.startsWith(':include:')) return 'the list cannot be read';
  return 'it is not an address';
}
