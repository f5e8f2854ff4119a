/** Configuration file, environment and command line → Settings; the only file of this room that asks the System. */

import { Failure } from '../failure.ts';
import { octetsOf } from '../octets.ts';
import { collect, type Entry } from './collect.ts';
import { readEnvironment } from './environment.ts';
import { fileReasonOf, isDenied, isMissing } from './file-reason.ts';
import { sectionsFor } from './hubs.ts';
import { type Judged, judge } from './judge.ts';
import { fileVariableOf, type KeyName, keyNamed, keys, variableOf } from './keys.ts';
import { type Assignment, type FileContent, readConfig } from './reader.ts';
import type { Keeper } from './secret.ts';
import { secretFilesIn } from './secret-files.ts';
import { assignmentsFor, type Section, withPresets } from './sections.ts';
import type { Account, CommonSettings, SecretFile, Settings } from './types.ts';

const defaultConfigFile = '/etc/ssmtp/ssmtp.conf';

/** What the command line says about the configuration (-C, -au, -ap, -am). */
export interface SettingsOptions {
  readonly configFile?: string | undefined;
  readonly authUser?: string | undefined;
  readonly authPass?: string | undefined;
  readonly authMethod?: string | undefined;
}

/** What this room asks of the world. */
export type Surroundings = Keeper;

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
  readonly accounts: readonly AccountReading[];
  readonly hubs: readonly HubReading[];
  readonly secretFiles: readonly SecretFile[];
  readonly warnings: readonly string[];
  readonly errors: readonly Complaint[];
}

export interface HubReading {
  readonly name: string;
  readonly place: string;
  /** What is set for it alone. */
  readonly entries: readonly Entry[];
}

export interface AccountReading extends HubReading {
  readonly patterns: readonly string[];
}

