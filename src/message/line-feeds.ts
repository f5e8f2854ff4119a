/** One kind of line end for text that comes in pieces. */

export interface LineFeeds {
  /** The next piece, as far as its line ends are settled. */
  take(latin1: string): string;
  /** What was held back. */
  rest(): string;
}

/** A run of CRs at the end of a piece is held back until what follows is known, but no more of them than this. */
const longestHeld = 64 * 1024;

/**
 * A line end is LF with all the CRs before it, or a CR without one: each becomes one LF. The result does not depend on how the
 * text is cut into pieces, unless a run of CRs is longer than 64 KiB.
 */
export function lineFeeds(): LineFeeds {
  let heldReturns = 0;
  return {
    take(latin1) {
      const text = '\r'.repeat(heldReturns) + latin1;
      const settled = endWithoutReturns(text);
      heldReturns = text.length - settled > longestHeld ? 0 : text.length - settled;
      return withLineFeeds(text.slice(0, text.length - heldReturns));
    },
    rest() {
      const text = '\r'.repeat(heldReturns);
      heldReturns = 0;
      return withLineFeeds(text);
    },
  };
}

/** Native searches only: no loop over octets, which is slow where there is no JIT. */
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
