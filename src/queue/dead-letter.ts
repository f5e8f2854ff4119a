/** The last resort: a message that could not be sent is kept, whole, in a file of its user. */

import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { Failure, reasonOf } from '../failure.ts';
import { headerOctets, makeField } from '../message/header-block.ts';
import { utf8Bytes } from '../message/phrase.ts';
import type { HeaderField, Message } from '../message/types.ts';
import { shortened } from '../printable.ts';
import type { System } from '../system.ts';

export interface Remains {
  /** As it came in, before any rewriting. */
  readonly message: Message;
  /** What the caller asked for, as typed; the header may not tell. */
  readonly sender: string | undefined;
  readonly recipients: readonly string[];
  readonly reason: string;
}

/**
 * Appends to `dead.letter` in the user's home directory in mbox form, or writes a new file in /var/tmp when there is no home
 * that can be written. Returns the file's path. Throws Failure io when nothing took the message.
 */
export function keepDeadLetter(remains: Remains, system: System): string {
  const reasons: string[] = [];
  for (const { path, flags } of placesFor(system)) {
    try {
      append(path, flags, remains, system);
      return path;
    } catch (error) {
      reasons.push(`${path}: ${reasonOf(error)}`);
    }
  }
  throw new Failure('io', `Cannot keep the message: ${reasons.join(', ')}`);
}

function placesFor(system: System): { path: string; flags: number }[] {
  const { home, uid } = system.user();
  const homes = [system.environment.HOME, home].filter((directory) => directory?.startsWith('/') && directory !== '/');
  const letters = [...new Set(homes)].map((directory) => ({ path: `${directory}/dead.letter`, flags: 0 }));
  return [...letters, { path: `/var/tmp/dead.letter.${uid}.${system.randomHex(6)}`, flags: constants.O_EXCL }];
}

/** Links, fifos, devices and files of others are refused: another user may have laid them there. */
function append(path: string, flags: number, remains: Remains, system: System): void {
  const { O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_WRONLY } = constants;
  const file = openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | flags, 0o600);
  try {
    const { nlink, size, uid } = fstatSync(file);
    if (!fstatSync(file).isFile() || nlink !== 1 || uid !== process.geteuid?.())
      throw new Error('not a plain file of yours');
    fchmodSync(file, 0o600);
    try {
      for (const piece of mboxPieces(remains, system)) writeWhole(file, piece);
      fsyncSync(file);
    } catch (error) {
      // As if nothing had been written: a torn message would hide the next one.
      if (size === 0) unlinkSync(path);
      else ftruncateSync(file, size);
      throw error;
    }
  } finally {
    closeSync(file);
  }
}

/** A short message is one piece, so that writers at the same time do not mix their lines. */
function* mboxPieces(remains: Remains, system: System): Generator<Buffer> {
  const { body, fields } = remains.message;
  const header = Buffer.concat([
    Buffer.from(separator(remains, system), 'latin1'),
    headerOctets([...notesOn(remains), ...fields]),
  ]);
  const pieces = closed(quoted(body.chunks()));
  if (body.size <= 1024 * 1024) yield Buffer.concat([header, ...pieces]);
  else {
    yield header;
    yield* pieces;
  }
}

/** mbox(5): the message ends with a line end, and an empty line follows. */
function* closed(pieces: Iterable<Buffer>): Generator<Buffer> {
  let last = 0x0a;
  for (const piece of pieces) {
    yield piece;
    last = piece.at(-1) ?? last;
  }
  yield Buffer.from(last === 0x0a ? '\n' : '\n\n');
}

/** mbox(5): `From sender date` in the form of asctime. */
function separator({ sender }: Remains, system: System): string {
  const [day, month, date, year, time] = system.now().toString().split(' ');
  const address = sender?.replaceAll(/[\s<>]/g, '') || system.user().name;
  return `From ${utf8Bytes(address)} ${day} ${month} ${date} ${time} ${year}\n`;
}

/** The notes come first and never leave this machine again: see the table of header fields. */
function notesOn({ sender, recipients, reason }: Remains): HeaderField[] {
  return [
    makeField('X-Dead-Letter', utf8Bytes(shortened(reason, 900))),
    ...(sender === undefined ? [] : [makeField('X-Dead-Letter-From', utf8Bytes(sender || '<>'))]),
    ...(recipients.length === 0 ? [] : [makeField('X-Dead-Letter-To', utf8Bytes(recipients.join(', ')))]),
  ];
}

/** mbox(5): a body line that begins with "From " gets a ">" in front, or readers would split the message there. */
function* quoted(chunks: Iterable<Buffer>): Generator<Buffer> {
  const mark = 'From ';
  let held = '';
  let atLineStart = true;
  for (const chunk of chunks) {
    const text = held + chunk.toString('latin1');
    const tail = text.slice(text.lastIndexOf('\n') + 1);
    held = mark.startsWith(tail) && tail !== mark ? tail : '';
    const whole = text.slice(0, text.length - held.length);
    const marked = whole.replaceAll('\nFrom ', '\n>From ');
    yield Buffer.from(atLineStart && whole.startsWith(mark) ? `>${marked}` : marked, 'latin1');
    if (whole !== '') atLineStart = whole.endsWith('\n');
  }
  yield Buffer.from(held, 'latin1');
}

function writeWhole(file: number, bytes: Buffer): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
}
