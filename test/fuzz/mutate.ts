/** Makes inputs out of inputs: a few random changes, with words of the target's language among them. */

export interface Stock {
  readonly inputs: readonly Buffer[];
  readonly words: readonly string[];
}

/** Octets; what is longer tells nothing new. */
const longest = 20_000;

/** `random` gives whole numbers. */
export function mutant({ inputs, words }: Stock, random: () => number): Buffer {
  const pick = <T>(of: readonly T[]): T | undefined => of[random() % of.length];
  let octets = pick(inputs) ?? Buffer.alloc(0);
  for (let changes = 1 + (random() % 6); changes > 0; changes -= 1) {
    const at = random() % (octets.length + 1);
    const length = random() % Math.max(1, Math.min(octets.length - at + 1, 1 << (random() % 10)));
    const before = octets.subarray(0, at);
    const behind = octets.subarray(at);
    const kinds: readonly (() => Buffer[])[] = [
      () => [before, Buffer.from(pick(words) ?? '', 'latin1'), behind],
      () => [before, Buffer.from(pick(words) ?? '', 'latin1'), behind.subarray(length)],
      () => [before, Buffer.from([random() & 0xff]), behind.subarray(1)],
      () => [before, Buffer.from([(octets[at] ?? 0) ^ (1 << (random() % 8))]), behind.subarray(1)],
      () => [before, behind.subarray(length)],
      () => [before, behind.subarray(0, length), behind],
      () => [before, ...Array.from({ length: random() % 100 }, () => behind.subarray(0, length)), behind],
      () => [before, pick(inputs)?.subarray(random() % 200) ?? behind],
      () => [before],
    ];
    octets = Buffer.concat(pick(kinds)?.() ?? []).subarray(0, longest);
  }
  return octets;
}
