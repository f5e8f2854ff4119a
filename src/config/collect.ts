/** Assignments → one checked value per key: the last one wins, defaults fill the gaps, and every complaint is kept. */

import { textOf } from '../octets.ts';
import { type AlwaysSet, type Key, type KeyName, type KindOf, keys, type Repeatable } from './keys.ts';
import { type KindValues, parseValue } from './kinds.ts';
import type { Assignment } from './reader.ts';

type ValueOf<Name extends KeyName> = Name extends Repeatable
  ? readonly KindValues[KindOf<Name>][]
  : KindValues[KindOf<Name>];

/** A key without value and default is undefined. */
export type Values = {
  readonly [Name in KeyName]: Name extends AlwaysSet | Repeatable ? ValueOf<Name> : ValueOf<Name> | undefined;
};

/** One line of `--check`: a setting as it was understood. */
export interface Entry {
  readonly key: Key;
  /** What was given, secrets masked; the default when `place` is undefined; undefined when there is neither. */
  readonly shown: string | undefined;
  readonly place: string | undefined;
}

export interface Collected {
  /** Undefined when there are errors. */
  readonly values: Values | undefined;
  readonly entries: readonly Entry[];
  readonly warnings: readonly string[];
  readonly errors: readonly string[];
}

const mask = '********';

export function collect(assignments: readonly Assignment[]): Collected {
  const values: Record<string, unknown> = {};
  const entries: Entry[] = [];
  const complaints: Complaints = { warnings: [], errors: [] };
  for (const key of keys) {
    const used = assignmentsUsed(key, assignments);
    const given = used.length > 0 ? used.filter(({ octets }) => octets !== '') : defaultOf(key);
    const parsed = given.flatMap((assignment) => parsedOrNothing(assignment, complaints));
    values[key.name] = key.repeatable ? parsed : parsed[0];
    if (used.length > 0) entries.push(...used.map((assignment) => entryOf(assignment)));
    else entries.push({ key, shown: key.default, place: undefined });
  }
  // Each value was made by parseValue from its own key's row, which is where Values takes its types from.
  return { values: complaints.errors.length > 0 ? undefined : (values as Values), entries, ...complaints };
}

interface Complaints {
  readonly warnings: string[];
  readonly errors: string[];
}

/** An empty value puts the default back, unless the row gives it a meaning of its own. */
function assignmentsUsed(key: Key, assignments: readonly Assignment[]): Assignment[] {
  const given = assignments.filter((assignment) => assignment.key === key);
  const used = key.repeatable ? given : given.slice(-1);
  return used.filter(({ octets }) => octets !== '' || key.whenEmpty !== undefined);
}

function defaultOf(key: Key): Assignment[] {
  return key.default === undefined ? [] : [{ key, octets: key.default, place: 'default' }];
}

function entryOf(assignment: Assignment): Entry {
  const { key, octets, place } = assignment;
  return { key, shown: octets === '' || !mayHoldPassword(assignment) ? printable(octets) : mask, place };
}

/** A list of one value, or of none when it is wrong; what is odd or wrong is added to the complaints. */
function parsedOrNothing(assignment: Assignment, { warnings, errors }: Complaints): unknown[] {
  const { key, octets, place } = assignment;
  const parsed = parseValue(octets, key);
  const complaint = (why: string) => `${place}: Cannot use ${key.name}${quotedValue(assignment)}: ${why}`;
  if ('wrong' in parsed) {
    errors.push(complaint(parsed.wrong));
    return [];
  }
  if (parsed.warning) warnings.push(complaint(parsed.warning));
  return [parsed.value];
}

function quotedValue(assignment: Assignment): string {
  if (mayHoldPassword(assignment)) return '';
  const text = printable(assignment.octets);
  return `="${text.length > 80 ? `${text.slice(0, 80)}…` : text}"`;
}

/** Besides secrets, that is a hub written as `user:password@host`. */
function mayHoldPassword({ key, octets }: Assignment): boolean {
  return key.kind === 'secret' || (key.kind === 'hub' && octets.includes('@'));
}

/** Nothing of a file reaches a terminal as a control character. */
function printable(octets: string): string {
  return textOf(octets).replaceAll(/[\x00-\x1f\x7f-\x9f]/g, '?');
}
