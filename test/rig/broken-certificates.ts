/** Certificates with one fault each that real servers will not show: too weak, or signed by who may not sign. Made by openssl. */

import { execFile } from 'node:child_process';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Certificate } from './certificates.ts';

const run = promisify(execFile);

interface Wish {
  /** As `openssl req -newkey` has it; RSA of 2048 bits unless it says otherwise. */
  readonly key?: string;
  /** What it is signed with: sha256 unless it says otherwise. */
  readonly digest?: 'sha1' | 'md5';
  /** Lines of extensions. */
  readonly extensions: readonly string[];
  /** Another row, above this one; without it, the authority that is known. */
  readonly signer?: string;
}

const names = 'subjectAltName=DNS:localhost, IP:127.0.0.1';
const isAuthority = 'basicConstraints=critical, CA:TRUE';

const rows = {
  good: { extensions: [names] },
  weakKey: { key: 'rsa:1024', extensions: [names] },
  weakestKey: { key: 'rsa:512', extensions: [names] },
  sha1: { digest: 'sha1', extensions: [names] },
  md5: { digest: 'md5', extensions: [names] },
  forClients: { extensions: [names, 'extendedKeyUsage=clientAuth'] },
  noAuthority: { extensions: ['basicConstraints=critical, CA:FALSE'] },
  byNoAuthority: { extensions: [names], signer: 'noAuthority' },
  weakAuthority: { key: 'rsa:1024', extensions: [isAuthority] },
  byWeakAuthority: { extensions: [names], signer: 'weakAuthority' },
  constrained: { extensions: [isAuthority, 'nameConstraints=critical, permitted;DNS:example.org'] },
  byConstrained: { extensions: [names], signer: 'constrained' },
  lastAuthority: { extensions: ['basicConstraints=critical, CA:TRUE, pathlen:0'] },
  oneTooMany: { extensions: [isAuthority], signer: 'lastAuthority' },
  byOneTooMany: { extensions: [names], signer: 'oneTooMany' },
  unheardOf: { extensions: [names, '1.2.3.4=critical, DER:0500'] },
  otherAddress: { extensions: ['subjectAltName=IP:192.0.2.1'] },
  addressAsName: { extensions: ['subjectAltName=DNS:127.0.0.1'] },
  onlyCommonName: { extensions: [] },
  wildcard: { extensions: ['subjectAltName=DNS:*.hub.test'] },
} as const satisfies Readonly<Record<string, Wish>>;

export type BrokenName = keyof typeof rows;

export interface BrokenCertificates {
  /** The one that is known. */
  readonly authority: string;
  readonly of: (name: BrokenName) => Certificate;
}

/** Makes them all below `directory`. The common name of each is `localhost`, but for authorities, which have their row's name. */
export async function makeBrokenCertificates(directory: string): Promise<BrokenCertificates> {
  const pathsOf = (name: string) => ({
    certificate: join(directory, `${name}.crt`),
    key: join(directory, `${name}.key`),
  });
  const authority = pathsOf('authority');
  const files = ['-keyout', authority.key, '-out', authority.certificate];
  await run('openssl', ['req', '-x509', ...newKey('rsa:2048'), '-subj', '/CN=known', '-addext', isAuthority, ...files]);
  for (const [name, wish] of Object.entries<Wish>(rows)) {
    const signer = pathsOf(wish.signer ?? 'authority');
    await issue(pathsOf(name), { ...wish, name, signer });
    // Its own signer, and who signed that one, short of the known authority.
    if (wish.signer !== undefined)
      await appendFile(pathsOf(name).certificate, await readFile(signer.certificate, 'utf8'));
  }
  return { authority: authority.certificate, of: pathsOf };
}

function newKey(kind: string): string[] {
  return ['-newkey', kind, '-nodes'];
}

async function issue(
  paths: Certificate,
  {
    name,
    signer,
    key = 'rsa:2048',
    digest = 'sha256',
    extensions,
  }: Omit<Wish, 'signer' | 'digest'> & {
    readonly name: string;
    readonly signer: Certificate;
    readonly digest?: string | undefined;
  },
): Promise<void> {
  const request = `${paths.certificate}.request`;
  const extensionFile = `${paths.certificate}.extensions`;
  const commonName = extensions.some((line) => line.startsWith('basicConstraints')) ? name : 'localhost';
  await writeFile(extensionFile, extensions.map((line) => `${line}\n`).join(''));
  await run('openssl', [
    'req',
    '-new',
    ...newKey(key),
    '-subj',
    `/CN=${commonName}`,
    '-keyout',
    paths.key,
    '-out',
    request,
  ]);
  const signing = ['-CA', signer.certificate, '-CAkey', signer.key, '-CAcreateserial', `-${digest}`, '-days', '2'];
  await run('openssl', [
    'x509',
    '-req',
    '-in',
    request,
    ...signing,
    '-extfile',
    extensionFile,
    '-out',
    paths.certificate,
  ]);
}
