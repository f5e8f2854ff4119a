/** Which process is which: a mark that no other process will ever have, and whether one who left a mark still runs. */

import { readFileSync, readlinkSync } from 'node:fs';

/** Process id, when it started, boot id and process namespace: `4711.88123.9f8e7d6c.4026531836`; `0` for what cannot be known. */
export function processMark(): string {
  const boot = attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').slice(0, 8)) ?? '0';
  const namespace = attempt(() => /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0]) ?? '0';
  return [process.pid, startOf('self') ?? '0', boot, namespace].join('.');
}

/** True, false, or undefined when it cannot be known from here: it ran in another container. */
export function isRunning(mark: string, ownMark: string): boolean | undefined {
  if (mark === ownMark) return true;
  const [pid = '', start, boot, namespace] = mark.split('.');
  const [, , ownBoot, ownNamespace] = ownMark.split('.');
  if (boot !== '0' && ownBoot !== '0' && boot !== ownBoot) return false;
  if (namespace === '0' || namespace !== ownNamespace || !/^\d{1,9}$/.test(pid)) return undefined;
  const found = startOf(pid);
  if (found !== undefined) return found === start;
  return isThere(Number(pid)) ? undefined : false;
}

/** Clock ticks from boot to the start of a process; undefined when there is none, or /proc hides it. */
function startOf(pid: string): string | undefined {
  const status = attempt(() => readFileSync(`/proc/${pid}/stat`, 'latin1'));
  // proc_pid_stat(5): the second field is a name in parentheses that may hold anything; the start is the 22nd.
  return status?.slice(status.lastIndexOf(')') + 2).split(' ')[19];
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code !== 'ESRCH';
  }
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
