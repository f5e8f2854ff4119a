/** What a mail hub must hear from a caller, as the contract of a scripted hub: envelope, header and body to the byte. */

import { userInfo } from 'node:os';
import { escapeText } from '../rig/case-file.ts';
import type { Caller, Sends } from './callers.ts';

const { username, uid } = userInfo();

/** The octets of the caller's standard input, as latin1. */
export function inputOf({ input }: Caller): string {
  if (input.from === 'nothing') return '';
  return input.charset === 'latin1' ? input.text : Buffer.from(input.text).toString('latin1');
}

/** The dialogue with a hub that offers all that callers may ask for; undefined when nobody may connect. */
export function contractOf(caller: Caller): string[] | undefined {
  const { sends } = caller;
  if (sends === undefined || caller.notYet) return undefined;
  const isDialogue = caller.words.includes('-bs');
  const text = isDialogue ? letterInDialogue(inputOf(caller)) : inputOf(caller);
  // In a dialogue the hub may be asked before the message is there: then nobody knows its size.
  const mail = isDialogue ? `MAIL FROM:<${sends.sender}>$ANY` : mailCommand(sends, text);
  const dialogue = [
    ['220 hub.test ESMTP', 'EHLO client.test'],
    ['250-hub.test', '250-PIPELINING', '250-SIZE 10000000', '250-DSN', '250 8BITMIME', mail],
    ...sends.recipients.map((recipient) => ['250 2.1.0 ok', rcptCommand(sends, recipient)]),
    ['250 2.1.5 ok', 'DATA'],
    ['354 go', ...messageLines(sends, text), '.'],
    ['250 2.0.0 queued', 'QUIT'],
    ['221 2.0.0 bye'],
  ];
  return dialogue.flatMap(spoken).map((line) => line.replaceAll('$USER', username).replaceAll('$UID', String(uid)));
}

/** Lines of the hub begin with their code; what follows is the program's. */
function spoken(lines: readonly string[]): string[] {
  const isReply = (line: string, index: number) => /^\d{3}[ -]/.test(line) && lines.slice(0, index).every(isCode);
  return lines.map((line, index) => {
    if (isReply(line, index)) return `S: ${line}`;
    return line === '' ? 'C:' : `C: ${line}`;
  });
}

function isCode(line: string): boolean {
  return /^\d{3}[ -]/.test(line);
}

function mailCommand({ sender, returns }: Sends, text: string): string {
  const body = /[\x80-\xff]/.test(text) ? ['BODY=8BITMIME'] : [];
  return [`MAIL FROM:<${sender}>`, 'SIZE=$NUMBER', ...body, ...(returns ? [returns] : [])].join(' ');
}

function rcptCommand({ notifies }: Sends, recipient: string): string {
  return [`RCPT TO:<${recipient}>`, ...(notifies?.[recipient] ? [notifies[recipient]] : [])].join(' ');
}

/** The message between DATA and the final dot, dots doubled. */
function messageLines({ adds, changes = {}, declares = [], body }: Sends, text: string): string[] {
  const all = text.replaceAll('\r\n', '\n').replace(/\n$/, '').split('\n');
  const end = all.indexOf('');
  const header = all.slice(0, end).flatMap((line) => (line in changes ? (changes[line] ?? []) : line));
  const bodyLines = body?.map((line) => Buffer.from(line).toString('latin1')) ?? all.slice(end + 1);
  return [
    'Received: by client.test (ssmtp, from userid $UID)',
    '\\tid $ID; $DATE',
    ...adds,
    ...[...header, ...declares, '', ...bodyLines].map((line) => escapeText(line.replace(/^\./, '..'))),
  ];
}

function letterInDialogue(text: string): string {
  const [, letter = ''] = /\r\nDATA\r\n(.*\r\n)\.\r\n/s.exec(text) ?? [];
  return letter.replaceAll('\n..', '\n.');
}
