/** Reads a dead.letter of the caller's, one message after the other, and takes out what has been sent. */

import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  openSync,
  readSync,
  renameSync,
  type Stats,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { Failure, type FailureKind, reasonOf } from '../failure.ts';
import { unfolded } from '../message/header-block.ts';
import { textOf, trimmed } from '../octets.ts';
import type { System } from '../system.ts';
import { type DeadLetterNotes, deadLetterHomes, notesOn, type Seal } from './dead-letter.ts';
import { deadLetterKey, keyInName } from './dead-letter-key.ts';
import { lockMailbox } from './mailbox-lock.ts';
import { separatorStart, unquoteFromLines } from './mbox.ts';
import { removeFile } from './own-file.ts';

/**
 * `kept` waits to be sent; `uncertain` may have been sent by a process that was killed; `sent` has been, and is to be removed; `torn`
 * has no end; `foreign` has no seal of this program: any text that another one has added to the file.
 */
export type DeadLetterState = 'kept' | 'uncertain' | 'sent' | 'torn' | 'foreign';

export interface DeadLetter {
  /** Counts from 1 in its file. */
  readonly number: number;
  readonly state: DeadLetterState;
  /** When it was kept, as the file says. */
  readonly date: string;
  readonly reason: string;
  /** As it was asked for; '<>' is the null sender, undefined the user's own address. */
  readonly sender: string | undefined;
  /** A list of addresses; undefined where the header names them. */
  readonly recipients: string | undefined;
  /** Octets, as they stand in the file. */
  readonly size: number;
  /** The message as it came in. */
  content(): Iterable<Buffer>;
  /** Writes down, for the case that this process is killed, what is to be known of it then. Throws the system's own error. */
  mark(state: 'kept' | 'uncertain' | 'sent'): void;
  /** It stays, with these notes in place of the old ones. */
  stays(notes: DeadLetterNotes): void;
}

export interface DeadLetterFile {
  letters(): Iterable<DeadLetter>;
  /** Removes what has been sent, and the file when nothing else is in it. Throws the system's own error; then all is as marked. */
  tidy(): void;
  close(): void;
}

/**
 * Opens the file for the caller alone. Throws Failure login when others may have written it, unreadable when there is no such file,
 * temporary while another program has it locked.
 */
export function openDeadLetters(path: string, system: System): DeadLetterFile {
  const release = lockedFor(path, system);
  try {
    const file = openTrusted(path, constants.O_RDWR);
    return deadLetterFile(file, { path, keys: keysFor(path, system), release });
  } catch (error) {
    release();
    throw error;
  }
}

/** The same to look at it only: nothing is locked, and nothing can be changed. Throws Failure login or unreadable. */
export function readDeadLetters(path: string, system: System): DeadLetterFile {
  const file = openTrusted(path, constants.O_RDONLY);
  return deadLetterFile(file, { path, keys: keysFor(path, system), release: () => undefined });
}

/** A copy of dead.letter under another name has the key of the home in which it was written. */
function keysFor(path: string, system: System): ReadonlySet<string> {
  const ofHomes = deadLetterHomes(system).map(deadLetterKey);
  return new Set([...ofHomes, keyInName(path)].filter((key) => key !== undefined));
}

/** Milliseconds; whoever only adds a message is done sooner. */
const lockPatienceMs = 3000;

function lockedFor(path: string, system: System): () => void {
  let release: (() => void) | undefined;
  try {
    // Before anything is written beside it.
    closeSync(openTrusted(path, constants.O_RDONLY));
    release = lockMailbox(path, system, lockPatienceMs);
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure('io', `Cannot lock ${path}: ${reasonOf(error)}`, { cause: error });
  }
  if (release) return release;
  throw new Failure('temporary', `Cannot lock ${path}: another program has ${path}.lock`, {
    hint: 'It may be sending these messages; remove the lock only when no program uses the file',
  });
}

