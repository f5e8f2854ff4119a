/** Node's own modules that a program may load. */

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** The names of all modules that are there when everything is loaded that the program names, Node's internal ones among them. */
export async function modulesUsedBy(program: string): Promise<ReadonlySet<string>> {
  const named = new Set(Array.from(program.matchAll(/\brequire\("(node:[\w/]+)"\)/g), ([, name]) => name));
  const load = `for (const name of ${JSON.stringify([...named])}) require(name); process.moduleLoadList.join('\\n')`;
  const { stdout } = await promisify(execFile)(process.execPath, ['-p', load]);
  return new Set(stdout.split('\n').map((entry) => entry.replace(/^NativeModule /, '')));
}
