/** A hub that is in order up to one step, and misbehaves there in one way. */

import { once } from 'node:events';
import { readSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Cell, Fault, Mode, Step } from './cells.ts';

export interface FaultyHub extends AsyncDisposable {
  readonly port: number;
  /** It has said 250 to the whole message. */
  readonly hasAccepted: () => boolean;
  /** It has come to the step where it misbehaves. */
  readonly hasMisbehaved: () => boolean;
  /** Resolves then. */
  readonly misbehaving: Promise<void>;
}

/** PEM texts. */
export interface HubCertificate {
  readonly cert: string;
  readonly key: string;
}

/** Milliseconds between two octets of a hub that drips. */
const dripInterval = 50;

export async function startFaultyHub(cell: Cell, certificate: HubCertificate): Promise<FaultyHub> {
  let noteMisbehaving = () => {};
  const misbehaving = new Promise<void>((resolve) => {
    noteMisbehaving = resolve;
  });
  const state: State = { hasAccepted: false, hasMisbehaved: false, noteMisbehaving, timers: [] };
  const sockets: Socket[] = [];
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    // The client goes away when it likes.
    converse(socket, { cell, certificate, state }).catch(() => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the hub has no port');
  const isRefusing = cell.step === 'greeting' && cell.fault === 'refuse';
  if (isRefusing) {
    server.close();
    state.hasMisbehaved = true;
  }
  return {
    port: address.port,
    hasAccepted: () => state.hasAccepted,
    hasMisbehaved: () => state.hasMisbehaved,
    misbehaving,
    async [Symbol.asyncDispose]() {
      for (const timer of state.timers) clearInterval(timer);
      for (const socket of sockets) socket.destroy();
      if (isRefusing) return;
      server.close();
      await once(server, 'close');
    },
  };
}

interface State {
  hasAccepted: boolean;
  hasMisbehaved: boolean;
  readonly noteMisbehaving: () => void;
  readonly timers: NodeJS.Timeout[];
}

interface Part {
  readonly cell: Cell;
  readonly certificate: HubCertificate;
  readonly state: State;
}

async function converse(plain: Socket, { cell, certificate, state }: Part): Promise<void> {
  let socket = plain;
  let hear = listenTo(socket);
  let isOver = false;
  /** Says what is right, or does what is wrong here. */
  const answer = (step: Step, right: string): boolean => {
    if (step !== cell.step) {
      socket.write(`${right}\r\n`);
      return true;
    }
    state.hasMisbehaved = true;
    state.noteMisbehaving();
    isOver = !misbehave(cell.fault, { step, socket, plain, state, code: right.slice(0, 3) });
    return false;
  };
  const encrypt = async () => {
    if (cell.step === 'handshake') {
      await hear.anything();
      answer('handshake', '');
      isOver = true;
      return;
    }
    plain.removeAllListeners('data');
    const encrypted = new TLSSocket(plain, { isServer: true, ...certificate });
    encrypted.on('error', () => undefined);
    await once(encrypted, 'secure');
    socket = encrypted;
    hear = listenTo(socket);
  };

  if (cell.mode === 'implicit') await encrypt();
  if (isOver) return;
  answer('greeting', '220 hub.test ESMTP');
  const offers = offersOf(cell.mode);
  let hasSender = false;
  let recipients = 0;
  while (!isOver) {
    const line = await hear.line();
    const isEncrypted = socket !== plain;
    const verb = line.slice(0, 4).toUpperCase();
    if (verb === 'EHLO' || verb === 'HELO') {
      const step = isEncrypted && cell.mode === 'starttls' ? 'EHLO in TLS' : 'EHLO';
      const offered = cell.mode === 'starttls' && !isEncrypted ? ['STARTTLS'] : offers;
      answer(step, ['250-hub.test', ...offered.map((offer) => `250-${offer}`), '250 8BITMIME'].join('\r\n'));
    } else if (verb === 'STAR') {
      if (answer('STARTTLS', '220 go on')) await encrypt();
    } else if (verb === 'AUTH') {
      if (!answer('AUTH', '334 VXNlcm5hbWU6')) continue;
      await hear.line();
      if (!answer('AUTH, user name', '334 UGFzc3dvcmQ6')) continue;
      await hear.line();
      answer('AUTH, password', '235 2.7.0 welcome');
    } else if (verb === 'MAIL') {
      hasSender = answer('MAIL', '250 2.1.0 ok');
    } else if (verb === 'RCPT') {
      if (!hasSender) socket.write('503 5.5.1 from whom?\r\n');
      else if (answer('RCPT', '250 2.1.5 ok')) recipients += 1;
    } else if (verb === 'DATA') {
      if (recipients === 0) socket.write('503 5.5.1 whom?\r\n');
      else if (answer('DATA', '354 go on')) await take();
    } else if (verb === 'BDAT') {
      await takeChunk(Number(line.split(' ')[1]));
    } else if (verb === 'QUIT') {
      answer('QUIT', '221 2.0.0 bye');
    } else {
      socket.write('502 5.5.1 what?\r\n');
    }
  }

  async function take(): Promise<void> {
    if (cell.step === 'message') {
      await hear.anything();
      answer('message', '250');
      isOver = true;
      return;
    }
    await hear.content();
    state.hasAccepted = answer('final dot', '250 2.0.0 taken');
  }

  async function takeChunk(length: number): Promise<void> {
    if (recipients > 0 && cell.step === 'message') {
      answer('message', '250');
      isOver = true;
      return;
    }
    await hear.octets(length);
    if (recipients === 0) socket.write('503 5.5.1 whom?\r\n');
    else state.hasAccepted = answer('final dot', '250 2.0.0 taken');
  }
}

/** Where TLS is spoken, commands come in one piece. */
function offersOf(mode: Mode): string[] {
  const login = 'AUTH LOGIN';
  if (mode === 'chunking') return ['PIPELINING', 'CHUNKING', login];
  return mode === 'starttls' || mode === 'implicit' ? ['PIPELINING', login] : [login];
}

interface Place {
  readonly step: Step;
  readonly socket: Socket;
  readonly plain: Socket;
  readonly state: State;
  /** Of the right reply. */
  readonly code: string;
}

/** Gives whether the hub goes on afterwards. */
function misbehave(fault: Fault, { step, socket, plain, state, code }: Place): boolean {
  const isReading = step === 'message';
  if (typeof fault !== 'string') {
    const octets = fault.cut
      .replaceAll('\\r', '\r')
      .replaceAll('\\n', '\n')
      .replaceAll(/N+/g, (digits) => code.slice(0, digits.length));
    if (isReading) socket.pause();
    socket.write(octets, () => {
      if (fault.end === 'close') socket.end();
      if (fault.end === 'reset') plain.resetAndDestroy();
    });
    return false;
  }
  switch (fault) {
    case 'refuse':
      socket.end(step === 'handshake' ? Buffer.from([0x15, 3, 1, 0, 2, 2, 40]) : '421 4.3.2 closing down\r\n');
      return false;
    case '4xx':
      socket.write('451 4.3.0 not now\r\n');
      return !isReading;
    case '5xx':
      socket.write('554 5.0.0 never\r\n');
      return !isReading;
    case 'close':
      socket.end();
      return false;
    case 'reset':
      plain.resetAndDestroy();
      return false;
    case 'hang':
      if (isReading) socket.pause();
      return false;
    case 'drip':
      state.timers.push(setInterval(isReading ? sip(plain, socket) : drop(socket, step, code), dripInterval));
      return false;
    case 'garbage':
      socket.write(Buffer.concat([garbage, Buffer.from('\r\n')]));
      return false;
    case 'long line':
      socket.write(`${code} ${'x'.repeat(10_000_000)}\r\n`);
      return false;
    case 'endless':
      pour(socket, Buffer.from(`${code}-and so on\r\n`.repeat(1000)));
      return false;
    default:
      return fault satisfies never;
  }
}

/** All octets there are, the same in each run; no code in front. */
const garbage = Buffer.from(Array.from({ length: 2048 }, (_, index) => (index * 151 + 255) & 0xff)).filter(
  (octet) => octet !== 0x0a,
);

/** One octet at a time: of a reply of many lines that never ends, or of a handshake (a record of 16 KiB, never whole). */
function drop(socket: Socket, step: Step, code: string): () => void {
  const octets = step === 'handshake' ? Buffer.from([0x16, 3, 3, 0x40, 0, 2]) : Buffer.from(`${code}-so\r\n`);
  let at = 0;
  return () => {
    if (socket.writable) socket.write(octets.subarray(at, at + 1));
    at = (at + 1) % octets.length;
  };
}

/** Takes one octet at a time of what the client writes, past Node, which would take all there is. */
function sip(plain: Socket, socket: Socket): () => void {
  socket.pause();
  const handle: unknown = Reflect.get(plain, '_handle');
  const descriptor = typeof handle === 'object' && handle !== null ? Reflect.get(handle, 'fd') : undefined;
  return () => {
    try {
      readSync(Number(descriptor), Buffer.alloc(1));
    } catch {
      // Nothing is there, or the client has gone.
    }
  };
}

/** As fast as the client reads, for ever. */
async function pour(socket: Socket, octets: Buffer): Promise<void> {
  while (socket.writable) {
    if (!socket.write(octets)) await once(socket, 'drain').catch(() => undefined);
  }
}

interface Ear {
  line(): Promise<string>;
  anything(): Promise<void>;
  octets(count: number): Promise<void>;
  /** Reads up to and with the final dot. */
  content(): Promise<void>;
}

/** Its promises reject when the client has gone. */
function listenTo(socket: Socket): Ear {
  let heard = '';
  let isGone = false;
  let wake = () => {};
  socket.on('data', (octets: Buffer) => {
    heard += octets.toString('latin1');
    wake();
  });
  for (const event of ['end', 'close', 'error']) {
    socket.on(event, () => {
      isGone = true;
      wake();
    });
  }
  const until = async (isThere: () => boolean) => {
    while (!isThere()) {
      if (isGone) throw new Error('the client has gone');
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  const upTo = async (end: string) => {
    await until(() => heard.includes(end));
    const at = heard.indexOf(end);
    const found = heard.slice(0, at);
    heard = heard.slice(at + end.length);
    return found;
  };
  return {
    line: () => upTo('\r\n'),
    anything: () => until(() => heard !== ''),
    async octets(count) {
      await until(() => heard.length >= count);
      heard = heard.slice(count);
    },
    content: async () => void (await upTo('\r\n.\r\n')),
  };
}