/** A plain file with one name that the caller owns, and that nobody else may write: only then its notes are the caller's own. */
function openTrusted(path: string, access: number): number {
  const cannot = (kind: FailureKind, why: string, cause?: unknown) =>
    new Failure(kind, `Cannot use ${path} as dead.letter: ${why}`, { cause });
  let file: number;
  try {
    file = openSync(path, access | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ELOOP')
      throw cannot('login', 'it is a symbolic link', error);
    throw cannot('unreadable', reasonOf(error), error);
  }
  const wrong = objectionTo(fstatSync(file));
  if (wrong === undefined) return file;
  closeSync(file);
  throw cannot('login', wrong);
}

function objectionTo(status: Stats): string | undefined {
  if (!status.isFile()) return 'it is no regular file';
  if (status.uid !== process.geteuid?.()) return 'it belongs to another user';
  if (status.nlink !== 1) return 'the file has several names';
  return status.mode & 0o022 ? 'others may write to it' : undefined;
}

/** Part of the file: all of a message, with the line before it and the empty one after it; or foreign text. */
interface Span {
  readonly start: number;
  /** Where the notes begin, and where they end. */
  readonly notes: number;
  readonly content: number;
  readonly end: number;
}

interface Opened {
  readonly path: string;
  readonly keys: ReadonlySet<string>;
  release(): void;
}

function deadLetterFile(file: number, { path, keys, release }: Opened): DeadLetterFile {
  const { size } = fstatSync(file);
  /** In the order of the file; with new notes, or without for what is removed. */
  const changes = new Map<Span, string | undefined>();

  /** Gives where it ends as well: what follows up to `limit`, where the next separator stands, was added by another program. */
  function letterAt(start: number, limit: number, number: number): { letter: DeadLetter; end: number } {
    const head = headOf(file, start, limit);
    const seal = head.seal && keys.has(head.seal.key) ? head.seal : undefined;
    if (!seal) return { letter: foreignAt(start, limit, number), end: limit };
    const content = start + head.content;
    const closed = closedEnd(file, content, content + seal.length);
    const isWhole = closed !== undefined && closed <= limit;
    const end = isWhole ? closed : limit;
    const span = { start, end, notes: start + head.notes, content };
    if (isWhole && head.state === 'sent') changes.set(span, undefined);
    const letter: DeadLetter = {
      ...{ number, date: head.date, reason: head.reason, sender: head.sender, recipients: head.recipients },
      state: isWhole ? head.state : 'torn',
      size: isWhole ? seal.length : limit - content,
      content: () => unquoteFromLines(piecesOf(file, content, content + seal.length)),
      mark(state) {
        writeSync(file, stateWords[state], span.notes + 'X-'.length, 'latin1');
        fsyncSync(file);
        if (state === 'sent') changes.set(span, undefined);
      },
      stays(notes) {
        changes.set(span, notesOn(notes, seal));
      },
    };
    return { letter, end };
  }

  function foreignAt(start: number, end: number, number: number): DeadLetter {
    const nothing = () => undefined;
    return {
      ...{
        number,
        state: 'foreign',
        date: '',
        reason: '',
        sender: undefined,
        recipients: undefined,
        size: end - start,
      },
      ...{ content: () => [], mark: nothing, stays: nothing },
    };
  }

  return {
    *letters() {
      let number = 0;
      let start = 0;
      for (const next of boundsIn(file, size)) {
        if (isBlank(file, start, next)) {
          start = next;
          continue;
        }
        number += 1;
        const { letter, end } = letterAt(start, next, number);
        yield letter;
        if (!isBlank(file, end, next)) {
          number += 1;
          yield foreignAt(end, next, number);
        }
        start = next;
      }
    },
    tidy() {
      if (changes.size > 0) replace(path, () => remainsOf(file, changes));
    },
    close() {
      closeSync(file);
      release();
    },
  };
}

/** Written in place, into the name of the first note: `X-Dead-Letter`. */
const stateWords = { kept: 'Dead', uncertain: 'Busy', sent: 'Sent' } as const;

interface Head extends Pick<DeadLetter, 'date' | 'reason' | 'sender' | 'recipients'> {
  readonly state: keyof typeof stateWords;
  /** Whoever wrote it; undefined without one. */
  readonly seal: Seal | undefined;
  /** Octets from the start of the span. */
  readonly notes: number;
  readonly content: number;
}

/** Octets; the notes of 10,000 recipients stay below. */
const longestNotes = 8 * 1024 * 1024;

function headOf(file: number, start: number, end: number): Head {
  for (let room = pieceSize; ; room *= 8) {
    const text = textAt(file, start, Math.min(room, end - start));
    const head = headIn(text);
    const isWhole = text.indexOf('\n', head.content) >= 0;
    if (isWhole || room >= Math.min(end - start, longestNotes)) return head;
  }
}

/** The notes come first, each once, and in this order; what else looks like one was written by somebody else. */
function headIn(text: string): Head {
  const notes = text.indexOf('\n') + 1;
  let content = notes;
  const noteNamed = (pattern: string) => {
    const note = new RegExp(`${pattern}:[^\\n]*\\n(?:[ \\t][^\\n]*\\n)*`, 'y');
    note.lastIndex = content;
    const [raw, word] = note.exec(text) ?? [];
    if (raw === undefined) return undefined;
    content += raw.length;
    return { word, value: textOf(unfolded({ name: '', raw })) };
  };
  const reason = noteNamed(`X-(${Object.values(stateWords).join('|')})-Letter`);
  const sender = reason && noteNamed('X-Dead-Letter-From');
  const recipients = reason && noteNamed('X-Dead-Letter-To');
  const [, key, length] = /^ *(\S+) (\d{1,15})$/.exec((reason && noteNamed('X-Dead-Letter-Seal'))?.value ?? '') ?? [];
  return {
    ...{ notes, content, state: stateOf(reason?.word), reason: reason?.value ?? '' },
    seal: key === undefined ? undefined : { key, length: Number(length) },
    date: trimmed(text.slice(0, notes).replace(/^From [^ ]+|\r?\n$/g, '')),
    sender: sender?.value || undefined,
    recipients: recipients?.value,
  };
}

function stateOf(word: string | undefined): keyof typeof stateWords {
  if (word === stateWords.sent) return 'sent';
  return word === stateWords.uncertain ? 'uncertain' : 'kept';
}

const pieceSize = 64 * 1024;

/** Where each message may begin, and the end of the file. */
function* boundsIn(file: number, size: number): Generator<number> {
  yield* separatorsIn(file, size);
  yield size;
}

/** Where a line begins that separates messages. */
function* separatorsIn(file: number, size: number): Generator<number> {
  const isSeparator = (at: number) => separatorStart.test(textAt(file, at, Math.min(6, size - at)));
  const mark = '\nFrom ';
  if (isSeparator(0)) yield 0;
  const block = Buffer.allocUnsafe(pieceSize);
  for (let at = 0; at < size; ) {
    const piece = block.subarray(0, readSync(file, block, 0, Math.min(block.length, size - at), at));
    if (piece.length === 0) return;
    for (let hit = piece.indexOf(mark); hit >= 0; hit = piece.indexOf(mark, hit + 1))
      if (isSeparator(at + hit + 1)) yield at + hit + 1;
    // It may be cut by the end of the piece.
    const isLast = at + piece.length >= size;
    at += isLast ? piece.length : Math.max(1, piece.length - mark.length + 1);
  }
}

/** Where the empty line after a message ends; undefined when it is not there. */
function closedEnd(file: number, content: number, end: number): number | undefined {
  const closing = end === content || textAt(file, end - 1, 1) === '\n' ? '\n' : '\n\n';
  return textAt(file, end, closing.length) === closing ? end + closing.length : undefined;
}

/** As far as one piece shows it: what is longer is text. */
function isBlank(file: number, start: number, end: number): boolean {
  return end - start <= pieceSize && !/\S/.test(textAt(file, start, end - start));
}

function* piecesOf(file: number, start: number, end: number): Generator<Buffer> {
  for (let at = start; at < end; ) {
    const piece = Buffer.allocUnsafe(Math.min(pieceSize, end - at));
    const length = readSync(file, piece, 0, piece.length, at);
    if (length === 0) throw new Failure('io', 'Cannot read back the message: its file was cut short');
    at += length;
    yield piece.subarray(0, length);
  }
}

/** latin1; less where the file is shorter. */
function textAt(file: number, at: number, length: number): string {
  const octets = Buffer.allocUnsafe(length);
  return octets.toString('latin1', 0, readSync(file, octets, 0, length, at));
}

/** The file without what has been sent, with what somebody has added meanwhile. */
function* remainsOf(file: number, changes: ReadonlyMap<Span, string | undefined>): Generator<Buffer> {
  let at = 0;
  for (const [{ start, notes, content, end }, newNotes] of changes) {
    yield* piecesOf(file, at, start);
    if (newNotes !== undefined) {
      yield* piecesOf(file, start, notes);
      yield Buffer.from(newNotes, 'latin1');
      yield* piecesOf(file, content, end);
    }
    at = end;
  }
  yield* piecesOf(file, at, fstatSync(file).size);
}

/** A new file takes the place of the old one when it is on the disk as a whole; of nothing, none does. */
function replace(path: string, pieces: () => Iterable<Buffer>): void {
  const draft = `${path}~`;
  removeFile(draft);
  const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;
  const file = openSync(draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  let size = 0;
  try {
    for (const piece of pieces()) {
      for (let written = 0; written < piece.length; ) written += writeSync(file, piece, written);
      size += piece.length;
    }
    fsyncSync(file);
    if (size > 0) renameSync(draft, path);
    else {
      unlinkSync(path);
      removeFile(draft);
    }
  } catch (error) {
    removeFile(draft);
    throw error;
  } finally {
    closeSync(file);
  }
}
