/** A display name as it may stand in front of `<address>` (RFC 5322 phrase, RFC 2047 encoded words). */

import { octetsOf } from '../octets.ts';
import { encodedWords } from './encoded-words.ts';

/** Unicode in, header text out. Atoms stay bare, specials are quoted, anything beyond ASCII is encoded. */
export function encodePhrase(name: string): string {
  const text = name.replaceAll(/[\x00-\x1f\x7f]+/g, ' ').trim();
  if (/^[\w !#$%&'*+/=?^`{|}~-]*$/.test(text) && !text.includes('=?')) return text;
  if (/^[\x20-\x7e]*$/.test(text)) return `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
  return encodedWords(octetsOf(text), { column: 0, otherCharset: 'UTF-8' }).replaceAll('\n', '');
}
