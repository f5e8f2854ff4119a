/** Values of several words. */

import { isBlank, textOf } from '../octets.ts';

/** Words end at blanks; within quotes they do not. There is no other syntax, because there is no shell. */
export function commandWords(octets: string): string[] | undefined {
  const text = textOf(octets);
  if (!/^\/[^\s"']*(?:[ \t]+(?:"[^"]*"|'[^']*'|[^\s"']+))*$/.test(text)) return undefined;
  return Array.from(
    text.matchAll(/"([^"]*)"|'([^']*)'|([^\s"']+)/g),
    ([, double, single, bare]) => double ?? single ?? bare ?? '',
  );
}

export function firstWordOf(octets: string): string {
  let end = 0;
  while (end < octets.length && !isBlank(octets[end])) end += 1;
  return octets.slice(0, end);
}
