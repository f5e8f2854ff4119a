/** What sSMTP would have read differently in a configuration file, line by line, for people who switch; holds no values. */

import { isBlank, trimmed } from '../octets.ts';
import { isOneWord } from './kinds.ts';
import { byteOrderMark, rawLinesOf } from './lines.ts';
import { type Assignment, readConfig } from './reader.ts';
import { meanings } from './ssmtp-meanings.ts';
import { type SsmtpLine, ssmtpReadingOf } from './ssmtp-reading.ts';

/** Pure; each text begins with `file:line: `. Kept apart from the reader because only `--check` needs it. */
export function ssmtpDifferences(fileOctets: string, fileName: string): string[] {
  const rawLines = rawLinesOf(fileOctets);
  const { assignments } = readConfig(fileOctets, fileName);
  return assignments.flatMap((assignment, index) => {
    const number = Number(assignment.place.slice(fileName.length + 1));
    const raw = rawLines[number - 1] ?? '';
    const hasLineFeed = number < rawLines.length;
    const hasMark = number === 1 && fileOctets.startsWith(byteOrderMark);
    const theirs = ssmtpReadingOf(hasMark ? byteOrderMark + raw : raw, hasLineFeed);
    const line = { ...assignment, raw, hasLineFeed, hasMark, theirs };
    const says = isReadAlike(line)
      ? meanings.find(({ holds }) => holds(assignment, { earlier: assignments.slice(0, index), all: assignments }))
          ?.says
      : (spellings.find(({ holds }) => holds(line))?.says ?? unexplained);
    return says ? [`${assignment.place}: ${says.replaceAll('KEY', assignment.key.name)}`] : [];
  });
}

interface SeenLine extends Assignment {
  readonly raw: string;
  readonly hasLineFeed: boolean;
  readonly hasMark: boolean;
  readonly theirs: SsmtpLine | undefined;
}

function isReadAlike({ key, octets, theirs }: SeenLine): boolean {
  if (theirs?.key.toLowerCase() !== key.name.toLowerCase()) return false;
  if (key.kind === 'header') {
    const { rest } = theirs;
    return rest?.startsWith(octets) === true && trimmed(rest.slice(octets.length)) === '';
  }
  return theirs.value === (isOneWord(key) ? octets.split(/[ \t]/, 1)[0] : octets);
}

/** Why the text of a value differs; the first reason that holds is told. */
const spellings: readonly { readonly says: string; holds(line: SeenLine): boolean }[] = [
  { says: 'sSMTP did not know KEY here: a byte order mark stands before it', holds: ({ hasMark }) => hasMark },
  { says: 'sSMTP lost KEY: the line is indented', holds: ({ raw }) => isBlank(raw[0]) },
  { says: 'sSMTP lost KEY: its line is longer than 2047 bytes', holds: ({ raw }) => raw.length > 2047 },
  {
    says: 'sSMTP sent a broken header field: blanks stand around "="',
    holds: (line) => isHeader(line) && hasBlanks(line),
  },
  {
    says: 'sSMTP gave up at KEY: a "#" follows in the line',
    holds: (line) => isHeader(line) && line.raw.includes('#'),
  },
  { says: 'sSMTP took KEY for empty: blanks stand around "="', holds: hasBlanks },
  { says: 'sSMTP lost KEY: it took "#" in the value for a comment', holds: ({ octets }) => octets.includes('#') },
  { says: 'sSMTP cut the value of KEY at "="', holds: (line) => !isHeader(line) && line.octets.includes('=') },
  { says: 'sSMTP cut the value of KEY at the blank', holds: (line) => !isHeader(line) && /[ \t]/.test(line.octets) },
  { says: 'sSMTP lost KEY: the last line does not end in a line feed', holds: ({ hasLineFeed }) => !hasLineFeed },
  { says: 'sSMTP took the carriage return at the end of the line into KEY', holds: ({ raw }) => raw.endsWith('\r') },
];

const unexplained = 'sSMTP read another value for KEY';

function isHeader({ key }: SeenLine): boolean {
  return key.kind === 'header';
}

function hasBlanks({ raw }: SeenLine): boolean {
  const equals = raw.indexOf('=');
  return isBlank(raw[equals - 1]) || isBlank(raw[equals + 1]);
}
