/** Which line of which file made an address what it is, in words. */

import { type Address, domainOf } from '../address.ts';
import type { Options } from '../cli/options.ts';
import { type Reading, readSettings } from '../config/settings.ts';
import type { Settings } from '../config/types.ts';
import { Failure } from '../failure.ts';
import { addressesInArgument } from '../message/address-list.ts';
import { type DomainVerdict, mailNameFile } from '../route/local-domains.ts';
import { objectionTo, recipientsFor, type Step } from '../route/recipient.ts';
import type { Route } from '../route/route.ts';
import type { System } from '../system.ts';

export interface Known extends Reading {
  readonly settings: Settings;
}

/** Throws Failure config as sending would. */
export function knownSettings(options: Options, system: System): Known {
  const reading = readSettings(options, system);
  const [error] = reading.errors;
  if (reading.settings) return { ...reading, settings: reading.settings };
  throw new Failure('config', error?.message ?? 'Cannot read the configuration', { hint: error?.hint });
}

/** What became of one recipient. */
export interface RecipientReport {
  readonly recipient: string;
  readonly becomes: readonly string[];
  readonly reasons: readonly string[];
  /** Who gets no mail, with the objection. */
  readonly refused: readonly { readonly recipient: string; readonly objection: string }[];
}

export function reportsOn(word: string, route: Route, reading: Reading): RecipientReport[] {
  const { places, malformed } = addressesInArgument(word);
  return [
    ...places.map(({ address }) => reportOn(address, route, reading)),
    ...malformed.map(({ text }) => nobody(text)),
  ];
}

export function nobody(text: string): RecipientReport {
  return { recipient: text, becomes: [], reasons: [], refused: [{ recipient: text, objection: objectionTo(text) }] };
}

export function reportOn(asked: Address, route: Route, reading: Reading): RecipientReport {
  const { addresses, malformed, steps } = recipientsFor(asked, route);
  const reasons = [...domainReasons(asked, route, reading), ...steps.map((step) => reasonFor(step, route, reading))];
  return {
    recipient: asked,
    becomes: [...new Set(addresses)],
    reasons: [...new Set(reasons)],
    refused: malformed.map((recipient) => ({ recipient, objection: objectionTo(recipient) })),
  };
}

export function isWrong({ becomes, refused }: RecipientReport): boolean {
  return becomes.length === 0 || refused.length > 0;
}

/** Lines for people; those that begin with "- " belong to the one before. */
export function linesOf({ recipient, becomes, reasons, refused }: RecipientReport): string[] {
  const [first] = refused;
  if (becomes.length + reasons.length === 0 && first?.recipient === recipient)
    return [`${recipient}: ${first.objection}`];
  return [
    `${recipient} -> ${becomes.join(', ') || 'nobody'}`,
    ...reasons.map((reason) => `- ${reason}`),
    ...refused.map((each) => `- "${each.recipient}" gets no mail: ${each.objection}`),
  ];
}

/** Why the domain of an address is this machine's own, or a mail domain although one might take it for that. */
export function domainReasons(address: Address, { localDomains }: Route, reading: Reading): string[] {
  const domain = domainOf(address);
  if (domain === undefined) return [];
  const verdict = localDomains(domain);
  if (verdict.by === 'localhost' || verdict.by === 'elsewhere') return [];
  return [`${verdict.isLocal ? 'local' : 'not local'}: ${domainWords(domain, verdict, reading)}`];
}

/** Says what decided whether a domain is local. */
export function domainWords(
  domain: string,
  { by, isLocal }: DomainVerdict,
  { entries, accounts, hubs }: Reading,
): string {
  switch (by) {
    case 'own name':
      return `${domain} is the machine's own name`;
    case 'localhost':
      return `${domain} is always this machine`;
    case 'elsewhere':
      return `${domain} is another machine's`;
    case 'short name':
      return `${domain} has the form of a mail domain; LocalDomains= can name it`;
    case 'mailname':
      return `${domain} is a mail domain, ${mailNameFile} names it`;
    case 'closed mailname':
      return `${domain} may be a mail domain, ${mailNameFile} cannot be read`;
    default: {
      const all = [...entries, ...[...accounts, ...hubs].flatMap((section) => section.entries)];
      const set = all.filter(({ key, place }) => key.name === by && place !== undefined);
      const found = set.find(({ shown }) => shown?.toLowerCase().includes(domain.toLowerCase())) ?? set[0];
      const place = found?.place === undefined ? '' : ` (${found.place})`;
      if (by !== 'LocalDomains') return `${domain} is a mail domain, ${by}=${found?.shown}${place}`;
      return `LocalDomains ${isLocal ? 'names' : 'does not name'} ${domain}${place}`;
    }
  }
}

export function senderReason({ options, identity, settings, reverseAlias }: Route, reading: Reading): string {
  if (settings.sendAs !== undefined && identity.requestedSender !== '') return sendAsReason(settings, reading);
  if (identity.requestedSender !== undefined) {
    return identity.requestedSender === '' || options.envelopeSender === identity.requestedSender
      ? '-f'
      : `-f ${options.envelopeSender}`;
  }
  return reverseAlias?.address ? reverseAlias.place : 'user name';
}

export function reasonFor(step: Step, { settings, identity, account }: Route, reading: Reading): string {
  const placeOf = (name: string) => {
    const own = reading.accounts.find((each) => each.name === account?.name)?.entries ?? [];
    return [...own, ...reading.entries].find(({ key, place }) => key.name === name && place !== undefined)?.place;
  };
  switch (step.by) {
    case 'alias':
      return `alias ${step.alias.name}: ${step.alias.targets.join(', ')} (${step.alias.place})`;
    case 'root':
      return `a system user: root=${settings.root} (${placeOf('root') ?? 'default'})`;
    case 'revaliases':
      return `revaliases (${step.place})`;
    case 'send-as':
      return sendAsReason(settings, reading);
    case 'a-label':
      return 'the domain as A-labels (EncodeForHub)';
    case 'domain':
      return settings.rewriteDomain === undefined
        ? `local: hostname ${identity.domain} (${placeOf('hostname') ?? "the machine's own name"})`
        : `local: RewriteDomain=${settings.rewriteDomain} (${placeOf('RewriteDomain') ?? 'default'})`;
    case 'nothing':
      return 'left as it is';
    default:
      return step satisfies never;
  }
}

function sendAsReason({ sendAs }: Settings, { entries, accounts }: Reading): string {
  const all = [...accounts.flatMap((account) => account.entries), ...entries];
  const place = all.find(({ key, shown }) => key.name === 'SendAs' && shown === sendAs)?.place;
  return `SendAs=${sendAs} (${place ?? 'default'})`;
}
