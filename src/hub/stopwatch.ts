/** Starts to measure; the result gives the milliseconds since then, whatever happens to the clock of the machine. */
export function stopwatch(): () => number {
  // Not performance.now(), which costs start-up.
  const begun = process.uptime();
  return () => Math.ceil((process.uptime() - begun) * 1000);
}
