/** What may end the program from outside while a message is under way. */

import { Failure } from '../failure.ts';

/** What the system sends when a terminal closes, a user stops the program or a machine goes down. */
const endingSignals = ['SIGHUP', 'SIGINT', 'SIGTERM'] as const;

/** Never resolves; rejects at a signal, or at an error outside of any promise. */
export function interruption(): Promise<never> {
  return new Promise((_resolve, reject) => {
    for (const signal of endingSignals) {
      process.on(signal, () => reject(new Failure('temporary', `Cannot go on: interrupted by ${signal}`)));
    }
    // Nothing is under way any more, and still there is no outcome: without this, Node would end with status 0.
    process.on('beforeExit', () => reject(new Error('nothing is left to wait for')));
    process.on('uncaughtException', reject);
    process.on('unhandledRejection', reject);
  });
}
