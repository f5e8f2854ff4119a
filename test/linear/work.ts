/** Counts what a piece of the program does, without a clock: the same input gives the same number, however busy the machine is. */

import { type Profiler, Session } from 'node:inspector';

/**
 * How often each block of `src/` ran, and how many characters or elements the built-in methods that it called had to look at. What a
 * pattern does besides, is for patterns.test.ts to judge.
 */
export async function workOf(run: () => unknown): Promise<number> {
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  const builtIns = countBuiltIns();
  try {
    await run();
  } finally {
    builtIns.restore();
  }
  let blocks = 0;
  session.post('Profiler.takePreciseCoverage', (_error, { result }) => {
    blocks = blocksIn(result);
  });
  session.disconnect();
  return blocks + builtIns.count();
}

function blocksIn(scripts: readonly Profiler.ScriptCoverage[]): number {
  return scripts
    .filter(({ url }) => url.includes('/src/'))
    .flatMap(({ functions }) => functions.flatMap(({ ranges }) => ranges.map(({ count }) => count)))
    .reduce((sum, count) => sum + count, 0);
}

interface Sized {
  readonly length: number;
}

type Cost = (subject: Sized, result: unknown, start: number) => number;

const whole: Cost = ({ length }) => length;
const ofResult: Cost = (_subject, result) => (result as Sized).length;
/** What is taken from the end leaves the others where they are. */
const moved: Cost = ({ length }, result, start) => (result as Sized).length + (start < 0 ? 0 : length - start);

/** Built-in methods whose work grows with what they are given. `slice` of a text is none: the new text points into the old one. */
const builtIns: readonly (readonly [prototype: object, names: readonly (string | symbol)[], cost: Cost])[] = [
  [String.prototype, ['lastIndexOf', 'includes', 'replace', 'replaceAll', 'split', 'match', 'matchAll'], whole],
  [String.prototype, ['toLowerCase', 'toUpperCase', 'trim', 'trimStart', 'trimEnd', 'normalize'], whole],
  [Array.prototype, ['includes', 'indexOf', 'shift', 'unshift', 'concat', 'join', 'reverse', 'toReversed'], whole],
  // What is spread, too.
  [Array.prototype, ['toSorted', Symbol.iterator], whole],
  [Array.prototype, ['slice'], ofResult],
  [Array.prototype, ['splice'], moved],
  [Buffer, ['from', 'concat'], ofResult],
  [Buffer.prototype, ['toString'], ofResult],
];

function countBuiltIns(): { count(): number; restore(): void } {
  let sum = 0;
  const originals = builtIns.flatMap(([prototype, names, cost]) =>
    names.map((name) => {
      const original = Object.getOwnPropertyDescriptor(prototype, name);
      function counted(this: Sized, ...words: unknown[]): unknown {
        const result: unknown = Reflect.apply(original?.value, this, words);
        sum += cost(this, result, Number(words[0]));
        return result;
      }
      Object.defineProperty(prototype, name, { ...original, value: counted });
      return { prototype, name, original };
    }),
  );
  return {
    count: () => sum,
    restore() {
      for (const { prototype, name, original } of originals) Object.defineProperty(prototype, name, original ?? {});
    },
  };
}
