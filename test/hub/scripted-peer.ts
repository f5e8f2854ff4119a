/** A mail hub inside the test's own process: it plays a function, or a written dialogue, with each client that connects. */

import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { createSecureContext, type SecureContext, type SecureVersion, TLSSocket } from 'node:tls';

/** What a scene can do. All text is latin1: one character, one octet. */
export interface Talk {
  /** Sends the lines with CRLF behind each, in one write. */
  say(...lines: string[]): void;
  /** Sends exactly these octets. */
  sayRaw(octets: string): void;
  /** The next line without its CRLF; rejects when the client has gone. */
  line(): Promise<string>;
  /** As many octets as BDAT has announced. */
  octets(length: number): Promise<string>;
  /** Reads what follows DATA, up to and without the final dot, and gives it away in pieces; dots are still doubled. */
  content(take?: (octets: string) => void): Promise<void>;
  /** Resolves when the client has said anything, line or not. */
  anything(): Promise<void>;
  /** Resolves when the client has closed its side, or takes its leave. */
  gone(): Promise<void>;
  /** Ends the connection in order, or with a reset. */
  close(): void;
  reset(): void;
  /** Reads nothing more, so that the client cannot write for ever. */
  pause(): void;
  /** From here on both sides speak TLS. */
  startTls(): Promise<void>;
  /** What this end of the TLS connection gives for RFC 9266. */
  exporter(): Buffer;
}

export type Scene = (talk: Talk) => Promise<void>;

/** PEM texts. */
export interface PeerCertificate {
  readonly certificate: string;
  readonly key: string;
  readonly maxVersion?: SecureVersion;
}

export interface ScriptedPeer extends AsyncDisposable {
  readonly port: number;
  /** What the client wrote, one piece for each time it waited for the hub before. */
  readonly turns: readonly string[];
  /** Octets that the client wrote. */
  readonly heard: () => string;
  readonly connections: () => number;
  /** Whether each TLS session began with what an earlier one had left. */
  readonly resumed: () => readonly boolean[];
  /** Resolves when a scene has nothing more to say (`C: <gone>`). */
  readonly silent: Promise<void>;
  /** Resolves when every scene has been played to its end; rejects with what was not as written. */
  played(): Promise<void>;
}

/**
 * A dialogue is a list of `S: …` (the hub says) and `C: …` (the client must say; `…` at the end stands for any rest).
 * `C: BDAT…` reads the octets, too; `C: <content>` reads to the final dot; `S: <close>`, `S: <reset>`, `S: <tls>`, `C: <anything>` and `C: <gone>` are as in
 * `Talk`. Lines of the hub that follow each other go out in one write.
 */
