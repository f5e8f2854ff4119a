/** The table of header fields that are treated in some way; all others leave as they came. */

export interface HeaderRule {
  readonly name: string;
  /** Never leaves this machine. */
  readonly removed?: true;
  /** Holds addresses; those without a domain are given one, because hubs refuse `From: root`. */
  readonly addresses?: true;
  /** Added when the message has none. */
  readonly addedWhenMissing?: true;
  readonly why: string;
}

export const headerRules: readonly HeaderRule[] = [
  { name: 'From', addresses: true, addedWhenMissing: true, why: 'RFC 5322 §3.6 demands it' },
  { name: 'Date', addedWhenMissing: true, why: 'RFC 5322 §3.6 demands it' },
  { name: 'Message-ID', addedWhenMissing: true, why: 'RFC 5322 §3.6.4; hubs junk mail without it' },
  { name: 'Sender', addresses: true, why: 'RFC 5322 §3.6.2' },
  { name: 'Reply-To', addresses: true, why: 'RFC 5322 §3.6.2' },
  { name: 'To', addresses: true, why: 'RFC 5322 §3.6.3' },
  { name: 'Cc', addresses: true, why: 'RFC 5322 §3.6.3' },
  { name: 'Resent-From', addresses: true, why: 'RFC 5322 §3.6.6' },
  { name: 'Resent-Sender', addresses: true, why: 'RFC 5322 §3.6.6' },
  { name: 'Resent-To', addresses: true, why: 'RFC 5322 §3.6.6' },
  { name: 'Resent-Cc', addresses: true, why: 'RFC 5322 §3.6.6' },
  { name: 'Bcc', removed: true, why: 'blind copies stay blind, in every mode (nodemailer relies on it)' },
  { name: 'Resent-Bcc', removed: true, why: 'blind copies stay blind' },
  { name: 'Return-Path', removed: true, why: 'only the final delivery writes it (RFC 5321 §4.4)' },
  { name: 'X-Dead-Letter', removed: true, why: 'a note of ours in dead.letter' },
  { name: 'X-Dead-Letter-From', removed: true, why: 'a note of ours in dead.letter' },
  { name: 'X-Dead-Letter-To', removed: true, why: 'a note of ours in dead.letter' },
];

const rulesByName = new Map(headerRules.map((rule) => [rule.name.toLowerCase(), rule]));

export function ruleFor(fieldName: string): HeaderRule | undefined {
  return rulesByName.get(fieldName.toLowerCase());
}
