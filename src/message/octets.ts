/** Header text, where one latin1 character is one octet. */

import { octetsOf } from '../octets.ts';

/** The Unicode text that header text spells in UTF-8 (RFC 6532); octets that are no UTF-8 become U+FFFD. */
export function fromOctets(latin1: string): string {
  return Buffer.from(latin1, 'latin1').toString('utf8');
}

/**
 * Header text in which every character is an octet: those above U+00FF are written in UTF-8. Without this, writing
 * latin1 would keep their low eight bits, and U+010A would become a line end.
 */
export function inOctets(text: string): string {
  return text.replaceAll(/[^\x00-\xff]+/g, octetsOf);
}
