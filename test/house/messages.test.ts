/** docs/MESSAGES.md has an entry for every message that the source can say, and for no other. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { scriptMessages } from './script-messages.ts';
import { textOf } from './source-files.ts';
import { type Spoken, spokenMessages } from './spoken-messages.ts';

interface Entry {
  readonly message: string;
  readonly statuses: readonly number[];
  readonly text: string;
  readonly group: string;
  /** `<…>` stands for what differs, `<what …>` for words as well. */
  readonly pattern: RegExp;
}

const document = textOf('docs/MESSAGES.md');
const entries = document.split(/^## /m).flatMap((section) => {
  const [group = '', ...lines] = section.split('\n');
  return lines.flatMap((line) => entryIn(line, group));
});
const spoken = [...spokenMessages(), ...scriptMessages()];
const explained = spoken.map((each) => ({ each, entry: entryFor(each) }));

function entryIn(line: string, group: string): Entry[] {
  const [, message, statuses = '', text = ''] = /^\| `([^`]+)` \| ([–\d, ]+) \| (.+) \|$/.exec(line) ?? [];
  if (message === undefined) return [];
  const parts = message.split(/(<[^>]*>)/).map((part) => {
    if (!part.startsWith('<')) return part.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&');
    return part.startsWith('<what ') ? '.+?' : '(.+?)';
  });
  const numbers = statuses === '–' ? [] : statuses.split(', ').map(Number);
  return [{ message, statuses: numbers, text, group, pattern: new RegExp(`^${parts.join('')}$`) }];
}

/** The one that says most of it. */
function entryFor({ pattern }: Spoken): Entry | undefined {
  const length = ({ message }: Entry) => message.replaceAll(/<[^>]*>/g, '').length;
  return entries
    .filter((entry) => wordsBeside(pattern, entry)?.every((words) => isExplained(words, entry)))
    .toSorted((one, other) => length(other) - length(one))[0];
}

/** The words of the source where the entry has a placeholder. */
function wordsBeside(pattern: string, entry: Entry): string[] | undefined {
  const found = entry.pattern.exec(pattern)?.slice(1);
  return found?.flatMap((part) => part.split(/[…:;,()"<>]+|\s\s/).map((words) => words.trim())).filter(isWorded);
}

function isWorded(text: string): boolean {
  return /[A-Za-z]{2}/.test(text);
}

/** By the entry's own text, or by another entry, as reasons are. */
function isExplained(words: string, entry: Entry): boolean {
  return entry.text.includes(words) || othersWith(words, entry).length > 0;
}

function othersWith(words: string, entry: Entry): Entry[] {
  return entries.filter((other) => other !== entry && other.message.includes(words));
}

/** The entries of the reasons in a message. */
function explaining({ pattern }: Spoken, entry: Entry): Entry[] {
  return (wordsBeside(pattern, entry) ?? []).flatMap((words) => othersWith(words, entry));
}

describe('docs/MESSAGES.md', () => {
  test('docs/MESSAGES.md has an entry for every message of the source', () => {
    const missing = explained.filter(({ entry }) => !entry).map(({ each }) => `${each.path}: ${each.pattern}`);
    assert.deepEqual([...new Set(missing)], []);
  });

  test('docs/MESSAGES.md has no entry for what the source does not say', () => {
    const said = new Set(explained.flatMap(({ each, entry }) => (entry ? [entry, ...explaining(each, entry)] : [])));
    const stale = entries.filter((entry) => !said.has(entry)).map(({ message }) => message);
    assert.deepEqual(stale, []);
  });

  test('docs/MESSAGES.md quotes only words of the source', () => {
    const wrong = entries.flatMap((entry) => {
      const patterns = explained.flatMap((pair) => (pair.entry === entry ? [pair.each.pattern] : []));
      const quoted = [...entry.text.matchAll(/"([^"]+)"/g)].map(([, words = '']) => words);
      return quoted.filter((words) => !patterns.some((pattern) => pattern.includes(words)));
    });
    assert.deepEqual(wrong, []);
  });

  for (const entry of entries) {
    test(`docs/MESSAGES.md has the exit status of: ${entry.message}`, () => {
      const found = explained.flatMap((pair) => (pair.entry === entry ? pair.each.statuses : []));
      if (found.length === 0) return;
      const wrong = entry.statuses.filter((status) => !found.includes(status));
      assert.ok(entry.statuses.length > 0 && wrong.length === 0, `it is one of ${[...new Set(found)].join(', ')}`);
    });
  }

  test('docs/MESSAGES.md is in the order of the alphabet within each group', () => {
    for (const group of new Set(entries.map((entry) => entry.group))) {
      const messages = entries.filter((entry) => entry.group === group).map(({ message }) => sortedBy(message));
      assert.deepEqual(messages, messages.toSorted(), group);
    }
  });

  test('docs/MESSAGES.md has every row of its tables read here', () => {
    const rows = document.split('\n').filter((line) => /^\| (?!message|---)/.test(line));
    assert.equal(entries.length, rows.length);
  });

  for (const path of ['README.md', 'man/ssmtp.8'])
    test(`docs/MESSAGES.md is named in ${path}`, () => assert.match(textOf(path), /MESSAGES\.md/));
});

/** Letters and figures alone, placeholders last. */
function sortedBy(message: string): string {
  return message
    .toLowerCase()
    .replaceAll(/<[^>]*>/g, '~')
    .replaceAll(/[^a-z0-9~]+/g, ' ')
    .trim();
}

describe('spokenMessages() and scriptMessages()', () => {
  for (const [what, pattern, ...statuses] of [
    ['a plain one', 'Cannot send: no recipient', 64],
    ['one made with a constant', 'Cannot log in at mail hub …: the connection is not encrypted', 77],
    ['one made with the rows of a table', 'Cannot start TLS with mail hub …: it wants a client certificate (…)', 76],
    ['one made with a function of another room', 'Cannot send to …: it is not an address', 65],
    ['one made with what calls give for a parameter', 'Cannot read the credential …: …', 78],
    ['a warning', 'Cannot trust the file: every user may change it (mode …)'],
    ['a finding', '…: every user may change it'],
    ['an answer', 'Too many recipients', 452],
    ['a reason', 'no answer within … s'],
    ['one of scripts/install', 'Cannot install: mailhub= is missing', 64],
    ['one of scripts/uninstall', 'Cannot uninstall: scripts/install has left no …', 66],
  ] as const) {
    test(`spokenMessages() or scriptMessages() finds ${what}`, () => {
      assert.deepEqual(spoken.find((each) => each.pattern === pattern)?.statuses, statuses);
    });
  }
});
