/** Free TCP ports on the loopback interface, outside the range that the kernel gives to outgoing connections. */

import { once } from 'node:events';
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';

export type Loopback = '127.0.0.1' | '::1';

/** Why there can be no port on ::1; `false` when there can. */
export const missingForIpv6: string | false =
  Object.values(networkInterfaces())
    .flat()
    .every((address) => address?.address !== '::1') && 'SKIPPED: IPv6 is off on this machine';

/** A port nobody listens on. Somebody may take it a moment later: whoever binds it must be ready to try another one. */
export async function freePort(host: Loopback): Promise<number> {
  for (let tries = 0; tries < 100; tries += 1) {
    const port = 10_000 + Math.floor(Math.random() * 20_000);
    if (await isFree(host, port)) return port;
  }
  throw new Error(`found no free port on ${host}`);
}

async function isFree(host: Loopback, port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen({ host, port, exclusive: true });
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
