/** The commands of the envelope, with the parameters that the hub's EHLO allows. */

import { isAscii } from 'node:buffer';
import type { Address } from '../address.ts';
import { Failure } from '../failure.ts';
import type { Message } from '../message/types.ts';
import type { Notifications } from '../route/envelope.ts';
import type { Session } from './session.ts';

/** What MAIL can tell of a message (RFC 1870, RFC 6152, RFC 6531, RFC 3461). */
export interface SenderOffer {
  readonly sender: Address | '';
  /** Octets; undefined when they are not known yet. */
  readonly size: number | undefined;
  readonly isEightBit: boolean;
  readonly isInternational: boolean;
  /** RET and ENVID as they are said. */
  readonly notification: readonly string[];
}

/** MAIL with the parameters that the hub can take. Throws Failure malformed for a sender that it cannot. */
export function senderCommand({ connection, plan }: Session, offer: SenderOffer): string {
  const { sender, size, isEightBit, isInternational, notification } = offer;
  const capabilities = connection.capabilities();
  if (!isAscii(Buffer.from(sender)) && !capabilities.has('SMTPUTF8')) {
    const reason = `it takes no sender like "${sender}" (no SMTPUTF8)`;
    throw new Failure('malformed', `Cannot send through mail hub ${plan.host}: ${reason}`);
  }
  return [
    `MAIL FROM:<${sender}>`,
    ...(size !== undefined && capabilities.has('SIZE') ? [`SIZE=${size}`] : []),
    ...(isEightBit && capabilities.has('8BITMIME') ? ['BODY=8BITMIME'] : []),
    ...(isInternational && capabilities.has('SMTPUTF8') ? ['SMTPUTF8'] : []),
    ...(capabilities.has('DSN') ? notification : []),
  ].join(' ');
}

/** Octets of the largest message that the hub takes, as its EHLO says: 0, or what is no number (RFC 1870 §4), is no limit. */
export function sizeLimitOf(connection: Session['connection']): number {
  const [digits = ''] = connection.capabilities().get('SIZE') ?? [];
  return (/^\d{1,20}$/.test(digits) && Number(digits)) || Number.POSITIVE_INFINITY;
}

/**
 * MAIL for a message that is there as a whole. Throws Failure malformed for one that is larger than the hub has said that it
 * takes: asking would cost the transfer.
 */
export function mailCommand(session: Session, { sender, recipients, header, message, notifications }: Offer): string {
  refuseForeign(session, message);
  const size = header.length + message.body.size;
  const limit = sizeLimitOf(session.connection);
  if (size > limit) {
    const reason = `it takes ${limit} octets, the message has ${size}`;
    throw new Failure('malformed', `Cannot send through mail hub ${session.plan.host}: ${reason}`);
  }
  return senderCommand(session, {
    sender,
    size,
    isEightBit: message.body.eightBit || !isAscii(header),
    isInternational:
      message.isInternational === true || [sender, ...recipients].some((address) => !isAscii(Buffer.from(address))),
    notification: wantsNotification(notifications) ? returnParameters(notifications) : [],
  });
}

/** RFC 6531 §3.2: an address beyond ASCII, be it only in the header, is for hubs with SMTPUTF8. Throws Failure malformed. */
export function refuseForeign({ connection, plan }: Session, { isInternational }: Message): void {
  if (!isInternational || connection.capabilities().has('SMTPUTF8')) return;
  const reason = 'it takes no address beyond ASCII, as the header has one (no SMTPUTF8)';
  throw new Failure('malformed', `Cannot send through mail hub ${plan.host}: 5.6.7 ${reason}`);
}

/** RFC 3461 §4.3 and §4.4. */
export function returnParameters({ returns, envelopeId }: Pick<Notifications, 'returns' | 'envelopeId'>): string[] {
  return [
    ...(returns === undefined ? [] : [`RET=${returns}`]),
    ...(envelopeId === undefined ? [] : [`ENVID=${xtext(envelopeId)}`]),
  ];
}

/** Whoever asks for nothing is sent the shortest commands. */
function wantsNotification({ notify, returns, envelopeId }: Notifications): boolean {
  return [notify, returns, envelopeId].some((wish) => wish !== undefined);
}

/** RFC 3461 §4: printable ASCII but for `+` and `=`, everything else as `+` and two digits. */
function xtext(text: string): string {
  const hex = (octet: number) => `+${octet.toString(16).toUpperCase().padStart(2, '0')}`;
  return [...Buffer.from(text)].map((octet) => (isPlain(octet) ? String.fromCharCode(octet) : hex(octet))).join('');
}

function isPlain(octet: number): boolean {
  return octet > 0x20 && octet < 0x7f && octet !== 0x2b && octet !== 0x3d;
}

interface Offer {
  readonly sender: Address | '';
  readonly recipients: readonly Address[];
  readonly header: Buffer;
  readonly message: Message;
  readonly notifications: Notifications;
}

/** RCPT, with NOTIFY and ORCPT (RFC 3461 §4.1 and §4.2) when the caller asked for notifications. */
export function rcptCommand(session: Session, recipient: Address, notifications: Notifications): string {
  const { notify, originals, parameters } = notifications;
  const said = parameters.get(recipient);
  if (said) return recipientCommand(session, recipient, said);
  if (!wantsNotification(notifications)) return recipientCommand(session, recipient, []);
  const original = originals.get(recipient) ?? recipient;
  return recipientCommand(session, recipient, [
    ...(notify === undefined ? [] : [`NOTIFY=${notify}`]),
    // An address beyond ASCII has a form of its own (RFC 6533), which few hubs know.
    ...(isAscii(Buffer.from(original)) ? [`ORCPT=rfc822;${xtext(original)}`] : []),
  ]);
}

/** RCPT; `notification` is NOTIFY and ORCPT as they are said, to a hub that can do it. */
export function recipientCommand({ connection }: Session, recipient: Address, notification: readonly string[]): string {
  return [`RCPT TO:<${recipient}>`, ...(connection.capabilities().has('DSN') ? notification : [])].join(' ');
}
