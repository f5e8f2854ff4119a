/** Looks for the passwords of a run in everything that the run has written. */

import assert from 'node:assert/strict';
import type { Dirent } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** What a run was given; texts are latin1. */
export interface Given {
  readonly words?: readonly string[];
  readonly conf?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly stdin?: unknown;
}

/** A shorter one would be found by chance. */
export function longEnough(secret: string): boolean {
  return secret.length >= 8;
}

/** The passwords that the program knows, as far as they are its secret: not those that the message tells. */
export function secretsIn({ words = [], conf = '', files = {}, environment = {}, stdin }: Given): string[] {
  const typed = words.flatMap((word, index) => (words[index - 1] === '-ap' ? [word] : []));
  const written = [...conf.matchAll(/^[ \t]*(?:AuthPass|TLSKeyPass)[ \t]*=[ \t]*(.+?)\r?$/gim)].map(
    ([, value = '']) => value,
  );
  const named = [...conf.matchAll(/^(?:AuthPass|TLSKeyPass)File=\$HOME\/(.+)$/gm)].map(([, name = '']) => name);
  const kept = named.map((name) => files[name]?.trim() ?? '');
  const { SSMTP_AUTHPASS = '', SSMTP_TLSKEYPASS = '' } = environment;
  const all = [...typed, ...written, ...kept, SSMTP_AUTHPASS, SSMTP_TLSKEYPASS];
  return all.filter((secret) => longEnough(secret) && !(typeof stdin === 'string' && stdin.includes(secret)));
}

/**
 * Throws when one of the secrets stands, as it is, in base64, in hexadecimal digits or as in a URL, in one of the texts or in a
 * file below `directory` that the test has not written itself.
 */
export async function assertKept(
  secrets: readonly string[],
  { printed, directory, given }: { printed: readonly Buffer[]; directory: string; given: readonly string[] },
): Promise<void> {
  if (secrets.length === 0) return;
  const files = (await readdir(directory, { recursive: true, withFileTypes: true })).filter((each) => each.isFile());
  const pathOf = ({ parentPath, name }: Dirent) => join(parentPath, name);
  const own = files.map(pathOf).filter((path) => !given.includes(relative(directory, path)));
  const texts: (readonly [string, Buffer])[] = [
    ...printed.map((octets, index) => [index === 0 ? 'standard output' : 'standard error', octets] as const),
    ...(await Promise.all(own.map(async (path) => [relative(directory, path), await readFile(path)] as const))),
  ];
  for (const [where, octets] of texts) {
    for (const form of secrets.flatMap(formsOf))
      assert.ok(!octets.includes(form), `${where} holds a password: ${form}`);
  }
}

/** How a secret may look, wherever it stands in a longer text. */
function formsOf(secret: string): Buffer[] {
  const octets = Buffer.from(secret, 'latin1');
  const hex = octets.toString('hex');
  // In base64 a text looks different at each of three places; what its neighbours decide is left out.
  const encoded = [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), octets])
      .toString('base64')
      .replaceAll('=', '');
    return text.slice(before === 0 ? 0 : before + 1, (octets.length + before) % 3 === 0 ? undefined : -1);
  });
  const escaped = JSON.stringify(octets.toString('utf8')).slice(1, -1);
  const forms = [hex, hex.toUpperCase(), ...encoded, encodeURIComponent(octets.toString('utf8')), escaped];
  return [octets, ...forms.map((form) => Buffer.from(form))];
}
