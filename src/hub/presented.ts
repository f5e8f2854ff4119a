/** What a hub has shown of itself: the facts of its certificate that people compare, as values and in words. */

import { createHash, type KeyObject, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { printable, shortened } from '../printable.ts';

export interface Presented {
  /** Of subjectAltName (RFC 5280 §4.2.1.6), else the common name: `mail.example.org`, `192.0.2.1`. */
  readonly names: readonly string[];
  /** The common name of who signed it, or all there is of its name. */
  readonly issuer: string;
  readonly isSelfSigned: boolean;
  readonly validFrom: Date;
  readonly validTo: Date;
  /** Kind and length: `RSA, 2048 bits`. */
  readonly key: string;
  /** What it may be used for (RFC 5280 §4.2.1.12) holds TLS servers, or nothing is said. */
  readonly isForServers: boolean;
  /** SHA-256 of the certificate, as `openssl x509 -fingerprint -sha256` prints it. */
  readonly fingerprint: string;
  /** SHA-256 of the public key, as TLSPin= takes it: `sha256//…`. */
  readonly pin: string;
}

const mostNames = 5;
/** serverAuth and anyExtendedKeyUsage. */
const serverUsages: readonly string[] = ['1.3.6.1.5.5.7.3.1', '2.5.29.37.0'];

/** `der` is the certificate as it came. */
export function presentedIn(der: Buffer): Presented {
  const certificate = new X509Certificate(der);
  const names = namesIn(certificate.subjectAltName ?? '');
  const spki = certificate.publicKey.export({ type: 'spki', format: 'der' });
  return {
    names: names.length > 0 ? names : [commonName(certificate.subject)],
    issuer: commonName(certificate.issuer),
    isSelfSigned: certificate.subject === certificate.issuer,
    validFrom: new Date(certificate.validFrom),
    validTo: new Date(certificate.validTo),
    key: keyWords(certificate.publicKey),
    isForServers: certificate.keyUsage?.some((usage) => serverUsages.includes(usage)) ?? true,
    fingerprint: certificate.fingerprint256,
    pin: `sha256//${createHash('sha256').update(spki).digest('base64')}`,
  };
}

/** On one line, for the end of a message; times to the day are enough to see what is wrong. */
export function presentedWords({ names, issuer, isSelfSigned, validFrom, validTo, fingerprint }: Presented): string {
  const more = names.length > mostNames ? ` and ${names.length - mostNames} more` : '';
  const signer = isSelfSigned ? 'signed by itself' : `signed by "${issuer}"`;
  const shown = names.slice(0, mostNames).join(', ') + more;
  return `for ${shown}; ${signer}; valid from ${day(validFrom)} to ${day(validTo)}; SHA-256 ${fingerprint}`;
}

function keyWords({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): string {
  const { modulusLength, namedCurve } = asymmetricKeyDetails ?? {};
  const size = modulusLength === undefined ? namedCurve : `${modulusLength} bits`;
  const kind = (asymmetricKeyType ?? 'unknown').toUpperCase();
  return size === undefined ? kind : `${kind}, ${size}`;
}

/** Node writes `DNS:a.example, IP Address:192.0.2.1`, and what holds a comma as a JSON string. */
function namesIn(subjectAltName: string): string[] {
  const parts = subjectAltName.matchAll(/(?:^|, )(DNS|IP Address):("(?:[^"\\]|\\.)*"|[^,]*)/g);
  return Array.from(parts, ([, kind, name = '']) =>
    kind === 'DNS' ? hostName(name.startsWith('"') ? String(JSON.parse(name)) : name) : shortAddress(name),
  );
}

/** An address that stands among the names of hosts vouches for no address. */
function hostName(name: string): string {
  return isIP(name) === 0 ? shown(name) : `${name} as a host name`;
}

/** `0:0:0:0:0:0:0:1` as people write it. */
function shortAddress(address: string): string {
  return address.includes(':') ? new URL(`smtp://[${address}]`).hostname.slice(1, -1) : address;
}

function commonName(distinguishedName: string | undefined): string {
  const text = distinguishedName ?? '';
  return shown(/^CN=(.*)$/m.exec(text)?.[1] ?? text.replaceAll('\n', ', '));
}

/** Whoever makes a certificate writes into it what he likes. */
function shown(text: string): string {
  return shortened(printable(text), 100);
}

function day(time: Date): string {
  return Number.isNaN(time.getTime()) ? '?' : time.toISOString().slice(0, 10);
}
