/** Which blocks of the program have run, and how often about: an input that reaches something new is worth keeping. */

import { Session } from 'node:inspector';

export interface Coverage {
  /** What of src/ has run since the last call and never before `keep`, or not nearly as often. */
  news(): readonly string[];
  keep(news: readonly string[]): void;
}

interface Profile {
  readonly result: readonly {
    readonly url: string;
    readonly functions: readonly {
      readonly ranges: readonly { readonly startOffset: number; readonly endOffset: number; readonly count: number }[];
    }[];
  }[];
}

export function startCoverage(): Coverage {
  const session = new Session();
  session.connect();
  const seen = new Set<string>();
  session.post('Profiler.enable');
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  return {
    news() {
      const found: string[] = [];
      session.post('Profiler.takePreciseCoverage', (_error, profile: Profile) => {
        for (const { url, functions } of profile.result) {
          if (!url.includes('/src/')) continue;
          for (const { startOffset, endOffset, count } of functions.flatMap(({ ranges }) => ranges)) {
            const place = `${url} ${startOffset} ${endOffset} ${Math.min(8, Math.floor(Math.log2(count)))}`;
            if (count > 0 && !seen.has(place)) found.push(place);
          }
        }
      });
      return found;
    },
    keep(news) {
      for (const place of news) seen.add(place);
    },
  };
}
