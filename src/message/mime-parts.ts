/** Takes a message apart at its MIME structure (RFC 2046), in one pass and without keeping more than a header. */

import { type LinePart, linesOfBody } from './body-lines.ts';
import { type Content, contentOf, isComposite } from './content-type.ts';
import { headerBlockOf } from './header-block.ts';
import type { HeaderField, Message } from './types.ts';

export interface Part {
  /** 0 is the message itself; a part within another has the greater number. */
  readonly number: number;
  readonly fields: readonly HeaderField[];
  readonly content: Content;
  /** The multipart or message it is in; undefined for the message itself. */
  readonly parent: Part | undefined;
  /** Its header is that of a message: it stands in a message/rfc822. */
  readonly isMessage: boolean;
  /** There are too many parts: its text goes on to the end of the body, delimiters included. */
  readonly isRest?: true;
}

/**
 * The texts of all pieces in order are the message, its own header left out, as it came: `header` is a part's header with the
 * empty line behind it, `delimiter` the line between two parts or the line end before it, `ignored` a line of preamble or epilogue, which readers do not show
 * (RFC 2046 §5.1.1), or some of it, `text` the text of a line, or some of it, in a part that holds no others, `end` its line end;
 * `verbatim` is never taken apart. A part whose header cannot be read has no `header`: all of it is `verbatim`.
 */
export interface Piece {
  readonly what: 'verbatim' | 'delimiter' | 'ignored' | 'header' | 'text' | 'end';
  /** The one that the text belongs to; of a header, the one that it describes. */
  readonly part: Part;
  readonly text: string;
}

/** What lies deeper, behind more parts or a longer header, is passed on as it stands: strangers' messages cost no more than this. */
const deepest = 50;
const mostParts = 10_000;
const longestHeader = 256 * 1024;

interface Multipart {
  readonly part: Part;
  readonly boundary: string;
  readonly usual: string;
}

/** Nothing of a multipart/signed is taken apart (RFC 1847 §2.1: it must not be changed). */
export function* piecesOf({ fields, body }: Message): Generator<Piece> {
  const open: Multipart[] = [];
  /** By the line that separates their parts, the depth in `open` of each, the innermost of several; undefined: to be made again. */
  let depths: ReadonlyMap<string, number> | undefined;
  let part: Part = { number: 0, fields, content: contentOf(fields), parent: undefined, isMessage: true };
  let place: 'header' | 'text' | 'ignored' | 'verbatim' = 'text';
  let count = 0;
  let header = '';
  /** Where the next header stands, and what it describes. */
  let next: Pick<Part, 'parent' | 'isMessage'> & { usual: string } = { parent: part, isMessage: false, usual: '' };
  /** The end of a line that belongs to a delimiter, if one follows. */
  let heldEnd: Piece | undefined;

  function enter(entered: Part) {
    part = entered;
    const { type, boundary } = part.content;
    place = isComposite(type) ? 'verbatim' : 'text';
    if (open.length >= deepest || type === 'multipart/signed') return;
    if (type === 'message/rfc822' || type === 'message/global') {
      place = 'header';
      next = { parent: part, isMessage: true, usual: 'text/plain' };
    } else if (type.startsWith('multipart/') && boundary !== undefined) {
      place = 'ignored';
      open.push({ part, boundary, usual: type === 'multipart/digest' ? 'message/rfc822' : 'text/plain' });
      depths = undefined;
    }
  }

  function closeTo(depth: number) {
    if (depth < open.length) depths = undefined;
    open.length = depth;
  }

  /** undefined when the line is none. */
  function delimiterIn({
    text,
    isStart,
    end,
  }: LinePart): { multipart: Multipart; depth: number; isLast: boolean } | undefined {
    if (!isStart || !text.startsWith('--') || text.length > 300) return undefined;
    depths ??= new Map(open.map(({ boundary }, depth) => [`--${boundary.trimEnd()}`, depth]));
    const line = text.trimEnd();
    const next = end === '' ? undefined : depths.get(line);
    const last = line.endsWith('--') ? depths.get(line.slice(0, -2)) : undefined;
    const isLast = last !== undefined && last > (next ?? -1);
    const depth = isLast ? last : next;
    const multipart = depth === undefined ? undefined : open[depth];
    return depth !== undefined && multipart ? { multipart, depth, isLast } : undefined;
  }

  function* readHeader({ text, isStart, end }: LinePart): Generator<Piece> {
    header += text + end;
    const isOver = isStart && text === '' && end !== '';
    if (!isOver && header.length <= longestHeader) return;
    const block = headerBlockOf(Buffer.from(header, 'latin1'));
    const isWhole = isOver && block.bodyStart === header.length;
    const found = isWhole ? block.fields : [];
    const described = partWith(found);
    yield { what: isWhole ? 'header' : 'verbatim', part: described, text: header };
    header = '';
    if (isWhole && !described.isRest) return enter(described);
    if (described.isRest) closeTo(0);
    part = described;
    place = 'verbatim';
  }

  function partWith(found: readonly HeaderField[]): Part {
    const { parent, isMessage, usual } = next;
    count += 1;
    const content = contentOf(found, usual);
    return { number: count, fields: found, content, parent, isMessage, ...(count < mostParts ? {} : { isRest: true }) };
  }

  enter(part);
  for (const line of linesOfBody(body.chunks())) {
    const delimiter = delimiterIn(line);
    if (delimiter) {
      if (header !== '') yield { what: 'verbatim', part: partWith([]), text: header };
      header = '';
      const { multipart, depth, isLast } = delimiter;
      if (heldEnd) yield* withoutData(heldEnd, line.end);
      heldEnd = undefined;
      next = { parent: multipart.part, isMessage: false, usual: multipart.usual };
      closeTo(isLast ? depth : depth + 1);
      place = isLast ? 'ignored' : 'header';
      yield { what: 'delimiter', part: multipart.part, text: line.text + line.end };
      part = multipart.part;
    } else if (place === 'header') {
      yield* readHeader(line);
    } else if (place === 'text') {
      if (heldEnd) yield heldEnd;
      heldEnd = line.end === '' ? undefined : { what: 'end', part, text: line.end };
      if (line.text !== '') yield { what: 'text', part, text: line.text };
    } else {
      yield { what: place, part, text: line.text + line.end };
    }
  }
  if (heldEnd) yield heldEnd;
  if (header !== '') yield { what: 'verbatim', part: partWith([]), text: header };
}

/** The line end before a delimiter belongs to the delimiter; CRs before it that the delimiter's own end lacks are data where CR is. */
function* withoutData({ part, text }: Piece, delimiterEnd: string): Generator<Piece> {
  const end = delimiterEnd.endsWith('\r\n') && text.endsWith('\r\n') ? '\r\n' : '\n';
  const data = part.content.type.startsWith('text/') ? '' : text.slice(0, -end.length);
  if (data !== '') yield { what: 'text', part, text: data };
  yield { what: 'delimiter', part, text: text.slice(data.length) };
}
