/** Finds octets that no mail transport need carry: NUL, and CR without LF (RFC 2045 §2.7 and §2.8, RFC 5321 §2.3.8). */

export interface UnsafeOctetWatch {
  see(chunk: Buffer): void;
  /** To be asked when all has been seen: a CR at the end has no LF. */
  hasFound(): boolean;
}

const carriageReturn = 0x0d;
const lineFeed = 0x0a;

/** Native searches only: no loop over octets, which is slow where there is no JIT. */
export function unsafeOctetWatch(): UnsafeOctetWatch {
  let isFound = false;
  let endsInReturn = false;

  return {
    see(chunk) {
      if (isFound || chunk.length === 0) return;
      isFound = chunk.includes(0) || (endsInReturn && chunk[0] !== lineFeed) || hasBareReturn(chunk);
      endsInReturn = chunk.at(-1) === carriageReturn;
    },
    hasFound: () => isFound || endsInReturn,
  };
}

/** The last octet is left out: what follows it is not known yet. */
function hasBareReturn(chunk: Buffer): boolean {
  if (!chunk.includes(carriageReturn)) return false;
  return chunk.toString('latin1').replaceAll('\r\n', '\n').slice(0, -1).includes('\r');
}
