/** What a fuzzed part of the program is: octets go in, and what was promised about it holds or an error is thrown. */

export interface Target {
  readonly name: string;
  /** What must hold, in words. */
  readonly promise: string;
  /** Words of its language, latin1; mutations put them in. */
  readonly words: readonly string[];
  /** Throws, or rejects, when the promise does not hold. */
  readonly check: (octets: Buffer) => void | Promise<void>;
}

/** Octets in pieces whose lengths depend on nothing but the octets. */
export function inPieces(octets: Buffer): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0, turn = octets.length; at < octets.length; turn += 1) {
    const length = 1 + ((octets[turn % octets.length] ?? 0) % 23);
    pieces.push(octets.subarray(at, at + length));
    at += length;
  }
  return pieces;
}
