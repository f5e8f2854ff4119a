/** What an attempt means for each recipient: served, to be tried again, or lost. */

import type { Failure } from '../failure.ts';
import type { Delivery } from '../hub/deliver.ts';
import { objectionTo } from '../route/recipient.ts';

export interface Outcome {
  readonly served: readonly string[];
  readonly waiting: readonly Trouble[];
  readonly lost: readonly Trouble[];
}

export interface Trouble {
  readonly recipient: string;
  /** The hub's words, or ours. */
  readonly reason: string;
}

/** Who was to get the message; names as they were written where they are no addresses. */
export interface Intended {
  readonly recipients: readonly string[];
  readonly malformed: readonly string[];
}

/** `end` is the hub's answer for each, or why there is none. Throws nothing. */
export function outcomeOf({ recipients, malformed }: Intended, end: Delivery | Failure): Outcome {
  const unusable = malformed.map((recipient) => ({ recipient, reason: objectionTo(recipient) }));
  if ('kind' in end) {
    const all = recipients.map((recipient) => ({ recipient, reason: replyIn(end) }));
    return { served: [], waiting: end.temporary ? all : [], lost: end.temporary ? unusable : [...all, ...unusable] };
  }
  const troubles = end.refused.map(({ recipient, reply }) => ({ recipient, reason: reply.text, code: reply.code }));
  return {
    served: end.accepted,
    waiting: troubles.filter(({ code }) => code < 500),
    lost: [...troubles.filter(({ code }) => code >= 500), ...unusable],
  };
}

/** A message that was tried for too long is lost for those who still wait. */
export function expired({ served, waiting, lost }: Outcome): Outcome {
  return { served, waiting: [], lost: [...lost, ...waiting] };
}

/** The hub's own words where the message quotes them: "Cannot send through mail hub x: 550 …". */
function replyIn({ message }: Failure): string {
  return /: ([245]\d\d[ -].*)$/s.exec(message)?.[1] ?? message;
}
