/** The table of header fields that are treated in some way. How text beyond ASCII is encoded stands in `message/field-syntax.ts`. */

export interface HeaderRule {
  readonly name: string;
  /** Never leaves this machine. */
  readonly removed?: true;
  /** Holds addresses; those of this machine are rewritten, because hubs refuse `From: root`. `others` stay as they are. */
  readonly addresses?: 'senders' | 'recipients' | 'others';
  /** Added when the message has none. */
  readonly addedWhenMissing?: true;
  readonly why: string;
}

export const headerRules: readonly HeaderRule[] = [
  { name: 'From', addresses: 'senders', addedWhenMissing: true, why: 'RFC 5322 §3.6 demands it' },
  { name: 'Date', addedWhenMissing: true, why: 'RFC 5322 §3.6 demands it' },
  { name: 'Message-ID', addedWhenMissing: true, why: 'RFC 5322 §3.6.4; hubs junk mail without it' },
  { name: 'Sender', addresses: 'senders', why: 'RFC 5322 §3.6.2' },
  { name: 'Reply-To', addresses: 'senders', why: 'RFC 5322 §3.6.2' },
  { name: 'To', addresses: 'recipients', why: 'RFC 5322 §3.6.3' },
  { name: 'Cc', addresses: 'recipients', why: 'RFC 5322 §3.6.3' },
  { name: 'Resent-From', addresses: 'senders', why: 'RFC 5322 §3.6.6' },
  { name: 'Resent-Sender', addresses: 'senders', why: 'RFC 5322 §3.6.6' },
  { name: 'Resent-To', addresses: 'recipients', why: 'RFC 5322 §3.6.6' },
  { name: 'Resent-Cc', addresses: 'recipients', why: 'RFC 5322 §3.6.6' },
  { name: 'Apparently-To', addresses: 'others', why: 'sendmail wrote it' },
  { name: 'Disposition-Notification-To', addresses: 'others', why: 'RFC 8098 §2.1' },
  { name: 'Errors-To', addresses: 'others', why: 'sendmail heeded it' },
  { name: 'Mail-Followup-To', addresses: 'others', why: 'mailing lists' },
  { name: 'Mail-Reply-To', addresses: 'others', why: 'mailing lists' },
  { name: 'Return-Receipt-To', addresses: 'others', why: 'sendmail heeded it' },
  { name: 'X-Original-From', addresses: 'others', why: 'what From said before SendAs' },
  { name: 'Bcc', removed: true, why: 'blind copies stay blind, in every mode (nodemailer relies on it)' },
  { name: 'Resent-Bcc', removed: true, why: 'blind copies stay blind' },
  { name: 'Return-Path', removed: true, why: 'only the final delivery writes it (RFC 5321 §4.4)' },
];

const rulesByName = new Map(headerRules.map((rule) => [rule.name.toLowerCase(), rule]));

export function ruleFor(fieldName: string): HeaderRule | undefined {
  return rulesByName.get(fieldName.toLowerCase());
}
