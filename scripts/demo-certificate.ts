/**
 * A certificate authority and a server certificate for 127.0.0.1, made on the spot: no key is kept in the repository, no
 * openssl command and no package is needed. Only what X.509 version 3 (RFC 5280) demands; not for production.
 */
import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

interface Pem {
  readonly certificate: string;
  readonly key: string;
}

export function demoCertificates(): { authority: Pem; server: Pem } {
  const authority = newKey();
  const server = newKey();
  const issuer = { name: 'ssmtp demo authority', key: authority.privateKey };
  const isAuthority = extension('551d13', sequence(boolean(true)), { critical: true });
  const loopback = extension('551d11', sequence(field(0x87, Buffer.from([127, 0, 0, 1]))));
  return {
    authority: pemOf(authority, certificate({ name: issuer.name, key: authority.publicKey, issuer }, isAuthority)),
    server: pemOf(server, certificate({ name: 'ssmtp demo hub', key: server.publicKey, issuer }, loopback)),
  };
}

interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

function newKey(): KeyPair {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

function pemOf({ privateKey }: KeyPair, der: Buffer): Pem {
  const lines = der.toString('base64').replaceAll(/.{1,64}/g, '$&\n');
  const certificate = `-----BEGIN CERTIFICATE-----\n${lines}-----END CERTIFICATE-----\n`;
  return { certificate, key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
}

interface Subject {
  readonly name: string;
  readonly key: KeyObject;
  readonly issuer: { readonly name: string; readonly key: KeyObject };
}

/** Valid for a day from now. */
function certificate({ name, key, issuer }: Subject, ...extensions: Buffer[]): Buffer {
  const day = 24 * 60 * 60 * 1000;
  const ecdsaWithSha256 = sequence(objectId('2a8648ce3d040302'));
  const body = sequence(
    field(0xa0, integer(Buffer.from([2]))), // version 3
    integer(Buffer.from([1, ...randomBytes(8)])), // serial number
    ecdsaWithSha256,
    commonName(issuer.name),
    sequence(time(Date.now() - day), time(Date.now() + day)),
    commonName(name),
    key.export({ type: 'spki', format: 'der' }),
    field(0xa3, sequence(...extensions)),
  );
  return sequence(body, ecdsaWithSha256, field(0x03, Buffer.from([0]), sign('sha256', body, issuer.key)));
}

function commonName(name: string): Buffer {
  return sequence(field(0x31, sequence(objectId('550403'), field(0x0c, Buffer.from(name)))));
}

function extension(id: string, value: Buffer, { critical = false } = {}): Buffer {
  return sequence(objectId(id), ...(critical ? [boolean(true)] : []), field(0x04, value));
}

function time(milliseconds: number): Buffer {
  const digits = new Date(milliseconds).toISOString().replaceAll(/\D/g, '');
  return field(0x17, Buffer.from(`${digits.slice(2, 14)}Z`));
}

function objectId(hex: string): Buffer {
  return field(0x06, Buffer.from(hex, 'hex'));
}

function integer(bytes: Buffer): Buffer {
  return field(0x02, bytes);
}

function boolean(value: boolean): Buffer {
  return field(0x01, Buffer.from([value ? 0xff : 0]));
}

function sequence(...parts: Buffer[]): Buffer {
  return field(0x30, ...parts);
}

/** One DER field: tag, length, content. */
function field(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}
