/** The world as the configuration sees it, as plain values. */

import type { Surroundings } from '../../src/config/settings.ts';

/** Files by path, as latin1 text; an Error stands for a file that cannot be read. */
export function surroundingsWith(
  files: Readonly<Record<string, string | Error>>,
  more: { environment?: Surroundings['environment']; mode?: number; outputOf?: Surroundings['outputOf'] } = {},
): Surroundings {
  const outputOf =
    more.outputOf ??
    (() => {
      throw new Error('no program is run in this test');
    });
  return {
    environment: more.environment ?? {},
    outputOf,
    laterOutputOf: async (words, key) => outputOf(words, key),
    readFile(path) {
      const content = files[path] ?? systemError('ENOENT');
      if (content instanceof Error) throw content;
      return content;
    },
    permissionsOf(path) {
      return path in files ? { mode: 0o100000 | (more.mode ?? 0o600), uid: 0, gid: 0 } : undefined;
    },
  };
}

export function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: something, open`), { code });
}
