/** Header fields as every hub takes them, as far as that can be done without asking it. */

import { addressesIn } from '../message/address-list.ts';
import { contentOf } from '../message/content-type.ts';
import { encodeField, foldField, isBeyondAscii, type Syntax } from '../message/encode-field.ts';
import { unknownCharset } from '../message/fitness.ts';
import { fieldValue, withHexOctets, withoutNul } from '../message/header-block.ts';
import type { HeaderField } from '../message/types.ts';
import { once } from '../once.ts';
import type { Note } from './change.ts';
import { ruleFor } from './header-rules.ts';

/** RFC 6531: such a field may go to a hub with SMTPUTF8 only. */
export function hasForeignAddress(field: HeaderField): boolean {
  if (!ruleFor(field.name)?.addresses || !isBeyondAscii(field.raw)) return false;
  return addressesIn(fieldValue(field)).places.some(({ address }) => /[^\x00-\x7f]/.test(address));
}

export function encodedFields(fields: readonly HeaderField[], note: Note): HeaderField[] {
  const otherCharset = once(() => contentOf(fields).charset ?? unknownCharset);
  return fields.map((field) => {
    const plain = withoutNul(field);
    const encoded = isBeyondAscii(plain.raw) ? inAscii(plain, otherCharset) : plain;
    if (encoded.raw !== field.raw) note({ what: 'encoded', field: encoded });
    const folded = foldField(encoded);
    if (folded !== encoded) note({ what: 'folded', field: folded });
    return folded;
  });
}

function inAscii(field: HeaderField, otherCharset: () => string): HeaderField {
  if (ruleFor(field.name)?.identifiers) return withHexOctets(field);
  return encodeField(field, syntaxOf(field), otherCharset());
}

function syntaxOf({ name }: HeaderField): Syntax {
  if (ruleFor(name)?.addresses) return 'addresses';
  return /^content-(type|disposition)$/i.test(name) ? 'parameters' : 'text';
}
