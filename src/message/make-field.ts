/** Makes new header fields. */

import { Failure } from '../failure.ts';
import { trimmed } from '../octets.ts';
import { inOctets } from './octets.ts';
import type { HeaderField } from './types.ts';

/** RFC 5322 §2.1.1: lines should have no more than 78 characters. */
const preferredLength = 78;

/**
 * A field `Name: value` that ends in LF. The value is header text (latin1; characters above U+00FF are written as
 * UTF-8); control characters, line ends included, become blanks, and long values are folded before blanks they hold
 * anyway, so that unfolding gives the value back. Throws `Failure('bug')` when the name cannot be one.
 */
export function makeField(name: string, value: string): HeaderField {
  if (!/^[!-9;-~]+$/.test(name)) throw new Failure('bug', `Cannot make a header field named ${JSON.stringify(name)}`);
  const text = trimmed(inOctets(value).replaceAll(/[\x00-\x08\x0a-\x1f\x7f]+/g, ' '));
  return { name, raw: `${folded(`${name}: ${text}`)}\n` };
}

/** The first word stays on the field name's line: some readers do not like a name without one. */
function folded(line: string): string {
  if (line.length <= preferredLength) return line;
  const [name = '', ...words] = line.split(/(?<=[^ \t])(?=[ \t])/);
  const lines: string[] = [];
  let last = name + (words.shift() ?? '');
  for (const word of words) {
    if (last.length + word.length <= preferredLength) {
      last += word;
    } else {
      lines.push(last);
      last = word;
    }
  }
  return [...lines, last].join('\n');
}
