/** The lines of a body, one after the other, however long they are. */

import { lineFeeds } from './line-feeds.ts';

export interface LinePart {
  /** Latin1, without its line end. */
  readonly text: string;
  /** It begins a line. */
  readonly isStart: boolean;
  /** It ends one: a line end follows. */
  readonly isEnd: boolean;
}

/** Longer lines come in parts of about this many octets. */
const longestPart = 64 * 1024;

export function* linesOfBody(chunks: Iterable<Buffer>): Generator<LinePart> {
  const reader = lineFeeds();
  let open = '';
  let isStart = true;
  for (const chunk of chunks) {
    const [first = '', ...others] = reader.take(chunk.toString('latin1')).split('\n');
    open += first;
    for (const next of others) {
      yield { text: open, isStart, isEnd: true };
      isStart = true;
      open = next;
    }
    if (open.length < longestPart) continue;
    yield { text: open, isStart, isEnd: false };
    isStart = false;
    open = '';
  }
  const held = reader.rest();
  for (const _ of held) {
    yield { text: open, isStart, isEnd: true };
    isStart = true;
    open = '';
  }
  if (open !== '') yield { text: open, isStart, isEnd: false };
}