/** Throws Failure('config') with the first error. */
export function loadSettings(options: SettingsOptions, system: Surroundings): Settings {
  const { settings, errors } = readSettings(options, system);
  const [first] = errors;
  if (settings && !first) return settings;
  const hint = first?.hint ?? (errors.length > 1 ? `ssmtp --check shows all ${errors.length} errors` : undefined);
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

/**
 * The flags and variables with which a caller says where mail goes, as whom, or how it is protected. The user who runs the queue knows
 * none of them. An empty variable counts as absent.
 */
export function ownWayOf(options: SettingsOptions, { environment }: Pick<Surroundings, 'environment'>): string[] {
  const flags = commandLine.filter(({ option }) => options[option] !== undefined).map(({ flag }) => flag);
  const variables = keys
    .filter(({ name }) => !besideTheWay.has(name))
    .flatMap((key) => [variableOf(key), fileVariableOf(key)])
    .filter((name) => name !== undefined && Boolean(environment[name]));
  return [...flags, ...variables.filter((name) => name !== undefined)];
}

/** Settings that change neither the way of a message, nor its sender and recipients, nor its protection. */
const besideTheWay: ReadonlySet<string> = new Set<KeyName>([
  ...(['Log', 'LogFile', 'LogFormat', 'Debug', 'AuthWarnings', 'TemporaryStatus', 'DelayWarning'] as const),
  ...(['ConnectTimeout', 'CommandTimeout', 'DataTimeout', 'DeliveryTimeout', 'DeliveryMode'] as const),
  ...(['MinimalBackoff', 'MaximalBackoff', 'QueueLifetime', 'QueueUserMessages', 'QueueUserMegabytes'] as const),
  ...(['EncodeForHub', 'RecipientLimit', 'DiscardEhloKeywords', 'MaxHeaderLength'] as const),
]);

/** Never throws for what a file, a variable or an option says: all complaints are in the result. */
export function readSettings(options: SettingsOptions, system: Surroundings): Reading {
  const file = options.configFile ?? defaultConfigFile;
  const revaliasesFile = `${file.slice(0, file.lastIndexOf('/') + 1)}revaliases`;
  const fromFile = readFile(file, { options, system });
  const fromEnvironment = readEnvironment(system);
  const typed = assignmentsIn(options);
  const above = [...fromFile.assignments, ...fromEnvironment.assignments];
  const around = { revaliasesFile, system, hubSections: fromFile.hubSections };
  const whole = withPresets([...above, ...typed]);
  const plain = { assignments: whole.slice(0, whole.length - typed.length), typed, before: fromFile.warnings };
  const main = judge(plain, around);
  const accounts = fromFile.sections.map((section) => {
    const assignments = assignmentsFor(withPresets(above), section.assignments);
    return { section, ...judge({ assignments, typed, before: [] }, around) };
  });
  const hubs = fromFile.hubSections.map((section) => ({ section, ...collect(section.assignments) }));
  const judged = [main, ...accounts, ...hubs];
  const secretFiles = secretFilesIn(file, judged);
  const settings = wholeOf(main.settings, accounts, secretFiles);
  const warnings = [...new Set([...judged.flatMap((each) => each.warnings), ...strangeHubsIn(fromFile, settings)])];
  const errors = [
    ...fromFile.errors,
    ...[...fromEnvironment.errors, ...new Set(judged.flatMap((each) => each.errors))].map(
      (message): Complaint => ({ message }),
    ),
  ];
  return {
    file,
    revaliasesFile,
    settings: errors.length > 0 ? undefined : settings,
    entries: main.entries,
    accounts: accounts.map(({ section, entries }) => ({
      name: section.name,
      place: section.place,
      patterns: section.patterns,
      entries: entries.filter(({ key, place }) => place !== undefined && !isAbove(main.entries, key, place)),
    })),
    hubs: hubs.map(({ section: { name, place }, entries }) => ({
      name,
      place,
      entries: entries.filter((entry) => entry.place !== undefined),
    })),
    secretFiles,
    warnings,
    errors,
  };
}

/** A section for a hub that no mailhub= names. */
function strangeHubsIn({ hubSections }: FileReading, settings: Settings | undefined): string[] {
  if (!settings) return [];
  const ways = [settings, ...settings.accounts.map((account) => account.settings)];
  const hubs = ways.flatMap((way) => [way.mailhub, ...way.otherHubs.map(({ mailhub }) => mailhub)]);
  return hubSections
    .filter((section) => !hubs.some((hub) => sectionsFor(hub, [section]).length > 0))
    .map(({ name, place }) => `${place}: Cannot use the section of hub ${name}: no mailhub= names it`);
}

function isAbove(entries: readonly Entry[], key: Entry['key'], place: string): boolean {
  return entries.some((entry) => entry.key === key && entry.place === place);
}

function wholeOf(
  settings: CommonSettings | undefined,
  judged: readonly (Judged & { readonly section: Section })[],
  secretFiles: readonly SecretFile[],
): Settings | undefined {
  if (!settings) return undefined;
  const accounts = judged.flatMap(({ section, settings: own }): Account[] => {
    const { name, patterns } = section;
    const hasOwnHub = withPresets(section.assignments).some(({ key }) => key.name === 'mailhub');
    return own ? [{ name, patterns, hasOwnHub, settings: { ...own, accounts: [], secretFiles } }] : [];
  });
  const obstacles = [settings, ...accounts.map((account) => account.settings)].flatMap((each) => each.obstacles);
  return { ...settings, accounts, secretFiles, obstacles: [...new Set(obstacles)] };
}

interface FileReading extends Readonly<FileContent> {
  readonly errors: readonly Complaint[];
}

function readFile(file: string, { options, system }: { options: SettingsOptions; system: Surroundings }): FileReading {
  const nothing = { assignments: [], sections: [], hubSections: [], warnings: [], errors: [] };
  let octets: string;
  try {
    octets = system.readFile(file);
  } catch (error) {
    const isOptional = options.configFile === undefined && hasHubVariable(system);
    if (isOptional && isMissing(error)) return nothing;
    const message = `Cannot read ${file}: ${fileReasonOf(error)}`;
    return { ...nothing, errors: [{ message, hint: readingHint(error, options, system) }] };
  }
  return { ...readConfig(octets, file), errors: [] };
}

/** A file that is closed to some users may hold a password: they need the queue, and not the file. */
function readingHint(error: unknown, options: SettingsOptions, system: Surroundings): string {
  if (isMissing(error))
    return 'Name the mail hub there (mailhub=smtp.example.org:587), or in the variable SSMTP_MAILHUB';
  if (!isDenied(error)) return 'It must be a plain file that holds the settings, one in a line';
  if (options.configFile !== undefined)
    return 'Name a file of your own with -C, or leave -C away to send through the queue';
  const own = ownWayOf(options, system).join(', ');
  return own === ''
    ? 'Users who may not read it send through the queue: as root, ssmtp --check shows what is wrong with that'
    : `The queue does not use ${own}: send without, or name a file of your own with -C`;
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
