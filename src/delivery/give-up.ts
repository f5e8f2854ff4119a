/** What becomes of a message that some recipients will never get: its sender is told, soon or together with others. */

import type { Options } from '../cli/options.ts';
import type { Addressed } from '../hub/letter.ts';
import { headerOctets } from '../message/header-block.ts';
import type { Message } from '../message/types.ts';
import type { Report } from '../queue/bounce.ts';
import { arrivalOf } from '../queue/entry-name.ts';
import type { Told } from '../queue/told.ts';
import type { Trouble } from './outcome.ts';
import { isReturnable, isToBeTold, notifySender, type Office, redirectToRoot } from './return.ts';

export interface Lost {
  readonly id: string;
  readonly options: Options;
  readonly sender: string;
  readonly message: Message;
  readonly letter: Addressed | undefined;
  readonly isLastResort: boolean;
}

/** What has been done about it: nobody else needs the message, it waits until so many seconds since 1970, or nobody can be told. */
export type Settled = 'told' | { readonly waitUntil: number } | 'untold';

/** `mayWait`: nothing else keeps the message in the queue. Throws Failure spool when the notification cannot be written. */
export function giveUp(
  lost: Lost,
  troubles: readonly Trouble[],
  { office, told, mayWait, isExpired }: { office: Office; told: Told; mayWait: boolean; isExpired: boolean },
): Settled {
  const { sender, options } = lost;
  if (!isReturnable(sender)) {
    if (lost.isLastResort) return 'untold';
    redirectToRoot(wholeOf(lost.message), office);
    return 'told';
  }
  if (!isToBeTold(options.notify, 'failed')) return 'told';
  const reason = troubles[0]?.reason ?? '';
  const waitUntil = told.until(sender, reason);
  if (waitUntil !== undefined && mayWait) return { waitUntil };
  notifySender(sender, [reportOf(lost, troubles, { action: 'failed', isExpired })], office);
  told.note(sender, reason);
  return 'told';
}

export function reportOf(
  { id, message, letter, options }: Lost,
  troubles: readonly Trouble[],
  { action, isExpired }: { action: Report['action']; isExpired: boolean },
): Report {
  const originals: ReadonlyMap<string, string> | undefined = letter?.envelope.notifications.originals;
  return {
    action,
    id,
    arrived: new Date(arrivalOf(id) * 1000),
    recipients: troubles.map(({ recipient, reason }) => ({
      address: recipient,
      original: originals?.get(recipient),
      reason,
      isExpired,
    })),
    message: letter?.message ?? message,
    returns: options.returns,
    envelopeId: options.envelopeId,
  };
}

function* wholeOf({ fields, body }: Message): Generator<Buffer> {
  yield headerOctets(fields);
  yield* body.chunks();
}
