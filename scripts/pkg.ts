/**
 * pkg's producer of single executables, with one change: pkg has the executable's Node generate what goes into it, and a snapshot
 * needs more for that than pkg gives: the V8 flags of the executable, and a directory and an environment that tell nothing.
 */
import childProcess from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { log } from '@yao-pkg/pkg/lib-es5/log.js';
import { withCodeOf } from './snapshot/code-cache.ts';
import { furnish } from './snapshot/furnish.ts';
import { startHub } from './snapshot/hub.ts';
import { loadedModules, modulesUsedBy, namesIn } from './snapshot/used-modules.ts';

export interface Place {
  /** The Node that goes into the executable. */
  readonly node: string;
  readonly output: string;
  /** A directory that holds `ssmtp.js`, and whatever is written on the way. */
  readonly work: string;
}

/** Node's configuration of single executable applications. */
export interface SeaConfig {
  readonly disableExperimentalSEAWarning: boolean;
  readonly useSnapshot: boolean;
  readonly useCodeCache: boolean;
  readonly execArgv: readonly string[];
  readonly execArgvExtension: string;
  /** The path of `ssmtp.js` as the executable knows it. */
  readonly main: string;
}

const execFile = promisify(childProcess.execFile);
// pkg takes `execFile` when it is loaded.
Object.assign(childProcess, { execFile: Object.assign(() => undefined, { [promisify.custom]: generate }) });
const { default: pkg } = await import('@yao-pkg/pkg/lib-es5/sea.js');

/** Writes the executable to `output`. */
export async function makeWithPkg(seaConfig: SeaConfig, { node, output, work }: Place): Promise<void> {
  process.env.TMPDIR = work; // where pkg makes its own folder
  log.info = () => {};
  await pkg.default(join(work, 'ssmtp.js'), {
    targets: [{ nodeRange: `node${process.versions.node}`, platform: 'linux', arch: process.arch, output }],
    nodePath: node,
    signature: false,
    seaConfig,
  });
}

/** `words` are `--experimental-sea-config FILE`; `output` in that file says where the result is to be. */
async function generate(node: string, words: readonly string[]): Promise<unknown> {
  const file = words.at(-1) ?? '';
  const config: SeaConfig & { output: string } = JSON.parse(await readFile(file, 'utf8'));
  if (!config.useSnapshot) return execFile(node, [...words]);
  const directory = dirname(file);
  await using hub = await startHub();
  await furnish(join(directory, 'world'), hub.port);
  // For snapshot/tls-ahead.ts. All paths are relative, so that none gets into the snapshot.
  const relativeWords = ['--expose-internals', '--experimental-sea-config', basename(file)];
  const options = { cwd: directory, env: {} };
  const printed = await execFile(relative(directory, node), [...config.execArgv, ...relativeWords], options);
  const used = await modulesUsedBy(await readFile(join(directory, '../ssmtp.js'), 'utf8'));
  const loaded = await modulesLoadedIn(directory);
  const later = new Set([...used].filter((name) => !loaded.has(name)));
  await writeFile(config.output, withCodeOf(later, await readFile(config.output)));
  return printed;
}

/** They are in the snapshot as a whole: their compiled code would be copied at each start, and never be looked at. */
async function modulesLoadedIn(directory: string): Promise<ReadonlySet<string>> {
  const file = join(directory, loadedModules);
  return existsSync(file) ? namesIn(await readFile(file, 'utf8')) : new Set();
}
