/** One log line per message, with as much as is known of it. */

import type { Options } from '../cli/options.ts';
import type { Settings } from '../config/types.ts';
import type { Failure } from '../failure.ts';
import type { Delivery } from '../hub/deliver.ts';
import { hubName, type Plan } from '../hub/plan.ts';
import { fieldNamed, fieldValue } from '../message/header-block.ts';
import type { Message } from '../message/types.ts';
import { printable } from '../printable.ts';
import { arrivalOf } from '../queue/entry-name.ts';
import type { Envelope } from '../route/envelope.ts';
import type { System } from '../system.ts';
import { exposureFirstSeen } from './exposed.ts';
import { logFields, logLine } from './line.ts';
import { type LogEntry, writeLog } from './write-log.ts';

export interface Sending {
  readonly options: Options;
  readonly settings?: Settings | undefined;
  readonly id: string;
  /** When it came in, where that is known better than its id says. */
  readonly now?: Date;
  readonly message?: Message | undefined;
  readonly envelope?: Envelope | undefined;
  readonly plan?: Plan | undefined;
  readonly delivery?: Delivery | undefined;
  readonly failure?: Failure | undefined;
  readonly status: number;
  readonly isQueued?: boolean | undefined;
  /** Lines of the conversation, when they are to be logged. */
  readonly dialogue: readonly string[];
}

/** Never throws: the mail's fate is decided already. */
export function logSending(sending: Sending, system: System): void {
  try {
    log(sending, system);
  } catch {
    // The log goes without this message.
  }
}

function log(sending: Sending, system: System): void {
  const { options, settings, id, message, envelope, plan, delivery, failure, status, dialogue } = sending;
  const { uid, name } = system.user();
  const messageId = message && fieldNamed(message.fields, 'message-id');
  const now = system.now();
  const arrival = sending.now?.getTime() ?? arrivalOf(id) * 1000;
  const facts = {
    sender: envelope?.sender ?? options.envelopeSender ?? name,
    recipients: envelope?.recipients ?? options.operands,
    hub: delivery?.hub ?? (plan ? hubName(plan) : 'none'),
    outcome: failure?.message ?? delivery?.reply?.text ?? '',
    status,
    isQueued: sending.isQueued,
    uid,
    userName: name,
    size: delivery?.size ?? 0,
    messageId: messageId ? fieldValue(messageId).trim() : '',
    id,
    delay: Math.max(0, Math.round((now.getTime() - arrival) / 100) / 10),
  };
  const priority = status === 0 ? 'info' : 'err';
  const warnings = failure ? [...(settings?.warnings ?? []), ...(settings?.obstacles ?? [])] : [];
  const entries: LogEntry[] = [
    { text: logLine(facts), priority, fields: logFields(facts) },
    ...warnings.map((text) => ({ text: printable(text), priority }) as const),
    ...(settings ? exposureFirstSeen(settings, system) : []).map((text) => ({ text, priority: 'warning' }) as const),
    ...dialogue.map((text) => ({ text: printable(text), priority: 'debug' }) as const),
  ];
  writeLog(entries, { choice: settings?.log, tag: options.logTag, now });
}
