/**
 * The mail hub of the benchmark: says 250 to everything, throws messages away, and remembers when each came to its end. It offers what
 * Postfix offers and is the same for all programs. Ports 25 (clear), 587 (STARTTLS) and 465 (TLS); the latter two want a login.
 */

import { createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls';
import type { Login } from './peers.ts';

export const ports = { none: 25, starttls: 587, implicit: 465 } as const;
export type Security = keyof typeof ports;

export interface Delivery {
  /** Seconds on the monotonic clock. */
  readonly at: number;
  readonly recipients: number;
  readonly octets: number;
}

export interface Sink {
  /** Of each message that was taken; whoever measures empties it. */
  readonly deliveries: Delivery[];
  /** Called whenever a client has said something and has no answer yet. */
  whenHeard: () => void;
  close(): void;
}

export interface Papers {
  readonly certificate: string | Buffer;
  readonly key: string | Buffer;
}

/** Listens on all addresses of this machine, which is that of a network namespace. */
export async function startSink(papers: Papers, login: Login): Promise<Sink> {
  const sink: Pick<Sink, 'deliveries' | 'whenHeard'> = { deliveries: [], whenHeard: () => undefined };
  const sockets = new Set<Socket>();
  const context = createSecureContext({ cert: papers.certificate, key: papers.key });
  const servers = Object.entries(ports).map(([security, port]) => {
    // As Postfix does, or the last packet of each answer would wait for the client's acknowledgement.
    const server = createServer({ noDelay: true }, (socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      const session: Session = { sink, context, login, security: security as Security, isSecret: false }; // a key of ports
      if (security === 'implicit') startTls(socket, session, true);
      else serve(socket, session, true);
    });
    server.listen(port, '0.0.0.0', 1024);
    return server;
  });
  await Promise.all(servers.map((server) => once(server, 'listening')));
  return Object.assign(sink, {
    close() {
      for (const server of servers) server.close();
      for (const socket of sockets) socket.destroy();
    },
  });
}

interface Session {
  readonly sink: Pick<Sink, 'deliveries' | 'whenHeard'>;
  readonly context: SecureContext;
  readonly login: Login;
  readonly security: Security;
  readonly isSecret: boolean;
}

function startTls(socket: Socket, session: Session, mustGreet: boolean): void {
  socket.on('error', () => socket.destroy());
  const secret = new TLSSocket(socket, { isServer: true, secureContext: session.context });
  serve(secret, { ...session, isSecret: true }, mustGreet);
}

type Expecting =
  | { readonly what: 'command' }
  | { readonly what: 'message' }
  | { readonly what: 'response'; readonly challenge: string }
  | { readonly what: 'chunk'; readonly left: number; readonly isLast: boolean };

const endOfMessage = Buffer.from('\r\n.\r\n');

/** One connection. All answers to what one packet asks leave in one write. */
function serve(socket: Socket, session: Session, mustGreet: boolean): void {
  let unread: Buffer = Buffer.alloc(0);
  let expecting: Expecting = { what: 'command' };
  let recipients = 0;
  let octets = 0;
  let answers = '';

  const say = (line: string) => {
    answers += `${line}\r\n`;
  };
  const take = (count: number) => {
    const taken = unread.subarray(0, count);
    unread = unread.subarray(count);
    return taken;
  };
  const finish = () => {
    session.sink.deliveries.push({ at: Number(process.hrtime.bigint()) / 1e9, recipients, octets });
    recipients = octets = 0;
    expecting = { what: 'command' };
    say('250 2.0.0 Ok: taken');
  };

  /** False when there is too little to go on. */
  const step = (): boolean => {
    if (expecting.what === 'message') {
      const end = unread.indexOf(endOfMessage);
      // The end may be cut in two.
      octets += take(end < 0 ? Math.max(0, unread.length - 4) : end + 5).length;
      if (end >= 0) finish();
      return end >= 0;
    }
    if (expecting.what === 'chunk') {
      const taken = take(Math.min(expecting.left, unread.length)).length;
      octets += taken;
      const { left, isLast } = expecting;
      if (left > taken) {
        expecting = { what: 'chunk', left: left - taken, isLast };
        return false;
      }
      if (isLast) finish();
      else {
        expecting = { what: 'command' };
        say('250 2.0.0 Ok');
      }
      return true;
    }
    const end = unread.indexOf('\r\n');
    if (end < 0) return false;
    const line = take(end + 2).toString('latin1', 0, end);
    if (expecting.what === 'response') {
      say(isRight(line, expecting.challenge, session.login) ? '235 2.7.0 Welcome' : '535 5.7.8 Wrong');
      expecting = { what: 'command' };
      return true;
    }
    return obey(line);
  };

  const obey = (line: string): boolean => {
    const [verb = '', word = '', rest = ''] = line.toUpperCase().split(' ');
    if (verb === 'EHLO') answers += greetingOf(session);
    else if (verb === 'HELO') say('250 hub.bench.test');
    else if (verb === 'STARTTLS') {
      socket.write('220 2.0.0 Ready to start TLS\r\n');
      socket.removeAllListeners('data');
      startTls(socket, session, false);
      return false;
    } else if (verb === 'AUTH' && word === 'CRAM-MD5') {
      const challenge = `<${randomBytes(8).toString('hex')}@hub.bench.test>`;
      expecting = { what: 'response', challenge };
      say(`334 ${Buffer.from(challenge).toString('base64')}`);
    } else if (verb === 'AUTH' && word === 'PLAIN') say(plainAnswer(line.slice(11), session.login));
    else if (verb === 'RCPT') {
      recipients += 1;
      say('250 2.1.5 Ok');
    } else if (verb === 'DATA') {
      expecting = { what: 'message' };
      say('354 End data with <CR><LF>.<CR><LF>');
    } else if (verb === 'BDAT') expecting = { what: 'chunk', left: Number(word), isLast: rest === 'LAST' };
    else if (verb === 'QUIT') {
      socket.end(`${answers}221 2.0.0 Bye\r\n`);
      answers = '';
    } else if (verb === 'MAIL' || verb === 'RSET' || verb === 'NOOP') say('250 2.0.0 Ok');
    else say('500 5.5.2 What?');
    return true;
  };

  socket.on('error', () => socket.destroy());
  socket.on('data', (piece) => {
    session.sink.whenHeard();
    unread = unread.length === 0 ? piece : Buffer.concat([unread, piece]);
    while (step());
    if (answers !== '') socket.write(answers);
    answers = '';
  });
  if (mustGreet) socket.write('220 hub.bench.test ESMTP\r\n');
}

function greetingOf({ security, isSecret }: Session): string {
  const offers = ['PIPELINING', 'SIZE 102400000', 'ENHANCEDSTATUSCODES', '8BITMIME', 'DSN', 'SMTPUTF8', 'CHUNKING'];
  if (isSecret) offers.unshift('AUTH CRAM-MD5 PLAIN');
  else if (security === 'starttls') offers.unshift('STARTTLS');
  const lines = ['hub.bench.test', ...offers];
  return lines.map((line, index) => `250${index + 1 === lines.length ? ' ' : '-'}${line}\r\n`).join('');
}

function isRight(response: string, challenge: string, { user, password }: Login): boolean {
  const digest = createHmac('md5', password).update(challenge).digest('hex');
  return Buffer.from(response, 'base64').toString() === `${user} ${digest}`;
}

function plainAnswer(response: string, { user, password }: Login): string {
  const words = Buffer.from(response, 'base64').toString().split('\0');
  return words[1] === user && words[2] === password ? '235 2.7.0 Welcome' : '535 5.7.8 Wrong';
}
