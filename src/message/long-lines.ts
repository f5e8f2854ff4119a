/** Finds lines that are longer than SMTP allows, at the price of one native search per 998 octets. */

/** Octets of a line without its end (RFC 5321 §4.5.3.1.6). */
export const longestLine = 998;

export interface LongLineWatch {
  see(chunk: Buffer): void;
  /** True when there may be one: only LF counts as a line end here, and the CR before it as text. */
  hasFound(): boolean;
}

/** A Buffer's own does the same at four times the price. */
const { lastIndexOf } = Uint8Array.prototype;

export function longLineWatch(): LongLineWatch {
  /** Octets of the line that has no end yet; never more than `longestLine` while nothing is found. */
  let open = 0;
  let isFound = false;

  return {
    see(chunk) {
      if (isFound) return;
      let end = longestLine - open;
      while (end < chunk.length) {
        const lineFeed = lastIndexOf.call(chunk, 0x0a, end);
        if (lineFeed < 0 || lineFeed < end - longestLine) {
          isFound = true;
          return;
        }
        end = lineFeed + 1 + longestLine;
      }
      const last = lastIndexOf.call(chunk, 0x0a);
      open = last < 0 ? open + chunk.length : chunk.length - last - 1;
    },
    hasFound: () => isFound,
  };
}
