/** What a hub shows of itself under TLS: version, cipher, and its chain of certificates. */

import type { X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';

export interface ShownCertificate {
  /** The common name, or whatever the subject ends with. */
  readonly subject: string;
  /** Host names and addresses that it is for; empty for an authority. */
  readonly names: readonly string[];
  readonly issuer: string;
  readonly validFrom: Date;
  readonly validTo: Date;
  /** Fingerprint, in capitals with colons. */
  readonly sha256: string;
}

export interface Encryption {
  /** `TLSv1.3` */
  readonly version: string;
  readonly cipher: string;
  /** It leads to an authority that this machine trusts, and is for the hub's name. */
  readonly isTrusted: boolean;
  /** The hub's own first; then as far as the issuers are known. */
  readonly chain: readonly ShownCertificate[];
}

/** undefined without TLS. */
export function encryptionOf(socket: Socket | TLSSocket | false | null | undefined): Encryption | undefined {
  if (!socket || !('getPeerX509Certificate' in socket)) return undefined;
  const own = socket.getPeerX509Certificate();
  if (own === undefined) return undefined;
  return {
    version: socket.getProtocol() ?? 'TLS',
    cipher: socket.getCipher().name,
    isTrusted: socket.authorized,
    chain: chainFrom(own).map(shown),
  };
}

/** Longer ones exist in nobody's practice; and a chain of a stranger's making may go round in circles. */
const longestChain = 10;

function chainFrom(own: X509Certificate): X509Certificate[] {
  const chain: X509Certificate[] = [];
  for (
    let next: X509Certificate | undefined = own;
    next && chain.length < longestChain;
    next = next.issuerCertificate
  ) {
    const { fingerprint256 } = next;
    if (chain.some((each) => each.fingerprint256 === fingerprint256)) break;
    chain.push(next);
  }
  return chain;
}

function shown(certificate: X509Certificate): ShownCertificate {
  return {
    subject: nameIn(certificate.subject),
    names: (certificate.subjectAltName ?? '')
      .split(', ')
      .flatMap((name) => name.split(/^(?:DNS|IP Address):/)[1] ?? []),
    issuer: nameIn(certificate.issuer),
    validFrom: new Date(certificate.validFrom),
    validTo: new Date(certificate.validTo),
    sha256: certificate.fingerprint256,
  };
}

/** A distinguished name has one line for each part. */
function nameIn(distinguished: string | undefined): string {
  const lines = (distinguished ?? '').split('\n').filter((line) => line !== '');
  return (lines.find((line) => line.startsWith('CN=')) ?? lines.at(-1) ?? '').replace(/^\w+=/, '');
}
