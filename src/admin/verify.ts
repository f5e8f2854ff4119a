/** `-bv`: what each address becomes, and which line of which file says so. Nothing is sent. */

import type { Options } from '../cli/options.ts';
import { Failure, failureKinds } from '../failure.ts';
import { printable } from '../printable.ts';
import { senderOf } from '../route/envelope.ts';
import { routeFor } from '../route/route.ts';
import type { System } from '../system.ts';
import { closedConfigurationFor, closedNamesFor, closedVerification } from './closed-configuration.ts';
import { isWrong, type Known, knownSettings, linesOf, reportsOn, senderReason } from './reasons.ts';

/** `status` is 65 when a word is no address, or leads to none. Throws Failure usage without a word, config as sending would. */
export function verifyReport(options: Options, system: System): { text: string; status: number } {
  if (options.operands.length === 0) {
    throw new Failure('usage', 'Cannot do -bv: name the addresses to look at on the command line');
  }
  const closed = closedConfigurationFor(options, system);
  if (closed) return { text: closedVerification(closed, { options }), status: 0 };
  const known = knownSettings(options, system);
  try {
    return verification(options, known, system);
  } catch (error) {
    const closedNames = closedNamesFor(error, { options, settings: known.settings, system });
    return { text: closedVerification(closedNames, { options }), status: 0 };
  }
}

function verification(options: Options, known: Known, system: System): { text: string; status: number } {
  const route = routeFor([], { options, settings: known.settings, system });
  const recipients = options.operands.flatMap((word) => reportsOn(word, route, known));
  const sender = senderOf([], route);
  const reason = senderReason(route, known);
  const lines = [`sender: ${sender || '<>'} (${reason})`, ...recipients.flatMap(linesOf)];
  return {
    text: options.json ? `${JSON.stringify({ sender: { address: sender, reason }, recipients })}\n` : indented(lines),
    status: recipients.some(isWrong) ? failureKinds.malformed.status : 0,
  };
}

export function indented(lines: readonly string[]): string {
  return lines.map((line) => `${printable(line)}\n`.replace(/^- /, '  ')).join('');
}
