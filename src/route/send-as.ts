/** SendAs=: everything leaves as one address. */

import type { Address } from '../address.ts';
import { addressesIn } from '../message/address-list.ts';
import { fieldNamed, fieldValue, makeField, withValue } from '../message/header-block.ts';
import type { HeaderField } from '../message/types.ts';
import { octetsOf, trimmed } from '../octets.ts';
import type { Note } from './change.ts';
import type { Route } from './route.ts';

/** From and Sender name that address alone, and what From said is kept where readers and replies find it. */
export function sentAs(own: readonly HeaderField[], { settings }: Route, note: Note): HeaderField[] {
  const { sendAs } = settings;
  if (sendAs === undefined) return [...own];
  const from = fieldNamed(own, 'from');
  const isOther = from !== undefined && addressesIn(fieldValue(from)).places.some(({ address }) => address !== sendAs);
  const named = own.map((field) => (/^(from|sender)$/i.test(field.name) ? naming(field, sendAs, note) : field));
  if (!isOther) return named;
  const original = trimmed(fieldValue(from));
  const added = [
    ...(fieldNamed(own, 'reply-to') ? [] : [withValue(makeField('Reply-To', ''), ` ${original}`)]),
    ...(fieldNamed(own, 'x-original-from') ? [] : [withValue(makeField('X-Original-From', ''), ` ${original}`)]),
  ];
  for (const field of added) note({ what: 'added', field });
  return [...added, ...named];
}

/** The name beside a single address stays; a list becomes the one address. */
function naming(field: HeaderField, sendAs: Address, note: Note): HeaderField {
  const value = fieldValue(field);
  const { places } = addressesIn(value);
  const [place, ...others] = places;
  if (place?.address === sendAs && others.length === 0) return field;
  if (place)
    note({ what: 'address', field, from: place.address, mapped: { address: sendAs, steps: [{ by: 'send-as' }] } });
  const octets = octetsOf(sendAs);
  if (!place || others.length > 0) return withValue(field, ` ${octets}`);
  return withValue(field, value.slice(0, place.start) + octets + value.slice(place.end));
}
