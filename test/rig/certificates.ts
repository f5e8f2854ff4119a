/** Certificates of every kind a hub may show, made by the openssl command, with short-lived P-256 keys. */

import { execFile } from 'node:child_process';
import { appendFile, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** PEM files. */
export interface Certificate {
  readonly certificate: string;
  readonly key: string;
}

export interface Certificates {
  /** The authority that signed all of them but `selfSigned`. */
  readonly authority: string;
  /** A directory that holds the authority the way `openssl rehash` leaves it. */
  readonly authorityDirectory: string;
  /** An authority that signed none of them. */
  readonly otherAuthority: string;
  /** For hub.test, localhost, 127.0.0.1 and ::1. */
  readonly valid: Certificate;
  readonly expired: Certificate;
  readonly notYetValid: Certificate;
  readonly wrongName: Certificate;
  readonly selfSigned: Certificate;
  readonly client: Certificate;
  /** The key of `client`, encrypted with `passphrase`: in the form of PKCS #8, and in the older one of OpenSSL. */
  readonly encryptedKeys: readonly string[];
  /** Good for clients only. */
  readonly wrongPurpose: Certificate;
  /** Signed by an authority that the hub does not show, though the known one has signed it. */
  readonly missingIntermediate: Certificate;
  /** Signed by an authority that is shown, and that has expired. */
  readonly expiredIntermediate: Certificate;
}

/** Of the encrypted keys. */
export const passphrase = 'pass phräse of the=k#ey';

const hubNames = 'DNS:hub.test, DNS:localhost, IP:127.0.0.1, IP:::1';
const day = 24 * 60 * 60 * 1000;
const validity = { from: -1 * day, to: 30 * day };

/** Makes them all below `directory`. */
export async function makeCertificates(directory: string): Promise<Certificates> {
  await prepareAuthority(directory);
  const [authority, otherAuthority, selfSigned] = await Promise.all([
    makeSelfSigned(directory, 'authority', 'CA:TRUE', hubNames),
    makeSelfSigned(directory, 'other-authority', 'CA:TRUE', hubNames),
    makeSelfSigned(directory, 'self-signed', 'CA:FALSE', hubNames),
  ]);
  const client = await issue(directory, 'client', { names: 'DNS:client.test', ...validity });
  // One after another: `openssl ca` keeps its list of issued certificates in a file.
  return {
    authority: authority.certificate,
    authorityDirectory: await hashedDirectory(directory, authority.certificate),
    otherAuthority: otherAuthority.certificate,
    selfSigned,
    valid: await issue(directory, 'valid', { names: hubNames, ...validity }),
    expired: await issue(directory, 'expired', { names: hubNames, from: -30 * day, to: -1 * day }),
    notYetValid: await issue(directory, 'not-yet-valid', { names: hubNames, from: day, to: 30 * day }),
    wrongName: await issue(directory, 'wrong-name', { names: 'DNS:somewhere.else.test', ...validity }),
    client,
    encryptedKeys: await encryptedKeysOf(directory, client),
    wrongPurpose: await issue(directory, 'wrong-purpose', {
      names: hubNames,
      ...validity,
      more: 'extendedKeyUsage = clientAuth',
    }),
    missingIntermediate: await issueBelow(directory, 'missing-intermediate', validity),
    expiredIntermediate: await chained(
      await issueBelow(directory, 'expired-intermediate', { from: -30 * day, to: -1 * day }),
    ),
  };
}

async function prepareAuthority(directory: string): Promise<void> {
  await writeFile(join(directory, 'issued.txt'), '');
  const lines = [
    '[ca]',
    'default_ca = authority',
    '[authority]',
    `database = ${directory}/issued.txt`,
    `new_certs_dir = ${directory}`,
    `certificate = ${directory}/authority.crt`,
    `private_key = ${directory}/authority.key`,
    'rand_serial = yes',
    'unique_subject = no',
    'default_md = sha256',
    'policy = policy',
    '[policy]',
    'commonName = supplied',
  ];
  await writeFile(join(directory, 'authority.conf'), `${lines.join('\n')}\n`);
}

function pathsOf(directory: string, name: string): Certificate {
  return { certificate: join(directory, `${name}.crt`), key: join(directory, `${name}.key`) };
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

async function makeSelfSigned(directory: string, name: string, role: string, names: string): Promise<Certificate> {
  const paths = pathsOf(directory, name);
  const extensions = ['-addext', `basicConstraints=critical,${role}`, '-addext', `subjectAltName=${names}`];
  const files = ['-keyout', paths.key, '-out', paths.certificate];
  await run('openssl', ['req', '-x509', ...newKey, '-subj', `/CN=ssmtp test ${name}`, ...extensions, ...files]);
  return paths;
}

interface Wish {
  readonly names: string;
  /** Milliseconds from now. */
  readonly from: number;
  readonly to: number;
  /** Another line of extensions. */
  readonly more?: string;
  readonly isAuthority?: boolean;
  /** The file names of the authority, without their ends. */
  readonly signer?: string;
}

async function issue(directory: string, name: string, wish: Wish): Promise<Certificate> {
  const paths = pathsOf(directory, name);
  const request = join(directory, `${name}.csr`);
  const extensions = join(directory, `${name}.ext`);
  await writeFile(extensions, extensionsFor(wish));
  await run('openssl', [
    'req',
    '-new',
    ...newKey,
    '-subj',
    `/CN=ssmtp test ${name}`,
    '-keyout',
    paths.key,
    '-out',
    request,
  ]);
  const period = ['-startdate', timeText(wish.from), '-enddate', timeText(wish.to)];
  const files = ['-in', request, '-out', paths.certificate, '-extfile', extensions];
  const configuration = join(directory, 'authority.conf');
  const signer = pathsOf(directory, wish.signer ?? 'authority');
  files.push('-cert', signer.certificate, '-keyfile', signer.key);
  await run('openssl', ['ca', '-config', configuration, '-batch', '-notext', ...period, ...files]);
  return paths;
}

function extensionsFor({ names, more = '', isAuthority = false }: Wish): string {
  return `basicConstraints = CA:${isAuthority ? 'TRUE' : 'FALSE'}\nsubjectAltName = ${names}\n${more}\n`;
}

/** A certificate for the hub, of an authority that is valid for as long as it says. */
async function issueBelow(directory: string, name: string, period: { from: number; to: number }): Promise<Certificate> {
  const signer = `${name}-authority`;
  await issue(directory, signer, { names: 'DNS:authority.test', ...period, isAuthority: true });
  return issue(directory, name, { names: hubNames, ...validity, signer });
}

/** Shows its authority as well. */
async function chained({ certificate, key }: Certificate): Promise<Certificate> {
  const authority = await readFile(certificate.replace('.crt', '-authority.crt'));
  await appendFile(certificate, authority);
  return { certificate, key };
}

async function encryptedKeysOf(directory: string, { key }: Certificate): Promise<string[]> {
  const [modern, older] = ['client-modern.key', 'client-older.key'].map((name) => join(directory, name));
  const files = ['-in', key, '-passout', `pass:${passphrase}`];
  await run('openssl', ['pkcs8', '-topk8', ...files, '-out', modern ?? '']);
  await run('openssl', ['ec', '-aes256', ...files, '-out', older ?? '']);
  return [modern ?? '', older ?? ''];
}

/** `20261122090000Z`, as `openssl ca` reads it. */
function timeText(fromNow: number): string {
  return new Date(Date.now() + fromNow).toISOString().replaceAll(/[-:T]|\.\d+/g, '');
}

async function hashedDirectory(directory: string, authority: string): Promise<string> {
  const path = join(directory, 'authorities');
  await mkdir(path);
  await copyFile(authority, join(path, 'authority.pem'));
  await run('openssl', ['rehash', path]);
  return path;
}
