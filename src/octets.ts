/** Text that stands for octets: files and header text are latin1, one character per octet, so that nothing is re-encoded. */

import { isUtf8 } from 'node:buffer';

/** What octets say as text: UTF-8 when they are valid UTF-8, else latin1. */
export function textOf(octets: string): string {
  const bytes = Buffer.from(octets, 'latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : octets;
}

/** The octets (UTF-8) of Unicode text, such as argv, the environment and addresses hold. */
export function octetsOf(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

export function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t';
}

/** Without the spaces and tabs around it. String.trim would take A0 away, which is half of a UTF-8 letter. */
export function trimmed(octets: string): string {
  let start = 0;
  let end = octets.length;
  while (isBlank(octets[start])) start += 1;
  while (end > start && isBlank(octets[end - 1])) end -= 1;
  return octets.slice(start, end);
}

/** True for text with NUL or another control character but the tab. */
export function hasControl(octets: string): boolean {
  for (let index = 0; index < octets.length; index += 1) {
    const code = octets.charCodeAt(index);
    if ((code < 32 && code !== 9) || code === 127) return true;
  }
  return false;
}
