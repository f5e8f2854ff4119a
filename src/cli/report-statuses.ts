/** How a report ends: the four states that monitoring knows, of which the fourth is any other status. */

export const reportStatuses = {
  ok: { status: 0, help: 'nothing to complain about' },
  warning: {
    status: 1,
    help: 'mail leaves, but somebody should look: a certificate is about to expire, a secret is not kept, the one who asks may not see all',
  },
  critical: { status: 2, help: 'mail would not leave' },
} as const;

export type ReportState = keyof typeof reportStatuses;

/** The state of a whole: that of its worst part. */
export function worstOf(states: readonly ReportState[]): ReportState {
  if (states.includes('critical')) return 'critical';
  return states.includes('warning') ? 'warning' : 'ok';
}
