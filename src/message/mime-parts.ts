/** Takes a message apart at its MIME structure (RFC 2046), in one pass and without keeping more than a header. */

import { type LinePart, linesOfBody } from './body-lines.ts';
import { type Content, contentOf } from './content-type.ts';
import { headerBlockOf } from './header-block.ts';
import type { HeaderField, Message } from './types.ts';

export interface Part {
  /** 0 is the message itself. */
  readonly number: number;
  readonly fields: readonly HeaderField[];
  readonly content: Content;
}

/**
 * All pieces in order are the message, its own header left out: `verbatim` as it stands; a part's `header` with the empty line
 * behind it; of the text of a part that holds no others the `text` of a line or of some of it, and each line's `end`.
 */
export type Piece =
  | { readonly what: 'verbatim'; readonly text: string }
  | { readonly what: 'header'; readonly part: Part }
  | { readonly what: 'text'; readonly part: Part; readonly text: string }
  | { readonly what: 'end'; readonly part: Part };

/** What lies deeper, behind more parts or a longer header, is passed on as it stands: strangers' messages cost no more than this. */
const deepest = 50;
const mostParts = 10_000;
const longestHeader = 256 * 1024;

interface Multipart {
  readonly boundary: string;
  readonly usual: string;
}

/** Nothing of a multipart/signed is taken apart (RFC 1847 §2.1: it must not be changed). */
export function* piecesOf({ fields, body }: Message): Generator<Piece> {
  const open: Multipart[] = [];
  /** By the line that separates their parts, the depth in `open` of each, the innermost of several; undefined: to be made again. */
  let depths: ReadonlyMap<string, number> | undefined;
  let part: Part = { number: 0, fields, content: contentOf(fields) };
  let place: 'header' | 'text' | 'between' = 'text';
  let header = '';
  let usual = 'text/plain';
  /** The end of a line that belongs to a delimiter, if one follows. */
  let heldEnd: Part | undefined;

  function enter(next: Part) {
    part = next;
    const { type, boundary } = part.content;
    place = 'text';
    if (type.startsWith('multipart/') || type.startsWith('message/')) place = 'between';
    if (open.length >= deepest || type === 'multipart/signed') return;
    if (type === 'message/rfc822' || type === 'message/global') {
      place = 'header';
      usual = 'text/plain';
    } else if (type.startsWith('multipart/') && boundary !== undefined) {
      open.push({ boundary, usual: type === 'multipart/digest' ? 'message/rfc822' : 'text/plain' });
      depths = undefined;
    }
  }

  function closeTo(depth: number) {
    if (depth < open.length) depths = undefined;
    open.length = depth;
  }

  /** undefined when the line is none. */
  function delimiterIn({ text, isStart, isEnd }: LinePart): { depth: number; isLast: boolean } | undefined {
    if (!isStart || !text.startsWith('--') || text.length > 300) return undefined;
    depths ??= new Map(open.map(({ boundary }, depth) => [`--${boundary.trimEnd()}`, depth]));
    const line = text.trimEnd();
    const next = isEnd ? depths.get(line) : undefined;
    const last = line.endsWith('--') ? depths.get(line.slice(0, -2)) : undefined;
    if (last !== undefined && last > (next ?? -1)) return { depth: last, isLast: true };
    return next === undefined ? undefined : { depth: next, isLast: false };
  }

  function* readHeader({ text, isStart, isEnd }: LinePart): Generator<Piece> {
    const isOver = isStart && isEnd && text === '';
    if (!isOver) header += isEnd ? `${text}\n` : text;
    if (!isOver && header.length <= longestHeader) return;
    const block = headerBlockOf(Buffer.from(header, 'latin1'));
    const isWhole = isOver && block.bodyStart === header.length;
    const found = isWhole ? block.fields : [];
    const next = { number: part.number + 1, fields: found, content: contentOf(found, usual) };
    if (isWhole) {
      yield { what: 'header', part: next };
      if (next.number < mostParts) enter(next);
      else {
        part = next;
        place = 'between';
        closeTo(0);
      }
    } else {
      yield { what: 'verbatim', text: isOver ? `${header}\n` : header };
      part = next;
      place = 'between';
    }
    header = '';
  }

  enter(part);
  for (const line of linesOfBody(body.chunks())) {
    const delimiter = delimiterIn(line);
    if (delimiter) {
      const before = `${heldEnd ? '\n' : ''}${header}`;
      header = '';
      heldEnd = undefined;
      usual = open[delimiter.depth]?.usual ?? usual;
      closeTo(delimiter.isLast ? delimiter.depth : delimiter.depth + 1);
      place = delimiter.isLast ? 'between' : 'header';
      yield { what: 'verbatim', text: `${before}${line.text}${line.isEnd ? '\n' : ''}` };
    } else if (place === 'header') {
      yield* readHeader(line);
    } else if (place === 'between') {
      yield { what: 'verbatim', text: `${line.text}${line.isEnd ? '\n' : ''}` };
    } else {
      if (heldEnd) yield { what: 'end', part: heldEnd };
      heldEnd = line.isEnd ? part : undefined;
      if (line.text !== '') yield { what: 'text', part, text: line.text };
    }
  }
  if (heldEnd) yield { what: 'end', part: heldEnd };
  if (header !== '') yield { what: 'verbatim', text: header };
}
