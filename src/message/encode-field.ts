/** Header fields as every hub takes them: no text beyond ASCII but in addresses, no line that is too long. */

import { isUtf8 } from 'node:buffer';
import { isBlank } from '../octets.ts';
import { addressesIn } from './address-list.ts';
import { type AddressToken, tokensOf } from './address-tokens.ts';
import { encodedWords } from './encoded-words.ts';
import { fieldValue, withHexOctets, withValue } from './header-field.ts';
import { longestLine } from './long-lines.ts';
import type { HeaderField } from './types.ts';

/**
 * Where text may stand in a field: anywhere; in names and comments around addresses, or around identifiers (`phrases`); in parameters
 * (`; name=value`) and comments; in comments only (`structured`), where the rest holds URIs in angle brackets (`uris`) or is one (`uri`).
 */
export type Syntax = 'text' | 'addresses' | 'phrases' | 'parameters' | 'structured' | 'uris' | 'uri';

/** A word, or what counts as one, with what stands behind it. */
interface Word {
  readonly raw: string;
  /** What it says, quoting undone. */
  readonly text: string;
  gap: string;
}

/** Edits nothing but the words that hold text beyond ASCII. `otherCharset` is meant where they are no UTF-8. */
export function encodeField(field: HeaderField, syntax: Syntax, otherCharset: string): HeaderField {
  const value = fieldValue(field);
  if (!isBeyondAscii(value)) return field;
  const writer = writerAt(field.raw.indexOf(':') + 1, otherCharset);
  switch (syntax) {
    case 'text':
      writeWords(wordsIn(value), writer);
      break;
    case 'addresses':
      writeAddresses(value, writer);
      break;
    case 'phrases':
      writeAddresses(value, writer);
      return withHexOctets(withValue(field, writer.text()));
    case 'parameters':
      writeAround(withExtendedValues(value, otherCharset), writer, (text) => writeWords(wordsIn(text), writer));
      break;
    default:
      writeStructured(value, writer, syntax);
  }
  return withValue(field, writer.text());
}

/** Comments are encoded; `writeRest` gets the texts between them. */
function writeAround(value: string, writer: Writer, writeRest: (text: string) => void): void {
  let start = 0;
  for (const token of tokensOf(value)) {
    if (token.kind !== 'gap' || value[token.start] !== '(') continue;
    writeRest(value.slice(start, token.start));
    writeComment(value.slice(token.start, token.end), writer);
    start = token.end;
  }
  writeRest(value.slice(start));
}

/** No encoded word outside of comments: an octet beyond ASCII is written there as `%XX` in a URI (RFC 3987 §3.1), else as `=XX`. */
function writeStructured(value: string, writer: Writer, syntax: 'structured' | 'uris' | 'uri'): void {
  const between = (text: string) => writer.write(syntax === 'uri' ? inHex(text, '%') : inHex(text, '='));
  if (syntax !== 'uris') {
    writeAround(value, writer, between);
    return;
  }
  for (const [index, piece] of value.split(/(<[^<>]*>)/).entries()) {
    if (index % 2 === 1) writer.write(inHex(piece, '%'));
    else writeAround(piece, writer, between);
  }
}

function inHex(text: string, mark: '=' | '%'): string {
  return text.replaceAll(/[\x80-\xff]/g, (octet) => `${mark}${octet.charCodeAt(0).toString(16).toUpperCase()}`);
}

/**
 * Folds lines of more than 998 octets, before a blank where there is one. What stands before the colon stays in one line, or it would
 * be no field any more, and end the header; a name that fills a line is left alone.
 */
export function foldField(field: HeaderField): HeaderField {
  if (field.raw.length <= longestLine) return field;
  const start = field.raw.indexOf(':') + 1;
  const lines = field.raw.slice(start).split('\n');
  const isLong = lines.some((line, index) => line.length > (index === 0 ? longestLine - start : longestLine));
  if (!isLong || start > longestLine) return field;
  const folded = lines.map((line, index) => foldedLine(line, index === 0 ? start : 0));
  return { ...field, raw: field.raw.slice(0, start) + folded.join('\n') };
}

export function isBeyondAscii(latin1: string): boolean {
  return /[\x80-\xff]/.test(latin1);
}

interface Writer {
  write(text: string): void;
  /** As encoded words. */
  encode(text: string): void;
  text(): string;
}

function writerAt(start: number, otherCharset: string): Writer {
  // Pieces, and a column that is counted along: reading back a text that grows would cost all of it each time.
  const pieces: string[] = [];
  let column = start;
  function write(text: string) {
    const lineFeed = text.lastIndexOf('\n');
    column = lineFeed < 0 ? column + text.length : text.length - lineFeed - 1;
    pieces.push(text);
  }
  return {
    write,
    encode(text) {
      const words = encodedWords(text, { column, otherCharset });
      const last = pieces.at(-1);
      // The fold takes the place of the space or tab before it.
      if (words.startsWith('\n') && isBlank(last?.at(-1))) pieces.push(pieces.pop()?.slice(0, -1) ?? '');
      write(words);
    },
    text: () => pieces.join(''),
  };
}

function wordsIn(text: string): Word[] {
  const parts = text.split(/([ \t\r\n]+)/);
  return parts.flatMap((raw, index) => (index % 2 === 0 ? [{ raw, text: raw, gap: parts[index + 1] ?? '' }] : []));
}

