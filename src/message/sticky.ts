/** Where a sticky pattern (`/…/y`) that starts exactly at `at` ends, or undefined when it does not match there. */
export function endOfMatch(sticky: RegExp, text: string, at: number): number | undefined {
  sticky.lastIndex = at;
  return sticky.test(text) ? sticky.lastIndex : undefined;
}
