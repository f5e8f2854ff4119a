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
import { memoryLimit } from '../message/body.ts';
import { headerOctets, makeField } from '../message/header-block.ts';
import type { HeaderField, Message } from '../message/types.ts';
import { octetsOf } from '../octets.ts';
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
 * Appends to `dead.letter` in the user's home directory in mbox form. A letter of more than 1 MiB, and one for which there is no
 * home that can be written, gets a file of its own: writers do not wait for each other, and only a single write stays whole among
 * others. Returns the file's path. Throws Failure io when nothing took the message.
 */
export function keepDeadLetter(remains: Remains, system: System): string {
  const reasons: string[] = [];
  for (const place of placesFor(remains, system)) {
    try {
      write(place, remains, system);
      return place.path;
    } catch (error) {
      reasons.push(`${place.path}: ${reasonOf(error)}`);
    }
  }
  throw new Failure('io', `Cannot keep the message: ${reasons.join(', ')}`);
}

interface Place {
  readonly path: string;
  /** Other letters may be in the file, or be written to it at the same time. */
  readonly isShared: boolean;
}

function placesFor({ message }: Remains, system: System): Place[] {
  const { home, uid } = system.user();
  const id = system.randomHex(6);
  const homes = [system.environment.HOME, home].filter((directory) => directory?.startsWith('/') && directory !== '/');
  const isShared = message.body.size <= memoryLimit;
  const letters = [...new Set(homes)].map((directory) => ({
    path: isShared ? `${directory}/dead.letter` : `${directory}/dead.letter.${id}`,
    isShared,
  }));
  return [...letters, { path: `/var/tmp/dead.letter.${uid}.${id}`, isShared: false }];
}

/** Links, fifos, devices and files of others are refused: another user may have laid them there. */
function write({ path, isShared }: Place, remains: Remains, system: System): void {
  const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_WRONLY } = constants;
  const sharing = isShared ? 0 : O_EXCL;
  const file = openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | sharing, 0o600);
  try {
    const before = fstatSync(file);
    const isOurs = before.isFile() && before.nlink === 1 && before.uid === process.geteuid?.();
    if (!isOurs) throw new Error('not a plain file of yours');
    fchmodSync(file, 0o600);
    writePieces(file, before.size, mboxPieces(remains, system));
    fsyncSync(file);
  } catch (error) {
    if (!isShared) unlinkSync(path);
    throw error;
  } finally {
    closeSync(file);
  }
}

/** Takes back what it has written when the disk is full, unless another letter stands behind it already. */
function writePieces(file: number, before: number, pieces: Iterable<Buffer>): void {
  let size = before;
  try {
    for (const piece of pieces) {
      for (let written = 0; written < piece.length; ) {
        const octets = writeSync(file, piece, written);
        written += octets;
        size += octets;
      }
    }
  } catch (error) {
    if (fstatSync(file).size === size) ftruncateSync(file, before);
    throw error;
  }
}

/** A short letter is one piece, so that it stays whole among others. */
function* mboxPieces(remains: Remains, system: System): Generator<Buffer> {
  const { body, fields } = remains.message;
  const header = Buffer.concat([
    Buffer.from(separator(remains, system), 'latin1'),
    headerOctets([...notesOn(remains), ...fields.filter((field) => !isReplaced(field, remains))]),
  ]);
  const pieces = closed(quoted(body.chunks()));
  if (body.size <= memoryLimit) yield Buffer.concat([header, ...pieces]);
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
  return `From ${octetsOf(address)} ${day} ${month} ${date} ${time} ${year}\n`;
}

/** A letter that is sent again, in vain, gets new notes; the sender's stays unless there is another. */
function isReplaced({ name }: HeaderField, { sender }: Remains): boolean {
  const note = name.toLowerCase();
  return (
    note === 'x-dead-letter' || note === 'x-dead-letter-to' || (note === 'x-dead-letter-from' && sender !== undefined)
  );
}

/** The notes come first and never leave this machine again: see the table of header fields. */
function notesOn({ sender, recipients, reason }: Remains): HeaderField[] {
  return [
    makeField('X-Dead-Letter', octetsOf(shortened(reason, 900))),
    ...(sender === undefined ? [] : [makeField('X-Dead-Letter-From', octetsOf(sender || '<>'))]),
    ...(recipients.length === 0 ? [] : [makeField('X-Dead-Letter-To', octetsOf(recipients.join(', ')))]),
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
