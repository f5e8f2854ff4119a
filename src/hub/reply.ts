/** A hub's reply, taken apart: code, enhanced status code and text on one line. */

import { printable, shortened } from '../printable.ts';

export interface Reply {
  /** Three digits, or 0 when the text is no SMTP reply. */
  readonly code: number;
  /** RFC 3463: `5.1.1`; undefined when the hub gave none. */
  readonly enhanced: string | undefined;
  /** The whole reply on one line, printable, at most 500 octets: what people are shown. */
  readonly text: string;
}

const maximumShown = 500;

/** `reply` may have many lines, each with its code in front; `masked` takes out of the text what nobody may be shown. */
export function parseReply(reply: string, masked = (text: string) => text): Reply {
  const lines = reply.split(/\r?\n/).filter((line) => line !== '');
  const [first = ''] = lines;
  // RFC 5321 §4.2.1: all lines have the same code; a reply that contradicts itself is none.
  // RFC 5321 §4.2: of a code that is not known the first digit counts.
  const isReply = /^[2-5]\d\d(?=[ -]|$)/.test(first) && lines.every((line) => line.startsWith(first.slice(0, 3)));
  const code = isReply ? Number(first.slice(0, 3)) : 0;
  const enhanced = /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})(?=\s|$)/.exec(first)?.[1];
  const rest = lines.slice(1).map((line) => withoutCodes(line, code, enhanced));
  return {
    code,
    enhanced,
    text: shortened(printable(masked([first.replace(/^(\d{3})-/, '$1 '), ...rest].join(' '))), maximumShown),
  };
}

function withoutCodes(line: string, code: number, enhanced: string | undefined): string {
  const text = code > 0 && line.startsWith(String(code)) ? line.slice(3).replace(/^[ -]/, '') : line;
  return enhanced && text.startsWith(enhanced) ? text.slice(enhanced.length).replace(/^ /, '') : text;
}

export function isTemporary({ code }: Reply): boolean {
  return code >= 400 && code < 500;
}

/** The answer to QUIT, which some hubs say unasked when they hang up (RFC 5321 §4.2.2): to anything else it is none. */
const farewell = 221;

/** It says neither yes nor no: what the hub has done is not known. */
export function isUnintelligible({ code }: Reply): boolean {
  return code === 0 || code === farewell;
}

/** 2xx: the hub has done what it was asked. */
export function isAccepted({ code }: Reply): boolean {
  return code >= 200 && code < 300 && code !== farewell;
}
