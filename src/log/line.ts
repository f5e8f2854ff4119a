/** What the log gets for each message: one line, sSMTP's facts first, or the same as fields. */

import { printable, shortened } from '../printable.ts';

export interface LogFacts {
  readonly sender: string;
  readonly recipients: readonly string[];
  readonly hub: string;
  /** The hub's answer, or why there was none. */
  readonly outcome: string;
  readonly status: number;
  /** It waits in the queue, whatever the status. */
  readonly isQueued?: boolean | undefined;
  readonly uid: number;
  readonly userName: string;
  readonly size: number;
  readonly messageId: string;
  readonly id: string;
  /** Seconds since it came in; fractions where they are known. */
  readonly delay: number;
}

/** The same facts by the names that journal and JSON have them under. */
export type LogFields = Readonly<Record<string, string | number | readonly string[]>>;

/** Octets of the free texts; with them a line stays below the 1024 octets of a syslog packet (RFC 3164 §4.1). */
const maximum = { sender: 100, outcome: 300, recipients: 200, messageId: 120 };
const maximumRecipients = 10;

function verbOf({ isQueued, status }: LogFacts): 'sent' | 'queued' | 'failed' {
  if (isQueued) return 'queued';
  return status === 0 ? 'sent' : 'failed';
}

const verbs = { sent: 'Sent mail for', queued: 'Queued mail for', failed: 'Cannot send mail for' } as const;

function shown(text: string, octets: number): string {
  return shortened(printable(text), octets);
}

/** sSMTP: "Sent mail for <sender> (<hub reply>) uid=<n> username=<name> outbytes=<n>"; log readers know this form. */
export function logLine(facts: LogFacts): string {
  const more = facts.recipients.length - maximumRecipients;
  const recipients = facts.recipients.slice(0, maximumRecipients).join(',') + (more > 0 ? `,+${more}` : '');
  return [
    `${verbs[verbOf(facts)]} ${shown(facts.sender || '<>', maximum.sender)} (${shown(facts.outcome, maximum.outcome)})`,
    `uid=${facts.uid} username=${shown(facts.userName, 40)} outbytes=${facts.size}`,
    `status=${facts.status} id=${facts.id} relay=${shown(facts.hub, 80)} delay=${facts.delay}`,
    `to=${shown(recipients, maximum.recipients)} message-id=${shown(facts.messageId, maximum.messageId)}`,
  ].join(' ');
}

/** Fields of bounded length; the names are those of the line where it has any. */
export function logFields(facts: LogFacts): LogFields {
  const more = facts.recipients.length - maximumRecipients;
  const named = facts.recipients.slice(0, maximumRecipients).map((recipient) => shown(recipient, 64));
  return {
    outcome: verbOf(facts),
    id: facts.id,
    message_id: shown(facts.messageId, maximum.messageId),
    sender: shown(facts.sender, maximum.sender),
    recipients: [...named, ...(more > 0 ? [`+${more}`] : [])],
    relay: shown(facts.hub, 80),
    reply: shown(facts.outcome, maximum.outcome),
    status: facts.status,
    size: facts.size,
    delay: facts.delay,
    uid: facts.uid,
    user: shown(facts.userName, 40),
  };
}
