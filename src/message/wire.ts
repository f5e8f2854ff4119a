/** Turns a stored message into what leaves: CRLF line ends, and behind the hub's 354 doubled dots and the closing dot. */

import { lineFeeds } from './line-feeds.ts';

/** What it gives is latin1, an octet a character. */
export interface WireEncoder {
  /** The next octets of the message, as they are sent. */
  encode(chunk: Buffer): string;
  /** The rest: whatever was held back, a CRLF if the last line has none, and the line with the lone dot. */
  end(): string;
}

/**
 * A line end is LF with all the CRs before it, or a CR without one: each leaves as CRLF, so no server can see a line
 * that was not counted here (SMTP smuggling). Every line that starts with a dot gets a second one (RFC 5321 §4.5.2).
 * All other octets, NUL included, pass. The result does not depend on how the message is cut into chunks, unless a run
 * of CRs is longer than 64 KiB. Memory: a few times the chunk.
 */
export function wireEncoder(): WireEncoder {
  const lines = lineFeeds();
  let isLineStart = true;

  /** Native searches only: no loop over octets, which is slow where there is no JIT. */
  function encodeText(text: string): string {
    if (text === '') return '';
    // Base64 has no dots, and many lines to look at.
    const stuffed = text.includes('.') ? withDoubledDots(text, isLineStart) : text;
    isLineStart = text.endsWith('\n');
    return withReturns(stuffed);
  }

  return {
    encode: (chunk) => encodeText(lines.take(chunk.toString('latin1'))),
    end() {
      const last = encodeText(lines.rest());
      return last + (isLineStart ? '.\r\n' : '\r\n.\r\n');
    },
  };
}

/** A line begins behind each LF, and with the text where `isLineStart` says so. */
function withDoubledDots(text: string, isLineStart: boolean): string {
  const doubled = text.replaceAll('\n.', '\n..');
  return isLineStart && text.startsWith('.') ? `.${doubled}` : doubled;
}

/** `replaceAll` would make a chain of two pieces for each line, and flatten it when it is written. */
function withReturns(text: string): string {
  return text.split('\n').join('\r\n');
}

/** The same for BDAT, whose octets are counted: nothing is doubled, and no dot closes it (RFC 3030 §2). */
export function unstuffed(octets: Buffer): Buffer {
  const lines = lineFeeds();
  const text = lines.take(octets.toString('latin1')) + lines.rest();
  const ended = text.endsWith('\n') ? text : `${text}\n`;
  return Buffer.from(withReturns(ended), 'latin1');
}
