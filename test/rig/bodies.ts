/** Bodies that a hub must get as they are, where nothing may be encoded. Strings are latin1: characters are bytes. */

import { randomBytes } from 'node:crypto';

export const bodies: Readonly<Record<string, string>> = {
  'a plain text': 'hello\n',
  'no line at all': '',
  'empty lines': '\n\n\nhello\n\n\n',
  'UTF-8': latin1('Grüße – 你好 🎉\n'),
  'ISO-8859-1': 'Gr\xfc\xdfe\n',
  'all bytes but line ends': `${allBytes().replaceAll(/[\r\n]/g, '')}\n`,
  'NUL bytes': 'a\0b\n\0\n\0\0\0\n.\0\n',
  'lone dots': '.\n..\n.\n...\n.\n',
  'lines that start with dots': '.a\n..b\n...c\n. \n.\t.\n',
  'a dot at the start of each 64 KiB': `${'x'.repeat(65_535)}\n.${'y'.repeat(65_533)}\n.\n..\n`,
  'words of SMTP': 'QUIT\nDATA\nRSET\nMAIL FROM:<x@example.org>\n354 go\n',
  'mbox lines': 'From here\n>From there\n',
  'a line of 998 octets': `${'x'.repeat(998)}\n`,
  'a line of 2047 octets': `${'x'.repeat(2047)}\n`,
  'lines around 2048 octets': [2046, 2048, 2049, 4096].map((length) => `${'x'.repeat(length)}\n`).join(''),
  'a line of 100 000 octets': `${'0123456789'.repeat(10_000)}\n`,
  'many short lines': 'x\n'.repeat(50_000),
  'two megabytes of anything': binaryText(2_000_000),
  'one megabyte and a little': binaryText(1024 * 1024 + 17),
};

function allBytes(): string {
  return Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)).toString('latin1');
}

/** Random bytes in lines, with dots at line starts, without CR. */
function binaryText(size: number): string {
  const text = randomBytes(size).toString('latin1').replaceAll('\r', '\n.');
  return `${text.slice(0, size - 1)}\n`;
}

function latin1(text: string): string {
  return Buffer.from(text).toString('latin1');
}
