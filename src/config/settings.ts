/** Configuration file, environment and command line → Settings; the only file of this room that asks the System. */

import { Failure } from '../failure.ts';
import { octetsOf } from '../octets.ts';
import type { System } from '../system.ts';
import { collect, type Entry } from './collect.ts';
import { type Places, settingsOf } from './derive.ts';
import { readEnvironment } from './environment.ts';
import { fileReasonOf, isDenied, isMissing } from './file-reason.ts';
import { type KeyName, keyNamed } from './keys.ts';
import { type Assignment, readConfig } from './reader.ts';
import type { Settings } from './types.ts';

const defaultConfigFile = '/etc/ssmtp/ssmtp.conf';

/** What the command line says about the configuration (-C, -au, -ap, -am). */
export interface SettingsOptions {
  readonly configFile?: string | undefined;
  readonly authUser?: string | undefined;
  readonly authPass?: string | undefined;
  readonly authMethod?: string | undefined;
}

/** What this room asks of the world. */
export type Surroundings = Pick<System, 'environment' | 'readFile' | 'permissionsOf'>;

export interface Complaint {
  readonly message: string;
  readonly hint?: string;
}

/** All that reading found out; it holds no secret but the function in `settings`. */
export interface Reading {
  readonly file: string;
  readonly revaliasesFile: string;
  /** Undefined when there are errors. */
  readonly settings: Settings | undefined;
  readonly entries: readonly Entry[];
  readonly warnings: readonly string[];
  readonly errors: readonly Complaint[];
}

/** Throws Failure('config') with the first error. */
export function loadSettings(options: SettingsOptions, system: Surroundings): Settings {
  const { settings, errors } = readSettings(options, system);
  const [first] = errors;
  if (settings && !first) return settings;
  const hint = errors.length > 1 ? `ssmtp --check shows all ${errors.length} errors` : first?.hint;
  throw new Failure('config', first?.message ?? 'Cannot read the configuration', { hint });
}

/** True when there is a configuration that this user may not read, because it holds a password. */
export function isDeniedTo(options: SettingsOptions, system: Surroundings): boolean {
  try {
    system.readFile(options.configFile ?? defaultConfigFile);
    return false;
  } catch (error) {
    return isDenied(error);
  }
}

/** Never throws for what a file, a variable or an option says: all complaints are in the result. */
export function readSettings(options: SettingsOptions, system: Surroundings): Reading {
  const file = options.configFile ?? defaultConfigFile;
  const revaliasesFile = `${file.slice(0, file.lastIndexOf('/') + 1)}revaliases`;
  const fromFile = readFile(file, { options, system });
  const fromEnvironment = readEnvironment(system);
  const assignments = [...fromFile.assignments, ...fromEnvironment.assignments, ...assignmentsIn(options)];
  const collected = collect(assignments);
  const warnings = [...fromFile.warnings, ...collected.warnings];
  const errors = [
    ...fromFile.errors,
    ...[...fromEnvironment.errors, ...collected.errors].map((message): Complaint => ({ message })),
  ];
  const circumstances = { places: placesOf(assignments), revaliasesFile, system, warnings };
  const settings = collected.values && settingsOf(collected.values, circumstances);
  return {
    file,
    revaliasesFile,
    settings: errors.length > 0 ? undefined : settings,
    entries: collected.entries,
    warnings: settings?.warnings ?? warnings,
    errors,
  };
}

interface FileReading {
  readonly assignments: readonly Assignment[];
  readonly warnings: readonly string[];
  readonly errors: readonly Complaint[];
}

function readFile(file: string, { options, system }: { options: SettingsOptions; system: Surroundings }): FileReading {
  const nothing = { assignments: [], warnings: [], errors: [] };
  let octets: string;
  try {
    octets = system.readFile(file);
  } catch (error) {
    const isOptional = options.configFile === undefined && hasHubVariable(system);
    if (isOptional && isMissing(error)) return nothing;
    const hint = isMissing(error)
      ? 'Name the mail hub there (mailhub=smtp.example.org:587), or in the variable SSMTP_MAILHUB'
      : 'Whoever sends mail must be able to read it, unless there is a queue; see ssmtp(8)';
    return { ...nothing, errors: [{ message: `Cannot read ${file}: ${fileReasonOf(error)}`, hint }] };
  }
  return { ...readConfig(octets, file), errors: [] };
}

function hasHubVariable({ environment }: Surroundings): boolean {
  return Boolean(environment.SSMTP_MAILHUB || environment.SSMTP_MAILHUB_FILE);
}

const commandLine: readonly {
  readonly flag: string;
  readonly name: KeyName;
  readonly option: keyof SettingsOptions;
}[] = [
  { flag: '-au', name: 'AuthUser', option: 'authUser' },
  { flag: '-ap', name: 'AuthPass', option: 'authPass' },
  { flag: '-am', name: 'AuthMethod', option: 'authMethod' },
];

function assignmentsIn(options: SettingsOptions): Assignment[] {
  return commandLine.flatMap(({ flag, name, option }) => {
    const key = keyNamed(name);
    const text = options[option];
    return key && text !== undefined ? [{ key, octets: octetsOf(text), place: flag }] : [];
  });
}

function placesOf(assignments: readonly Assignment[]): Places {
  return new Map(assignments.map(({ key, place }, order) => [key.name, { place, order }]));
}
