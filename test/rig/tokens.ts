/** Access tokens as an identity provider signs them: JSON web tokens (RFC 7519) that the private Dovecot can verify by itself. */

import { createHmac } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const key = 'the signing key of the tests';

/** Signed with HS256. `claims` may add to what the token says, or say it differently. */
export function tokenFor(user: string, claims: Readonly<Record<string, unknown>> = {}): string {
  const now = Math.floor(Date.now() / 1000);
  const all = { sub: user, iat: now - 60, nbf: now - 60, exp: now + 3600, ...claims };
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(all)}`;
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
}

export interface TokenKeys {
  /** The directory of the keys, with a slash behind it. */
  readonly prefix: string;
  /** Dovecot 2.3 reads a file of its own about them. */
  readonly file: string;
}

/** Writes what Dovecot needs to verify them below `directory`. */
export async function writeTokenKeys(directory: string): Promise<TokenKeys> {
  const keys = join(directory, 'keys/default/HS256');
  await mkdir(keys, { recursive: true });
  await writeFile(join(keys, 'default'), Buffer.from(key).toString('base64'));
  const prefix = `${directory}/keys/`;
  const file = join(directory, 'oauth2.conf');
  const lines = [
    'introspection_mode = local',
    `local_validation_key_dict = fs:posix:prefix=${prefix}`,
    'username_attribute = sub',
  ];
  await writeFile(file, `${lines.join('\n')}\n`);
  return { prefix, file };
}
