/** A private mail server: what all of them have in common, and how they start on ports that somebody else may snatch meanwhile. */

import { connect } from 'node:net';
import type { Certificates } from './certificates.ts';
import type { Mailbox } from './mailbox.ts';
import { freePort, type Loopback, missingForIpv6 } from './ports.ts';
import type { Server } from './server.ts';
import { temporaryDirectory } from './temporary.ts';

export interface Hub<Port extends string> {
  readonly ports: Readonly<Record<Port, number>>;
  readonly mailbox: Mailbox;
  readonly certificates: Certificates;
  /** Where it keeps all it writes. */
  readonly directory: string;
  /** Files below it that are to hold the passwords. */
  readonly passwordFiles: readonly string[];
  /** Everything it logged so far. */
  log(): Promise<string>;
  /** Its directory stays. */
  stop(): Promise<void>;
  /** Stops it and removes its directory. */
  close(): Promise<void>;
}

/** What a start is given. */
export interface Parts {
  readonly directory: string;
  /** Receives each server as soon as it runs. */
  readonly servers: Server[];
}

/** What a start gives. */
export type Running<Port extends string> = Omit<Hub<Port>, 'directory' | 'log' | 'stop' | 'close'>;

/** Tries three times; `logOf` gives what the servers below a directory have logged. */
export async function startPrivately<Port extends string>(
  name: string,
  start: (parts: Parts) => Promise<Running<Port>>,
  logOf: (directory: string) => Promise<string>,
): Promise<Hub<Port>> {
  for (let tries = 1; ; tries += 1) {
    const directory = await temporaryDirectory(name);
    const servers: Server[] = [];
    const log = () => logOf(directory.path);
    const stop = async () => void (await Promise.all(servers.map((server) => server.stop())));
    const close = async () => {
      await stop();
      await directory[Symbol.asyncDispose]();
    };
    try {
      const running = await start({ directory: directory.path, servers });
      return { ...running, directory: directory.path, log, stop, close };
    } catch (error) {
      const logged = await log();
      await close();
      if (tries === 3 || !logged.includes('Address already in use'))
        throw new Error(`Log of ${name}:\n${logged}`, { cause: error });
    }
  }
}

/**
 * A free port for each service, none of them twice: Postfix would answer with the service that comes first. 0 for those that cannot be,
 * as IPv6 is off.
 */
export async function portsFor<Port extends string>(
  services: readonly { readonly name: Port; readonly host?: Loopback }[],
): Promise<Record<Port, number>> {
  const ports = {} as Record<Port, number>; // filled for every name just below
  const taken = new Set<number>();
  for (const { name, host = '127.0.0.1' } of services) {
    do ports[name] = host === '::1' && missingForIpv6 ? 0 : await freePort(host);
    while (taken.has(ports[name]));
    if (ports[name] > 0) taken.add(ports[name]);
  }
  return ports;
}

/** Whether it is this one that answers there, and not one that somebody else has started meanwhile. */
export function greets(port: number, greeting: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1').setTimeout(1000, () => socket.destroy());
    socket.on('data', (said) => {
      socket.end('QUIT\r\n');
      resolve(said.toString() === `220 ${greeting}\r\n`);
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => resolve(false));
  });
}
