/**
 * A private Exim: own configuration, spool, user and mailbox in a temporary directory, own free ports on the loopback interface,
 * stopped and removed by `close`. It conflicts with Postfix and knows its user by name; so `scripts/unpack-debian-packages`
 * has it lie in `build/exim`, and in a mount namespace that is laid over /usr, and its user and configuration over /etc.
 */

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { chown, copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { makeCertificates } from './certificates.ts';
import type { Accounts } from './dovecot.ts';
import { type EximService, eximConfiguration, greetingOf, services } from './exim-services.ts';
import { openMailbox } from './mailbox.ts';
import { greets, type Hub, type Parts, portsFor, type Running, startPrivately } from './private-hub.ts';
import { sasldbConfiguration, writeSasldb } from './sasldb.ts';
import { startServer } from './server.ts';
import { waitFor } from './wait.ts';

const packages = resolve(import.meta.dirname, '../../build/exim');

/** Of the range that Debian leaves free. */
const owner = 61_217;

/** Why there can be none here; `false` when there can. */
export function missingForExim(): string | false {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    return 'SKIPPED: a private Exim has a mount namespace, which needs root on Linux';
  const absent = ['exim4-daemon-heavy', 'sasl2-bin', 'libsasl2-modules'].filter(
    (name) => !existsSync(join(packages, name)),
  );
  if (absent.length > 0)
    return `SKIPPED: not in build/exim: ${absent.join(', ')} (scripts/test gets them where there is a Debian archive)`;
  if (spawnSync('openssl', ['version']).status !== 0) return 'SKIPPED: openssl is not installed';
  const [command, ...words] = inPlace('/etc', 'sh', '-c', 'ldd /usr/sbin/exim4; true');
  const tried = spawnSync(command, words, { encoding: 'utf8' });
  if (tried.status !== 0) return `SKIPPED: cannot lay Exim over /usr: ${tried.stderr.trim()}`;
  const missing = [...tried.stdout.matchAll(/^\s*(\S+) => not found/gm)].map(([, name]) => name);
  return missing.length > 0 && `SKIPPED: Exim lacks ${missing.join(', ')}`;
}

export function startExim(accounts: Accounts = {}): Promise<Hub<EximService>> {
  return startPrivately('exim', (parts) => startIn(parts, accounts), logOf);
}

async function startIn({ directory, servers }: Parts, accounts: Accounts): Promise<Running<EximService>> {
  const path = (name: string) => join(directory, name);
  for (const name of ['certificates', 'etc', 'spool', 'log', 'mail']) await mkdir(path(name));
  const certificates = await makeCertificates(path('certificates'));
  await copyFile(certificates.valid.key, path('key'));
  const ports = await portsFor<EximService>(services);
  await writePasswords(directory, accounts);
  for (const name of ['spool', 'log', 'mail', 'key', ...passwordFiles]) await chown(path(name), owner, owner);
  await writeEtc(path('etc'), {
    'exim4/exim4.conf': eximConfiguration({ directory, ports, certificates, owner }),
    'sasl2/exim.conf': sasldbConfiguration(path('sasldb')),
  });
  const server = startServer(inPlace(path('etc'), 'exim4', '-bdf', '-q1m'));
  servers.push(server);
  await waitFor('Exim to greet', async () => {
    if (server.exited()) throw new Error(`Exim ended: ${server.output()}`);
    return (await greets(ports.plain, greetingOf(directory))) || undefined;
  });
  return { ports, mailbox: openMailbox(path('mail/box')), certificates, passwordFiles };
}

/** Runs `words` where the packages lie over /usr and `etc` over /etc. */
function inPlace(etc: string, ...words: readonly string[]): [string, ...string[]] {
  const usr = readdirSync(packages).map((name) => join(packages, name, 'usr'));
  const lower = [...usr.filter((path) => existsSync(path)), '/usr'].join(':');
  const script = [
    'set -e',
    'export LIBMOUNT_FORCE_MOUNT2=always', // by the newer system call an option has 256 characters at most
    'mount -t overlay -o "ro,lowerdir=$1" overlay /usr',
    '[ "$2" = /etc ] || mount -t overlay -o "ro,lowerdir=$2:/etc" overlay /etc',
    'shift 2',
    'exec "$@"',
  ];
  return ['unshare', '--mount', 'sh', '-c', script.join('\n'), 'sh', lower, etc, ...words];
}

const passwordFiles = ['passwords', 'sasldb'];

/** For Exim's own lookups, and for Cyrus SASL. */
async function writePasswords(directory: string, accounts: Accounts): Promise<void> {
  const lines = Object.entries(accounts).map(([user, password]) => `${user}: ${password}\n`);
  await writeFile(join(directory, 'passwords'), lines.join(''));
  await writeSasldb(join(directory, 'sasldb'), accounts);
}

/** What lies over the machine's /etc: Exim believes in no configuration that others than root can write. */
async function writeEtc(etc: string, files: Readonly<Record<string, string>>): Promise<void> {
  const user = `Debian-exim:x:${owner}`;
  const all = {
    passwd: `${await readFile('/etc/passwd', 'utf8')}${user}:${owner}::/nonexistent:/usr/sbin/nologin\n`,
    group: `${await readFile('/etc/group', 'utf8')}${user}:\n`,
    ...files,
  };
  for (const name of ['exim4', 'sasl2']) await mkdir(join(etc, name));
  for (const [name, text] of Object.entries(all)) await writeFile(join(etc, name), text);
}

async function logOf(directory: string): Promise<string> {
  const names = await readdir(join(directory, 'log')).catch(() => []);
  const texts = names.sort().map((name) => readFile(join(directory, 'log', name), 'utf8'));
  return (await Promise.all(texts)).join('');
}
