/** Header text, where one latin1 character is one octet. */

import { utf8Bytes } from './phrase.ts';

/** The Unicode text that header text spells in UTF-8 (RFC 6532); octets that are no UTF-8 become U+FFFD. */
export function fromOctets(latin1: string): string {
  return Buffer.from(latin1, 'latin1').toString('utf8');
}

/**
 * Header text in which every character is an octet: those above U+00FF are written in UTF-8. Without this, writing
 * latin1 would keep their low eight bits, and U+010A would become a line end.
 */
export function inOctets(text: string): string {
  return text.replaceAll(/[^\x00-\xff]+/g, utf8Bytes);
}

/**
 * Text without the blanks (SP, TAB) around it. `trim()` will not do: it would take the octet A0 too, which ends many a
 * letter in UTF-8.
 */
export function withoutOuterBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text, start)) start += 1;
  while (end > start && isBlank(text, end - 1)) end -= 1;
  return text.slice(start, end);
}

function isBlank(text: string, at: number): boolean {
  return text[at] === ' ' || text[at] === '\t';
}
