/** Turns argv into Options: splitter, then commander, then the tables' meaning. The only file that imports commander. */

import { Command, CommanderError, Option } from 'commander';
import { Failure, reasonOf } from '../failure.ts';
import {
  deliveryModes,
  errorModes,
  type Flag,
  flags,
  modes,
  notifyConditions,
  programModes,
  returnAmounts,
  settingRows,
} from './flags.ts';
import { defaultOptions, type Mode, type Options } from './options.ts';
import { plainName, splitWords } from './split-words.ts';

/**
 * Reads the words behind argv[0]. `programName` is its last part: `mailq` and `newaliases` choose a mode.
 * Throws Failure usage for unknown flags, missing values and modes that do not exist.
 */
export function parseArguments(words: readonly string[], programName: string): Options {
  const found: Partial<Options>[] = [];
  const program = programOf((flag, value) => {
    if (flag.onlyAs === undefined || flag.onlyAs === programName) found.push(meaningOf(flag, value));
  });
  try {
    program.parse(splitWords(words), { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError)
      throw new Failure('usage', error.message.replace(/^error: /, ''), { cause: error });
    throw error;
  }
  // -q chooses a mode only where -b does not: `-bd -q15m` asks for a daemon.
  const mode = found.some(({ queueRun }) => queueRun !== undefined) ? 'queueRun' : modeOf(program.args, programName);
  const options: Options = Object.assign({}, defaultOptions, { mode }, ...found, { operands: program.args });
  if (!options.json || answersInJson(options)) return options;
  throw new Failure(
    'usage',
    'Cannot answer in JSON: --json goes with mailq, -bp, -bv, --explain, --check, --probe and "ssmtp queue list"',
  );
}

function answersInJson({ mode, operands }: Options): boolean {
  return (
    ['mailq', 'verify', 'explain', 'check', 'probe'].includes(mode) || (mode === 'queue' && operands[1] === 'list')
  );
}

/** `ssmtp queue hold …`: a mistyped command must not become mail for a user named "queue", or "dead-letter". */
function modeOf([first]: readonly string[], programName: string): Mode {
  if (programName === 'ssmtp' && first === 'queue') return 'queue';
  if (programName === 'ssmtp' && first === 'dead-letter') return 'deadLetter';
  return programModes.get(programName) ?? defaultOptions.mode;
}

/** The flags as commander sees them; `tell` is called for each one in the order of argv. */
function programOf(tell: (flag: Flag, value: string) => void): Command {
  const program = new Command('ssmtp').exitOverride().helpOption(false).allowExcessArguments();
  program.configureOutput({ writeErr: () => undefined });
  for (const flag of flags) {
    for (const name of flag.names) {
      const option = new Option(flag.value ? `${plainName(name)} <${flag.value}>` : plainName(name));
      program.addOption(option).on(`option:${option.name()}`, (value: string | undefined) => tell(flag, value ?? ''));
    }
  }
  return program;
}

function meaningOf(flag: Flag, value: string): Partial<Options> {
  const meaning: Partial<Options> = { ...flag.sets };
  if (flag.puts) return { ...meaning, [flag.puts]: value };
  switch (flag.looksUp) {
    case 'mode':
      return { ...meaning, ...modeNamed(value) };
    case 'setting':
      return { ...meaning, ...settingNamed(value) };
    case 'errorMode':
      return { ...meaning, ...errorModeNamed(value) };
    case 'notify':
      return { ...meaning, notify: conditionsIn(value) };
    case 'returns':
      return { ...meaning, returns: amountIn(value) };
    case undefined:
      return meaning;
    default:
      throw new Failure('bug', `Cannot read flag ${flag.names[0]}: ${reasonOf(flag.looksUp satisfies never)}`);
  }
}

function modeNamed(letter: string): Partial<Options> {
  const row = modes.find((candidate) => candidate.letter === letter);
  if (!row) throw new Failure('usage', `Cannot do -b${letter}: no such mode`, { hint: 'ssmtp --help lists the modes' });
  return { mode: row.mode };
}

/** `-oi`, `-oem`, `-O IgnoreDots=true`, `-O IgnoreDots`: unknown settings mean nothing here, as in every other relay. */
function settingNamed(text: string): Partial<Options> {
  const [name = '', value = ''] = splitAtFirst(text, '=');
  const long = settingRows.find((row) => row.name.toLowerCase() === name.toLowerCase());
  if (long) return settingMeaning(long, value);
  // At most one letter of value: `-oInterval=5` is a long name that is not known, not `-oI`.
  const short = text.length <= 2 ? settingRows.find((row) => row.letter === text.charAt(0)) : undefined;
  return short ? settingMeaning(short, text.slice(1)) : {};
}

function settingMeaning(row: (typeof settingRows)[number], value: string): Partial<Options> {
  if (row.looksUp === 'errorMode') return errorModeNamed(value);
  if (row.looksUp === 'deliveryMode') return deliveryModeNamed(value);
  const isOff = ['f', 'n', '0'].includes(value.charAt(0).toLowerCase());
  return isOff ? {} : { ...row.sets };
}

function errorModeNamed(text: string): Partial<Options> {
  const letter = text.charAt(0).toLowerCase();
  return errorModes.some((mode) => mode === letter) ? { errorMode: letter } : {};
}

function deliveryModeNamed(text: string): Partial<Options> {
  const deliveryMode = deliveryModes.get(text.charAt(0).toLowerCase());
  return deliveryMode === undefined ? {} : { deliveryMode };
}

function conditionsIn(text: string): string {
  const words = text
    .toLowerCase()
    .split(',')
    .map((word) => word.trim());
  const isKnown = words.every((word) => notifyConditions.some((condition) => condition === word));
  if (isKnown && (words.length === 1 || !words.includes('never'))) return [...new Set(words)].join(',').toUpperCase();
  const message = `Cannot understand "-N ${text}": it must be never, or a list of success, failure and delay`;
  throw new Failure('usage', message);
}

function amountIn(text: string): string {
  const amount = returnAmounts.get(text.toLowerCase());
  if (amount !== undefined) return amount;
  throw new Failure('usage', `Cannot understand "-R ${text}": it must be full or hdrs`);
}

function splitAtFirst(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
