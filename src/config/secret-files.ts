/** Which files hold secrets, and which of those every user may read: for `--check`, and for the log of whoever sends. */

import type { Entry } from './collect.ts';
import { modeOf, octal } from './permissions.ts';
import type { Keeper } from './secret.ts';
import type { CommonSettings, SecretFile } from './types.ts';

/** Each once, in the order of the entries; the keys of the ways that mail may take come last. Nothing is looked up. */
export function secretFilesIn(
  file: string,
  judged: readonly { readonly entries: readonly Entry[]; readonly settings?: CommonSettings | undefined }[],
): SecretFile[] {
  const entries = judged.flatMap((each) => each.entries);
  const named = entries.flatMap(({ key, shown, place }): SecretFile[] => {
    if (place === undefined || !shown) return [];
    if (key.kind === 'secret')
      return place.startsWith(`${file}:`)
        ? [
            {
              path: file,
              says: (mode) => `${place}: Cannot keep ${key.name} secret: every user may read the file (mode ${mode})`,
            },
          ]
        : [];
    const what = secretContents.get(key.name);
    return what === undefined
      ? []
      : [
          {
            path: shown,
            says: (mode) => `${place}: Cannot keep the ${what} secret: every user may read ${shown} (mode ${mode})`,
          },
        ];
  });
  const ways = judged.flatMap(({ settings }) => (settings ? [settings, ...settings.otherHubs] : []));
  const keys = ways.flatMap(({ tlsCert, tlsKey }) => tlsKey ?? tlsCert ?? []);
  const all = [
    ...named,
    ...keys.map(
      (path): SecretFile => ({
        path,
        says: (mode) => `${path}: Cannot keep the key secret: every user may read it (mode ${mode})`,
      }),
    ),
  ];
  return [...new Map(all.map((each) => [each.says(''), each])).values()];
}

/** What the file that a key names holds. */
export const secretContents: ReadonlyMap<string, string> = new Map([
  ['AuthPassFile', 'password'],
  ['TLSKeyPassFile', 'passphrase'],
]);

/** One complaint about each that every user may read. That its group may is how a secret is shared with those who send. */
export function exposedAmong(files: readonly SecretFile[], system: Pick<Keeper, 'permissionsOf'>): string[] {
  return files.flatMap(({ path, says }) => {
    const mode = modeOf(path, system) ?? 0;
    return mode & 0o004 ? [says(octal(mode))] : [];
  });
}
