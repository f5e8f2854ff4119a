/** A mail hub on the loopback interface that speaks a written contract: it says the S: lines and demands the C: lines. */

import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { TLSSocket } from 'node:tls';
import { escapeText, textOf } from './rig/case-file.ts';
import { isAnyLines, matchesLine } from './rig/placeholders.ts';

export interface ScriptedHub extends AsyncDisposable {
  readonly port: number;
  /** Resolves when somebody has connected. */
  readonly connected: Promise<unknown>;
  /** What was really said, in the contract's form, once all connections are closed. */
  transcript(): Promise<string[]>;
}

/** PEM texts for `S: <tls>`. */
export interface HubCertificate {
  readonly cert: string;
  readonly key: string;
}

/** `script` is undefined when nobody may connect. The hub hangs up as soon as the program departs from the script. */
export async function startScriptedHub(
  script: readonly string[] | undefined,
  certificate?: HubCertificate,
): Promise<ScriptedHub> {
  const said: string[] = [];
  const conversations: Promise<void>[] = [];
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    const isExpected = script !== undefined && conversations.length === 0;
    if (!isExpected) said.push('C: <connection>');
    conversations.push(converse(socket, { script: isExpected ? script : [], said, certificate }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the hub has no port');
  return {
    port: address.port,
    connected: once(server, 'connection'),
    async transcript() {
      await nextTurn();
      await Promise.all(conversations);
      return said;
    },
    async [Symbol.asyncDispose]() {
      server.close();
      await once(server, 'close');
    },
  };
}

interface Contract {
  readonly script: readonly string[];
  readonly said: string[];
  readonly certificate: HubCertificate | undefined;
}

async function converse(plainSocket: Socket, { script, said, certificate }: Contract): Promise<void> {
  let connection = connectionOver(plainSocket);
  let isSkipping = false;
  for (const line of script) {
    if (isAnyLines(line)) {
      isSkipping = true;
    } else if (line.startsWith('C:')) {
      if (!(await hear(line, { connection, isSkipping, said }))) break;
      isSkipping = false;
    } else {
      said.push(line);
      connection = await act(line.slice('S: '.length), { connection, certificate });
    }
  }
  connection.flush();
  if (said.at(-1) !== 'S: <silence>') connection.socket.end();
  for (let heard = await connection.hear(); heard !== undefined; heard = await connection.hear())
    said.push(clientLine(heard));
  connection.socket.destroy();
}

/** Reads until the expected line has come, or with `isSkipping` any other line; false when the program departs. */
async function hear(
  expected: string,
  { connection, isSkipping, said }: { connection: Connection; isSkipping: boolean; said: string[] },
): Promise<boolean> {
  connection.flush();
  for (;;) {
    const heard = await connection.hear();
    if (heard === undefined) return false;
    said.push(clientLine(heard));
    if (matchesLine(expected, clientLine(heard))) return true;
    if (!isSkipping) return false;
  }
}

/** An empty line is `C:`, for blanks at the end of a line get lost. */
function clientLine(heard: string): string {
  return heard === '' ? 'C:' : `C: ${heard}`;
}

/** Does what stands behind `S: `; gives the connection to go on with. */
async function act(
  words: string,
  { connection, certificate }: { connection: Connection; certificate: HubCertificate | undefined },
): Promise<Connection> {
  const milliseconds = /^<wait (\d+) ms>$/.exec(words)?.[1];
  if (milliseconds === undefined && !actions.includes(words)) {
    connection.say(words);
    return connection;
  }
  connection.flush();
  if (milliseconds !== undefined) await pause(Number(milliseconds));
  if (words === '<close>') connection.socket.end();
  if (words === '<reset>') connection.socket.resetAndDestroy();
  return words === '<tls>' ? encrypted(connection.socket, certificate) : connection;
}

const actions = ['<close>', '<reset>', '<silence>', '<tls>'];

interface Connection {
  readonly socket: Socket;
  /** The next line without its CRLF, escaped: a line that ends with LF alone shows `\n`, one without an end `\c`. */
  hear(): Promise<string | undefined>;
  /** Lines are gathered and written at once, as a real hub does. */
  say(line: string): void;
  flush(): void;
}

/** Waits for the end of the handshake, whether it succeeds or not. */
async function encrypted(socket: Socket, certificate: HubCertificate | undefined): Promise<Connection> {
  socket.removeAllListeners('data');
  const tlsSocket = new TLSSocket(socket, { isServer: true, ...certificate });
  const connection = connectionOver(tlsSocket);
  await Promise.race(['secure', 'end', 'close'].map((event) => once(tlsSocket, event).catch(() => undefined)));
  return connection;
}

function connectionOver(socket: Socket): Connection {
  let heard = '';
  let unsaid = '';
  let isOver = false;
  let wake = () => {};
  const end = () => {
    isOver = true;
    wake();
  };
  socket.setEncoding('latin1');
  socket.on('data', (text: string) => {
    heard += text;
    wake();
  });
  socket.on('end', end);
  socket.on('close', end);
  socket.on('error', end); // the program went away: what it said before counts
  return {
    socket,
    async hear() {
      while (!heard.includes('\n') && !isOver) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      const length = heard.includes('\n') ? heard.indexOf('\n') + 1 : heard.length;
      const line = heard.slice(0, length);
      heard = heard.slice(length);
      return line === '' ? undefined : escapedLine(line);
    },
    say(line) {
      unsaid += textOf([line]).replace(/\n$/, '\r\n');
    },
    flush() {
      if (unsaid !== '' && socket.writable) socket.write(unsaid, 'latin1');
      unsaid = '';
    },
  };
}

function escapedLine(line: string): string {
  if (line.endsWith('\r\n')) return escapeText(line.slice(0, -2));
  return line.endsWith('\n') ? escapeText(line) : `${escapeText(line)}\\c`;
}
