/** `-bv`: what each address becomes, and which line of which file says so. Nothing is sent. */

import type { Options } from '../cli/options.ts';
import { aliasesOf } from '../config/aliases.ts';
import { reverseAliasFor } from '../config/revaliases.ts';
import { readSettings } from '../config/settings.ts';
import type { Settings } from '../config/types.ts';
import { Failure, failureKinds } from '../failure.ts';
import { addressesInArgument } from '../message/address-list.ts';
import { printable } from '../printable.ts';
import { type Identity, identityOf } from '../route/identity.ts';
import { type Became, type Circumstances, objectionTo, recipientsFor, type Step } from '../route/recipient.ts';
import type { System } from '../system.ts';

/** `status` is 65 when a word is no address, or leads to none. Throws Failure usage without a word, config as sending would. */
export function verifyReport(options: Options, system: System): { text: string; status: number } {
  if (options.operands.length === 0) {
    throw new Failure('usage', 'Cannot do -bv: name the addresses to look at on the command line');
  }
  const { settings, errors, entries } = readSettings(options, system);
  if (!settings)
    throw new Failure('config', errors[0]?.message ?? 'Cannot read the configuration', { hint: errors[0]?.hint });
  const placeOf = (name: string) => entries.find(({ key }) => key.name === name)?.place;
  const reverseAlias = reverseAliasFor(system.user().name, settings, system);
  const identity = identityOf(options, settings, { reverseAlias, system });
  const around: Circumstances = { identity, settings, system, aliases: () => aliasesOf(settings, system) };
  const why = (step: Step) => reasonFor(step, { settings, identity, placeOf });
  const reports = options.operands.flatMap((word) => reportsOn(word, around, why));
  const sender = (identity.requestedSender ?? identity.ownAddress) || '<>';
  const from =
    identity.requestedSender !== undefined ? '-f' : reverseAlias?.address ? settings.revaliasesFile : 'user name';
  const lines = [`sender: ${sender} (${from})`, ...reports.flatMap(({ lines: each }) => each)];
  const isWrong = reports.some((report) => report.isWrong);
  return {
    text: lines.map((line) => `${printable(line)}\n`.replace(/^- /, '  ')).join(''),
    status: isWrong ? failureKinds.malformed.status : 0,
  };
}

interface AddressReport {
  readonly lines: string[];
  readonly isWrong: boolean;
}

function reportsOn(word: string, around: Circumstances, why: (step: Step) => string): AddressReport[] {
  const { places, malformed } = addressesInArgument(word);
  return [
    ...places.map(({ address }) => reportOn(address, recipientsFor(address, around), why)),
    ...malformed.map(({ text }) => ({ lines: [`${text}: ${objectionTo(text)}`], isWrong: true })),
  ];
}

function reportOn(asked: string, { addresses, malformed, steps }: Became, why: (step: Step) => string): AddressReport {
  const becomes = addresses.length > 0 ? [...new Set(addresses)].join(', ') : 'nobody';
  return {
    lines: [
      `${asked} -> ${becomes}`,
      ...[...new Set(steps.map(why))].map((reason) => `- ${reason}`),
      ...malformed.map((text) => `- "${text}" gets no mail: ${objectionTo(text)}`),
    ],
    isWrong: malformed.length > 0 || addresses.length === 0,
  };
}

function reasonFor(
  step: Step,
  {
    settings,
    identity,
    placeOf,
  }: { settings: Settings; identity: Identity; placeOf: (name: string) => string | undefined },
): string {
  switch (step.by) {
    case 'alias':
      return `alias ${step.alias.name}: ${step.alias.targets.join(', ')} (${step.alias.place})`;
    case 'root':
      return `a system user: root=${settings.root} (${placeOf('root') ?? 'default'})`;
    case 'domain':
      return settings.rewriteDomain === undefined
        ? `no domain: hostname ${identity.domain} (${placeOf('hostname') ?? "the machine's own name"})`
        : `no domain: RewriteDomain=${settings.rewriteDomain} (${placeOf('RewriteDomain') ?? 'default'})`;
    case 'nothing':
      return 'left as it is';
    default:
      return step satisfies never;
  }
}
