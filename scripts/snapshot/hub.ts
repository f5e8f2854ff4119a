/** A mail hub on the loopback interface that takes everything: it speaks as much SMTP as a message in clear needs. */

import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

const replies: Readonly<Record<string, string>> = {
  EHLO: '250-hub.example\r\n250-PIPELINING\r\n250-SIZE 10000000\r\n250-8BITMIME\r\n250 ENHANCEDSTATUSCODES',
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
  let text = '';
  let isMessage = false;
  const say = (reply: string) => socket.write(`${reply}\r\n`);
  const answer = (line: string) => {
    if (isMessage) {
      isMessage = line !== '.';
      return isMessage || say('250 2.0.0 Ok: queued');
    }
    const verb = line.slice(0, 4).toUpperCase();
    isMessage = verb === 'DATA';
    return say(replies[verb] ?? '250 2.1.0 Ok');
  };
  say('220 hub.example ESMTP');
  socket.on('data', (octets) => {
    const lines = (text + octets.toString('latin1')).split('\r\n');
    text = lines.pop() ?? '';
    for (const line of lines) answer(line);
  });
  socket.on('end', () => socket.end());
  socket.on('error', () => undefined);
}
