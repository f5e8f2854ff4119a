/** What ties a login to its TLS connection, so that nobody in between can pass it on. */

import { createHash, X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { ChannelBinding } from './scram.ts';

/** RFC 9266 for TLS 1.3, RFC 5929 §4 before; undefined without TLS, or for a certificate (DER) that names no hash. */
export function channelBindingOf(
  socket: Socket | TLSSocket | false | null | undefined,
  octets: Buffer | undefined,
): ChannelBinding | undefined {
  // Without an import of node:tls, which costs start-up.
  if (!socket || !('getProtocol' in socket)) return undefined;
  if (socket.getProtocol() === 'TLSv1.3') {
    const data = socket.exportKeyingMaterial(32, 'EXPORTER-Channel-Binding', Buffer.alloc(0));
    return { type: 'tls-exporter', data };
  }
  if (!octets) return undefined;
  const name = /sha-?(1|224|256|384|512)/i.exec(new X509Certificate(octets).signatureAlgorithm ?? '')?.[1];
  if (name === undefined) return undefined;
  const hash = name === '1' ? 'sha256' : `sha${name}`;
  return { type: 'tls-server-end-point', data: createHash(hash).update(octets).digest() };
}
