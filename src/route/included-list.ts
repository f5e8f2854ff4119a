/** `:include:/file` in aliases(5): the targets in a file take its place. */

import { targetsInFile } from '../config/aliases.ts';
import type { Settings } from '../config/types.ts';
import { addressesInArgument } from '../message/address-list.ts';
import { once } from '../once.ts';
import type { System } from '../system.ts';

/** Files that are included for one recipient, by whatever alias. */
const maximumFiles = 100;

/** A list as it is used. */
interface List extends Lister {
  readonly targets: readonly string[];
}

/** Reads the list at a path for the user ID of the file that names it. Throws as `readListFile` does. */
export type Lists = (path: string, namedBy: number) => List;

/** Each list is read once, however many aliases and recipients lead to it. */
export function listsFrom(system: Pick<System, 'readListFile'>): Lists {
  const known = new Map<string, { readonly list: List } | { readonly error: unknown }>();
  function read(path: string, namedBy: number) {
    try {
      const { octets, owner, isOpenToOthers } = system.readListFile(path, namedBy);
      return { list: { targets: usableTargets(octets, path), owner, isOpenToOthers } };
    } catch (error) {
      return { error };
    }
  }
  return (path, namedBy) => {
    const key = `${namedBy} ${path}`;
    const found = known.get(key) ?? read(path, namedBy);
    known.set(key, found);
    if ('error' in found) throw found.error;
    return found.list;
  };
}

export interface IncludeContext {
  readonly settings: Pick<Settings, 'aliases'>;
  readonly system: Pick<System, 'permissionsOf'>;
  readonly lists: Lists;
}

interface Lister {
  /** The user ID of the file in which the targets stand. */
  readonly owner: number;
  /** Others may write to it, so that nobody knows who names a file there. */
  readonly isOpenToOthers: boolean;
}

/**
 * The targets of an alias, with those in the files that they include in their place; each file once for each user who names it. A file that
 * cannot be read, or must not be read for whoever names it (`world/list-file.ts`), stays, with the reason, and is reported like an address
 * that is none. Of a line in a file that is no address, only the number is shown: who is told of it may not be allowed to read the file.
 * `seen` holds the files that have been included already, `most` is the size up to which it may grow.
 */
export function* targetsOf(
  { targets }: { readonly targets: readonly string[] },
  { settings, system, lists }: IncludeContext,
  seen = new Set<string>(),
  most = mostFiles(seen),
): Generator<string> {
  function* expand(each: readonly string[], lister: () => Lister): Generator<string> {
    // Whoever asks may stop at the second.
    for (const target of each.values()) {
      const path = /^:include:\s*(\/.*)$/i.exec(target)?.[1];
      if (path === undefined) {
        yield target;
        continue;
      }
      const { owner, isOpenToOthers } = lister();
      const key = `${owner} ${path}`;
      if (seen.has(key)) continue;
      if (isOpenToOthers || seen.size >= most) {
        yield target;
        continue;
      }
      seen.add(key);
      let list: List;
      try {
        list = lists(path, owner);
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        yield 'code' in error ? target : `${target} (${error.message})`;
        continue;
      }
      yield* expand(list.targets, () => list);
    }
  }
  yield* expand(
    targets,
    once(() => listerOf(settings.aliases?.path, system)),
  );
}

/** How many files may be `seen` when those that one recipient may include are added. */
export function mostFiles(seen: ReadonlySet<string>): number {
  return seen.size + maximumFiles;
}

function listerOf(aliases: string | undefined, system: Pick<System, 'permissionsOf'>): Lister {
  const found = aliases === undefined ? undefined : system.permissionsOf(aliases);
  return { owner: found?.uid ?? 0, isOpenToOthers: ((found?.mode ?? 0) & 0o002) !== 0 };
}

/** Each once; a word that is no target is replaced by its place. */
function usableTargets(octets: string, path: string): string[] {
  const targets = targetsInFile(octets).map(({ text, line }) => {
    const isUsable = /^:include:\s*\//i.test(text) || (!isNoMailbox(text) && isAddressList(text));
    return isUsable ? text : `:include:${path} line ${line}`;
  });
  return [...new Set(targets)];
}

function isAddressList(text: string): boolean {
  const { places, malformed } = addressesInArgument(text.replace(/^\\/, ''));
  return places.length > 0 && malformed.length === 0;
}

/** Programs, files and lists that could not be read; as addresses the first two would be atoms. */
export function isNoMailbox(target: string): boolean {
  return /^(\||\/|:include:)/i.test(target);
}
