/** A message as this hub takes it. */

import { mustBeFitted } from '../message/fitness.ts';
import type { Message } from '../message/types.ts';
import { sizeLimitOf } from './commands.ts';
import type { Session } from './session.ts';

/** `mayBeEightBit`: MAIL can say, or has said, BODY=8BITMIME. */
export async function fittedTo(
  { connection, plan }: Session,
  message: Message,
  mayBeEightBit: boolean,
): Promise<Message> {
  // It is refused in any case, and encoding would take as long as it is large.
  if (message.body.size > sizeLimitOf(connection)) return message;
  const takesEightBit = mayBeEightBit && connection.capabilities().has('8BITMIME');
  if (!plan.encodes || !mustBeFitted(message, takesEightBit)) return message;
  // Most messages need none of this: it is loaded for those that do.
  const { fitted } = await import('../message/fit.ts');
  return fitted(message, takesEightBit);
}
