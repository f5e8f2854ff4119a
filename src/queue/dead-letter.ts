/** The last resort: a message that could not be sent is kept, whole, in a file of its user. */

import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { Failure, reasonOf } from '../failure.ts';
import { addressesInArgument } from '../message/address-list.ts';
import { memoryLimit } from '../message/body.ts';
import { headerOctets, makeField } from '../message/header-block.ts';
import type { Message } from '../message/types.ts';
import { octetsOf } from '../octets.ts';
import { printable, shortened } from '../printable.ts';
import type { System } from '../system.ts';
import { makeDeadLetterKey } from './dead-letter-key.ts';
import { lockMailbox } from './mailbox-lock.ts';
import { quoteFromLines } from './mbox.ts';

export interface Remains extends DeadLetterNotes {
  /** As it came in, before any rewriting. */
  readonly message: Message;
}

/** What is noted in front of a message, in this order; nothing that the message itself says is one of these notes. */
export interface DeadLetterNotes {
  readonly reason: string;
  /** What the caller asked for, as typed; the header may not tell. */
  readonly sender: string | undefined;
  readonly recipients: readonly string[];
  /** The caller named no recipient, and did not ask for those of the header. */
  readonly isForNobody?: boolean;
}

/**
 * Appends to `dead.letter` in the user's home directory in mbox form. A message of more than 1 MiB, and one for which there is no
 * home that can be written, gets a file of its own: only a single write stays whole among others. So does one that comes while another
 * program has the file locked. Returns the file's path. Throws Failure io when nothing took the message.
 */
export function keepDeadLetter(remains: Remains, system: System): string {
  const reasons: string[] = [];
  for (const place of deadLetterPlaces(remains, system)) {
    try {
      return write(place, remains, system);
    } catch (error) {
      reasons.push(`${place.path}: ${reasonOf(error)}`);
    }
  }
  throw new Failure('io', `Cannot keep the message: ${reasons.join(', ')}`);
}

/** The directories in which a user's `dead.letter` may be, the best first. */
export function deadLetterHomes(system: Pick<System, 'environment' | 'user'>): string[] {
  const homes = [system.environment.HOME, system.user().home];
  return [...new Set(homes.flatMap((home) => (home?.startsWith('/') && home !== '/' ? [home] : [])))];
}

/** The directory for users without one, and what their files are called there, without the random part. */
export function homelessDeadLetter(system: Pick<System, 'user'>): { directory: string; name: string } {
  return { directory: '/var/tmp', name: `dead.letter.${system.user().uid}` };
}

interface Place {
  readonly directory: string;
  readonly path: string;
  /** For a file of its own. */
  readonly id: string;
  /** Other messages may be in the file, or be written to it at the same time. */
  readonly isShared: boolean;
}

function deadLetterPlaces({ message }: Remains, system: System): Place[] {
  const id = system.randomHex(6);
  const isShared = message.body.size <= memoryLimit;
  const homeless = homelessDeadLetter(system);
  return [
    ...deadLetterHomes(system).map((home) => ({ directory: home, path: `${home}/dead.letter`, id, isShared })),
    { directory: homeless.directory, path: `${homeless.directory}/${homeless.name}`, id, isShared: false },
  ].map((place) => (place.isShared ? place : { ...place, path: `${place.path}.${id}` }));
}

/** Milliseconds; whoever has locked the file for longer is sending what is in it. */
const lockPatienceMs = 3000;

/** Gives the path that took it. */
function write(place: Place, remains: Remains, system: System): string {
  if (!place.isShared) return writeAlone(place.path, place.id, remains, system);
  const release = lockOn(place.path, system);
  if (release === undefined) return writeAlone(`${place.path}.${place.id}`, place.id, remains, system);
  try {
    return append(place, remains, system);
  } finally {
    release();
  }
}

/** Where no lock can be made, nobody can replace the file either. */
function lockOn(path: string, system: System): (() => void) | undefined {
  try {
    return lockMailbox(path, system, lockPatienceMs);
  } catch (error) {
    if (error instanceof Error && 'code' in error) return () => undefined;
    throw error;
  }
}

