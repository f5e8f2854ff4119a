/** mdoc(7) text: escaping, and lists made from rows. */

/** Plain text as it may stand in a paragraph: one sentence per line, nothing mistaken for a macro. */
export function paragraph(text: string): string {
  return text
    .split(/(?<=[.:;]) (?=[A-Z"])/)
    .map((sentence) => guarded(escaped(sentence)))
    .join('\n');
}

export function escaped(text: string): string {
  return text.replaceAll('\\', '\\e').replaceAll('"', '\\(dq');
}

function guarded(line: string): string {
  return line.startsWith('.') || line.startsWith("'") ? `\\&${line}` : line;
}

/** A tagged list; tags are given as mdoc macros (`Fl f Ar address`). */
export function tagged(rows: readonly (readonly [tag: string, text: string])[], width = 'Ds'): string {
  return [`.Bl -tag -width ${width}`, ...rows.map(([tag, text]) => `.It ${tag}\n${text}`), '.El'].join('\n');
}

/** The head of every manual page. */
export function head({
  title,
  section,
  date,
  name,
  description,
}: Record<'title' | 'section' | 'date' | 'name' | 'description', string>): string[] {
  return [`.Dd ${date}`, `.Dt ${title} ${section}`, '.Os', '.Sh NAME', `.Nm ${name}`, `.Nd ${description}`];
}

/** The page as a file: text lines of at most 78 columns, macro lines as they are. */
export function manual(parts: readonly string[]): string {
  const lines = parts.join('\n').split('\n');
  return `${lines.flatMap((line) => (line.startsWith('.') ? [line] : wrapped(line))).join('\n')}\n`;
}

function wrapped(line: string): string[] {
  const found: string[] = [];
  let text = '';
  for (const word of line.split(' ')) {
    if (text !== '' && `${text} ${word}`.length > 78) {
      found.push(guarded(text));
      text = word;
    } else {
      text = text === '' ? word : `${text} ${word}`;
    }
  }
  return [...found, guarded(text)];
}
