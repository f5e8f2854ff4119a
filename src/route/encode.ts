/** Header fields as every hub takes them, as far as that can be done without asking it. */

import { addressesIn } from '../message/address-list.ts';
import { contentOf } from '../message/content-type.ts';
import { encodeField, foldField, isBeyondAscii } from '../message/encode-field.ts';
import { syntaxOf } from '../message/field-syntax.ts';
import { unknownCharset } from '../message/fitness.ts';
import { fieldValue, withoutNul } from '../message/header-block.ts';
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
    const encoded = isBeyondAscii(plain.raw) ? encodeField(plain, syntaxOf(plain.name), otherCharset()) : plain;
    if (encoded.raw !== field.raw) note({ what: 'encoded', field: encoded });
    const folded = foldField(encoded);
    if (folded !== encoded) note({ what: 'folded', field: folded });
    return folded;
  });
}
