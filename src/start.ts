/** Takes argv, environment and the real System from the process, and ends it with the answer of `run` as its exit status. */

import { run } from './run.ts';
import { dropForeignHome, dropLentRights, endWith, keepMemoryPrivate, realSystem } from './system.ts';

export function start(): void {
  dropLentRights();

  // Variables by which a caller would change how Node works: NODE_TLS_REJECT_UNAUTHORIZED=0 would switch verification off.
  // SSL_CERT_FILE would let him choose who vouches for the hub that gets the administrator's password.
  // Others are stopped by the flags in the executable (scripts/build.ts); NODE_EXTRA_CA_CERTS stays, for hub/authorities.ts
  // has to know of it.
  const isDebugging = process.env.NODE_DEBUG !== undefined || process.env.NODE_DEBUG_NATIVE !== undefined;
  for (const name of Object.keys(process.env)) {
    if (/^(NODE_|SSL_CERT_)/.test(name) && name !== 'NODE_EXTRA_CA_CERTS') delete process.env[name];
  }
  // Node has read these before our first line, and prints what goes over the wire, passwords included: start again without.
  if (isDebugging) process.execve?.(process.execPath, programAndWords());

  dropForeignHome(process.env);
  keepMemoryPrivate();

  // Whatever ends the program before `run` does is no success.
  process.exitCode = 70;

  // The name it was called by: the executable and the script both find it in argv[1], links not followed.
  const calledAs = (process.argv[1] ?? 'ssmtp').replace(/\.[cm]?[jt]s$/, '');

  run(process.argv.slice(2), realSystem(calledAs, process.env)).then(endWith, () => endWith(70));
}

/** argv as the system gave it: a script's own path stands behind the interpreter's. */
function programAndWords(): string[] {
  const isScript = process.argv[1] !== process.argv0;
  return isScript
    ? [process.argv0, ...process.execArgv, ...process.argv.slice(1)]
    : [process.argv0, ...process.argv.slice(2)];
}
