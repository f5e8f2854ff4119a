/** The text of ssmtp.conf → its settings, each with its place (`file:line`), and what was odd about the other lines. */

import { parse } from 'ini';
import { textOf, trimmed } from '../octets.ts';
import { parseHub } from './hub-address.ts';
import { type HubSection, hubKeys, hubNamed, whatSectionMustBe } from './hubs.ts';
import { type Key, keyNamed, matchKey } from './keys.ts';
import { linesOf } from './lines.ts';
import { accountNamed, patternsIn, type Section } from './sections.ts';
import { suggestionFor } from './suggestion.ts';

/** A value given to a key, somewhere. */
export interface Assignment {
  readonly key: Key;
  /** The value as written, one character per octet; empty for `key=`. */
  readonly octets: string;
  /** Where it was given, as it is shown in messages: `/etc/ssmtp/ssmtp.conf:3`, `SSMTP_MAILHUB`, `-ap`. */
  readonly place: string;
}

export interface FileContent {
  /** The lines above all sections. */
  readonly assignments: Assignment[];
  readonly sections: Section[];
  readonly hubSections: HubSection[];
  readonly warnings: string[];
}

/** Lines under one heading, while they are read. */
interface Part {
  readonly kind: 'top' | 'account' | 'hub';
  readonly name: string;
  readonly place: string;
  readonly patterns: string[];
  readonly assignments: Assignment[];
}

/** Never throws: a line that cannot be used is a warning, because sSMTP went on as well. Warnings hold no values. */
export function readConfig(fileOctets: string, fileName: string): FileContent {
  const top: Part = { kind: 'top', name: '', place: fileName, patterns: [], assignments: [] };
  const sections: Part[] = [];
  const warnings: string[] = [];
  /** undefined below a heading that means nothing. */
  let part: Part | undefined = top;
  for (const { number, octets } of linesOf(fileOctets)) {
    const place = `${fileName}:${number}`;
    if (octets.startsWith('[') && octets.endsWith(']')) {
      part = partUnder(octets, place);
      if (part) sections.push(part);
      else
        warnings.push(
          `${place}: Cannot use the section: it must be ${whatSectionMustBe(octets)}, so its lines are ignored`,
        );
    } else if (part) {
      const complaint = takeLine(octets, part, place);
      if (complaint) warnings.push(`${place}: ${complaint}`);
    }
  }
  const accounts = sections.filter(({ kind }) => kind === 'account');
  for (const { name, place, patterns } of accounts) {
    if (patterns.length === 0) warnings.push(`${place}: Cannot use account ${name}: it has no match=`);
  }
  const parts = [top, ...sections];
  return {
    assignments: throughIni(top.assignments),
    sections: accounts.map(({ name, place, patterns, assignments }) => ({
      name,
      place,
      patterns,
      assignments: throughIni(assignments),
    })),
    hubSections: sections.flatMap(({ kind, name, place, assignments }) => {
      const hub = kind === 'hub' ? parseHub(name) : undefined;
      return hub ? [{ ...hub, name, place, assignments: throughIni(assignments) }] : [];
    }),
    warnings: [...warnings, ...parts.flatMap(({ assignments }) => duplicatesIn(assignments))],
  };
}

function partUnder(heading: string, place: string): Part | undefined {
  const account = accountNamed(heading);
  const name = account ?? hubNamed(heading);
  if (name === undefined) return undefined;
  return { kind: account === undefined ? 'hub' : 'account', name, place, patterns: [], assignments: [] };
}

/** Gives what is wrong with the line. */
function takeLine(octets: string, part: Part, place: string): string | undefined {
  const equals = octets.indexOf('=');
  const name = equals < 0 ? '' : trimmed(octets.slice(0, equals));
  const value = trimmed(octets.slice(equals + 1));
  if (part.kind === 'account' && name.toLowerCase() === matchKey.name) {
    part.patterns.push(...patternsIn(textOf(value)));
    return undefined;
  }
  const key = keyNamed(name);
  if (!key) return complaintAbout(octets, equals);
  if (part.kind === 'account' && key.account === undefined)
    return `Cannot use ${key.name} in the section of an account: it counts for all accounts alike`;
  if (part.kind === 'hub' && !hubKeys.includes(key.name))
    return `Cannot use ${key.name} in the section of a hub: it counts for all hubs alike`;
  part.assignments.push({ key, octets: value, place });
  return undefined;
}

/** Shows no more of the line than a word before "=", since what stands elsewhere may be a password. */
function complaintAbout(octets: string, equals: number): string {
  const name = textOf(trimmed(octets.slice(0, equals < 0 ? undefined : equals)));
  if (equals < 0) {
    const [word = ''] = name.split(/[\s:]/, 1);
    const key = keyNamed(word);
    return `Cannot use the line: it has no "="${key ? `; write ${key.name}=…` : ''}`;
  }
  if (!/^[A-Za-z][A-Za-z0-9_-]*$/.test(name)) return 'Cannot use the line: what stands before "=" is not a key';
  const suggestion = suggestionFor(name);
  return `Cannot use ${name}: there is no such key${suggestion ? `; did you mean ${suggestion}?` : ''}`;
}

/**
 * ini decodes the values. Given a line as it stands it cuts at ";", undoes backslashes and quotes and makes arrays and
 * sections; a number as key and a JSON string as value come back unharmed, except that "true", "false" and "null" change
 * type, which String undoes.
 */
function throughIni(assignments: readonly Assignment[]): Assignment[] {
  const decoded = parse(assignments.map(({ octets }, index) => `${index}=${JSON.stringify(octets)}`).join('\n'));
  return assignments.map((assignment, index) => ({ ...assignment, octets: String(decoded[index]) }));
}

function duplicatesIn(assignments: readonly Assignment[]): string[] {
  const last = new Map(assignments.map((assignment) => [assignment.key, assignment]));
  return assignments.flatMap((assignment) => {
    const winner = last.get(assignment.key);
    if (!winner || winner === assignment || assignment.key.repeatable) return [];
    return [`${assignment.place}: Cannot use this ${assignment.key.name}: it is set again at ${winner.place}`];
  });
}
