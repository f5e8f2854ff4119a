/** `ssmtp -n`, `--dry-run`: the envelope and the message as they would leave, for a hub that takes 8-bit text. */

import type { Options } from '../cli/options.ts';
import { type Addressed, letterFor } from '../hub/letter.ts';
import { planWords } from '../hub/plan.ts';
import { fitted } from '../message/fit.ts';
import { mustBeFitted } from '../message/fitness.ts';
import { headerOctets } from '../message/header-block.ts';
import type { Message } from '../message/types.ts';
import { printable } from '../printable.ts';
import { queueIdAt } from '../queue/entry-name.ts';
import { readSafely } from '../queue/safety.ts';
import type { Passage } from '../route/rewrite.ts';
import type { System } from '../system.ts';
import { closedConfigurationFor, closedDryRun, closedNamesFor } from './closed-configuration.ts';
import { knownSettings } from './reasons.ts';

/** Gives the exit status. Throws Failure as sending would, as long as no hub is asked. */
export async function dryRun(
  options: Options,
  system: System,
  print: (piece: string | Buffer) => void,
): Promise<number> {
  const closed = closedConfigurationFor(options, system);
  if (closed) {
    const { message } = await messageToLookAt(options, system);
    for (const piece of closedDryRun(closed, message, { options, system })) print(piece);
    return 0;
  }
  const { settings } = knownSettings(options, system);
  const { message: original, passage } = await messageToLookAt(options, system);
  let letter: Addressed;
  try {
    letter = letterFor(original, options, { settings, system, passage });
  } catch (error) {
    const closedNames = closedNamesFor(error, { options, settings, system });
    for (const piece of closedDryRun(closedNames, original, { options, system })) print(piece);
    return 0;
  }
  const { envelope, message, plan } = letter;
  const leaving = plan.encodes && mustBeFitted(message, true) ? fitted(message, true) : message;
  const lines = [
    `mail hub: ${planWords(plan)}`,
    `sender: <${envelope.sender}>`,
    ...envelope.recipients.map((recipient) => `recipient: <${recipient}>`),
    ...envelope.malformed.map((text) => `not an address: ${text}`),
  ];
  print(`${lines.map(printable).join('\n')}\n\n`);
  print(headerOctets(leaving.fields));
  for (const chunk of leaving.body.chunks()) print(chunk);
  return 0;
}

/** From standard input, as for sending, but nothing is written anywhere. */
export async function messageToLookAt(
  options: Options,
  system: System,
): Promise<{ message: Message; passage: Passage }> {
  const now = system.now();
  const id = queueIdAt(now, system.randomHex(4));
  const { message } = await readSafely(options, { place: undefined, id, system });
  return { message, passage: { now, id } };
}
