/** `:include:/file` in aliases(5): the targets in a file take its place. */

import { targetsInFile } from '../config/aliases.ts';
import type { Settings } from '../config/types.ts';
import { addressesInArgument } from '../message/address-list.ts';
import type { System } from '../system.ts';

/** Files that are included for one recipient, by whatever alias. */
const maximumFiles = 100;

interface IncludeContext {
  readonly settings: Pick<Settings, 'aliases'>;
  readonly system: Pick<System, 'readListFile' | 'permissionsOf'>;
}

interface Lister {
  /** The user ID of the file in which the targets stand. */
  readonly owner: number;
  /** Others may write to it, so that nobody knows who names a file there. */
  readonly isOpenToOthers: boolean;
}

/**
 * The targets of an alias, with those in the files that they include in their place; each file once. A file that cannot be read, or
 * must not be read for whoever names it (`world/list-file.ts`), stays, with the reason, and is reported like an address that is none. Of a line
 * in a file that is no address, only the number is shown: who is told of it may not be allowed to read the file. `seen` are the files that
 * have been included already.
 */
export function targetsOf(
  { targets }: { readonly targets: readonly string[] },
  { settings, system }: IncludeContext,
  seen = new Set<string>(),
): string[] {
  const expand = (each: readonly string[], lister: Lister): string[] =>
    each.flatMap((target) => {
      const path = /^:include:\s*(\/.*)$/i.exec(target)?.[1];
      if (path === undefined) return [target];
      if (seen.has(path)) return [];
      if (lister.isOpenToOthers || seen.size >= maximumFiles) return [target];
      seen.add(path);
      try {
        const file = system.readListFile(path, lister.owner);
        return expand(usableTargets(file.octets, path), file);
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        return ['code' in error ? target : `${target} (${error.message})`];
      }
    });
  return expand(targets, listerOf(settings.aliases?.path, system));
}

function listerOf(aliases: string | undefined, system: Pick<System, 'permissionsOf'>): Lister {
  const found = aliases === undefined ? undefined : system.permissionsOf(aliases);
  return { owner: found?.uid ?? 0, isOpenToOthers: ((found?.mode ?? 0) & 0o002) !== 0 };
}

/** What is none is replaced by its place. */
function usableTargets(octets: string, path: string): string[] {
  return targetsInFile(octets).map(({ text, line }) => {
    const isUsable = /^:include:\s*\//i.test(text) || (!isNoMailbox(text) && isAddressList(text));
    return isUsable ? text : `:include:${path} line ${line}`;
  });
}

function isAddressList(text: string): boolean {
  const { places, malformed } = addressesInArgument(text.replace(/^\\/, ''));
  return places.length > 0 && malformed.length === 0;
}

/** Programs, files and lists that could not be read; as addresses the first two would be atoms. */
export function isNoMailbox(target: string): boolean {
  return /^(\||\/|:include:)/i.test(target);
}
