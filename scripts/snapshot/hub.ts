/**
 * A mail hub on the loopback interface that takes everything: it speaks as much SMTP as a message in clear needs. Every other client is
 * offered CHUNKING.
 */

import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

const keywords = ['PIPELINING', 'SIZE 10000000', '8BITMIME', 'ENHANCEDSTATUSCODES'];

const replies: Readonly<Record<string, string>> = {
  DATA: '354 Go ahead',
  QUIT: '221 2.0.0 Bye',
};

export interface Hub extends AsyncDisposable {
  readonly port: number;
}

export async function startHub(): Promise<Hub> {
  let clients = 0;
  const server = createServer((socket) => {
    clients += 1;
    converse(socket, clients % 2 === 0 ? [...keywords, 'CHUNKING'] : keywords);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  return { port, [Symbol.asyncDispose]: async () => void server.close() };
}

function converse(socket: Socket, offered: readonly string[]): void {
  let unread = '';
  let isMessage = false;
  const say = (reply: string) => socket.write(`${reply}\r\n`);
  const take = (length: number) => {
    const taken = unread.slice(0, length);
    unread = unread.slice(length);
    return taken;
  };

  /** False when there is too little to go on. */
  const step = (): boolean => {
    const end = unread.indexOf('\r\n');
    if (end < 0) return false;
    const line = unread.slice(0, end);
    const verb = line.slice(0, 4).toUpperCase();
    if (isMessage) {
      isMessage = line !== '.';
      if (!isMessage) say('250 2.0.0 Ok: queued');
    } else if (verb === 'BDAT') {
      const whole = end + 2 + Number(line.split(' ')[1]);
      if (unread.length < whole) return false;
      take(whole);
      return say('250 2.0.0 Ok: queued') || true;
    } else {
      isMessage = verb === 'DATA';
      say(verb === 'EHLO' ? ehloReply(offered) : (replies[verb] ?? '250 2.1.0 Ok'));
    }
    take(end + 2);
    return true;
  };

  say('220 hub.example ESMTP');
  socket.on('data', (octets) => {
    unread += octets.toString('latin1');
    while (step());
  });
  socket.on('end', () => socket.end());
  socket.on('error', () => undefined);
}

function ehloReply(offered: readonly string[]): string {
  const lines = ['hub.example', ...offered];
  return lines.map((line, index) => `250${index + 1 === lines.length ? ' ' : '-'}${line}`).join('\r\n');
}
