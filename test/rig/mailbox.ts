/** The maildir into which the private Postfix delivers everything it accepts. */

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { waitFor } from './wait.ts';

/** One delivered copy. Text is latin1: one character is one byte. */
export interface Delivered {
  /** The envelope: the sender (`` for the null sender) and the recipient of this copy, as SMTP said them. */
  readonly sender: string;
  readonly recipient: string;
  /** Postfix's own Received field, unfolded: it names EHLO, TLS and login. */
  readonly received: string;
  /** The message exactly as the program sent it, with line ends as Postfix stores them (LF). */
  readonly message: string;
}

export interface Mailbox {
  /** Waits for `count` copies to one recipient. */
  copiesFor(recipient: string, count?: number): Promise<Delivered[]>;
  /** Waits for the one copy to a recipient. */
  copyFor(recipient: string): Promise<Delivered>;
  /** What is there now. */
  all(): Promise<Delivered[]>;
}

export function openMailbox(maildir: string): Mailbox {
  const arrived = join(maildir, 'new');
  const known = new Map<string, Promise<Delivered>>(); // a file in a maildir never changes
  const read = async (name: string) => parseDelivered(await readFile(join(arrived, name), 'latin1'));
  const all = async () => {
    const names = await readdir(arrived).catch(() => []);
    for (const name of names.sort()) known.set(name, known.get(name) ?? read(name));
    return Promise.all(known.values());
  };
  const copiesFor = (recipient: string, count = 1) =>
    waitFor(`${count} mail(s) to ${recipient}`, async () => {
      const copies = (await all()).filter((copy) => copy.recipient === recipient);
      if (copies.length > count) throw new Error(`${copies.length} mails to ${recipient} instead of ${count}`);
      return copies.length === count ? copies : undefined;
    });
  const copyFor = async (recipient: string) => {
    const [copy] = await copiesFor(recipient);
    if (copy === undefined) throw new Error(`no mail to ${recipient}`);
    return copy;
  };
  return { all, copiesFor, copyFor };
}

/** Takes off the four fields that virtual(8) and smtpd(8) put on top. */
function parseDelivered(text: string): Delivered {
  const match =
    /^Return-Path: <(?<sender>.*)>\nX-Original-To: (?<recipient>.*)\nDelivered-To: .*\nReceived: (?<received>.*\n(?:[ \t].*\n)*)/.exec(
      text,
    );
  if (match?.groups === undefined) throw new Error(`this is not what Postfix delivers:\n${text.slice(0, 500)}`);
  const { sender = '', recipient = '', received = '' } = match.groups;
  return {
    sender,
    recipient,
    received: received.replaceAll(/\s+/g, ' ').trim(),
    message: text.slice(match[0].length),
  };
}

/** Header block (with its last line end) and body of a message. */
export function splitMessage(message: string): { header: string; body: string } {
  const end = message.indexOf('\n\n');
  return end < 0 ? { header: message, body: '' } : { header: message.slice(0, end + 1), body: message.slice(end + 2) };
}

/** The value of a header field, unfolded; undefined when there is none. */
export function fieldOf(message: string, name: string): string | undefined {
  const { header } = splitMessage(message);
  const values = [...header.matchAll(/^([\w-]+):[ \t]*(.*(?:\n[ \t].*)*)\n/gm)]
    .filter(([, fieldName]) => fieldName?.toLowerCase() === name.toLowerCase())
    .map(([, , value = '']) => value.replaceAll(/\s+/g, ' ').trim());
  if (values.length > 1) throw new Error(`${values.length} fields ${name} in:\n${header}`);
  return values[0];
}

/** The names of all header fields in their order. */
export function fieldNames(message: string): string[] {
  return [...splitMessage(message).header.matchAll(/^([^\s:]+):/gm)].map(([, name = '']) => name);
}
