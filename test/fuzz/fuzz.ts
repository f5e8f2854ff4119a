/** Checks a target with mutants of its corpus, and makes small what breaks it. */

import { randomFrom } from '../torture/random.ts';
import { corpusOf } from './corpus.ts';
import type { Coverage } from './coverage.ts';
import { mutant } from './mutate.ts';
import type { Target } from './target.ts';

export interface Broken {
  readonly octets: Buffer;
  readonly error: unknown;
}

export interface Effort {
  readonly seed: number;
  /** Called before each input; the fuzzing goes on while it is true. */
  readonly goOn: (octets: Buffer) => boolean;
  /** Without it, no input is added to those of the corpus. */
  readonly coverage?: Coverage;
}

/** Inputs between two looks at the coverage, each of which costs about as much as a few of them. */
const batchSize = 40;

/** The first input that breaks the promise, made as small as it can be; undefined when none did. */
export async function fuzz(target: Target, { seed, goOn, coverage }: Effort): Promise<Broken | undefined> {
  const random = randomFrom(seed);
  const inputs = corpusOf(target).map(({ octets }) => octets);
  for (;;) {
    const batch = Array.from({ length: batchSize }, () => mutant({ inputs, words: target.words }, random));
    for (const octets of batch) {
      if (!goOn(octets)) return undefined;
      const error = await errorOf(target, octets);
      if (error !== undefined) return smallest(target, { octets, error }, goOn);
    }
    if (!coverage || coverage.news().length === 0) continue;
    for (const octets of batch) {
      await errorOf(target, octets);
      const news = coverage.news();
      if (news.length > 0) inputs.push(octets);
      coverage.keep(news);
    }
  }
}

async function errorOf(target: Target, octets: Buffer): Promise<unknown> {
  try {
    await target.check(octets);
    return undefined;
  } catch (error) {
    return error ?? new Error('undefined was thrown');
  }
}

const mostTries = 2000;

/** Cuts pieces out as long as the input still breaks the promise. */
async function smallest(target: Target, found: Broken, goOn: Effort['goOn']): Promise<Broken> {
  let best = found;
  let tries = 0;
  for (let size = Math.ceil(best.octets.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < best.octets.length && tries < mostTries; tries += 1) {
      const octets = Buffer.concat([best.octets.subarray(0, at), best.octets.subarray(at + size)]);
      // A sign of life; there is no end to it but its own.
      goOn(octets);
      const error = await errorOf(target, octets);
      if (error === undefined) at += size;
      else best = { octets, error };
    }
  }
  return best;
}
