/** Node's own modules that a program may load. */

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** A file that names the modules in the snapshot, as Node's `process.moduleLoadList` does; without it there are none that count. */
export const loadedModules = 'loaded-modules';

/** The names of all modules that are there when everything is loaded that the program names, Node's internal ones among them. */
export async function modulesUsedBy(program: string): Promise<ReadonlySet<string>> {
  const named = new Set(Array.from(program.matchAll(/\brequire\("(node:[\w/]+)"\)/g), ([, name]) => name));
  const load = `for (const name of ${JSON.stringify([...named])}) require(name); process.moduleLoadList.join('\\n')`;
  const { stdout } = await promisify(execFile)(process.execPath, ['-p', load]);
  return namesIn(stdout);
}

/** The names of modules in the form of `process.moduleLoadList`, a line for each. */
export function namesIn(list: string): Set<string> {
  return new Set(list.split('\n').map((entry) => entry.replace(/^NativeModule /, '')));
}
