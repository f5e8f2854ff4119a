/** Text beyond ASCII as RFC 2047 encoded words. */

import { isUtf8 } from 'node:buffer';

/** RFC 2047 §2: an encoded word, and a line that holds one. */
const longestWord = 75;
const longestLine = 76;
/** Less room than this on a line is not worth a word. */
const leastRoom = 32;

/**
 * The octets as encoded words, a fold (`\n `) between two of them and, where the line has no room, before the first. `column` is
 * the number of octets on the line so far. Q, which people can read, unless base64 is a quarter shorter; octets that are no UTF-8
 * are of `otherCharset`.
 */
export function encodedWords(
  octets: string,
  { column, otherCharset }: { column: number; otherCharset: string },
): string {
  const charset = isUtf8(Buffer.from(octets, 'latin1')) ? 'UTF-8' : otherCharset;
  const units = charset === 'UTF-8' ? charactersOf(octets) : [...octets];
  const encoding = qLengthOf(octets) * 3 <= base64Length(octets.length) * 4 ? 'Q' : 'B';
  const frame = `=?${charset}?${encoding}?`;
  const roomOn = (at: number) => Math.min(longestWord, longestLine - at) - frame.length - 2;
  const isFirstFolded = column > 1 && longestLine - column < leastRoom + frame.length;
  const words: string[] = [];
  let room = roomOn(isFirstFolded ? 1 : column);
  let piece = '';
  /** Of the piece in Q. */
  let length = 0;
  for (const unit of units) {
    const more = qLengthOf(unit);
    if (piece !== '' && (encoding === 'Q' ? length + more : base64Length(piece.length + unit.length)) > room) {
      words.push(piece);
      piece = '';
      length = 0;
      room = roomOn(1);
    }
    piece += unit;
    length += more;
  }
  words.push(piece);
  const encode = encoding === 'Q' ? inQ : inBase64;
  return (isFirstFolded ? '\n ' : '') + words.map((word) => `${frame}${encode(word)}?=`).join('\n ');
}

/** Each as its octets: a word must not end inside a character (RFC 2047 §5). */
function charactersOf(octets: string): string[] {
  return octets.match(/[\x00-\x7f]|[\xc0-\xff][\x80-\xbf]*/g) ?? [];
}

/** What may stand as it is in every place (RFC 2047 §5 rule 3); a blank becomes "_". */
const plain = /[A-Za-z0-9!*+/ -]/g;

function qLengthOf(octets: string): number {
  return octets.length * 3 - 2 * (octets.match(plain)?.length ?? 0);
}

function inQ(octets: string): string {
  const hex = (octet: string) => `=${octet.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  return octets.replaceAll(/[^A-Za-z0-9!*+/ -]/g, hex).replaceAll(' ', '_');
}

function base64Length(octets: number): number {
  return Math.ceil(octets / 3) * 4;
}

function inBase64(octets: string): string {
  return Buffer.from(octets, 'latin1').toString('base64');
}
