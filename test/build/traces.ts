/** Finds in a file what tells of the machine that built it, also where V8 keeps a text in pieces. */

/** The most that lies between two pieces of one text in a snapshot: the header of an object, and padding. Measured: 12 to 16. */
const gapOctets = 32;

/** The words that occur in the content: as UTF-8, as V8 keeps characters (of one octet or two), or a path piece by piece. */
export function tracesIn(content: Buffer, words: readonly string[]): string[] {
  return words.filter((word) => isIn(content, word) || isInPieces(content, word));
}

function isIn(content: Buffer, word: string): boolean {
  return (['utf8', 'latin1', 'utf16le'] as const).some((encoding) => content.includes(Buffer.from(word, encoding)));
}

/**
 * A path that a program has joined of 13 characters or more is a tree of its pieces (V8's ConsString) until somebody looks at
 * its characters, and a snapshot holds the pieces one after the other.
 */
function isInPieces(content: Buffer, path: string): boolean {
  if (!/^\/.+\/./.test(path)) return false;
  return (['latin1', 'utf16le'] as const).some((encoding) => {
    const [first = content, ...rest] = path.match(/[^/]+/g)?.map((piece) => Buffer.from(piece, encoding)) ?? [];
    for (let at = content.indexOf(first); at !== -1; at = content.indexOf(first, at + 1))
      if (follow(content, at + first.length, rest)) return true;
    return false;
  });
}

/** Whether the pieces come one after the other from `start` on. */
function follow(content: Buffer, start: number, pieces: readonly Buffer[]): boolean {
  let end = start;
  return pieces.every((piece) => {
    const distance = content.subarray(end, end + gapOctets + piece.length).indexOf(piece);
    end += distance + piece.length;
    return distance !== -1;
  });
}
