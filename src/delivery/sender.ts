/** Who is told of a message that could not even be routed. */

import type { Options } from '../cli/options.ts';
import type { Settings } from '../config/types.ts';
import { Failure } from '../failure.ts';
import { routeFor } from '../route/route.ts';
import type { System } from '../system.ts';

/** The envelope sender as asked for, else the user's own address; '' when there is none. */
export function senderOf(options: Options, { settings, system }: { settings: Settings; system: System }): string {
  for (const envelopeSender of [options.envelopeSender, undefined]) {
    try {
      const { requestedSender, ownAddress } = routeFor([], {
        options: { ...options, envelopeSender },
        settings,
        system,
      }).identity;
      const found = requestedSender ?? ownAddress;
      if (found !== undefined) return found;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
    }
  }
  return '';
}
