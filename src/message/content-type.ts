/** What the MIME fields of a message or part say of its content (RFC 2045). */

import { fieldNamed, unfolded } from './header-field.ts';
import type { HeaderField } from './types.ts';

export interface Content {
  /** In small letters: `text/plain`. */
  readonly type: string;
  /** Of a multipart; undefined when there is none that could be found. */
  readonly boundary: string | undefined;
  readonly charset: string | undefined;
  /** Content-Transfer-Encoding in small letters; '' when there is none. */
  readonly encoding: string;
}

/** `usual` is the type of what names none: text/plain, or message/rfc822 within a digest. */
export function contentOf(fields: readonly HeaderField[], usual = 'text/plain'): Content {
  const typeField = fieldNamed(fields, 'content-type');
  const encodingField = fieldNamed(fields, 'content-transfer-encoding');
  const value = typeField ? unfolded(typeField) : '';
  const type = /^[\w!#$&+.^-]+\/[\w!#$&+.^-]+/.exec(value)?.[0].toLowerCase() ?? usual;
  return {
    type,
    boundary: anyParameterIn(value, 'boundary'),
    charset: anyParameterIn(value, 'charset'),
    encoding: encodingField ? encodingIn(unfolded(encodingField)) : '',
  };
}

/** The first word that stands in no comment; few writers put one there (RFC 2045 §6.1). */
function encodingIn(value: string): string {
  return value
    .replace(/^(?:\([^()]*\)|[ \t])+/, '')
    .replace(/[ \t(;].*/s, '')
    .toLowerCase();
}

/** In one piece, or in the forms of RFC 2231: `name*=charset'language'%XX`, and `name*0=`, `name*1*=` and so on, to be joined. */
function anyParameterIn(value: string, name: string): string | undefined {
  const plain = parameterIn(value, name);
  if (plain !== undefined || !value.includes('*')) return plain;
  const whole = parameterIn(value, `${name}\\*`);
  if (whole !== undefined) return withoutPercents(whole.replace(/^[^']*'[^']*'/, ''));
  const pieces: string[] = [];
  for (let count = 0; count < mostPieces; count += 1) {
    const piece = parameterIn(value, `${name}\\*${count}`);
    const extended = piece ?? parameterIn(value, `${name}\\*${count}\\*`);
    if (extended === undefined) break;
    const text = count === 0 && piece === undefined ? extended.replace(/^[^']*'[^']*'/, '') : extended;
    pieces.push(piece ?? withoutPercents(text));
  }
  return pieces.length === 0 ? undefined : pieces.join('');
}

const mostPieces = 100;

function withoutPercents(text: string): string {
  return text.replaceAll(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** Of RFC 2046 §5.1.1 and RFC 2978: at most 70 characters, but few are so strict. */
function parameterIn(value: string, name: string): string | undefined {
  const pattern = new RegExp(
    `;[ \\t]*${name}[ \\t]*=[ \\t]*(?:"((?:[^"\\\\]|\\\\.){0,200})"|([^\\s;"()]{1,200}))`,
    'i',
  );
  const [, quoted, bare] = pattern.exec(value) ?? [];
  const found = quoted?.replaceAll(/\\(.)/g, '$1') ?? bare;
  return found === undefined || found.trim() === '' ? undefined : found;
}

/** It is made of other parts, and may be 7bit, 8bit or binary only (RFC 2045 §6.4). */
export function isComposite(type: string): boolean {
  return /^(multipart|message)\//.test(type);
}
