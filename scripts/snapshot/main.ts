/**
 * The program as it is put into the executable's snapshot: V8's heap after one whole message has been sent, so that nothing that a
 * message needs is compiled or set up again. Runs once at build time; in each run of the executable only `start` does.
 */
import { writeFileSync } from 'node:fs';
import { startupSnapshot } from 'node:v8';
import { start } from '../../src/start.ts';
import { collectGarbage, forgetCode } from './forget.ts';
import { forgetGlobalPaths } from './global-paths.ts';
import { startAhead } from './start-ahead.ts';
import { forgetTimers } from './timers.ts';
import { loadTlsAhead } from './tls-ahead.ts';
import { loadedModules } from './used-modules.ts';
import { warmUp } from './warm-up.ts';

startupSnapshot.setDeserializeMainFunction(start);

makeReady().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});

/** The first messages load modules and fill tables; the others compile what a message needs, and nothing but that is kept. */
async function makeReady(): Promise<void> {
  const tls = loadTlsAhead();
  process.getBuiltinModule('node:child_process'); // the system's log and -odb start a process
  await warmUp('world');
  await forgetCode();
  startAhead();
  await warmUp('world');
  tls.beReal();
  await collectGarbage(); // no native part of a connection may be left
  // V8 remembers the last text that a regular expression was asked about, and Node where this process was started.
  /x/.exec('x');
  forgetGlobalPaths();
  Object.assign(process, { execPath: '', argv: [], execArgv: [] });
  await forgetTimers();
  const loaded: string[] = Reflect.get(process, 'moduleLoadList');
  writeFileSync(loadedModules, loaded.join('\n'));
}
