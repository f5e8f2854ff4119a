/** The text of ssmtp.conf → its settings, each with its place (`file:line`), and what was odd about the other lines. */

import { parse } from 'ini';
import { textOf, trimmed } from '../octets.ts';
import { type Key, keyNamed } from './keys.ts';
import { linesOf } from './lines.ts';
import { suggestionFor } from './suggestion.ts';

/** A value given to a key, somewhere. */
export interface Assignment {
  readonly key: Key;
  /** The value as written, one character per octet; empty for `key=`. */
  readonly octets: string;
  /** Where it was given, as it is shown in messages: `/etc/ssmtp/ssmtp.conf:3`, `SSMTP_MAILHUB`, `-ap`. */
  readonly place: string;
}

/** Never throws: a line that cannot be used is a warning, because sSMTP went on as well. Warnings hold no values. */
export function readConfig(fileOctets: string, fileName: string): { assignments: Assignment[]; warnings: string[] } {
  const assignments: Assignment[] = [];
  const warnings: string[] = [];
  let inSection = false;
  for (const { number, octets } of linesOf(fileOctets)) {
    const place = `${fileName}:${number}`;
    if (isSection(octets)) {
      inSection = true;
      warnings.push(`${place}: Cannot use the section: named accounts are not supported yet, so its lines are ignored`);
    } else if (!inSection) {
      const equals = octets.indexOf('=');
      const key = equals < 0 ? undefined : keyNamed(trimmed(octets.slice(0, equals)));
      if (key) assignments.push({ key, octets: trimmed(octets.slice(equals + 1)), place });
      else warnings.push(`${place}: ${complaintAbout(octets, equals)}`);
    }
  }
  return { assignments: throughIni(assignments), warnings: [...warnings, ...duplicatesIn(assignments)] };
}

function isSection(octets: string): boolean {
  return octets.startsWith('[') && octets.endsWith(']');
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
