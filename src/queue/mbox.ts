/** The quoting of mboxrd: a line of `From `, or of that behind ">" signs, gets one ">" more, so that nothing is lost when it is undone. */

/** A line that begins so starts a message in an mbox. A header field of old messages, `From : a@b`, is none (RFC 5322 §4.5). */
export const separatorStart = /^From [^ \t:\r\n]/;

/** The octets of a message as an mbox holds them. How they are cut makes no difference. */
export function quoteFromLines(chunks: Iterable<Buffer>): Generator<Buffer> {
  return edited(chunks, { lines: /\n(>*From )/g, first: /^(>*From )/, to: '>$1' });
}

/** The same octets as they were before. */
export function unquoteFromLines(chunks: Iterable<Buffer>): Generator<Buffer> {
  return edited(chunks, { lines: /\n>(>*From )/g, first: /^>(>*From )/, to: '$1' });
}

interface Edit {
  readonly lines: RegExp;
  /** The same at the start of the text. */
  readonly first: RegExp;
  readonly to: string;
}

/** A line of ">" signs, and what may become `From `. */
const lineBegin = /^>*?(>?(?:F(?:r(?:om?)?)?)?)$/;

/** At most six octets are held back until more is known: the last ">" of many, and what may become `From `. */
function* edited(chunks: Iterable<Buffer>, { lines, first, to }: Edit): Generator<Buffer> {
  let held = '';
  /** All that has been passed on of the current line is ">" signs. */
  let isOpen = true;
  for (const chunk of chunks) {
    const text = held + chunk.toString('latin1');
    const lineStart = text.lastIndexOf('\n') + 1;
    const mayBegin: boolean = lineStart > 0 || isOpen;
    const start: string | undefined = mayBegin ? lineBegin.exec(text.slice(lineStart))?.[1] : undefined;
    held = start ?? '';
    const whole = text.slice(0, text.length - held.length);
    const edit = whole.replaceAll(lines, `\n${to}`);
    yield Buffer.from(isOpen ? edit.replace(first, to) : edit, 'latin1');
    isOpen = start !== undefined;
  }
  yield Buffer.from(held, 'latin1');
}
