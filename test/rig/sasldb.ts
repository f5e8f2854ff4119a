/** The passwords of Cyrus SASL, written by its own saslpasswd2. */

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Accounts } from './dovecot.ts';

const packages = resolve(import.meta.dirname, '../../build/exim');
const program = join(packages, 'sasl2-bin/usr/sbin/saslpasswd2');
const libraries = join(packages, 'libsasl2-modules/usr/lib');

export const missingForSasldb: string | false =
  !(existsSync(program) && existsSync(libraries)) &&
  'SKIPPED: not in build/exim: sasl2-bin, libsasl2-modules (scripts/test gets them where there is a Debian archive)';

/** For SASL_PATH: the mechanisms in the package, and what the machine has. */
export function saslPath(): string {
  return readdirSync(libraries)
    .flatMap((machine) => [join(libraries, machine, 'sasl2'), `/usr/lib/${machine}/sasl2`])
    .join(':');
}

export async function writeSasldb(path: string, accounts: Accounts): Promise<void> {
  await writeFile(path, '');
  for (const [user, password] of Object.entries(accounts)) {
    const { status, stderr } = spawnSync(program, ['-f', path, '-c', '-p', '-u', 'hub.test', user], {
      input: password,
    });
    if (status !== 0) throw new Error(`saslpasswd2: ${stderr}`);
  }
}

/** The text of Cyrus SASL's configuration for a server of these passwords. */
export function sasldbConfiguration(path: string): string {
  return `pwcheck_method: auxprop\nauxprop_plugin: sasldb\nsasldb_path: ${path}\n`;
}
