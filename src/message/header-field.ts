/** Reads and changes single header fields; text is latin1, one character for one octet. */

import { trimmed } from '../octets.ts';
import { inOctets } from './octets.ts';
import type { HeaderField } from './types.ts';

/** The text behind the colon, blanks and folding included, without the line end that closes the field. */
export function fieldValue(field: HeaderField): string {
  return field.raw.slice(field.raw.indexOf(':') + 1, endOfValue(field));
}

/** The value on one line: folding undone (RFC 5322 §2.2.3), a CR elsewhere made a blank, no blanks around it. */
export function unfolded(field: HeaderField): string {
  // Every CR that is left belongs to a line end.
  return trimmed(withoutStrayReturns(fieldValue(field)).replaceAll(/[\r\n]+/g, ''));
}

/** The first field with this name (lower-case letters), or undefined. */
export function fieldNamed(fields: readonly HeaderField[], name: string): HeaderField | undefined {
  return fields.find((field) => field.name.toLowerCase() === name);
}

/** All fields with this name (lower-case letters), in order. */
export function fieldsNamed(fields: readonly HeaderField[], name: string): HeaderField[] {
  return fields.filter((field) => field.name.toLowerCase() === name);
}

/**
 * The field with another value between its colon and its closing line end, which both stay. The value is what
 * `fieldValue` gave, edited; characters above U+00FF are written as UTF-8, and a line end in it that would start a new
 * field is given a blank, so no value can bring a field of its own.
 */
export function withValue(field: HeaderField, value: string): HeaderField {
  const start = field.raw.slice(0, field.raw.indexOf(':') + 1);
  const continued = inOctets(value).replaceAll(/\n(?![ \t])/g, '\n ');
  return { name: field.name, raw: start + continued + field.raw.slice(endOfValue(field)) };
}

/**
 * The header block as it is stored and sent: the fields as they are, each closed by a line end, and the empty line.
 * Only a CR that belongs to no line end becomes a blank: `wire.ts` would make a line of what follows, and so a header
 * field that nobody here has looked at.
 */
export function headerOctets(fields: readonly HeaderField[]): Buffer {
  const lines = fields.map(({ raw }) => withoutStrayReturns(raw.endsWith('\n') ? raw : `${raw}\n`));
  return Buffer.from(`${lines.join('')}\n`, 'latin1');
}

/** With a blank for each NUL, which no header may hold (RFC 5322 §2.2): readers disagree about what stands behind one. */
export function withoutNul(field: HeaderField): HeaderField {
  return field.raw.includes('\0') ? { ...field, raw: field.raw.replaceAll('\0', ' ') } : field;
}

/**
 * With `=XX` for each octet beyond ASCII, which an identifier may hold (RFC 5322 §3.2.3), where no encoded word may stand (RFC 2047
 * §5). The same identifier becomes the same, so that replies find what they answer.
 */
export function withHexOctets(field: HeaderField): HeaderField {
  const hex = (octet: string) => `=${octet.charCodeAt(0).toString(16).toUpperCase()}`;
  return { ...field, raw: field.raw.replaceAll(/[\x80-\xff]/g, hex) };
}

function endOfValue({ raw }: HeaderField): number {
  let end = raw.endsWith('\n') ? raw.length - 1 : raw.length;
  while (raw[end - 1] === '\r') end -= 1;
  return end;
}

function withoutStrayReturns(text: string): string {
  if (!text.includes('\r')) return text;
  return text.replaceAll(/\r+\n?/g, (run) => (run.endsWith('\n') ? run : ' '));
}
