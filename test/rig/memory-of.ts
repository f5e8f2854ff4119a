/** What a process has in memory at this moment, as the kernel counts it. */

import { readdirSync, readFileSync } from 'node:fs';

/** Octets. */
export interface MemoryOf {
  /**
   * What nobody else has: pages with no file behind them (`Anonymous`). Pages of the executable are the page cache's: all its processes
   * share them, and they are given back when memory is short. The kernel calls them private, too, while one process alone has them.
   */
  readonly own: number;
  /** The most that was resident so far, pages of files included. */
  readonly largest: number;
  readonly threads: number;
}

/** undefined when there is no such process any more, or one that has ended. */
export function memoryOf(pid: number): MemoryOf | undefined {
  try {
    const own = figureIn(`/proc/${pid}/smaps_rollup`, 'Anonymous');
    const largest = figureIn(`/proc/${pid}/status`, 'VmHWM');
    const threads = readdirSync(`/proc/${pid}/task`).length;
    return own === undefined || largest === undefined ? undefined : { own, largest, threads };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    throw error;
  }
}

function figureIn(file: string, name: string): number | undefined {
  const kilobytes = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(file, 'latin1'))?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}

/** Of two moments, the larger of each. */
export function mostOf(one: MemoryOf | undefined, other: MemoryOf): MemoryOf {
  if (one === undefined) return other;
  return {
    own: Math.max(one.own, other.own),
    largest: Math.max(one.largest, other.largest),
    threads: Math.max(one.threads, other.threads),
  };
}
