/** The lines of ssmtp.conf and revaliases that say something: numbered, without comments, blanks around them, CR and BOM. */

import { isBlank, trimmed } from '../octets.ts';

export interface Line {
  /** Counted from 1. */
  readonly number: number;
  /** Octets, as everywhere in this room; never empty. */
  readonly octets: string;
}

export function linesOf(fileOctets: string): Line[] {
  return rawLinesOf(fileOctets)
    .map((raw, index) => ({ number: index + 1, octets: trimmed(withoutComment(withoutReturn(raw))) }))
    .filter((line) => line.octets !== '');
}

/** Every line as it stands between the line feeds; only a byte order mark at the very start is gone. */
export function rawLinesOf(fileOctets: string): string[] {
  return (fileOctets.startsWith(byteOrderMark) ? fileOctets.slice(byteOrderMark.length) : fileOctets).split('\n');
}

export const byteOrderMark = '\xEF\xBB\xBF';

export function withoutReturn(raw: string): string {
  let end = raw.length;
  while (raw[end - 1] === '\r') end -= 1;
  return raw.slice(0, end);
}

/** A "#" starts a comment at the start of the line and behind a blank; elsewhere it belongs to the value, as in `pa#ss`. */
function withoutComment(octets: string): string {
  for (let place = octets.indexOf('#'); place >= 0; place = octets.indexOf('#', place + 1)) {
    if (place === 0 || isBlank(octets[place - 1])) return octets.slice(0, place);
  }
  return octets;
}
