/** When a message that could not be delivered is tried again, and when it is given up. */

export interface RetryRules {
  /** Milliseconds. */
  readonly minimalBackoff: number;
  readonly maximalBackoff: number;
  readonly queueLifetime: number;
}

/**
 * Milliseconds to wait after so many attempts: twice as long each time, within the limits. `random`, 0 to 1, spreads messages that
 * failed together over the quarter before and behind.
 */
export function backoffAfter(attempts: number, { minimalBackoff, maximalBackoff }: RetryRules, random: number): number {
  const doubled = minimalBackoff * 2 ** Math.min(Math.max(attempts - 1, 0), 40);
  return Math.round(Math.min(doubled, maximalBackoff) * (0.75 + random / 2));
}

/** What the hub may have already is not sent again soon (milliseconds): by then its user has seen it, or its log can be asked. */
export const uncertainHoldOff = 30 * 60_000;