export async function scriptedPeer(play: Scene | readonly string[], tls?: PeerCertificate): Promise<ScriptedPeer> {
  const scene = typeof play === 'function' ? play : sceneOf(play);
  const turns: string[] = [];
  const sockets: Socket[] = [];
  const scenes: Promise<void>[] = [];
  const resumed: boolean[] = [];
  const context =
    tls &&
    createSecureContext({ cert: tls.certificate, key: tls.key, ...(tls.maxVersion && { maxVersion: tls.maxVersion }) });
  let fallSilent = () => {};
  const silent = new Promise<void>((resolve) => {
    fallSilent = resolve;
  });
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
    sockets.push(socket);
    const talk = talkOver(socket, { turns, context, resumed, fallSilent });
    const playing = scene(talk).finally(() => talk.close());
    playing.catch(() => undefined); // It is `played` that tells.
    scenes.push(playing);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the hub has no port');
  return {
    port: address.port,
    turns,
    heard: () => turns.join(''),
    connections: () => sockets.length,
    resumed: () => resumed,
    silent,
    async played() {
      await Promise.all(scenes);
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function sceneOf(dialogue: readonly string[]): Scene {
  return async (talk) => {
    for (const spoken of groupsOf(dialogue)) {
      const [first = ''] = spoken;
      if (first.startsWith('S: ') && !isAction(first)) talk.say(...spoken.map((line) => line.slice(3)));
      else await act(first, talk);
    }
  };
}

/** Lines of the hub that follow each other are one group; everything else is one of its own. */
function groupsOf(dialogue: readonly string[]): string[][] {
  const groups: string[][] = [];
  for (const line of dialogue) {
    const last = groups.at(-1);
    const isJoined = line.startsWith('S: ') && !isAction(line) && last?.[0]?.startsWith('S: ') && !isAction(last[0]);
    if (isJoined) last?.push(line);
    else groups.push([line]);
  }
  return groups;
}

function isAction(line: string): boolean {
  return /^[SC]: <\w+>$/.test(line);
}

async function act(line: string, talk: Talk): Promise<void> {
  switch (line) {
    case 'S: <close>':
      return talk.close();
    case 'S: <reset>':
      return talk.reset();
    case 'S: <tls>':
      return talk.startTls();
    case 'C: <gone>':
      return talk.gone();
    case 'C: <anything>':
      return talk.anything();
    case 'C: <content>':
      return talk.content();
    default: {
      const heard = `C: ${await talk.line()}`;
      const isAsWritten = line.endsWith('…') ? heard.startsWith(line.slice(0, -1)) : heard === line;
      if (!isAsWritten) throw new Error(`the dialogue says "${line}", the client said "${heard}"`);
      if (heard.startsWith('C: BDAT ')) await talk.octets(Number.parseInt(heard.slice(8), 10));
    }
  }
}

interface Stage {
  readonly turns: string[];
  readonly context: SecureContext | undefined;
  readonly resumed: boolean[];
  readonly fallSilent: () => void;
}

function talkOver(plain: Socket, { turns, context, resumed, fallSilent }: Stage): Talk {
  let socket = plain;
  let unread = '';
  let hasSpoken = true;
  let isGone = false;
  let wake = () => {};

  listen();
  return {
    say: (...lines) => write(lines.map((line) => `${line}\r\n`).join('')),
    sayRaw: write,
    line: () => readTo('\r\n'),
    async octets(length) {
      while (unread.length < length) await moreOrGone();
      const found = unread.slice(0, length);
      unread = unread.slice(length);
      return found;
    },
    async content(take = () => undefined) {
      // A message may begin with the dot that ends it.
      const end = '\r\n.\r\n';
      unread = `\r\n${unread}`;
      let isStart = true;
      while (!unread.includes(end)) {
        give(unread.length - end.length);
        await moreOrGone();
      }
      give(unread.indexOf(end) + 2);
      unread = unread.slice(end.length - 2);

      function give(length: number) {
        if (length <= 2) return;
        take(unread.slice(isStart ? 2 : 0, length));
        unread = unread.slice(length);
        isStart = false;
      }
    },
    async anything() {
      while (unread === '') await moreOrGone();
    },
    async gone() {
      fallSilent();
      while (!isGone && !/^QUIT\r\n/m.test(unread)) await more();
    },
    close: () => void socket.end(),
    reset: () => void plain.resetAndDestroy(),
    pause: () => void socket.pause(),
    async startTls() {
      socket.removeAllListeners('data');
      const secured = new TLSSocket(plain, { isServer: true, ...(context && { secureContext: context }) });
      secured.once('secure', () => resumed.push(secured.isSessionReused()));
      socket = secured;
      listen();
      await Promise.race([once(socket, 'secure'), once(socket, 'close').then(goneTooEarly)]);
    },
    exporter() {
      if (!(socket instanceof TLSSocket)) throw new Error('TLS has not begun');
      return socket.exportKeyingMaterial(32, 'EXPORTER-Channel-Binding', Buffer.alloc(0));
    },
  };

  function listen() {
    socket.on('data', (chunk: Buffer) => {
      if (hasSpoken) turns.push('');
      hasSpoken = false;
      turns.push((turns.pop() ?? '') + chunk.toString('latin1'));
      unread += chunk.toString('latin1');
      wake();
    });
    for (const event of ['end', 'error', 'close']) {
      socket.on(event, () => {
        isGone = true;
        wake();
      });
    }
  }

  function write(octets: string) {
    hasSpoken = true;
    if (socket.writable) socket.write(octets, 'latin1');
  }

  async function readTo(end: string): Promise<string> {
    while (!unread.includes(end)) {
      await moreOrGone();
    }
    const at = unread.indexOf(end);
    const found = unread.slice(0, at);
    unread = unread.slice(at + end.length);
    return found;
  }

  function goneTooEarly(): never {
    throw new Error(`the client closed the connection; unread: ${JSON.stringify(unread)}`);
  }

  async function moreOrGone(): Promise<void> {
    if (isGone) goneTooEarly();
    await more();
  }

  function more(): Promise<void> {
    return new Promise((resolve) => {
      wake = resolve;
    });
  }
}
