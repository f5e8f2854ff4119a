/** All that decides what becomes of a message's addresses: who sends it, with which account, and the files that map names. */

import { type Address, withoutNeedlessQuotes } from '../address.ts';
import type { Options } from '../cli/options.ts';
import { type Aliases, aliasesOf } from '../config/aliases.ts';
import { type ReverseAliases, reverseAliasesOf } from '../config/revaliases.ts';
import { isMatch } from '../config/sections.ts';
import type { Account, ReverseAlias, Settings } from '../config/types.ts';
import { addressesIn } from '../message/address-list.ts';
import { fieldNamed, fieldValue } from '../message/header-block.ts';
import type { HeaderField } from '../message/types.ts';
import { once } from '../once.ts';
import type { System } from '../system.ts';
import { type Identity, identityOf } from './identity.ts';
import { type Lists, listsFrom } from './included-list.ts';
import { senderOutside } from './local.ts';
import { type LocalDomains, localDomainsOf } from './local-domains.ts';

export interface Route {
  readonly options: Options;
  /** Those of the account, where one serves this sender. */
  readonly settings: Settings;
  readonly system: System;
  readonly identity: Identity;
  readonly account: Account | undefined;
  /** The user's own line of revaliases, which may name a mail hub. */
  readonly reverseAlias: ReverseAlias | undefined;
  readonly reverseAliases: ReverseAliases;
  /** The same for all accounts: an address in the mail domain of any of them is a mailbox at a hub. */
  readonly localDomains: LocalDomains;
  /** Read when the first local recipient asks. */
  readonly aliases: () => Aliases | undefined;
  /** Of the lists that aliases include, read when a recipient leads to them. */
  readonly lists: Lists;
}

interface Given {
  readonly options: Options;
  readonly settings: Settings;
  readonly system: System;
}

/** Throws Failure malformed when -f holds no address, and config when a file cannot be read or makes no address. */
export function routeFor(fields: readonly HeaderField[], { options, settings, system }: Given): Route {
  const reverseAliases = reverseAliasesOf(settings, system);
  const reverseAlias = reverseAliases(system.user().name);
  const aliases = once(() => aliasesOf(settings, system));
  const localDomains = localDomainsOf(settings, system);
  const files = { options, system, reverseAliases, localDomains, aliases, lists: listsFrom(system) };
  const plain = { ...files, settings, account: undefined, reverseAlias };
  const route = { ...plain, identity: identityOf(plain) };
  const choice = choose(fields, settings.accounts, route);
  if (!choice) return route;
  const { account, isByFrom } = choice;
  // Whoever is served for what From says sends as what From says.
  const own = isByFrom ? { ...account.settings, fromLineOverride: true } : account.settings;
  // The account's hub counts more than one in revaliases.
  const { place, address } = reverseAlias ?? {};
  const hubless = place === undefined ? undefined : { place, address, host: undefined, port: undefined };
  const chosen = { ...files, settings: own, account, reverseAlias: account.hasOwnHub ? hubless : reverseAlias };
  return { ...chosen, identity: identityOf(chosen) };
}

/** -f decides; without it From, then the user's own address. */
function choose(
  fields: readonly HeaderField[],
  accounts: readonly Account[],
  route: Route,
): { account: Account; isByFrom: boolean } | undefined {
  if (accounts.length === 0) return undefined;
  const { plainSender, ownAddress } = route.identity;
  const serving = (address: Address) =>
    accounts.find(({ patterns }) => patterns.some((pattern) => isMatch(pattern, withoutNeedlessQuotes(address))));
  if (plainSender) {
    const account = serving(plainSender);
    return account && { account, isByFrom: false };
  }
  const from = fromAddress(fields, route);
  const byFrom = from && serving(from);
  if (byFrom) return { account: byFrom, isByFrom: true };
  const account = ownAddress && serving(ownAddress);
  return account && { account, isByFrom: false };
}

function fromAddress(fields: readonly HeaderField[], route: Route): Address | undefined {
  const field = fieldNamed(fields, 'from');
  const [place] = field ? addressesIn(fieldValue(field)).places : [];
  return place && senderOutside(place.address, route).address;
}
