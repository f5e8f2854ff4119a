/** A System that reads each file once: what is the same for every message of a run is not read for every message. */

import type { System } from '../system.ts';

/** What could not be read fails again in the same way. */
export function rememberingFiles(system: System): System {
  const known = new Map<string, { readonly octets: string } | { readonly error: unknown }>();
  const read = (path: string) => {
    try {
      return { octets: system.readFile(path) };
    } catch (error) {
      return { error };
    }
  };
  return {
    ...system,
    readFile(path) {
      const found = known.get(path) ?? read(path);
      known.set(path, found);
      if ('error' in found) throw found.error;
      return found.octets;
    },
  };
}
