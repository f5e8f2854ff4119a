/** Which process is which: a mark that no other process will ever have, and whether one who left a mark still runs. */

import { readFileSync, readlinkSync } from 'node:fs';

/** Process id, when it started, boot id, process namespace and machine id: `4711.88123.9f8e7d6c.4026531836.5e3c01aa`; `0` for what cannot be known. */
export function processMark(): string {
  const boot = attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').slice(0, 8)) ?? '0';
  const namespace = attempt(() => /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0]) ?? '0';
  // machine-id(5): a part of it, for the whole is confidential.
  const machine = attempt(() => /^[0-9a-f]{8}/.exec(readFileSync('/etc/machine-id', 'latin1'))?.[0]) ?? '0';
  return [process.pid, startOf('self') ?? '0', boot, namespace, machine].join('.');
}

/** The kernel's own process namespace, which has this number (PROC_PID_INIT_INO) in every kernel. */
const initialNamespace = '4026531836';

/**
 * True, false, or undefined when it cannot be known from here. Another boot id alone proves nothing: containers that share a
 * queue may each have one, or it is another machine's, and the numbers of namespaces repeat from kernel to kernel.
 */
export function isRunning(mark: string, ownMark: string): boolean | undefined {
  if (mark === ownMark) return true;
  const [pid = '', start, boot, namespace, machine = '0'] = mark.split('.');
  const [, , ownBoot, ownNamespace, ownMachine] = ownMark.split('.');
  if (namespace === '0' || namespace !== ownNamespace || !/^\d{1,9}$/.test(pid)) return undefined;
  const runs = isAlive(pid, start);
  const isSameBoot = boot !== '0' && boot === ownBoot;
  // In no container, on one machine: what ran before its last boot has ended with it.
  const isSameMachine = namespace === initialNamespace && machine !== '0' && machine === ownMachine;
  return runs || isSameBoot || isSameMachine ? runs : undefined;
}

/** Of a process in our namespace; undefined when /proc hides it. */
function isAlive(pid: string, start: string | undefined): boolean | undefined {
  // Where a namespace was made without a /proc of its own, the numbers there are those of another.
  const found = isOwnProc() ? startOf(pid) : undefined;
  if (found !== undefined && start !== '0') return found === start;
  return isThere(Number(pid)) ? undefined : false;
}

function isOwnProc(): boolean {
  return attempt(() => readlinkSync('/proc/self')) === String(process.pid);
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
