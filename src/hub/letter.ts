/** What becomes of a message and the words it came with: envelope, rewritten message, and the way to the hub. */

import type { Options } from '../cli/options.ts';
import type { Settings } from '../config/types.ts';
import type { Message } from '../message/types.ts';
import { once } from '../once.ts';
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

/** A letter whose message is made when somebody asks for it, once. */
export interface Directed extends Omit<Addressed, 'message'> {
  readonly message: () => Message;
}

interface Surroundings {
  readonly settings: Settings;
  readonly system: System;
  readonly passage: Passage;
}

/** The same words give the same letter again, so that a message can wait as it came. Throws Failure as its parts do. */
export function letterFor(original: Message, options: Options, surroundings: Surroundings): Addressed {
  const { message, ...directed } = directedFor(original, options, surroundings);
  return { ...directed, message: message() };
}

/** All that can be wrong with the message is found here, so that nothing is in the way of a connection. Throws as `letterFor` does. */
export function directedFor(
  original: Message,
  options: Options,
  { settings, system, passage }: Surroundings,
): Directed {
  const route = routeFor(original.fields, { options, settings, system });
  refuseUnsendable(original.fields, route);
  return {
    envelope: envelopeOf(original.fields, route),
    plan: planOf(route),
    message: once(() => rewrite(original, route, { passage })),
  };
}
