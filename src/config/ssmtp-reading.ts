/** How sSMTP 2.64 took a line of ssmtp.conf apart (read_config and firsttok in its source), faults included. */

export interface SsmtpLine {
  readonly key: string;
  readonly value: string;
  /** Everything behind the key and one delimiter: what AddHeader takes; sSMTP dies there when a comment follows. */
  readonly rest: string | undefined;
}

/** Undefined for a line that sSMTP passed over. `raw` still has its CR; its line feed is told by `hasLineFeed`. */
export function ssmtpReadingOf(raw: string, hasLineFeed: boolean): SsmtpLine | undefined {
  const buffer = (hasLineFeed ? `${raw}\n` : raw).slice(0, bufferSize);
  const [text = ''] = buffer.split('#', 1);
  if (!text.includes('=')) return undefined;
  const key = firstToken(text);
  const value = key && firstToken(key.rest);
  return value && { key: key.token, value: value.token, rest: withoutLineFeed(key.rest) };
}

function withoutLineFeed(text: string): string | undefined {
  return text.endsWith('\n') ? text.slice(0, -1) : undefined;
}

/** fgets reads no more of a line at once (BUF_SZ). */
const bufferSize = 2048;

/** The text up to a delimiter; sSMTP finds no token in a text without one, so a line cut at "#" is lost. */
function firstToken(text: string): { token: string; rest: string } | undefined {
  for (let end = 0; end < text.length; end += 1) {
    if ('= \t\n'.includes(text[end] ?? '')) return { token: text.slice(0, end), rest: text.slice(end + 1) };
  }
  return undefined;
}
