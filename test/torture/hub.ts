/** A hub that remembers what it took, and can be made to answer late, defer, or die. */

import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';

export interface Taken {
  /** The Subject, by which a message is known. */
  readonly subject: string;
  /** The queue id in our Received field. */
  readonly id: string;
  /** The client has said something since: it knows that the message was taken. */
  isAcknowledged: boolean;
}

/** Not 127.0.0.1: while the hub is down, no connection of others may be given its port. */
const address = '127.0.0.83';

export interface Hub extends AsyncDisposable {
  /** `host:port` */
  readonly mailhub: string;
  readonly taken: Taken[];
  /** Bursts that were answered: one for each time a client waited. */
  turns: number;
  /** What it says to RCPT. */
  toRecipient: string;
  /** Milliseconds that each answer is late. */
  delay: number;
  /** Hangs up on everybody and refuses connections; or is there again. */
  setUp(isUp: boolean): Promise<void>;
}

export async function startHub(): Promise<Hub> {
  const taken: Taken[] = [];
  const sockets = new Set<Socket>();
  let server: Server | undefined;
  let port = 0;

  const hub: Hub = {
    get mailhub() {
      return `${address}:${port}`;
    },
    taken,
    turns: 0,
    toRecipient: '250 2.1.5 fine',
    delay: 0,
    async setUp(isUp) {
      if (!isUp) {
        server?.close();
        for (const socket of sockets) socket.destroy();
        server = undefined;
        return;
      }
      if (server) return;
      server = createServer({ noDelay: true }, (socket) => {
        sockets.add(socket);
        socket.on('close', () => sockets.delete(socket));
        serve(socket, hub);
      });
      server.listen(port, address);
      await once(server, 'listening');
      const bound = server.address();
      if (bound !== null && typeof bound === 'object') port = bound.port;
    },
    [Symbol.asyncDispose]: () => hub.setUp(false),
  };
  await hub.setUp(true);
  return hub;
}

function serve(socket: Socket, hub: Hub): void {
  let unread = '';
  let isMessage = false;
  let last: Taken | undefined;
  const say = (text: string) => {
    hub.turns += 1;
    if (hub.delay === 0) socket.write(text);
    else setTimeout(() => socket.write(text), hub.delay);
  };
  const answerTo = (line: string): string => {
    const [verb = ''] = line.split(' ', 1);
    if (last) last.isAcknowledged = true;
    if (verb === 'EHLO') return '250-hub.test\r\n250-PIPELINING\r\n250 8BITMIME\r\n';
    if (verb === 'RCPT') return `${hub.toRecipient}\r\n`;
    if (verb !== 'DATA') return '250 2.0.0 fine\r\n';
    isMessage = hub.toRecipient.startsWith('250');
    return isMessage ? '354 go on\r\n' : '554 5.5.1 nobody\r\n';
  };
  socket.on('error', () => undefined);
  say('220 hub.test ESMTP\r\n');
  socket.on('data', (octets) => {
    unread += octets.toString('latin1');
    let answers = '';
    for (;;) {
      const end = isMessage ? unread.indexOf('\r\n.\r\n') : unread.indexOf('\r\n');
      if (end < 0) break;
      const piece = unread.slice(0, end);
      unread = unread.slice(end + (isMessage ? 5 : 2));
      if (isMessage) {
        last = messageIn(piece);
        hub.taken.push(last);
        isMessage = false;
        answers += '250 2.0.0 taken\r\n';
      } else if (piece === 'QUIT') {
        if (last) last.isAcknowledged = true;
        socket.end();
      } else answers += answerTo(piece);
    }
    if (answers !== '') say(answers);
  });
}

function messageIn(text: string): Taken {
  return {
    subject: /^Subject: (.*?)\r?$/m.exec(text)?.[1] ?? '',
    id: /\bid ([0-9A-F]{16});/.exec(text)?.[1] ?? '',
    isAcknowledged: false,
  };
}
