/** The commands of the envelope, with the parameters that the hub's EHLO allows. */

import { isAscii } from 'node:buffer';
import type { Address } from '../address.ts';
import { Failure } from '../failure.ts';
import type { Message } from '../message/types.ts';
import type { Session } from './session.ts';

/**
 * MAIL with SIZE (RFC 1870), BODY (RFC 6152) and SMTPUTF8 (RFC 6531). Throws Failure malformed for what the hub has already
 * said that it cannot take: asking would cost the transfer.
 */
export function mailCommand({ connection, plan }: Session, letter: Offer): string {
  const { sender, recipients, header, message } = letter;
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
  ].join(' ');
}

interface Offer {
  readonly sender: Address | '';
  readonly recipients: readonly Address[];
  readonly header: Buffer;
  readonly message: Message;
}

export function rcptCommand(recipient: Address): string {
  return `RCPT TO:<${recipient}>`;
}
