/** The table of header fields where an encoded word may not stand everywhere (RFC 2047 §5). All others are unstructured text. */

import type { Syntax } from './encode-field.ts';

export interface FieldSyntax {
  readonly name: string;
  readonly syntax: Exclude<Syntax, 'text'>;
  readonly why: string;
}

const listWhy = 'RFC 2369 §2: addresses in angle brackets';
const resultsWhy = 'RFC 8601 §2.2, RFC 8617 §4.1';
const signedWhy = 'RFC 6376 §3.2: a list of tags';

export const fieldSyntaxes: readonly FieldSyntax[] = [
  { name: 'From', syntax: 'addresses', why: 'RFC 5322 §3.6.2' },
  { name: 'Sender', syntax: 'addresses', why: 'RFC 5322 §3.6.2' },
  { name: 'Reply-To', syntax: 'addresses', why: 'RFC 5322 §3.6.2' },
  { name: 'To', syntax: 'addresses', why: 'RFC 5322 §3.6.3' },
  { name: 'Cc', syntax: 'addresses', why: 'RFC 5322 §3.6.3' },
  { name: 'Resent-From', syntax: 'addresses', why: 'RFC 5322 §3.6.6' },
  { name: 'Resent-Sender', syntax: 'addresses', why: 'RFC 5322 §3.6.6' },
  { name: 'Resent-To', syntax: 'addresses', why: 'RFC 5322 §3.6.6' },
  { name: 'Resent-Cc', syntax: 'addresses', why: 'RFC 5322 §3.6.6' },
  { name: 'Apparently-To', syntax: 'addresses', why: 'sendmail wrote it' },
  { name: 'Disposition-Notification-To', syntax: 'addresses', why: 'RFC 8098 §2.1' },
  { name: 'Errors-To', syntax: 'addresses', why: 'sendmail heeded it' },
  { name: 'Mail-Followup-To', syntax: 'addresses', why: 'mailing lists' },
  { name: 'Mail-Reply-To', syntax: 'addresses', why: 'mailing lists' },
  { name: 'Return-Receipt-To', syntax: 'addresses', why: 'sendmail heeded it' },
  { name: 'X-Original-From', syntax: 'addresses', why: 'the field From before SendAs' },
  { name: 'Date', syntax: 'structured', why: 'RFC 5322 §3.6.1' },
  { name: 'Resent-Date', syntax: 'structured', why: 'RFC 5322 §3.6.6' },
  { name: 'Message-ID', syntax: 'structured', why: 'RFC 5322 §3.6.4' },
  { name: 'Resent-Message-ID', syntax: 'structured', why: 'RFC 5322 §3.6.6' },
  { name: 'In-Reply-To', syntax: 'structured', why: 'RFC 5322 §3.6.4' },
  { name: 'References', syntax: 'structured', why: 'RFC 5322 §3.6.4' },
  { name: 'Received', syntax: 'structured', why: 'RFC 5321 §4.4' },
  { name: 'Received-SPF', syntax: 'structured', why: 'RFC 7208 §9.1' },
  { name: 'MIME-Version', syntax: 'structured', why: 'RFC 2045 §4' },
  { name: 'Content-Transfer-Encoding', syntax: 'structured', why: 'RFC 2045 §6' },
  { name: 'Content-ID', syntax: 'structured', why: 'RFC 2045 §7' },
  { name: 'Content-Base', syntax: 'structured', why: 'RFC 2110 §4.2' },
  { name: 'Content-Duration', syntax: 'structured', why: 'RFC 2424 §3' },
  { name: 'Content-Features', syntax: 'structured', why: 'RFC 2912 §3' },
  { name: 'Content-Language', syntax: 'structured', why: 'RFC 3282 §2' },
  { name: 'Content-Location', syntax: 'uri', why: 'RFC 2557 §4.2: an address' },
  { name: 'Content-MD5', syntax: 'structured', why: 'RFC 1864 §2' },
  { name: 'Content-Type', syntax: 'parameters', why: 'RFC 2045 §5.1, RFC 2231' },
  { name: 'Content-Disposition', syntax: 'parameters', why: 'RFC 2183 §2, RFC 2231' },
  { name: 'Auto-Submitted', syntax: 'structured', why: 'RFC 3834 §5' },
  { name: 'Importance', syntax: 'structured', why: 'RFC 2156 §5.3' },
  { name: 'Priority', syntax: 'structured', why: 'RFC 2156 §5.3' },
  { name: 'Accept-Language', syntax: 'structured', why: 'RFC 3282 §3' },
  { name: 'Authentication-Results', syntax: 'structured', why: resultsWhy },
  { name: 'ARC-Authentication-Results', syntax: 'structured', why: resultsWhy },
  { name: 'ARC-Message-Signature', syntax: 'structured', why: signedWhy },
  { name: 'ARC-Seal', syntax: 'structured', why: signedWhy },
  { name: 'DKIM-Signature', syntax: 'structured', why: signedWhy },
  { name: 'DomainKey-Signature', syntax: 'structured', why: signedWhy },
  { name: 'Autocrypt', syntax: 'structured', why: 'Autocrypt 1.1 §2.1: a list of attributes' },
  { name: 'Autocrypt-Gossip', syntax: 'structured', why: 'Autocrypt 1.1 §2.1: a list of attributes' },
  { name: 'List-Archive', syntax: 'uris', why: listWhy },
  { name: 'List-Help', syntax: 'uris', why: listWhy },
  { name: 'List-Owner', syntax: 'uris', why: listWhy },
  { name: 'List-Post', syntax: 'uris', why: listWhy },
  { name: 'List-Subscribe', syntax: 'uris', why: listWhy },
  { name: 'List-Unsubscribe', syntax: 'uris', why: listWhy },
  { name: 'Archived-At', syntax: 'uris', why: 'RFC 5064 §2: addresses in angle brackets' },
  { name: 'List-Unsubscribe-Post', syntax: 'structured', why: 'RFC 8058 §3' },
  { name: 'List-ID', syntax: 'phrases', why: 'RFC 2919 §2: a name, and an identifier' },
  { name: 'Keywords', syntax: 'phrases', why: 'RFC 5322 §3.6.5' },
];

const syntaxes = new Map(fieldSyntaxes.map(({ name, syntax }) => [name.toLowerCase(), syntax]));

/** Where text beyond ASCII may be encoded in a field of this name. */
export function syntaxOf(fieldName: string): Syntax {
  return syntaxes.get(fieldName.toLowerCase()) ?? 'text';
}
