/** sendmail's dot rule for input without `-i`. */

/**
 * Passes the octets on up to a line that holds only a dot, and takes one dot from every line that starts with two.
 * A line ends in LF or CRLF; the lone dot may lack its line end where the input ends. Behind the dot nothing more is asked
 * of the source, as sendmail does: somebody at a terminal types the dot to finish.
 *
 * This is not SMTP's rule: a line that starts with a single dot keeps it.
 */
export async function* untilLoneDot(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  // What the next chunk may turn into a dot line: '', '\n', '\n.' or '\n.\r'. Its '\n' has been passed on already.
  let held = '\n';
  for await (const chunk of chunks) {
    if (chunk.length === 0) continue;
    if (isPlain(held, chunk)) {
      yield chunk;
      held = chunk.at(-1) === 0x0a ? '\n' : '';
      continue;
    }
    const text = held + chunk.toString('latin1');
    const dot = loneDotIn(text);
    const end = dot < 0 ? decidedEnd(text) : dot + 1;
    const lines = text.slice(0, end).replaceAll('\n..', '\n.');
    const octets = Buffer.from(held === '' ? lines : lines.slice(1), 'latin1');
    if (octets.length > 0) yield octets;
    if (dot >= 0) return;
    held = text[end - 1] === '\n' ? text.slice(end - 1) : '';
  }
}

/** No line in the chunk starts with a dot: the usual case, without a copy. */
function isPlain(held: string, chunk: Buffer): boolean {
  if (held.length > 1) return false;
  // A dot anywhere is looked for first: what is in base64 has none, and lines are many.
  if (!chunk.includes(0x2e)) return true;
  return !(held === '\n' && chunk[0] === 0x2e) && !chunk.includes('\n.');
}

/** Where the '\n' before a lone dot stands, or -1. */
function loneDotIn(text: string): number {
  const unix = text.indexOf('\n.\n');
  const windows = text.indexOf('\n.\r\n');
  if (unix < 0 || windows < 0) return Math.max(unix, windows);
  return Math.min(unix, windows);
}

/** The length of the text without a last line that may become a lone dot. */
function decidedEnd(text: string): number {
  if (text.endsWith('\n.')) return text.length - 1;
  return text.endsWith('\n.\r') ? text.length - 2 : text.length;
}
