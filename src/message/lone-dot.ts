/** sendmail's dot rule for input without `-i`, in the form that loses no text. Lines that start with two dots keep both. */

/**
 * Passes the input on without its last line when that holds only a dot; a lone dot with anything behind it, be it an empty
 * line, is text. A line ends in LF or CRLF, the last one may lack its end. At most four octets are held back.
 *
 * Sendmail and Postfix end the message at the first lone dot; sSMTP, msmtp and nullmailer do not, and their callers may pipe
 * any text.
 */
export async function* withoutFinalDot(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  /** What ends the input so far, if it may be the lone dot. */
  let held = '';
  /** `held` with the line end before it, or the last octet: all that decides what the next octets make of it. */
  let before = '\n';
  for await (const chunk of chunks) {
    const recent = before + chunk.toString('latin1', Math.max(0, chunk.length - longestHeld));
    const dot = /\n(\.\r?\n?)$/.exec(recent)?.[1] ?? '';
    before = dot === '' ? recent.slice(-1) : `\n${dot}`;
    if (dot.length <= chunk.length) {
      if (held !== '') yield Buffer.from(held, 'latin1');
      const text = chunk.subarray(0, chunk.length - dot.length);
      if (text.length > 0) yield text;
    }
    held = dot;
  }
}

/** A line end, the dot, CR and LF. */
const longestHeld = 4;

/**
 * The input up to the first line that holds only a dot, and with it: somebody at a terminal types the dot to finish, and nothing
 * more is asked of the source.
 */
export async function* throughLoneDot(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  /** The first octets of the line that has no end yet. */
  let start = '';
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; ) {
      const end = chunk.indexOf('\n', at) + 1 || chunk.length;
      start += chunk.toString('latin1', at, Math.min(end, at + longestHeld - start.length));
      yield chunk.subarray(at, end);
      if (/^\.\r?\n$/.test(start)) return;
      if (chunk[end - 1] === 0x0a) start = '';
      at = end;
    }
  }
}
