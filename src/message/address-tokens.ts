/** Cuts an address list into tokens with offsets, in one pass that is linear in the text's length. */

import { endOfMatch } from './sticky.ts';

/**
 * `gap` is blanks, folding and comments; `word` an atom with its dots, a quoted string or a domain literal; `<`
 * includes a source route behind it; `stray` is one character that has no place in a list; `unclosed` a quote or
 * comment without end, which reaches to the text's end.
 */
export interface AddressToken {
  readonly kind: 'gap' | 'word' | 'stray' | 'unclosed' | '@' | '<' | '>' | ',' | ';' | ':';
  readonly start: number;
  readonly end: number;
}

// A CR counts only as part of a line end (CRLF, CRCRLF): one within a line would hide a second field from a reader (RFC 5322 §2.2).
const blanks = /(?:[ \t\n]|\r\r?\n)+/y;
const lastReturn = /\r\r?$/y;
const dottedAtom = /[^\x00-\x20\x7f()<>[\]:;@\\,"]+/y;
// Bounded, so that backtracking is too; no real route has 99 hops.
const angleWithRoute =
  /<(?:@[^\x00-\x20\x7f()<>[\]:;@\\,"]{1,255}(?:,@[^\x00-\x20\x7f()<>[\]:;@\\,"]{1,255}){0,99}:)?/y;
const domainLiteral = /\[[^[\]\\()<>,;"\s]*\]/y;

/** The tokens of RFC 5322 §3.4 in order; together they cover the text without a hole. Never throws. */
export function* tokensOf(text: string): Generator<AddressToken> {
  for (let start = 0; start < text.length; ) {
    const token = tokenAt(text, start);
    yield token;
    start = token.end;
  }
}

function tokenAt(text: string, start: number): AddressToken {
  const character = text.charAt(start);
  switch (character) {
    case '<':
      return { kind: '<', start, end: endOfMatch(angleWithRoute, text, start) ?? start + 1 };
    case '@':
    case '>':
    case ',':
    case ';':
    case ':':
      return { kind: character, start, end: start + 1 };
    case '(':
      return closed('gap', start, endOfComment(text, start)) ?? { kind: 'unclosed', start, end: text.length };
    case '"':
      return closed('word', start, endOfQuotedString(text, start)) ?? { kind: 'unclosed', start, end: text.length };
    default:
      return (
        closed('gap', start, endOfMatch(blanks, text, start) ?? endOfMatch(lastReturn, text, start)) ??
        closed('word', start, endOfMatch(dottedAtom, text, start)) ??
        closed('word', start, endOfMatch(domainLiteral, text, start)) ?? {
          kind: 'stray',
          start,
          end: start + 1,
        }
      );
  }
}

function closed(kind: AddressToken['kind'], start: number, end: number | undefined): AddressToken | undefined {
  return end === undefined ? undefined : { kind, start, end };
}

/** Comments nest (RFC 5322 §3.2.2), without a limit. */
function endOfComment(text: string, start: number): number | undefined {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const character = text[at];
    if (character === '\\') at += 1;
    else if (character === '(') depth += 1;
    else if (character === ')') depth -= 1;
    if (depth === 0) return at + 1;
  }
  return undefined;
}

function endOfQuotedString(text: string, start: number): number | undefined {
  for (let at = start + 1; at < text.length; at += 1) {
    const character = text[at];
    if (character === '\\') at += 1;
    else if (character === '"') return at + 1;
  }
  return undefined;
}
