/** A message as this hub takes it. */

import { mustBeFitted } from '../message/fitness.ts';
import type { Message } from '../message/types.ts';
import { sizeLimitOf } from './commands.ts';
import { connectionClosed } from './connection.ts';
import type { Session } from './session.ts';

/**
 * `mayBeEightBit`: MAIL can say, or has said, BODY=8BITMIME. Signals, deadlines and other deliveries go on while a large message is
 * encoded; throws when the session ends meanwhile.
 */
export async function fittedTo(
  { connection, plan, watch }: Session,
  message: Message,
  mayBeEightBit: boolean,
): Promise<Message> {
  // It is refused in any case, and encoding would take as long as it is large.
  if (message.body.size > sizeLimitOf(connection)) return message;
  const takesEightBit = mayBeEightBit && connection.capabilities().has('8BITMIME');
  if (!plan.encodes || !mustBeFitted(message, takesEightBit)) return message;
  // Most messages need none of this: it is loaded for those that do.
  const { fittingSteps } = await import('../message/fit.ts');
  const steps = fittingSteps(message, takesEightBit);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    await new Promise(setImmediate);
    // The next command would go to a hub that nobody listens to any more.
    connection.openSocket();
    if (watch.isBroken()) throw connectionClosed();
    // It is not the hub that is slow; where it owes the answer to another message, that one's deadline counts.
    if (connection.awaited() === 0) watch.progress();
  }
}