function append({ path, directory }: Place, remains: Remains, system: System): string {
  const { O_APPEND, O_CREAT, O_RDWR } = constants;
  const file = openOwn(path, O_RDWR | O_APPEND | O_CREAT);
  try {
    const key = makeDeadLetterKey(directory, system);
    const { size } = fstatSync(file);
    const last = Buffer.from('\n');
    if (size > 0) readSync(file, last, 0, 1, size - 1);
    writePieces(file, size, mboxPieces(remains, system, { key, before: last[0] === 0x0a ? '' : '\n' }));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  return path;
}

/** The first octet is written last: a process that is killed before leaves a file in which no message begins. */
function writeAlone(path: string, key: string, remains: Remains, system: System): string {
  const { O_CREAT, O_EXCL, O_WRONLY } = constants;
  const file = openOwn(path, O_WRONLY | O_CREAT | O_EXCL);
  try {
    let isFirst = true;
    for (const piece of mboxPieces(remains, system, { key, before: '' })) {
      if (isFirst) piece.write('-');
      isFirst = false;
      writeWhole(file, piece);
    }
    fsyncSync(file);
    writeSync(file, 'F', 0);
    fsyncSync(file);
  } catch (error) {
    unlinkSync(path);
    throw error;
  } finally {
    closeSync(file);
  }
  return path;
}

/** Links, fifos, devices and files of others are refused: another user may have laid them there. */
function openOwn(path: string, flags: number): number {
  const { O_NOFOLLOW, O_NONBLOCK } = constants;
  const file = openSync(path, flags | O_NOFOLLOW | O_NONBLOCK, 0o600);
  try {
    const status = fstatSync(file);
    const isOurs = status.isFile() && status.nlink === 1 && status.uid === process.geteuid?.();
    if (!isOurs) throw new Error('not a plain file of yours');
    fchmodSync(file, 0o600);
    return file;
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

/** Takes back what it has written when the disk is full, unless another message stands behind it already. */
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

function writeWhole(file: number, piece: Buffer): void {
  for (let written = 0; written < piece.length; ) written += writeSync(file, piece, written);
}

/** A short message is one piece, so that it stays whole among others. */
function* mboxPieces(
  remains: Remains,
  system: System,
  { key, before }: { key: string; before: string },
): Generator<Buffer> {
  const { body, fields } = remains.message;
  const quoted = () => quoteFromLines(chain(headerOctets(fields), body.chunks()));
  const short = body.size <= memoryLimit ? [...quoted()] : undefined;
  let length = 0;
  for (const piece of short ?? quoted()) length += piece.length;
  const start = Buffer.from(before + separator(remains, system) + notesOn(remains, { key, length }), 'latin1');
  const pieces = closed(short ?? quoted());
  if (short) yield Buffer.concat([start, ...pieces]);
  else {
    yield start;
    yield* pieces;
  }
}

function* chain(header: Buffer, body: Iterable<Buffer>): Generator<Buffer> {
  yield header;
  yield* body;
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
  // A colon would make a header field of it.
  const address = sender?.replaceAll(/[\s<>]/g, '').replace(/^:+/, '') || system.user().name;
  return `From ${octetsOf(address)} ${day} ${month} ${date} ${time} ${year}\n`;
}

/** Shows that ssmtp wrote a message of dead.letter, and where its end is. */
export interface Seal {
  readonly key: string;
  /** Octets of the message as it stands in the file, without the line end and the empty line that close it. */
  readonly length: number;
}

/**
 * The notes, as latin1 text. They come first, each once and in this order, and the seal is the last: a field of the message with such a
 * name comes after it.
 */
export function notesOn({ sender, recipients, reason, isForNobody }: DeadLetterNotes, { key, length }: Seal): string {
  const notes = [
    makeField('X-Dead-Letter', octetsOf(shortened(reason, 900))),
    ...(sender === undefined ? [] : [makeField('X-Dead-Letter-From', octetsOf(withoutSmuggled(sender) || '<>'))]),
    ...(recipients.length === 0 && !isForNobody
      ? []
      : [makeField('X-Dead-Letter-To', octetsOf(recipientsNote(recipients)))]),
    makeField('X-Dead-Letter-Seal', `${key} ${length}`),
  ];
  return notes.map(({ raw }) => raw).join('');
}

/** A quote that is never closed swallows what stands behind it: what is no address comes last. */
function recipientsNote(recipients: readonly string[]): string {
  const isAddress = (word: string) => addressesInArgument(word).malformed.length === 0;
  const words = [...recipients.filter(isAddress), ...recipients.filter((word) => !isAddress(word))];
  return words.map(withoutSmuggled).join(', ');
}

/** A word with a control character is no address, and must not become one when that is written as a blank. */
function withoutSmuggled(word: string): string {
  if (!/[\x00-\x1f\x7f]/.test(word)) return word;
  const shown = printable(word);
  return addressesInArgument(shown).places.length === 0 ? shown : `@@${shown.replaceAll(/[\s,;<>]+/g, '@@')}`;
}
