/** Turns a stored message into what follows the hub's 354: CRLF line ends, doubled dots, the closing dot. */

export interface WireEncoder {
  /** The next octets of the message, as they are sent. */
  encode(chunk: Buffer): Buffer;
  /** The rest: whatever was held back, a CRLF if the last line has none, and the line with the lone dot. */
  end(): Buffer;
}

/** A run of CRs at the end of a chunk is held back until what follows is known, but no more of them than this. */
const longestHeld = 64 * 1024;

/**
 * A line end is LF with all the CRs before it, or a CR without one: each leaves as CRLF, so no server can see a line
 * that was not counted here (SMTP smuggling). Every line that starts with a dot gets a second one (RFC 5321 §4.5.2).
 * All other octets, NUL included, pass. The result does not depend on how the message is cut into chunks, unless a run
 * of CRs is longer than 64 KiB. Memory: a few times the chunk.
 */
export function wireEncoder(): WireEncoder {
  let heldReturns = 0;
  let isLineStart = true;

  /** Native searches only: no loop over octets, which is slow where there is no JIT. */
  function encodeText(text: string): Buffer {
    if (text === '') return Buffer.alloc(0);
    const lines = withLineFeeds(isLineStart ? `\n${text}` : text).replaceAll('\n.', '\n..');
    const added = isLineStart ? 1 : 0;
    isLineStart = lines.endsWith('\n');
    return Buffer.from(lines.slice(added).replaceAll('\n', '\r\n'), 'latin1');
  }

  return {
    encode(chunk) {
      const text = '\r'.repeat(heldReturns) + chunk.toString('latin1');
      const settled = endWithoutReturns(text);
      heldReturns = text.length - settled > longestHeld ? 0 : text.length - settled;
      return encodeText(text.slice(0, text.length - heldReturns));
    },
    end() {
      const last = encodeText('\r'.repeat(heldReturns));
      return Buffer.concat([last, Buffer.from(isLineStart ? '.\r\n' : '\r\n.\r\n')]);
    },
  };
}

function withLineFeeds(text: string): string {
  if (!text.includes('\r')) return text;
  const unixText = text.replaceAll('\r\n', '\n');
  if (!unixText.includes('\r')) return unixText;
  return unixText.replaceAll(/\r+\n?/g, (run) => (run.endsWith('\n') ? '\n' : '\n'.repeat(run.length)));
}

function endWithoutReturns(text: string): number {
  let end = text.length;
  while (text[end - 1] === '\r') end -= 1;
  return end;
}
