/** `ssmtp --explain`: what becomes of each address and header field of a message, and which line of which file decided. */

import type { Options } from '../cli/options.ts';
import type { Reading } from '../config/settings.ts';
import { failureKinds } from '../failure.ts';
import { planOf, planWords } from '../hub/plan.ts';
import { contentOf } from '../message/content-type.ts';
import { fitted } from '../message/fit.ts';
import { mustBeFitted } from '../message/fitness.ts';
import { unfolded } from '../message/header-block.ts';
import type { Message } from '../message/types.ts';
import { textOf } from '../octets.ts';
import type { Change } from '../route/change.ts';
import { envelopeOf, recipientsAsked, senderOf } from '../route/envelope.ts';
import { refuseUnsendable } from '../route/hops.ts';
import { type Passage, rewrite } from '../route/rewrite.ts';
import { type Route, routeFor } from '../route/route.ts';
import type { System } from '../system.ts';
import { closedConfigurationFor, closedExplanation, closedNamesFor } from './closed-configuration.ts';
import { messageToLookAt } from './dry-run.ts';
import {
  domainReasons,
  isWrong,
  type Known,
  knownSettings,
  linesOf,
  nobody,
  reasonFor,
  reportOn,
  senderReason,
} from './reasons.ts';
import { indented } from './verify.ts';

interface FieldReport {
  readonly field: string;
  readonly what: Change['what'];
  /** An address; for other changes the value as it leaves. */
  readonly from?: string;
  readonly to?: string;
  readonly reasons?: readonly string[];
}

/** Gives the exit status: 65 when a recipient gets no mail. Throws Failure as sending would, as long as no hub is asked. */
export async function explain(options: Options, system: System, print: (text: string) => void): Promise<number> {
  const closed = closedConfigurationFor(options, system);
  if (closed) {
    const { message } = await messageToLookAt(options, system);
    print(closedExplanation(closed, message, { options, system }));
    return 0;
  }
  const known = knownSettings(options, system);
  const { message, passage } = await messageToLookAt(options, system);
  try {
    const { text, status } = explanationOf(message, { options, known, passage, system });
    print(text);
    return status;
  } catch (error) {
    const closedNames = closedNamesFor(error, { options, settings: known.settings, system });
    print(closedExplanation(closedNames, message, { options, system }));
    return 0;
  }
}

interface Circumstances {
  readonly options: Options;
  readonly known: Known;
  readonly passage: Passage;
  readonly system: System;
}

function explanationOf(message: Message, { options, known, passage, system }: Circumstances) {
  const route = routeFor(message.fields, { options, settings: known.settings, system });
  refuseUnsendable(message.fields, route);
  const { addresses, malformed } = recipientsAsked(message.fields, options);
  // Whatever would keep it from being sent is told in the same words.
  envelopeOf(message.fields, route);
  const changes: Change[] = [];
  const leaving = rewrite(message, route, { passage, note: (change) => changes.push(change) });
  const sender = { address: senderOf(message.fields, route), reason: senderReason(route, known) };
  const recipients = [...addresses.map((address) => reportOn(address, route, known)), ...malformed.map(nobody)];
  const header = changes.map((change) => reportOnField(change, route, known));
  const hub = planWords(planOf(route));
  const account = route.account && accountWords(route.account.name, known);
  const body = bodyWords(leaving, route.settings.encodeForHub);
  const status = recipients.some(isWrong) ? failureKinds.malformed.status : 0;
  if (options.json) {
    return { text: `${JSON.stringify({ account, mailhub: hub, sender, recipients, header, body })}\n`, status };
  }
  const lines = [
    ...(account === undefined ? [] : [`account: ${account}`]),
    `mail hub: ${hub}`,
    `sender: ${sender.address || '<>'} (${sender.reason})`,
    ...recipients.flatMap(linesOf),
    ...header.flatMap(fieldLines),
    `body: ${body}`,
  ];
  return { text: indented(lines), status };
}

function reportOnField(change: Change, route: Route, reading: Reading): FieldReport {
  const field = change.field.name;
  if (change.what !== 'address') return { field, what: change.what, to: textOf(unfolded(change.field)) };
  const steps = change.mapped.steps.map((step) => reasonFor(step, route, reading));
  const reasons = [...domainReasons(change.from, route, reading), ...steps];
  return { field, what: change.what, from: change.from, to: change.mapped.address, reasons: [...new Set(reasons)] };
}

function fieldLines({ field, what, from, to, reasons = [] }: FieldReport): string[] {
  if (what === 'address') return [`${field}: ${from} -> ${to}`, ...reasons.map((reason) => `- ${reason}`)];
  return what === 'removed' ? [`${field}: removed`] : [`${field}: ${what}`, `- ${to}`];
}

function accountWords(name: string, { accounts }: Reading): string {
  const found = accounts.find((account) => account.name === name);
  return `${name} (${found?.place}), match=${found?.patterns.join(' ')}`;
}

function bodyWords(message: Message, encodes: boolean): string {
  if (message.body.size === 0) return 'empty';
  if (!encodes) return 'leaves as it is: EncodeForHub=NO';
  const own = messageFor(message, true);
  if (own !== message) {
    const { encoding } = contentOf(own.fields);
    return `is declared or encoded: Content-Transfer-Encoding ${encoding || 'of parts'}`;
  }
  return messageFor(message, false) === message
    ? 'leaves as it is'
    : 'leaves as it is to a hub with 8BITMIME, encoded to any other';
}

/** The message itself when it need not be changed. */
function messageFor(message: Message, takesEightBit: boolean): Message {
  return mustBeFitted(message, takesEightBit) ? fitted(message, takesEightBit) : message;
}
