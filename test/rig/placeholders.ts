/** Placeholders in expected lines of a case file: what is different in each run. */

const patterns: Readonly<Record<string, string>> = {
  // RFC 5322, section 3.3: the day has one digit or two, after any white space. PHP writes ", 1 Dec", git ",  1 Dec".
  DATE: String.raw`(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (?: \d|\d{1,2}) (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d [+-]\d{4}`,
  ID: String.raw`[^<>@\s;]+`,
  HOST: String.raw`[\w.-]+`,
  NUMBER: String.raw`\d+`,
  VERSION: String.raw`\d+\.\d+\.\d+`,
  ANY: '.*',
};

const anyLines = /^(?:C: )?\.\.\.$/;

/** True when a line is as expected. */
export function matchesLine(expected: string, actual: string): boolean {
  return patternOf(expected).test(actual);
}

/** True when the expected line stands for any number of lines. */
export function isAnyLines(expected: string): boolean {
  return anyLines.test(expected);
}

/**
 * The expected lines with everything that matches replaced by what was really there: equal to `actual` exactly when all
 * is as expected, and otherwise a text whose difference from `actual` shows only what is wrong.
 */
export function fillIn(expected: readonly string[], actual: readonly string[]): string[] {
  const filled: string[] = [];
  let at = 0;
  for (const [index, line] of expected.entries()) {
    if (isAnyLines(line)) {
      const next = expected[index + 1];
      const isEnd = (candidate: string) =>
        next !== undefined && (matchesLine(next, candidate) || sideOf(candidate) !== sideOf(line));
      while (at < actual.length && !isEnd(actual[at] ?? '')) filled.push(actual[at++] ?? '');
    } else {
      const found = actual[at];
      if (found === undefined || !matchesLine(line, found)) return [...filled, ...expected.slice(index)];
      filled.push(found);
      at += 1;
    }
  }
  return filled;
}

/** In a dialogue, `C: ...` swallows only what the client says. */
function sideOf(line: string): string {
  return /^[SC]:/.exec(line)?.[0] ?? '';
}

const compiled = new Map<string, RegExp>();

function patternOf(expected: string): RegExp {
  const known = compiled.get(expected);
  if (known !== undefined) return known;
  const quoted = expected.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const source = quoted.replaceAll(/\\\$([A-Z]+)/g, (whole, name: string) => patterns[name] ?? whole);
  const pattern = new RegExp(`^${source}$`, 'u');
  compiled.set(expected, pattern);
  return pattern;
}
