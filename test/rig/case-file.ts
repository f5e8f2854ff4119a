/** Reads a case file: one behaviour of the whole program in one text file. The format is told in cases/README.md. */

/** What a case file may say once. */
const sectionNames = [
  'name',
  'argv',
  'conf',
  'revaliases',
  'env',
  'stdin',
  'hub',
  'stdout',
  'stderr',
  'exit',
  'dead.letter',
] as const;

export type SectionName = (typeof sectionNames)[number];

export interface CaseFile {
  /** The first line of the comment on top: it names the test. */
  readonly title: string;
  /** The lines of each section that is there, as written. */
  readonly sections: Readonly<Partial<Record<SectionName, readonly string[]>>>;
}

/** Throws an Error that names the line when the text is not a case file. */
export function parseCase(text: string): CaseFile {
  const lines = text.replace(/\n$/, '').split('\n');
  const start = lines.findIndex((line) => line.startsWith('== '));
  const [top = ''] = lines;
  if (start < 1 || !top.startsWith('# ')) throw new Error('a case starts with "# its title", then "== section" lines');
  const sections: Partial<Record<SectionName, string[]>> = {};
  let current: string[] = [];
  for (const [index, line] of lines.slice(start).entries()) {
    if (line.startsWith('== ')) {
      current = [];
      sections[sectionNamed(line.slice(3), { sections, lineNumber: start + index + 1 })] = current;
    } else {
      current.push(line);
    }
  }
  return { title: top.slice(2), sections };
}

function sectionNamed(
  name: string,
  { sections, lineNumber }: { sections: CaseFile['sections']; lineNumber: number },
): SectionName {
  const known = sectionNames.find((candidate) => candidate === name);
  if (known === undefined) throw new Error(`line ${lineNumber}: no section is called "${name}"`);
  if (sections[known] !== undefined) throw new Error(`line ${lineNumber}: section "${name}" comes twice`);
  return known;
}

/** The bytes a line stands for: UTF-8, with `\r \n \t \0 \\` and `\xHH`; latin1 out. */
export function unescapeText(line: string): string {
  const latin1 = Buffer.from(line).toString('latin1');
  return latin1.replaceAll(/\\(?:x([0-9a-fA-F]{2})|(.))/g, (whole, code: string | undefined, letter: string) => {
    if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
    return plainEscapes[letter] ?? fail(`"${whole}" is no escape`);
  });
}

const plainEscapes: Readonly<Record<string, string>> = { r: '\r', n: '\n', t: '\t', '0': '\0', '\\': '\\' };

/** The other way round, for bytes somebody sent: what is valid UTF-8 stays readable, what does not show is escaped. */
export function escapeText(latin1: string): string {
  const bytes = Buffer.from(latin1, 'latin1');
  const utf8 = bytes.toString('utf8');
  const isUtf8 = Buffer.from(utf8).equals(bytes);
  const hex = (character: string) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  const escaped = (isUtf8 ? utf8 : latin1).replaceAll(/[\x00-\x1f\\\x7f-\x9f]/g, (character) => {
    const known = Object.entries(plainEscapes).find(([, meant]) => meant === character);
    return known === undefined ? hex(character) : `\\${known[0]}`;
  });
  return isUtf8 ? escaped : escaped.replaceAll(/[\xa0-\xff]/g, hex);
}

/** Printed text as lines for comparison: a last line without its end shows `\c`. */
export function linesOf(latin1: string): string[] {
  const lines = latin1.split('\n').map(escapeText);
  const last = lines.pop();
  return last === undefined || last === '' ? lines : [...lines, `${last}\\c`];
}

/** The text of lines as in a section: each ends with LF, but one that ends with `\c`. */
export function textOf(lines: readonly string[]): string {
  return lines
    .map((line) => (line.endsWith('\\c') ? unescapeText(line.slice(0, -2)) : `${unescapeText(line)}\n`))
    .join('');
}

function fail(reason: string): never {
  throw new Error(reason);
}
