/** What is answered to the client: the hub's own words, ours, or those of a failure. */

import type { Failure, FailureKind } from '../failure.ts';
import type { Reply } from '../hub/reply.ts';
import { printable, shortened } from '../printable.ts';

export interface Answer {
  readonly code: number;
  /** At least one; without codes. */
  readonly lines: readonly [string, ...string[]];
  /** RFC 3463; undefined for the few replies that have none (RFC 2034 §4). */
  readonly enhanced: string | undefined;
  /** The client should have known better. */
  readonly isMistake?: true;
}

export function ours(code: number, enhanced: string | undefined, ...lines: readonly [string, ...string[]]): Answer {
  return { code, enhanced, lines };
}

export function mistake(code: number, enhanced: string, words: string): Answer {
  return { code, enhanced, lines: [words], isMistake: true };
}

export const tooLarge = ours(552, '5.3.4', 'The message is larger than can be taken');

export const willBeQueued = ours(250, '2.1.5', 'Ok, will be queued');
export const smtputf8Missing = ours(553, '5.6.7', 'Say SMTPUTF8 with MAIL for an address like this');

/** The hub's answer as it gave it, on one line. */
export function hubsOwn({ code, enhanced, text }: Reply): Answer {
  const bare = text.startsWith(String(code)) ? text.slice(4) : text;
  const words = enhanced !== undefined && bare.startsWith(enhanced) ? bare.slice(enhanced.length + 1) : bare;
  // RFC 5321 §3.8: with 421 and 221 it would be we who hang up now.
  if (code === 421) return ours(451, '4.4.2', words);
  return ours(code === 221 ? 250 : code, enhanced ?? `${Math.trunc(code / 100)}.0.0`, words);
}

/** Code and enhanced code for what went wrong here; the class of both is that of `Failure.temporary`. */
const codes: Readonly<Record<FailureKind, readonly [number, string]>> = {
  usage: [554, '5.5.0'],
  malformed: [554, '5.6.0'],
  unreadable: [554, '5.3.0'],
  recipient: [550, '5.1.1'],
  unknownHost: [451, '4.4.1'],
  unavailable: [451, '4.4.1'],
  bug: [451, '4.3.0'],
  system: [451, '4.3.0'],
  spool: [452, '4.3.1'],
  io: [451, '4.3.0'],
  temporary: [451, '4.4.2'],
  protocol: [451, '4.5.0'],
  login: [454, '4.7.0'],
  config: [451, '4.3.5'],
};

/** The reason in words: people are shown the reply, and nobody reads what stands on standard error. */
export function answerFor({ kind, message, hint }: Failure): Answer {
  const [code, enhanced] = codes[kind];
  return ours(code, enhanced, message, ...(hint === undefined ? [] : [hint]));
}

const longestText = 480;

/** RFC 5321 §4.2.1: the code in front of every line, `-` behind all but the last; no line is longer than 512 octets. */
export function replyText({ code, enhanced, lines }: Answer): string {
  const status = enhanced === undefined ? '' : `${enhanced} `;
  return lines
    .map((line, index) => {
      const separator = index < lines.length - 1 ? '-' : ' ';
      return `${code}${separator}${status}${shortened(printable(line), longestText)}`.trimEnd().concat('\r\n');
    })
    .join('');
}
