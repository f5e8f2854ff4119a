/** What becomes of a message and the words it came with: envelope, rewritten message, and the way to the hub. */

import type { Options } from '../cli/options.ts';
import type { Settings } from '../config/types.ts';
import type { Message } from '../message/types.ts';
import { type Envelope, envelopeOf } from '../route/envelope.ts';
import { refuseUnsendable } from '../route/hops.ts';
import { type Passage, rewrite } from '../route/rewrite.ts';
import { routeFor } from '../route/route.ts';
import type { System } from '../system.ts';
import { type Plan, planOf } from './plan.ts';

export interface Addressed {
  readonly envelope: Envelope;
  readonly message: Message;
  readonly plan: Plan;
}

/** The same words give the same letter again, so that a message can wait as it came. Throws Failure as its parts do. */
export function letterFor(
  original: Message,
  options: Options,
  { settings, system, passage }: { settings: Settings; system: System; passage: Passage },
): Addressed {
  const route = routeFor(original.fields, { options, settings, system });
  refuseUnsendable(original.fields, route);
  return {
    envelope: envelopeOf(original.fields, route),
    message: rewrite(original, route, { passage }),
    plan: planOf(route),
  };
}
