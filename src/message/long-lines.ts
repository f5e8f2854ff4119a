/** Finds lines that are longer than SMTP allows, at the price of one native search per 998 octets. */

/** Octets of a line without its end (RFC 5321 §4.5.3.1.6). */
export const longestLine = 998;

export interface LongLineWatch {
  see(chunk: Buffer): void;
  /** True when there may be one: only LF counts as a line end here, and the CR before it as text. */
  hasFound(): boolean;
}

export function longLineWatch(): LongLineWatch {
  /** Octets of the line that has no end yet; never more than `longestLine` while nothing is found. */
  let open = 0;
  let isFound = false;

  return {
    see(chunk) {
      if (isFound) return;
      let start = -open;
      while (start + longestLine < chunk.length) {
        const lineFeed = chunk.lastIndexOf(0x0a, start + longestLine);
        isFound = lineFeed < start || lineFeed < 0;
        if (isFound) return;
        start = lineFeed + 1;
      }
      const last = chunk.lastIndexOf(0x0a);
      open = last < 0 ? open + chunk.length : chunk.length - last - 1;
    },
    hasFound: () => isFound,
  };
}
