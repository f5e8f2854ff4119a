/** The commands of the envelope, with the parameters that the hub's EHLO allows. */

import { isAscii } from 'node:buffer';
import type { Address } from '../address.ts';
import { Failure } from '../failure.ts';
import type { Message } from '../message/types.ts';
import type { Notifications } from '../route/envelope.ts';
import type { Session } from './session.ts';

/**
 * MAIL with SIZE (RFC 1870), BODY (RFC 6152) and SMTPUTF8 (RFC 6531). Throws Failure malformed for what the hub has already
 * said that it cannot take: asking would cost the transfer.
 */
export function mailCommand({ connection, plan }: Session, letter: Offer): string {
  const { sender, recipients, header, message, notifications } = letter;
  const capabilities = connection.capabilities();
  const cannot = `Cannot send through mail hub ${plan.host}`;
  const size = header.length + message.body.size;
  const limit = Number(capabilities.get('SIZE')?.[0] ?? 0);
  if (limit > 0 && size > limit) {
    throw new Failure('malformed', `${cannot}: it takes ${limit} octets, the message has ${size}`);
  }
  if (!isAscii(Buffer.from(sender)) && !capabilities.has('SMTPUTF8')) {
    throw new Failure('malformed', `${cannot}: it takes no sender like "${sender}" (no SMTPUTF8)`);
  }
  const isEightBit = message.body.eightBit || !isAscii(header);
  const isInternational = [sender, ...recipients].some((address) => !isAscii(Buffer.from(address)));
  return [
    `MAIL FROM:<${sender}>`,
    ...(capabilities.has('SIZE') ? [`SIZE=${size}`] : []),
    ...(isEightBit && capabilities.has('8BITMIME') ? ['BODY=8BITMIME'] : []),
    ...(isInternational ? ['SMTPUTF8'] : []),
    ...(wantsNotification(notifications) && capabilities.has('DSN') ? returnParameters(notifications) : []),
  ].join(' ');
}

/** RFC 3461 §4.3 and §4.4. */
function returnParameters({ returns, envelopeId }: Notifications): string[] {
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

/** RCPT, with NOTIFY and ORCPT (RFC 3461 §4.1 and §4.2) when the caller asked for notifications and the hub can do it. */
export function rcptCommand({ connection }: Session, recipient: Address, notifications: Notifications): string {
  const { notify, originals } = notifications;
  const original = originals.get(recipient) ?? recipient;
  const isAsked = wantsNotification(notifications) && connection.capabilities().has('DSN');
  return [
    `RCPT TO:<${recipient}>`,
    ...(isAsked && notify !== undefined ? [`NOTIFY=${notify}`] : []),
    // An address beyond ASCII has a form of its own (RFC 6533), which few hubs know.
    ...(isAsked && isAscii(Buffer.from(original)) ? [`ORCPT=rfc822;${xtext(original)}`] : []),
  ].join(' ');
}
