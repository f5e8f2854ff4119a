/** Writes the text of a part in a Content-Transfer-Encoding (RFC 2045 §6). The one door to nodemailer's quoted-printable. */

import { encode, wrap } from 'nodemailer/lib/qp';

/** Takes text piece by piece and gives what can be written of it; all text is latin1, line ends of what is given are LF. */
export interface TextEncoder {
  take(text: string): string;
  /** The end of a line of the text, as it came. */
  lineEnd(end: string): string;
  /** The rest. What follows begins a new line. */
  end(): string;
}

/** RFC 2045 §6.7 rule 5 and §6.8: lines of encoded text have no more characters. */
const longestLine = 76;

export function quotedPrintable(): TextEncoder {
  const line = softLine();
  return {
    take: (text) => line.write(encode(Buffer.from(text, 'latin1')).replaceAll('\r', '=0D'), longestLine),
    lineEnd: line.end,
    end: () => '',
  };
}

/** Text that is quoted-printable already, but holds octets or lines that must not be. No escape is cut. */
export function quotedPrintableAgain(): TextEncoder {
  const line = softLine();
  const hex = (octet: string) => `=${octet.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  let held = '';
  const rest = () => {
    const last = held;
    held = '';
    return last;
  };
  return {
    take(text) {
      const all = rest() + text.replaceAll(/[\0\r\x80-\xff]/g, hex);
      held = /=[0-9A-Fa-f]?$/.exec(all)?.[0] ?? '';
      // Room is left for the soft line break that the line may end with.
      return line.write(all.slice(0, all.length - held.length), longestLine - 1);
    },
    lineEnd: () => rest() + line.end(),
    end: rest,
  };
}

/** One line of the text; a soft line break joins what comes in several pieces. */
function softLine(): { write(encoded: string, length: number): string; end(): string } {
  let isOpen = false;
  return {
    write(encoded, length) {
      if (encoded === '') return '';
      const joint = isOpen ? '=\n' : '';
      isOpen = true;
      const written = joint + wrap(encoded, length).replaceAll('\r\n', '\n');
      // A line that a soft break begins must not look like a delimiter (RFC 2046 §5.1.1).
      if (!written.includes('=\n--')) return written;
      return joint + wrap(encoded.replaceAll('-', '=2D'), length).replaceAll('\r\n', '\n');
    },
    end() {
      isOpen = false;
      return '\n';
    },
  };
}

/** For text: the canonical form of its line ends is CRLF (RFC 2045 §6.8). */
export function base64(): TextEncoder {
  const { take, end } = base64Exactly();
  return { take, lineEnd: () => take('\r\n'), end };
}

/** For what is no text: an octet that looks like a line end is one of the others. */
export function base64Exactly(): TextEncoder {
  const lines = linesOf(longestLine);
  let held = '';
  const encoded = (text: string) => lines.take(Buffer.from(text, 'latin1').toString('base64'));
  const take = (text: string) => {
    const all = held + text;
    const whole = all.length - (all.length % 3);
    held = all.slice(whole);
    return encoded(all.slice(0, whole));
  };
  return { take, lineEnd: take, end: () => encoded(held) + lines.end() };
}

/** Text that is base64 already, in lines that are too long. */
export function base64Again(): TextEncoder {
  const lines = linesOf(longestLine);
  return { take: (text) => lines.take(text.replaceAll(/[^A-Za-z0-9+/=]+/g, '')), lineEnd: () => '', end: lines.end };
}

/** A line is written when its last character is there, and its end before the next one. */
function linesOf(length: number): { take(text: string): string; end(): string } {
  let held = '';
  let isFirst = true;
  const written = (lines: readonly string[]) => {
    const text = lines.join('\n');
    const joint = isFirst || text === '' ? '' : '\n';
    if (text !== '') isFirst = false;
    return joint + text;
  };
  return {
    take(text) {
      const all = held + text;
      const whole = all.length - (all.length % length);
      held = all.slice(whole);
      return written(all.slice(0, whole).match(new RegExp(`.{${length}}`, 'g')) ?? []);
    },
    end: () => written([held]),
  };
}
