/** A message of a user who may not read the configuration: it is left in the queue, and whoever runs it sees to the rest. */

import { isAscii } from 'node:buffer';
import type { Options } from '../cli/options.ts';
import { Failure } from '../failure.ts';
import type { System } from '../system.ts';
import { keeping } from './keeping.ts';
import { largestMessage } from './limits.ts';
import type { Mailed } from './mailing.ts';
import { wishesOf } from './offer.ts';
import type { Parameters } from './parameters.ts';
import type { Mailing } from './relay.ts';
import { answerFor, ours, smtputf8Missing, willBeQueued } from './reply.ts';

export interface Slot {
  readonly id: string;
  readonly options: Options;
  readonly system: System;
  readonly place: string;
  readonly log: (mailed: Mailed) => void;
}

/** `said` are the parameters of MAIL. */
export function dropping(slot: Slot, said: Parameters): Mailing {
  const { id, options, log } = slot;
  const kept = keeping(slot, said);
  return {
    async recipient({ recipient, parameters }) {
      if (!isAscii(Buffer.from(recipient)) && !said.has('SMTPUTF8')) return smtputf8Missing;
      kept.add(recipient, wishesOf(parameters, options));
      return willBeQueued;
    },
    sizeLimit: () => largestMessage,
    file: kept.file,
    async send(message) {
      kept.entry();
      try {
        kept.handOver(false);
      } catch (error) {
        kept.drop();
        if (!(error instanceof Failure)) throw error;
        log({ id, message, failure: error });
        return answerFor(error);
      }
      log({ id, message, isQueued: true });
      return ours(250, '2.0.0', `Ok: queued as ${id}`);
    },
    abandon: kept.drop,
  };
}
