/** Standard input, output and error, with plain system calls. */

import { fstatSync, readFileSync, readlinkSync, readSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { isatty } from 'node:tty';

/**
 * Reads with plain system calls, which is faster than a stream; a non-blocking descriptor is left to the stream. Each piece is
 * good until the next one is asked for: they share one buffer.
 */
export async function* standardInput(): AsyncGenerator<Buffer> {
  const piece = Buffer.allocUnsafe(64 * 1024);
  for (;;) {
    let length: number;
    try {
      length = readSync(0, piece);
    } catch (error) {
      if (!isError(error, 'EAGAIN')) throw error;
      yield* process.stdin;
      return;
    }
    if (length === 0) return;
    yield piece.subarray(0, length);
  }
}

/** Standard input as a stream: a system call that waits for a client would stop clock, signals and the hub's socket. */
export function liveInput(): AsyncIterable<Buffer> {
  return process.stdin;
}

/**
 * Resolves when the system has taken the text. A pipe or socket is written without blocking: while nobody reads, signals and
 * deadlines go on. Files and terminals take everything at once.
 */
export async function say(text: string): Promise<void> {
  const status = fstatSync(1);
  if (!status.isFIFO() && !status.isSocket()) return writeWhole(1, text);
  output ??= outputSocket();
  const socket = output;
  await new Promise<void>((resolve, reject) => socket.write(text, (error) => (error ? reject(error) : resolve())));
}

let output: Socket | undefined;

function outputSocket(): Socket {
  const socket = new Socket({ fd: 1, readable: false, writable: true });
  // The write that fails tells.
  socket.on('error', () => undefined);
  socket.unref();
  return socket;
}

/** Pipes and files are told from a terminal without node:tty, which most messages need not load. */
export function inputIsTerminal(): boolean {
  return fstatSync(0).isCharacterDevice() && isatty(0);
}

/**
 * Node opens /dev/null for reading and writing in place of a closed standard input; a caller who means "no input" opens it
 * for reading only. Linux tells them apart; elsewhere the answer is no.
 */
export function inputWasClosed(): boolean {
  try {
    if (readlinkSync('/proc/self/fd/0') !== '/dev/null') return false;
    return /^flags:\s*\d*2$/m.test(readFileSync('/proc/self/fdinfo/0', 'latin1'));
  } catch {
    return false;
  }
}

/** How wide the terminal on standard output is; undefined when it is none. */
export function outputColumns(): number | undefined {
  return isatty(1) ? process.stdout.columns || 80 : undefined;
}

/** `file` is 1 or 2; throws the system's own error. */
export function writeWhole(file: number, text: string | Buffer): void {
  const bytes = typeof text === 'string' ? Buffer.from(text, 'utf8') : text;
  for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
}

function isError(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
