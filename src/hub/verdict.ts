/** What the hub's answers mean for the whole message: nothing to tell, or a Failure that names who was refused. */

import { Failure, type FailureKind } from '../failure.ts';
import { quoted, shortened } from '../printable.ts';
import type { Envelope } from '../route/envelope.ts';
import { objectionTo } from '../route/recipient.ts';
import type { Delivery, Refusal } from './deliver.ts';

const maximumNamed = 5;

/** Those whom the hub refused for now. */
export function deferredIn({ refused }: Delivery): Refusal[] {
  return refused.filter(({ reply }) => reply.code < 500);
}

/**
 * A lasting refusal outweighs a temporary one: sending again cannot mend it, and would reach the others twice. `unserved`
 * are the recipients who did not get the message, as they were written. `queued`: those who wait in the queue are no trouble.
 */
export function verdictOf(
  delivery: Delivery,
  { malformed }: Envelope,
  queued: readonly Refusal[] = [],
): { failure: Failure; unserved: string[] } | undefined {
  const { accepted } = delivery;
  const waits = new Set(queued);
  const refused = delivery.refused.filter((refusal) => !waits.has(refusal));
  const reasons = [...refused.map(reasonFor), ...malformed.map((text) => `${quoted(text)}: ${objectionTo(text)}`)];
  if (reasons.length === 0) return undefined;
  const shown = reasons.slice(0, maximumNamed).join(', ');
  const more = reasons.length > maximumNamed ? `, and ${reasons.length - maximumNamed} more` : '';
  const others = accepted.length > 0 ? `; sent to the other ${accepted.length}` : '';
  const waiting = queued.length > 0 ? `; queued for ${queued.length}` : '';
  const failure = new Failure(kindOf(refused, malformed), `Cannot send to ${shown}${more}${others}${waiting}`);
  return { failure, unserved: [...refused.map(({ recipient }) => recipient), ...malformed] };
}

function kindOf(refused: readonly Refusal[], malformed: readonly string[]): FailureKind {
  if (refused.some(({ reply }) => reply.code >= 500)) return 'recipient';
  return malformed.length > 0 ? 'malformed' : 'temporary';
}

function reasonFor({ recipient, reply }: Refusal): string {
  return `${recipient}: ${shortened(reply.text, 200)}`;
}
