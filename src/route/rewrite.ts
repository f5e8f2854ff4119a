/** The header block as it leaves: what is missing is added in front, what must stay is removed, bare addresses get a domain. */

import type { Address } from '../address.ts';
import { addressesIn } from '../message/address-list.ts';
import { formatDate } from '../message/date.ts';
import { isSigned } from '../message/fitness.ts';
import { fieldNamed, fieldValue, makeField, withValue } from '../message/header-block.ts';
import { encodePhrase } from '../message/phrase.ts';
import type { HeaderField, Message } from '../message/types.ts';
import { octetsOf } from '../octets.ts';
import { oncePer } from '../once.ts';
import type { Note } from './change.ts';
import { encodedFields, hasForeignAddress } from './encode.ts';
import { ruleFor } from './header-rules.ts';
import { type Identity, ownAddressOf } from './identity.ts';
import { type Mapped, senderOutside } from './local.ts';
import { recipientsOutside } from './recipient.ts';
import type { Route } from './route.ts';
import { sentAs } from './send-as.ts';

/** When and under which id the message passed through here. */
export interface Passage {
  readonly now: Date;
  /** Unique: the id in Received and in a generated Message-ID. */
  readonly id: string;
}

/** Order as sSMTP's: Received, From, Date, (Message-ID,) AddHeader, then the message's own fields in their own order. */
export function rewrite(
  message: Message,
  route: Route,
  { passage, note = () => {} }: { passage: Passage; note?: Note },
): Message {
  const { identity, settings } = route;
  const kept: HeaderField[] = [];
  for (const field of message.fields) {
    if (leaves(field)) kept.push(field);
    else note({ what: 'removed', field });
  }
  const outside: Outside = {
    senders: oncePer((address) => senderOutside(address, route)),
    recipients: oncePer(recipientsOutside(route)),
  };
  const own = settings.rewriteHeaders ? kept.map((field) => withAddresses(field, outside, note)) : kept;
  const configured = settings.addHeaders.map(addedField).filter((field) => leaves(field) && !isThere(field, own));
  const missing = (name: string) => fieldNamed([...own, ...configured], name) === undefined;
  const added = [
    receivedField(identity, passage),
    ...warningField(route),
    ...(missing('from') ? [fromField(identity)] : []),
    ...(missing('date') ? [makeField('Date', formatDate(passage.now))] : []),
    ...(missing('message-id') ? [makeField('Message-ID', `<${passage.id}@${identity.traceName}>`)] : []),
    ...configured,
  ];
  for (const field of added) note({ what: 'added', field });
  const fields = [...added, ...sentAs(own, route, note)];
  const isInternational = fields.some(hasForeignAddress);
  const encoded = settings.encodeForHub && !isSigned(fields) ? encodedFields(fields, note) : fields;
  return { fields: encoded, body: message.body, ...(isInternational ? { isInternational } : {}) };
}

/** From, Date and Message-ID may stand once only; the message's own counts. */
function isThere({ name }: HeaderField, own: readonly HeaderField[]): boolean {
  return Boolean(ruleFor(name)?.addedWhenMissing && fieldNamed(own, name.toLowerCase()));
}

/** An empty From, Date or Message-ID says nothing and would stand beside the one that is added. */
function leaves(field: HeaderField): boolean {
  const rule = ruleFor(field.name);
  if (rule?.removed) return false;
  return !(rule?.addedWhenMissing && /^[\s\0]*$/.test(fieldValue(field)));
}

/** What addresses become, by the sort of field they stand in. A list may be named thousands of times. */
type Outside = Readonly<Record<'senders' | 'recipients', (address: Address) => Mapped>>;

/** Edits the bytes of addresses only; comments, names and folding stay. */
function withAddresses(field: HeaderField, outside: Outside, note: Note): HeaderField {
  const kind = ruleFor(field.name)?.addresses;
  if (kind === undefined || kind === 'others') return field;
  const value = fieldValue(field);
  const pieces: string[] = [];
  let at = 0;
  for (const { address, start, end } of addressesIn(value).places) {
    const mapped = outside[kind](address);
    if (mapped.address === address) continue;
    note({ what: 'address', field, from: address, mapped });
    pieces.push(value.slice(at, start), octetsOf(mapped.address));
    at = end;
  }
  return at === 0 ? field : withValue(field, pieces.join('') + value.slice(at));
}

/** sendmail's authwarnings: whoever is not trusted is named when another sender is set. */
function warningField({ options, settings, identity }: Route): HeaderField[] {
  const { user, traceName, ownAddress, plainSender } = identity;
  const isTrusted = user.uid === 0 || settings.trustedUsers.includes(user.name);
  if (!settings.authWarnings || isTrusted || plainSender === undefined || plainSender === ownAddress) return [];
  const text = `${traceName}: ${user.name} set sender to ${options.envelopeSender} using -f`;
  return [makeField('X-Authentication-Warning', octetsOf(text))];
}

/** RFC 5321 §4.4; the clause in parentheses is the form Postfix gives to mail submitted by a local user. */
function receivedField({ traceName, user }: Identity, { now, id }: Passage): HeaderField {
  const by = makeField('Received', `by ${traceName} (ssmtp, from userid ${user.uid})`);
  return withValue(by, `${fieldValue(by)}\n\tid ${id}; ${formatDate(now)}`);
}

function fromField(identity: Identity): HeaderField {
  const { requestedSender, fullName } = identity;
  const address = octetsOf(requestedSender || ownAddressOf(identity));
  return makeField('From', fullName === '' ? address : `${encodePhrase(fullName)} <${address}>`);
}

function addedField(line: string): HeaderField {
  const colon = line.indexOf(':');
  return makeField(line.slice(0, colon).trim(), line.slice(colon + 1).trim());
}
