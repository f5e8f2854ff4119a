/** Which line of which file made an address what it is, in words. */

import type { Options } from '../cli/options.ts';
import { type Reading, readSettings } from '../config/settings.ts';
import type { Settings } from '../config/types.ts';
import { Failure } from '../failure.ts';
import { addressesInArgument } from '../message/address-list.ts';
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

export function reportOn(asked: Parameters<typeof recipientsFor>[0], route: Route, reading: Reading): RecipientReport {
  const { addresses, malformed, steps } = recipientsFor(asked, route);
  return {
    recipient: asked,
    becomes: [...new Set(addresses)],
    reasons: [...new Set(steps.map((step) => reasonFor(step, route, reading)))],
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
