/** Cuts the octets of a message into header fields and the place where the body starts. */

import { endOfMatch } from './sticky.ts';
import type { HeaderField } from './types.ts';

export {
  fieldNamed,
  fieldsNamed,
  fieldValue,
  headerOctets,
  unfolded,
  withoutNul,
  withValue,
} from './header-field.ts';
export { makeField } from './make-field.ts';

/** The header block is looked for in this many octets; what lies behind them is body. */
export const headerLimit = 1024 * 1024;

export interface HeaderBlock {
  /** Their `raw` joined is the block as it came: without what stands before it and the empty line behind it. */
  readonly fields: HeaderField[];
  /** Offset of the first octet of the body. */
  readonly bodyStart: number;
}

// RFC 5322 §2.2 and §4.5: printable ASCII but ":", and blanks before the colon in old messages.
const fieldStart = /([!-9;-~]+)[ \t]*:/y;
const continuation = /[ \t]/y;
const mboxLine = />?From /y;
const emptyLine = /\r*\n/y;

/**
 * Reads the header block at the start of a message. `octets` is the whole message, or more than `headerLimit` of it.
 *
 * Lines end in LF; CRs before it belong to the line end, a CR elsewhere is text. The block ends at an empty line, which
 * is neither header nor body, or at the first line that is neither a field nor a continuation, the body's first:
 * so a text without header is all body, and nothing is lost. A byte order mark and mbox lines (`From `, `>From `) are dropped, but
 * only from before a field: else they are text. A field that the limit cuts, or may have cut, is body. Never throws.
 */
export function headerBlockOf(octets: Buffer): HeaderBlock {
  const text = octets.toString('latin1', 0, headerLimit);
  const isCut = octets.length > headerLimit;
  const fields: HeaderField[] = [];
  let at = startOfFields(text);
  for (let name = fieldNameAt(text, at); name !== undefined; name = fieldNameAt(text, at)) {
    const end = endOfField(text, at);
    if (isCut && end === text.length) return { fields, bodyStart: at };
    fields.push({ name, raw: text.slice(at, end) });
    at = end;
  }
  return { fields, bodyStart: endOfMatch(emptyLine, text, at) ?? at };
}

/** What editors of Windows put in front of UTF-8 text. */
const byteOrderMark = '\xef\xbb\xbf';

/** Where the first field starts, after a byte order mark and mbox lines; 0 when no field follows them. */
function startOfFields(text: string): number {
  let at = text.startsWith(byteOrderMark) ? byteOrderMark.length : 0;
  while (fieldNameAt(text, at) === undefined) {
    if (endOfMatch(mboxLine, text, at) === undefined) return 0;
    at = endOfLine(text, at);
  }
  return at;
}

function fieldNameAt(text: string, at: number): string | undefined {
  fieldStart.lastIndex = at;
  return fieldStart.exec(text)?.[1];
}

function endOfField(text: string, at: number): number {
  let end = endOfLine(text, at);
  while (endOfMatch(continuation, text, end) !== undefined) end = endOfLine(text, end);
  return end;
}

function endOfLine(text: string, at: number): number {
  const lineFeed = text.indexOf('\n', at);
  return lineFeed < 0 ? text.length : lineFeed + 1;
}
