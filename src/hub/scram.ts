/** SCRAM (RFC 5802, RFC 7677): the password does not travel, and the hub proves that it knows it as well. */

import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';

export type ScramHash = 'sha1' | 'sha256';

/** What ties a login to the TLS connection it was made for (RFC 5929, RFC 9266). */
export interface ChannelBinding {
  readonly type: 'tls-exporter' | 'tls-server-end-point';
  readonly data: Buffer;
}

export interface ScramClient {
  readonly first: string;
  /** What to answer to the server's first message. Throws RangeError with what is wrong with it. */
  final(serverFirst: string): string;
  /** Throws RangeError when the server's final message does not prove that it knows the password. */
  check(serverFinal: string): void;
}

/** RFC 7677 §4 asks for at least 4096; more than the upper limit would be an attack on our time. */
const fewestIterations = 4096;
const mostIterations = 2_000_000;

/** `mayBind`: the hub offers no -PLUS, but we could have: it is told, so that nobody can have taken the offer away. */
export function scramClient(
  hash: ScramHash,
  { user, password }: { user: string; password: Buffer },
  {
    binding,
    mayBind,
    nonce = randomBytes(18).toString('base64'),
  }: {
    binding: ChannelBinding | undefined;
    mayBind: boolean;
    nonce?: string;
  },
): ScramClient {
  const header = binding ? `p=${binding.type},,` : `${mayBind ? 'y' : 'n'},,`;
  const firstBare = `n=${prepared(user).replaceAll('=', '=3D').replaceAll(',', '=2C')},r=${nonce}`;
  let expected: Buffer | undefined;
  const digest = (data: Buffer) => createHash(hash).update(data).digest();
  const hmac = (key: Buffer, text: string) => createHmac(hash, key).update(text).digest();

  return {
    first: header + firstBare,
    final(serverFirst) {
      const { salt, iterations, serverNonce } = parametersIn(serverFirst, nonce);
      const length = digest(Buffer.alloc(0)).length;
      const salted = pbkdf2Sync(preparedOctets(password), salt, iterations, length, hash);
      const bindingText = Buffer.concat([Buffer.from(header), binding?.data ?? Buffer.alloc(0)]).toString('base64');
      const withoutProof = `c=${bindingText},r=${serverNonce}`;
      const authMessage = `${firstBare},${serverFirst},${withoutProof}`;
      const clientKey = hmac(salted, 'Client Key');
      const signature = hmac(digest(clientKey), authMessage);
      const proof = Buffer.from(clientKey.map((octet, index) => octet ^ (signature[index] ?? 0)));
      expected = hmac(hmac(salted, 'Server Key'), authMessage);
      return `${withoutProof},p=${proof.toString('base64')}`;
    },
    check(serverFinal) {
      const given = Buffer.from(/^v=([A-Za-z0-9+/=]+)/.exec(serverFinal)?.[1] ?? '', 'base64');
      const isRight = expected !== undefined && given.length === expected.length && timingSafeEqual(given, expected);
      if (!isRight) throw new RangeError('it cannot prove that it knows the password');
    },
  };
}

function parametersIn(text: string, nonce: string): { salt: Buffer; iterations: number; serverNonce: string } {
  const [, serverNonce = '', salt = '', count = ''] =
    /^r=([!-+\--~]+),s=([A-Za-z0-9+/=]+),i=(\d{1,9})(?:,.*)?$/.exec(text) ?? [];
  if (!serverNonce.startsWith(nonce) || serverNonce === nonce) throw new RangeError('its challenge is malformed');
  const iterations = Number(count);
  if (iterations < fewestIterations || iterations > mostIterations) {
    throw new RangeError(
      `it asks for ${iterations} iterations, which is not from ${fewestIterations} to ${mostIterations}`,
    );
  }
  return { salt: Buffer.from(salt, 'base64'), iterations, serverNonce };
}

/** SASLprep (RFC 4013) of what users type: odd blanks become blanks, what is invisible goes, the rest is put in one form. */
function prepared(text: string): string {
  return text
    .replaceAll(/[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/g, ' ')
    .replaceAll(/\u034f|\u200d|[\u00ad\u1806\u200b\u200c\u2060\ufeff]|[\u180b-\u180d]|[\ufe00-\ufe0f]/g, '')
    .normalize('NFKC');
}

/** Octets that are no UTF-8 are no text, and stay. */
function preparedOctets(password: Buffer): Buffer {
  const text = password.toString('utf8');
  return Buffer.from(text).equals(password) ? Buffer.from(prepared(text)) : password;
}
