/** All there is to say about a configuration, for `ssmtp --check`; kept off the path of a mail. */

import type { Entry } from './collect.ts';
import { fileReasonOf, isMissing } from './file-reason.ts';
import { fileVariableOf, keys, variableOf } from './keys.ts';
import { modeOf, octal, permissionFaultsIn } from './permissions.ts';
import { reverseAliasFaults } from './revaliases.ts';
import { type Reading, readSettings, type SettingsOptions, type Surroundings } from './settings.ts';
import { ssmtpDifferences } from './ssmtp-differences.ts';

export interface Inspection extends Reading {
  /** What sSMTP would have read differently, by line. */
  readonly differences: readonly string[];
}

export function inspectSettings(options: SettingsOptions, system: Surroundings): Inspection {
  const reading = readSettings(options, system);
  const warnings = [
    ...reading.warnings,
    ...openSecretsIn(reading, system),
    ...openSecretFilesIn(reading, system),
    ...permissionFaultsIn(reading, system),
    ...missingQueueIn(reading, system),
    ...strangeVariablesIn(system),
    ...aliasFaults(reading.revaliasesFile, system),
  ];
  const obstacles = (reading.settings?.obstacles ?? []).map((message) => ({ message }));
  const errors = [...reading.errors, ...obstacles];
  return { ...reading, errors, warnings, differences: differencesIn(reading.file, system) };
}

function openSecretsIn({ entries, accounts, hubs, file }: Reading, system: Surroundings): string[] {
  const all = [...entries, ...[...accounts, ...hubs].flatMap((section) => section.entries)];
  const secrets = [...new Map(all.map((entry) => [`${entry.key.name} ${entry.place}`, entry])).values()].filter(
    (entry) => entry.key.kind === 'secret' && isInFile(entry, file),
  );
  const mode = secrets.length > 0 ? (system.permissionsOf(file)?.mode ?? 0) & 0o777 : 0;
  if ((mode & 0o004) === 0) return [];
  return secrets.map(
    ({ key, place }) => `${place}: Cannot keep ${key.name} secret: every user may read the file (mode ${octal(mode)})`,
  );
}

function openSecretFilesIn({ entries, accounts, hubs }: Reading, system: Surroundings): string[] {
  const all = [...entries, ...[...accounts, ...hubs].flatMap((section) => section.entries)];
  return all.flatMap(({ key, shown, place }) => {
    if (key.name !== 'AuthPassFile' || place === undefined || !shown) return [];
    const mode = modeOf(shown, system);
    if (mode === undefined) return [`${place}: Cannot read the password: ${shown} does not exist`];
    if ((mode & 0o004) === 0) return [];
    return [`${place}: Cannot keep the password secret: every user may read ${shown} (mode ${octal(mode)})`];
  });
}

function isInFile({ place }: Entry, file: string): boolean {
  return place?.startsWith(`${file}:`) ?? false;
}

function missingQueueIn({ settings, entries }: Reading, system: Surroundings): string[] {
  const queue = settings?.queue;
  const isMissingQueue = queue?.isNamed && system.permissionsOf(queue.path) === undefined;
  const place = entries.find(({ key }) => key.name === 'Queue')?.place;
  return isMissingQueue ? [`${place}: Cannot queue in ${queue.path}: it does not exist`] : [];
}

function strangeVariablesIn({ environment }: Surroundings): string[] {
  const known = new Set(keys.flatMap((key) => [variableOf(key), fileVariableOf(key)]));
  return Object.keys(environment)
    .filter((name) => name.startsWith('SSMTP_') && !known.has(name))
    .map((name) => `${name}: Cannot use the variable: there is no such setting`);
}

function aliasFaults(file: string, system: Surroundings): string[] {
  try {
    return reverseAliasFaults(system.readFile(file), file);
  } catch (error) {
    return isMissing(error) ? [] : [`${file}: Cannot read the file: ${fileReasonOf(error)}`];
  }
}

/** That the file cannot be read stands among the errors already. */
function differencesIn(file: string, system: Surroundings): string[] {
  let octets: string;
  try {
    octets = system.readFile(file);
  } catch (error) {
    if (error instanceof Error) return [];
    throw error;
  }
  return ssmtpDifferences(octets, file);
}
