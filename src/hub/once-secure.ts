/** Tells the certificate (DER) that a hub shows, as soon as it has, before anybody judges it. */

import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';

/**
 * `known` is the certificate of the session that may be resumed. Not by getPeerX509Certificate: asked so early, it makes node:tls miss the
 * names in the certificate (Node 24).
 */
export function onceSecure(
  socket: Socket | TLSSocket | false | null | undefined,
  known: Buffer | undefined,
  tell: (certificate: Buffer) => void,
): void {
  if (!socket || !('getPeerCertificate' in socket)) return;
  socket.prependOnceListener('secure', () => {
    const certificate = socket.isSessionReused() ? known : socket.getPeerCertificate().raw;
    if (certificate) tell(certificate);
  });
}
