/** All there is to say about a configuration, for `ssmtp --check`; kept off the path of a mail. */

import { fileReasonOf, isMissing } from './file-reason.ts';
import { fileVariableOf, keys, variableOf } from './keys.ts';
import { modeOf, permissionFaultsIn } from './permissions.ts';
import { reverseAliasFaults } from './revaliases.ts';
import { exposedAmong, secretContents } from './secret-files.ts';
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
    ...exposedAmong(reading.secretFiles, system),
    ...missingSecretFilesIn(reading, system),
    ...permissionFaultsIn(reading, system),
    ...missingQueueIn(reading, system),
    ...strangeVariablesIn(system),
    ...aliasFaults(reading.revaliasesFile, system),
    ...unreadableAliases(reading.settings, system),
  ];
  const obstacles = (reading.settings?.obstacles ?? []).map((message) => ({ message }));
  const errors = [...reading.errors, ...obstacles];
  return { ...reading, errors, warnings, differences: differencesIn(reading.file, system) };
}

/** Where the configuration says that a secret is kept, and nothing is. */
function missingSecretFilesIn({ entries, accounts, hubs }: Reading, system: Surroundings): string[] {
  const all = [...entries, ...[...accounts, ...hubs].flatMap((section) => section.entries)];
  return all.flatMap(({ key, shown, place }) => {
    const what = secretContents.get(key.name);
    const isAbsent = what !== undefined && place !== undefined && shown && modeOf(shown, system) === undefined;
    return isAbsent ? [`${place}: Cannot read the ${what}: ${shown} does not exist`] : [];
  });
}

function missingQueueIn({ settings, entries }: Reading, system: Surroundings): string[] {
  const queue = settings?.queue;
  const isMissingQueue = queue?.isNamed && modeOf(queue.path, system) === undefined;
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

function unreadableAliases(settings: Reading['settings'], system: Surroundings): string[] {
  if (!settings?.aliases) return [];
  const { path, isNamed } = settings.aliases;
  try {
    system.readFile(path);
    return [];
  } catch (error) {
    return isMissing(error) && !isNamed ? [] : [`${path}: Cannot read the file: ${fileReasonOf(error)}`];
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
