/** Signals for a process and all it started, where it was spawned with `detached`. */

/** Does nothing where there never was a process, or nobody is left. */
export function signalGroup(leader: number | undefined, signal: NodeJS.Signals): void {
  try {
    if (leader !== undefined) process.kill(-leader, signal);
  } catch {
    // nobody is left in the group
  }
}
