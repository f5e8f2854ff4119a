/** aliases(5), `name: target, target`: who gets the mail for the names of this machine. */

import { textOf, trimmed } from '../octets.ts';
import type { System } from '../system.ts';
import { cannotRead, isMissing } from './file-reason.ts';
import { rawLinesOf, withoutReturn } from './lines.ts';
import type { Settings } from './types.ts';

export interface Alias {
  /** As written; names compare without regard to case. `default` stands for every local name without an entry of its own. */
  readonly name: string;
  /** Addresses, `\name`, `|program`, `/file` or `:include:/file`, without quotes around them. Unicode. */
  readonly targets: readonly string[];
  /** `/etc/aliases:12` */
  readonly place: string;
}

export interface Aliases {
  readonly byName: ReadonlyMap<string, Alias>;
  /** What is wrong with the file; each begins with `file:line: `. Those lines are not used. */
  readonly complaints: readonly string[];
}

/** undefined when there is no aliases file. Throws Failure config for one that exists, or is named, and cannot be read. */
export function aliasesOf(
  { aliases }: Pick<Settings, 'aliases'>,
  system: Pick<System, 'readFile'>,
): Aliases | undefined {
  if (aliases === undefined) return undefined;
  try {
    return parseAliases(system.readFile(aliases.path), aliases.path);
  } catch (error) {
    if (!aliases.isNamed && isMissing(error)) return undefined;
    throw cannotRead(aliases.path, error);
  }
}

/** The last of several entries for a name counts, as in Postfix. Never throws. */
export function parseAliases(fileOctets: string, fileName: string): Aliases {
  const byName = new Map<string, Alias>();
  const complaints: string[] = [];
  for (const { number, text } of entriesIn(fileOctets)) {
    const place = `${fileName}:${number}`;
    const entry = entryIn(text);
    if ('wrong' in entry) {
      complaints.push(`${place}: Cannot use the entry: ${entry.wrong}`);
      continue;
    }
    const key = entry.name.toLowerCase();
    const earlier = byName.get(key);
    if (earlier) complaints.push(`${earlier.place}: Cannot use the entry: "${entry.name}" is set again at ${place}`);
    byName.set(key, { ...entry, place });
  }
  return { byName, complaints };
}

/** The targets in an `:include:` file: comments and line ends separate, too. A line whose quote is not closed is one target. */
export function targetsInFile(fileOctets: string): { text: string; line: number }[] {
  return rawLinesOf(fileOctets).flatMap((raw, index) => {
    const text = trimmed(textOf(withoutReturn(raw)));
    const items = text.startsWith('#') ? [] : (itemsIn(text) ?? [text]);
    return items.map((item) => ({ text: item, line: index + 1 }));
  });
}

/** A line that begins with a blank goes on with the one before; comments and empty lines are none (aliases(5)). */
function entriesIn(fileOctets: string): { number: number; text: string }[] {
  const entries: { number: number; text: string }[] = [];
  for (const [index, raw] of rawLinesOf(fileOctets).entries()) {
    const line = withoutReturn(raw);
    const isContinuation = /^[ \t]/.test(line);
    if (trimmed(line) === '' || trimmed(line).startsWith('#')) continue;
    const last = entries.at(-1);
    if (isContinuation && last) last.text += ` ${textOf(trimmed(line))}`;
    else entries.push({ number: index + 1, text: textOf(trimmed(line)) });
  }
  return entries;
}

function entryIn(text: string): { name: string; targets: string[] } | { wrong: string } {
  const [, quotedName, bareName, rest = ''] = /^(?:"((?:[^"\\]|\\.)*)"\s*|([^:"]*)):(.*)$/s.exec(text) ?? [];
  const name = quotedName?.replaceAll(/\\(.)/g, '$1') ?? bareName?.trim();
  if (name === undefined) return { wrong: 'it must be "name: target, target"' };
  if (name === '') return { wrong: 'there is no name before the ":"' };
  if (name.includes('@')) return { wrong: `"${name}" must be a local name, without a domain` };
  const targets = itemsIn(rest);
  if (targets === undefined) return { wrong: 'a quote is not closed' };
  return targets.length === 0 ? { wrong: `"${name}" has no target` } : { name, targets };
}

/** Commas separate, but not within quotes; undefined when a quote is not closed. */
function itemsIn(text: string): string[] | undefined {
  const items: string[] = [];
  let item = '';
  let isQuoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (isQuoted && character === '\\') {
      item += character + text.charAt(at + 1);
      at += 1;
      continue;
    }
    if (character === '"') isQuoted = !isQuoted;
    if (character === ',' && !isQuoted) {
      items.push(item);
      item = '';
    } else item += character;
  }
  if (isQuoted) return undefined;
  return [...items, item].map((each) => unquoted(each.trim())).filter((each) => each !== '');
}

/** `"|program args"` stands in quotes as a whole; in `"a b"@example.org` they belong to the address. */
function unquoted(item: string): string {
  const inner = /^"((?:[^"\\]|\\.)*)"$/.exec(item)?.[1];
  return inner === undefined ? item : inner.replaceAll(/\\(["\\])/g, '$1');
}
