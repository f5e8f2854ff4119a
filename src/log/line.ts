/** The one line that the log gets for each message: sSMTP's facts, then ours. */

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
}

/** Octets of the free texts; with them a line stays below the 1024 octets of a syslog packet (RFC 3164 §4.1). */
const maximum = { sender: 100, outcome: 300, recipients: 200, messageId: 120 };
const maximumRecipients = 10;

/** sSMTP: "Sent mail for <sender> (<hub reply>) uid=<n> username=<name> outbytes=<n>"; log readers know this form. */
export function logLine(facts: LogFacts): string {
  const verb = facts.isQueued ? 'Queued mail for' : facts.status === 0 ? 'Sent mail for' : 'Cannot send mail for';
  const more = facts.recipients.length - maximumRecipients;
  const recipients = facts.recipients.slice(0, maximumRecipients).join(',') + (more > 0 ? `,+${more}` : '');
  const shown = (text: string, octets: number) => shortened(printable(text), octets);
  return [
    `${verb} ${shown(facts.sender || '<>', maximum.sender)} (${shown(facts.outcome, maximum.outcome)})`,
    `uid=${facts.uid} username=${shown(facts.userName, 40)} outbytes=${facts.size}`,
    `status=${facts.status} id=${facts.id} relay=${shown(facts.hub, 80)}`,
    `to=${shown(recipients, maximum.recipients)} message-id=${shown(facts.messageId, maximum.messageId)}`,
  ].join(' ');
}
