/** Text of strangers as it may be shown or logged. */

/** One line without control characters: nobody writes on our terminal, or a log line of their own. */
export function printable(text: string): string {
  return text.replaceAll(/[\x00-\x1f\x7f-\x9f\u2028\u2029]+/g, ' ').trim();
}

/** At most so many octets of UTF-8, cut between characters and with "…" where something is missing. */
export function shortened(text: string, octets: number): string {
  if (Buffer.byteLength(text) <= octets) return text;
  const ellipsis = '…';
  let kept = '';
  let room = octets - Buffer.byteLength(ellipsis);
  for (const character of text) {
    room -= Buffer.byteLength(character);
    if (room < 0) break;
    kept += character;
  }
  return kept + ellipsis;
}

/** Text of strangers in quotes, as messages show it: at most 100 octets, control characters escaped. */
export function quoted(text: string): string {
  return JSON.stringify(shortened(text, 100));
}
