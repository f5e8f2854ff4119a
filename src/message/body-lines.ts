/** The lines of a body, one after the other, however long they are. */

export interface LinePart {
  /** Latin1, without its line end. A CR in it belongs to no line end. */
  readonly text: string;
  /** It begins a line. */
  readonly isStart: boolean;
  /** The line end as it came, LF with all the CRs before it; '' when the line goes on, or the body ends without one. */
  readonly end: string;
}

/** Longer lines come in parts of about this many octets. */
const longestPart = 64 * 1024;

/** The texts and ends in order are the body. How it is cut into chunks makes no difference, unless a run of CRs is longer than 64 KiB. */
export function* linesOfBody(chunks: Iterable<Buffer>): Generator<LinePart> {
  let open = '';
  let isStart = true;
  for (const chunk of chunks) {
    const [first = '', ...others] = chunk.toString('latin1').split('\n');
    open += first;
    for (const next of others) {
      const length = lengthWithoutReturns(open);
      yield { text: open.slice(0, length), isStart, end: `${open.slice(length)}\n` };
      isStart = true;
      open = next;
    }
    if (open.length < longestPart) continue;
    // CRs at the end are held back: they may belong to a line end.
    const settled = lengthWithoutReturns(open);
    const length = open.length - settled > longestPart ? open.length : settled;
    yield { text: open.slice(0, length), isStart, end: '' };
    isStart = false;
    open = open.slice(length);
  }
  if (open !== '') yield { text: open, isStart, end: '' };
}

function lengthWithoutReturns(text: string): number {
  let length = text.length;
  while (text[length - 1] === '\r') length -= 1;
  return length;
}
