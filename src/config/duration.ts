/** A time as people write it. */

const milliseconds: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** `500ms`, `30s`, `10m`, `4h`, `5d`, or a plain number of seconds → milliseconds; undefined when it is anything else. */
export function parseDuration(text: string): number | undefined {
  const [, digits = '', unit = ''] = /^([0-9]{1,12})(ms|s|m|h|d|)$/.exec(text.toLowerCase()) ?? [];
  return digits === '' ? undefined : Number(digits) * (milliseconds[unit || 's'] ?? 0);
}
