/**
 * A private Postfix with a private Dovecot behind it: own configuration, queue and mailbox in a temporary directory, own
 * free ports on the loopback interface, stopped and removed by `close`. It never touches the system's own Postfix.
 */

import { execFile } from 'node:child_process';
import { chown, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { type Certificates, makeCertificates } from './certificates.ts';
import { type Accounts, startDovecot } from './dovecot.ts';
import { openMailbox } from './mailbox.ts';
import { mainParameters, masterText, type ServiceName, services } from './postfix-services.ts';
import { greets, type Hub, type Parts, portsFor, type Running, startPrivately } from './private-hub.ts';
import { type Server, startServer } from './server.ts';
import { waitFor } from './wait.ts';

export type Postfix = Hub<ServiceName>;

type Ports = Postfix['ports'];

const postfixCommand = promisify(execFile);

export function startPostfix(accounts: Accounts = {}): Promise<Postfix> {
  return startPrivately('postfix', (parts) => startIn(parts, accounts), logOf);
}

async function startIn({ directory, servers }: Parts, accounts: Accounts): Promise<Running<ServiceName>> {
  const mailOwner = await ownerOf('/var/lib/postfix');
  await mkdir(join(directory, 'certificates'));
  const certificates = await makeCertificates(join(directory, 'certificates'));
  const ports = await portsFor<ServiceName>(services);
  await makeDirectories(directory, mailOwner);
  await writeFile(join(directory, 'etc/main.cf'), mainText(directory, certificates, mailOwner));
  await writeFile(join(directory, 'etc/master.cf'), masterText(ports, certificates));
  await postfixCommand('postfix', ['-c', join(directory, 'etc'), 'check']);
  const socket = join(directory, 'queue/private/auth');
  servers.push(await startDovecot(join(directory, 'dovecot'), socket, accounts));
  servers.push(await startMaster(directory, ports));
  return {
    ports,
    mailbox: openMailbox(join(directory, 'mail/box')),
    certificates,
    passwordFiles: ['dovecot/passwords'],
  };
}

async function ownerOf(path: string): Promise<{ uid: number; gid: number }> {
  const { uid, gid } = await stat(path);
  return { uid, gid };
}

async function makeDirectories(directory: string, mailOwner: { uid: number; gid: number }): Promise<void> {
  for (const name of ['etc', 'queue']) await mkdir(join(directory, name));
  for (const name of ['data', 'mail']) {
    await mkdir(join(directory, name), { mode: 0o700 });
    await chown(join(directory, name), mailOwner.uid, mailOwner.gid);
  }
}

function mainText(directory: string, certificates: Certificates, mailOwner: { uid: number; gid: number }): string {
  const parameters = { ...mainParameters(directory, certificates), ...mailboxParameters(directory, mailOwner) };
  return Object.entries(parameters)
    .map(([name, value]) => `${name} = ${value}\n`)
    .join('');
}

/** Every address of every domain is delivered into one maildir. */
function mailboxParameters(directory: string, { uid, gid }: { uid: number; gid: number }): Record<string, string> {
  return {
    mydestination: '',
    alias_maps: '',
    virtual_mailbox_domains: 'static:all',
    virtual_mailbox_maps: 'static:box/',
    virtual_mailbox_base: join(directory, 'mail'),
    virtual_mailbox_limit: '0',
    virtual_minimum_uid: '1',
    virtual_uid_maps: `static:${uid}`,
    virtual_gid_maps: `static:${gid}`,
  };
}

async function startMaster(directory: string, ports: Ports): Promise<Server> {
  const { stdout } = await postfixCommand('postconf', ['-c', join(directory, 'etc'), '-h', 'daemon_directory']);
  const master = join(stdout.trim(), 'master');
  const server = startServer([master, '-d', '-c', join(directory, 'etc')]);
  await waitFor('Postfix to greet', async () => {
    if (server.exited()) throw new Error(`Postfix ended: ${server.output()}`);
    const fatal = /^.*: fatal: .*$/m.exec(await logOf(directory));
    if (fatal !== null) throw new Error(fatal[0]);
    return (await greets(ports.plain, `hub.test ESMTP ${basename(directory)}`)) || undefined;
  });
  return server;
}

async function logOf(directory: string): Promise<string> {
  const read = (name: string) => readFile(join(directory, name), 'utf8').catch(() => '');
  return (await read('postfix.log')) + (await read('dovecot/dovecot.log'));
}
