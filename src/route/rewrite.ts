/** The header block as it leaves: what is missing is added in front, what must stay is removed, bare addresses get a domain. */

import { qualify } from '../address.ts';
import type { Settings } from '../config/types.ts';
import { addressesIn } from '../message/address-list.ts';
import { formatDate } from '../message/date.ts';
import { fieldNamed, fieldValue, makeField, withValue } from '../message/header-block.ts';
import { encodePhrase } from '../message/phrase.ts';
import type { HeaderField, Message } from '../message/types.ts';
import { octetsOf } from '../octets.ts';
import { ruleFor } from './header-rules.ts';
import type { Identity } from './identity.ts';

/** When and under which id the message passed through here. */
export interface Passage {
  readonly now: Date;
  /** Unique: the id in Received and in a generated Message-ID. */
  readonly id: string;
}

/** Order as sSMTP's: Received, From, Date, (Message-ID,) AddHeader, then the message's own fields in their own order. */
export function rewrite(
  message: Message,
  identity: Identity,
  { settings, passage }: { settings: Settings; passage: Passage },
): Message {
  const own = message.fields.filter(leaves).map((field) => qualifyAddresses(field, identity.domain));
  const configured = settings.addHeaders.map(addedField).filter((field) => leaves(field) && !isThere(field, own));
  const missing = (name: string) => fieldNamed([...own, ...configured], name) === undefined;
  const added = [
    receivedField(identity, passage),
    ...(missing('from') ? [fromField(identity)] : []),
    ...(missing('date') ? [makeField('Date', formatDate(passage.now))] : []),
    ...(missing('message-id') ? [makeField('Message-ID', `<${passage.id}@${octetsOf(identity.hostName)}>`)] : []),
    ...configured,
  ];
  return { fields: [...added, ...own], body: message.body };
}

/** From, Date and Message-ID may stand once only; the message's own counts. */
function isThere({ name }: HeaderField, own: readonly HeaderField[]): boolean {
  return Boolean(ruleFor(name)?.addedWhenMissing && fieldNamed(own, name.toLowerCase()));
}

/** An empty From, Date or Message-ID says nothing and would stand beside the one that is added. */
function leaves(field: HeaderField): boolean {
  const rule = ruleFor(field.name);
  if (rule?.removed) return false;
  return !(rule?.addedWhenMissing && fieldValue(field).trim() === '');
}

/** Edits the bytes of bare addresses only; comments, names and folding stay. */
function qualifyAddresses(field: HeaderField, domain: string): HeaderField {
  if (!ruleFor(field.name)?.addresses) return field;
  let value = fieldValue(field);
  for (const { address, start, end } of addressesIn(value).places.toReversed()) {
    const complete = qualify(address, domain);
    if (complete !== undefined && complete !== address)
      value = value.slice(0, start) + octetsOf(complete) + value.slice(end);
  }
  return value === fieldValue(field) ? field : withValue(field, value);
}

/** RFC 5321 §4.4; the clause in parentheses is the form Postfix gives to mail submitted by a local user. */
function receivedField({ hostName, user }: Identity, { now, id }: Passage): HeaderField {
  const by = makeField('Received', `by ${octetsOf(hostName)} (ssmtp, from userid ${user.uid})`);
  return withValue(by, `${fieldValue(by)}\n\tid ${id}; ${formatDate(now)}`);
}

function fromField({ requestedSender, ownAddress, fullName }: Identity): HeaderField {
  const address = octetsOf(requestedSender || ownAddress);
  return makeField('From', fullName === '' ? address : `${encodePhrase(fullName)} <${address}>`);
}

function addedField(line: string): HeaderField {
  const colon = line.indexOf(':');
  return makeField(line.slice(0, colon).trim(), line.slice(colon + 1).trim());
}
