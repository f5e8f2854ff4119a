/** "did you mean": the key that was probably meant by a name that is none. */

import { keys } from './keys.ts';

export function suggestionFor(name: string): string | undefined {
  if (name.length > 40) return undefined;
  const wanted = name.toLowerCase();
  let best: { name: string; distance: number } | undefined;
  for (const key of keys) {
    const distance = distanceBetween(wanted, key.name.toLowerCase());
    if (distance <= Math.min(3, key.name.length / 3) && distance < (best?.distance ?? Infinity)) {
      best = { name: key.name, distance };
    }
  }
  return best?.name;
}

/** Letters to insert, delete or replace (Levenshtein 1966). */
function distanceBetween(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= right.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}
