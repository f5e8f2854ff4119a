/** Who is told of a message that could not even be routed. */

import type { Options } from '../cli/options.ts';
import { reverseAliasFor } from '../config/revaliases.ts';
import type { Settings } from '../config/types.ts';
import { Failure } from '../failure.ts';
import { identityOf } from '../route/identity.ts';
import type { System } from '../system.ts';

/** The envelope sender as asked for, else the user's own address; '' when there is none. */
export function senderOf(options: Options, { settings, system }: { settings: Settings; system: System }): string {
  const reverseAlias = reverseAliasFor(system.user().name, settings, system);
  for (const envelopeSender of [options.envelopeSender, undefined]) {
    try {
      const { requestedSender, ownAddress } = identityOf({ ...options, envelopeSender }, settings, {
        reverseAlias,
        system,
      });
      return requestedSender ?? ownAddress;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
    }
  }
  return '';
}
