/**
 * A mail hub on the loopback interface that takes everything: it speaks as much SMTP as a short message needs. Its STARTTLS changes
 * nothing (pretended-tls.ts).
 */

import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

const replies: Readonly<Record<string, string>> = {
  EHLO: [
    '250-hub.example',
    '250-PIPELINING',
    '250-SIZE 10000000',
    '250-8BITMIME',
    '250-ENHANCEDSTATUSCODES',
    '250-CHUNKING',
    '250-AUTH CRAM-MD5 PLAIN',
    '250 STARTTLS',
  ].join('\r\n'),
  STAR: '220 2.0.0 Go ahead',
  AUTH: `334 ${Buffer.from('<1.2@hub.example>').toString('base64')}`,
  DATA: '354 Go ahead',
  QUIT: '221 2.0.0 Bye',
};

export interface Hub extends AsyncDisposable {
  readonly port: number;
}

export async function startHub(): Promise<Hub> {
  const server = createServer(converse);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  return { port, [Symbol.asyncDispose]: async () => void server.close() };
}

function converse(socket: Socket): void {
  let unread = '';
  let isMessage = false;
  let isResponse = false;
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
      say(replies[verb] ?? (isResponse ? '235 2.7.0 Ok' : '250 2.1.0 Ok'));
      isResponse = verb === 'AUTH';
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
