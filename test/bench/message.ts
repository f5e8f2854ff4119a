/** The messages that are sent: like those of cron, without Date and Message-ID; a large one looks like an attachment. */

import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Wanted {
  /** At least so many of them. */
  readonly octets: number;
  readonly isCrlf: boolean;
}

/** Gives the path of a file with it, below `home`. */
export function messageOf(home: string, { octets, isCrlf }: Wanted): string {
  const path = join(home, `message-${octets}${isCrlf ? '-crlf' : ''}`);
  if (!existsSync(path)) writeFileSync(path, isCrlf ? textOf(octets).replaceAll('\n', '\r\n') : textOf(octets));
  return path;
}

function textOf(octets: number): string {
  const header = [
    'From: Sender <sender@client.bench.test>',
    'To: recipient-0@example.org',
    'Subject: Cron <root@client> /usr/local/bin/report',
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=US-ASCII',
  ];
  const line = `${'QWxsIHdvcmsgYW5kIG5vIHBsYXkgbWFrZXMgSmFjayBhIGR1bGwgYm95Lg'.padEnd(76, '0')}\n`;
  return `${header.join('\n')}\n\n${line.repeat(Math.ceil(octets / line.length))}`;
}
