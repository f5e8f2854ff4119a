/** Cuts octets into chunks, as a pipe may: for tests that say "however the input is cut". */

import fc from 'fast-check';

/** Lengths of chunks, zero included; `cutInto` goes round them. */
export const cuts = fc
  .array(fc.nat({ max: 7 }), { minLength: 1, maxLength: 8 })
  .filter((lengths) => lengths.some(Boolean));

export function* cutInto(latin1: string, lengths: readonly number[]): Generator<Buffer> {
  const octets = Buffer.from(latin1, 'latin1');
  for (let at = 0, turn = 0; at < octets.length; turn += 1) {
    const length = lengths[turn % lengths.length] ?? 1;
    yield octets.subarray(at, at + length);
    at += length;
  }
}

export function octetsOf(latin1: string): Generator<Buffer> {
  return cutInto(latin1, [1]);
}
