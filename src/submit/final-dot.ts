/** SMTP's dot rule (RFC 5321 §4.5.2) for what follows DATA: the line with the lone dot ends it, every other leading dot goes. */

export interface DotReader {
  /** Takes the next octets; gives those of the message, and once the end was there what stands behind it. */
  take(chunk: Buffer): { readonly content: Buffer; readonly rest: Buffer | undefined };
}

/**
 * A client that has ended a command with a bare LF ends lines of its message so, too. For all others only CRLF ends a line:
 * a bare LF in the text of a stranger whom they quote must not end their message, and begin another (SMTP smuggling).
 * Whatever the client does, less than five octets are held back.
 */
export function dotReader({ bareLineFeeds }: { bareLineFeeds: boolean }): DotReader {
  const lineEnd = bareLineFeeds ? '\n' : '\r\n';
  const ends = bareLineFeeds ? ['\n.\n', '\n.\r\n'] : ['\r\n.\r\n'];
  // The message may begin with a dot: it stands behind the line end of DATA, which is not part of it.
  let held = lineEnd;
  let isStart = true;

  function contentOf(text: string): Buffer {
    if (text === '') return Buffer.alloc(0);
    const lines = text.replaceAll(`${lineEnd}.`, lineEnd);
    const content = Buffer.from(isStart ? lines.slice(lineEnd.length) : lines, 'latin1');
    isStart = false;
    return content;
  }

  return {
    take(chunk) {
      const text = held + chunk.toString('latin1');
      const end = firstOf(ends, text);
      if (end !== undefined) {
        const rest = Buffer.from(text.slice(end.at + end.text.length), 'latin1');
        return { content: contentOf(text.slice(0, end.at + lineEnd.length)), rest };
      }
      const decided = text.length - undecided(ends, text);
      held = text.slice(decided);
      return { content: contentOf(text.slice(0, decided)), rest: undefined };
    },
  };
}

function firstOf(ends: readonly string[], text: string): { at: number; text: string } | undefined {
  const found = ends.map((end) => ({ at: text.indexOf(end), text: end })).filter(({ at }) => at >= 0);
  return found.toSorted((one, other) => one.at - other.at)[0];
}

/** How many octets at the end of the text may be the beginning of an end. */
function undecided(ends: readonly string[], text: string): number {
  const beginnings = ends.flatMap((end) => Array.from(end, (_octet, length) => end.slice(0, length)));
  return Math.max(...beginnings.filter((beginning) => text.endsWith(beginning)).map(({ length }) => length));
}
