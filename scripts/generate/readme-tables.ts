/** The tables of README.md. */

import { deadLetterCommands, flags, queueCommands } from '../../src/cli/flags.ts';
import { exitStatuses, reportStatusRows } from '../../src/cli/help.ts';
import { keys } from '../../src/config/keys.ts';
import { profiles } from '../../src/config/profiles.ts';
import { fieldSyntaxes, syntaxOf } from '../../src/message/field-syntax.ts';
import { headerRules, ruleFor } from '../../src/route/header-rules.ts';
import { markdownTable } from './tables.ts';

export function readmeTables(): Record<string, string> {
  return {
    flags: markdownTable(
      ['flag', 'what it does'],
      flags.map(({ names, value, help }) => [
        names.map((name) => `\`${name}${value ? ` ${value}` : ''}\``).join(', '),
        help,
      ]),
    ),
    keys: markdownTable(
      ['key', 'default', 'what it says'],
      keys.map((key) => [
        `\`${key.name}\``,
        key.default === undefined ? (key.otherwise ?? '') : `\`${key.default}\``,
        key.help,
      ]),
    ),
    profiles: markdownTable(
      ['Profile=', 'presets', 'to know'],
      profiles.map(({ name, presets, why, source }) => [
        `\`${name}\``,
        presets.map(({ key, value }) => `\`${key}=${value === 'login' ? '`*AuthUser*' : `${value}\``}`).join(', '),
        `${why} ([source](${source}))`,
      ]),
    ),
    'queue commands': markdownTable(
      ['command', 'what it does'],
      queueCommands.map(({ word, help, takesIds }) => [`\`ssmtp queue ${word}${takesIds ? ' ID …' : ''}\``, help]),
    ),
    'dead letter commands': markdownTable(
      ['command', 'what it does'],
      deadLetterCommands.map(({ word, help }) => [`\`ssmtp dead-letter ${word}\``, help]),
    ),
    'report statuses': markdownTable(['status of --check and --probe', 'meaning'], reportStatusRows()),
    'exit statuses': markdownTable(['status', 'meaning'], exitStatuses()),
    headers: markdownTable(
      ['header field', 'what is done', 'why'],
      [
        ...headerRules.map((rule) => [`\`${rule.name}\``, treatmentOf(rule), rule.why]),
        ...fieldSyntaxes
          .filter(({ name }) => ruleFor(name) === undefined)
          .map(({ name, syntax, why }) => [`\`${name}\``, treatmentsOfText[syntax], why]),
      ],
    ),
  };
}

const treatmentsOfAddresses = {
  senders: 'local addresses become what revaliases says, or get the domain',
  recipients: 'local addresses become what an alias says, or get the domain',
  others: 'names beyond ASCII are encoded, addresses stay',
} as const;

const treatmentsOfText = {
  addresses: 'names and comments beyond ASCII are encoded',
  phrases: 'names and comments beyond ASCII are encoded; elsewhere such an octet becomes `=XX`',
  parameters: 'parameters and comments beyond ASCII are encoded',
  structured: 'comments beyond ASCII are encoded; elsewhere such an octet becomes `=XX`',
  uris: 'comments beyond ASCII are encoded; such an octet becomes `%XX` in an address, `=XX` elsewhere',
  uri: 'comments beyond ASCII are encoded; elsewhere such an octet becomes `%XX`',
} as const;

function treatmentOf({ name, removed, addresses, addedWhenMissing }: (typeof headerRules)[number]): string {
  const syntax = syntaxOf(name);
  const treatments = [
    removed && 'removed',
    addedWhenMissing && 'added when missing',
    addresses && treatmentsOfAddresses[addresses],
    syntax === 'structured' && treatmentsOfText[syntax],
  ];
  return treatments.filter(Boolean).join('; ');
}