/** Neighbours that need it are encoded together, because blanks between encoded words do not count (RFC 2047 §6.2). */
function writeWords(words: readonly Word[], writer: Writer): void {
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at];
    if (!word) return;
    if (!isBeyondAscii(word.raw)) {
      writer.write(word.raw + word.gap);
      continue;
    }
    const isUtf8 = isUtf8Text(word.text);
    let text = isEncodedWord(words[at - 1]) ? ` ${word.text}` : word.text;
    let last = word;
    for (let next = words[at + 1]; next && isAlike(next, isUtf8); next = words[at + 1]) {
      text += `${last.gap === '' ? '' : ' '}${next.text}`;
      last = next;
      at += 1;
    }
    if (isEncodedWord(words[at + 1])) text += ' ';
    writer.encode(text);
    writer.write(last.gap);
  }
}

function isAlike({ raw, text }: Word, isUtf8: boolean): boolean {
  return isBeyondAscii(raw) && isUtf8Text(text) === isUtf8;
}

function isUtf8Text(octets: string): boolean {
  return isUtf8(Buffer.from(octets, 'latin1'));
}

function isEncodedWord(word: Word | undefined): boolean {
  return word !== undefined && /^=\?[^?]+\?[BbQq]\?[^?]*\?=$/.test(word.raw);
}

function writeAddresses(value: string, writer: Writer): void {
  const { places } = addressesIn(value);
  let phrase: Word[] = [];
  let next = 0;
  const endPhrase = () => {
    writeWords(phrase, writer);
    phrase = [];
  };
  for (const token of tokensOf(value)) {
    const raw = value.slice(token.start, token.end);
    while ((places[next]?.end ?? Number.POSITIVE_INFINITY) <= token.start) next += 1;
    const isAddress = token.start >= (places[next]?.start ?? Number.POSITIVE_INFINITY);
    const last = phrase.at(-1);
    if (token.kind === 'gap' && raw.startsWith('(')) {
      endPhrase();
      writeComment(raw, writer);
    } else if (token.kind === 'gap' && last) last.gap += raw;
    else if (!isAddress && isText(token)) phrase.push({ raw, text: unquoted(raw), gap: '' });
    else {
      endPhrase();
      writer.write(raw);
    }
  }
  endPhrase();
}

function isText({ kind }: AddressToken): boolean {
  return kind === 'word' || kind === 'stray' || kind === 'unclosed';
}

function unquoted(raw: string): string {
  return raw.startsWith('"') ? raw.replaceAll(/^"|"$/g, '').replaceAll(/\\(.)/gs, '$1') : raw;
}

/** `raw` is a whole comment, to its last parenthesis. Comments within it stay what they are; a quoted parenthesis is text. */
function writeComment(raw: string, writer: Writer): void {
  let text = '';
  const endText = () => {
    const words = wordsIn(text).map((word) => ({ ...word, text: word.text.replaceAll(/\\(.)/gs, '$1') }));
    writeWords(words, writer);
    text = '';
  };
  for (const [token] of raw.matchAll(/[^\\()]+|\\.|[()]/gs)) {
    if (token !== '(' && token !== ')') text += token;
    else {
      endText();
      writer.write(token);
    }
  }
}

const parameter = /(;[ \t\r\n]*[\w!#$&+.^`|~-]+)[ \t]*=[ \t]*("(?:[^"\\]|\\.)*"|[^;"\s]*)/gs;

/** `name="ü"` becomes `name*=UTF-8''%C3%BC` (RFC 2231 §4). */
function withExtendedValues(value: string, otherCharset: string): string {
  return value.replaceAll(parameter, (whole, name: string, quotedValue: string) => {
    if (!isBeyondAscii(quotedValue)) return whole;
    const octets = unquoted(quotedValue);
    const charset = isUtf8Text(octets) ? 'UTF-8' : otherCharset;
    const hex = (octet: string) => `%${octet.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
    return `${name}*=${charset}''${octets.replaceAll(/[^A-Za-z0-9!#$&+.^`|~-]/g, hex)}`;
  });
}

/** `before`: octets that stand before it. A word that is too long for a line is cut: no hub would take it whole. */
function foldedLine(line: string, before: number): string {
  if (before + line.length <= longestLine) return line;
  const lines: string[] = [];
  let last = '';
  for (const word of line.split(/(?<=[^ \t])(?=[ \t])/).flatMap(cutWord)) {
    const used = (lines.length === 0 ? before : 0) + last.length;
    if (used > 0 && used + word.length > longestLine) {
      lines.push(last);
      last = /^[ \t]/.test(word) ? word : ` ${word}`;
    } else last += word;
  }
  // Nothing but blanks would look like the end of the header.
  return [...lines, ...(/^[ \t\r]*$/.test(last) ? [] : [last])].join('\n');
}

/** Room enough is left for what stands before it. */
const longestPiece = 900;

/** Behind a comma a fold does no harm in a list of addresses. */
function cutWord(word: string): string[] {
  if (word.length <= longestPiece) return [word];
  return word
    .replace(/^[ \t]+/, ' ')
    .split(/(?<=,)/)
    .flatMap((piece) => piece.match(/.{1,900}/gs) ?? []);
}
