/** The text of a delivery status notification (RFC 3464): what people read, what programs read, and the message itself. */

import { memoryLimit } from '../message/body.ts';
import { formatDate } from '../message/date.ts';
import { headerOctets, makeField } from '../message/header-block.ts';
import type { HeaderField, Message } from '../message/types.ts';
import { octetsOf } from '../octets.ts';
import { shortened } from '../printable.ts';

/** What became of one message, for some of its recipients. */
export interface Report {
  readonly action: 'failed' | 'delayed';
  readonly id: string;
  readonly arrived: Date;
  readonly recipients: readonly ReportedRecipient[];
  readonly message: Message;
  /** -R: FULL or HDRS; undefined: the whole message if it is not large. */
  readonly returns: string | undefined;
  /** -V, as it was given. */
  readonly envelopeId: string | undefined;
}

export interface ReportedRecipient {
  readonly address: string;
  /** As the caller named the recipient, where that was otherwise. */
  readonly original: string | undefined;
  /** The hub's words, or ours. */
  readonly reason: string;
  /** It was tried for as long as messages are kept. */
  readonly isExpired: boolean;
}

export interface Postmark {
  readonly to: string;
  /** As a domain. */
  readonly hostName: string;
  readonly hub: string;
  readonly now: Date;
  /** The queue id of the notification. */
  readonly id: string;
}

const longestReason = 600;

/**
 * The notification as a message in pieces; `reports`, at least one, are for the same sender. Of a message beyond 1 MiB only the
 * header is returned, as for -R hdrs.
 */
export function* bounceText(reports: readonly Report[], postmark: Postmark): Generator<Buffer> {
  const boundary = `=_${postmark.id}`;
  const part = (type: string, ...more: string[]) =>
    Buffer.from([`--${boundary}`, `Content-Type: ${type}`, ...more, '', ''].join('\n'), 'latin1');
  yield headerOctets(headerFor(reports, boundary, postmark));
  yield part('text/plain; charset=utf-8', 'Content-Transfer-Encoding: 8bit');
  yield Buffer.from(explanationOf(reports, postmark));
  yield part('message/delivery-status');
  yield Buffer.from(reports.map((report) => statusOf(report, postmark)).join('\n'), 'latin1');
  for (const report of reports) {
    yield part(isWhole(report) ? 'message/rfc822' : 'text/rfc822-headers', 'Content-Transfer-Encoding: 8bit');
    yield headerOctets(report.message.fields);
    if (isWhole(report)) yield* report.message.body.chunks();
    yield Buffer.from('\n');
  }
  yield Buffer.from(`--${boundary}--\n`, 'latin1');
}

function headerFor(reports: readonly Report[], boundary: string, { to, hostName, now, id }: Postmark): HeaderField[] {
  const isFailure = reports.some(({ action }) => action === 'failed');
  return [
    makeField('From', `Mail Delivery System <MAILER-DAEMON@${hostName}>`),
    makeField('To', octetsOf(to)),
    makeField('Subject', isFailure ? 'Undelivered mail returned to sender' : 'Delayed mail (still being tried)'),
    makeField('Date', formatDate(now)),
    makeField('Message-ID', `<${id}@${hostName}>`),
    makeField('Auto-Submitted', 'auto-replied'),
    makeField('MIME-Version', '1.0'),
    makeField('Content-Type', `multipart/report; report-type=delivery-status;\n boundary="${boundary}"`),
  ];
}

function explanationOf(reports: readonly Report[], { hostName }: Postmark): string {
  const isFailure = reports.some(({ action }) => action === 'failed');
  const many = reports.length > 1;
  const opening = isFailure
    ? `${many ? `${reports.length} messages` : 'Your message'} could not be delivered to the recipients below, and will not be tried again.`
    : 'Your message has not been delivered to the recipients below yet. Nothing needs to be done: it will be tried again.';
  const lines = reports.flatMap(({ id, arrived, recipients }) => [
    `Message ${id} of ${formatDate(arrived)}`,
    ...recipients.map(({ address, reason }) => `  <${address}>: ${shortened(reason, longestReason)}`),
    '',
  ]);
  return [`This is ssmtp, the mail relay of ${hostName}.`, '', opening, '', ...lines, ''].join('\n');
}

/** RFC 3464 §2.2 and §2.3. */
function statusOf(report: Report, { hostName, hub }: Postmark): string {
  const { action, arrived, envelopeId, id } = report;
  const perMessage = [
    ...(envelopeId === undefined ? [] : [makeField('Original-Envelope-Id', octetsOf(envelopeId))]),
    makeField('Reporting-MTA', `dns; ${hostName}`),
    makeField('X-Queue-ID', id),
    makeField('Arrival-Date', formatDate(arrived)),
  ];
  const perRecipient = report.recipients.map(({ address, original, reason, isExpired }) => [
    ...(original === undefined ? [] : [makeField('Original-Recipient', `rfc822; ${octetsOf(original)}`)]),
    makeField('Final-Recipient', `rfc822; ${octetsOf(address)}`),
    makeField('Action', action),
    makeField('Status', statusCodeOf(reason, { action, isExpired })),
    ...(isReply(reason)
      ? [
          makeField('Remote-MTA', `dns; ${octetsOf(hub)}`),
          makeField('Diagnostic-Code', `smtp; ${octetsOf(shortened(reason, longestReason))}`),
        ]
      : []),
  ]);
  return [perMessage, ...perRecipient].map((fields) => `${fields.map(({ raw }) => raw).join('')}\n`).join('');
}

/** RFC 3463: the hub's own code where there is one; X.4.7 is "delivery time expired". */
function statusCodeOf(reason: string, { action, isExpired }: { action: Report['action']; isExpired: boolean }): string {
  const sort = action === 'failed' && !isExpired ? 5 : 4;
  const own = /^\d{3}[ -]([45]\.\d{1,3}\.\d{1,3})\b/.exec(reason)?.[1];
  if (own?.startsWith(String(sort))) return own;
  return isExpired ? '4.4.7' : `${sort}.0.0`;
}

function isReply(reason: string): boolean {
  return /^[45]\d\d[ -]/.test(reason);
}

function isWhole({ returns, message }: Report): boolean {
  return returns !== 'HDRS' && message.body.size <= memoryLimit;
}
