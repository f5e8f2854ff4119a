/** Whose signature on the hub's certificate counts when the configuration names no file. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { authorityDirectories, authorityFiles } from '../config/system-authorities.ts';
import { Failure, reasonOf } from '../failure.ts';
import { readNamed } from './named-file.ts';
import type { Plan } from './plan.ts';

/**
 * The system's authorities in PEM form, or undefined where OpenSSL finds them by itself: the single executable runs with
 * --use-openssl-ca, which reads only the one authority that is needed from the system's directory (10 ms less than the whole
 * file). Where neither a file nor a directory known here is, undefined means the list that Node brings along.
 *
 * A caller's NODE_EXTRA_CA_CERTS has been read before our first line and would count beside OpenSSL's; a list of our own shuts it out.
 */
export function systemAuthorities(): Buffer | Buffer[] | undefined {
  if (isFoundByOpenssl() && !('NODE_EXTRA_CA_CERTS' in process.env)) return undefined;
  for (const path of authorityFiles) {
    const content = contentOf(path);
    if (content) return content;
  }
  for (const directory of authorityDirectories) {
    const contents = hashedNamesIn(directory).flatMap((name) => contentOf(`${directory}/${name}`) ?? []);
    if (contents.length > 0) return contents;
  }
  return undefined;
}

/** undefined for another system's place, and for a link that leads nowhere. */
function contentOf(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}

/** The executable's OpenSSL looks in two places only; an image with nothing but a bundle elsewhere has neither. */
function isFoundByOpenssl(): boolean {
  return (
    process.execArgv.includes('--use-openssl-ca') &&
    (existsSync('/etc/ssl/cert.pem') || hashedNamesIn('/etc/ssl/certs').length > 0)
  );
}

/** None where there is no such directory, or none that may be read. */
function hashedNamesIn(directory: string): string[] {
  try {
    return readdirSync(directory).filter(isHashed);
  } catch (error) {
    if (error instanceof Error) return [];
    throw error;
  }
}

/** The names that `openssl rehash` gives. */
function isHashed(name: string): boolean {
  return /^[0-9a-f]{8}\.\d+$/.test(name);
}

/** What the configuration names in place of the system's. Throws Failure config when one of them has none: no hub could be trusted. */
export function namedAuthorities({ ca, caDir }: Plan['tlsFiles']): Buffer[] {
  return [...(ca ? [authoritiesOf(ca)] : []), ...(caDir ? authoritiesIn(caDir) : [])];
}

/** What is no PEM form OpenSSL passes over. */
function authoritiesOf(file: string): Buffer {
  const octets = readNamed('TLS_CA_File', file);
  if (/^-----BEGIN (TRUSTED |X509 )?CERTIFICATE-----/m.test(octets.toString('latin1'))) return octets;
  throw new Failure('config', `Cannot use TLS_CA_File="${file}": it holds no certificate in PEM form`, {
    hint: 'Name the file of the authority, or convert it: openssl x509 -inform DER',
  });
}

/** The authorities in a directory for TLS_CA_Dir, found by the names that `openssl rehash` gives them, as OpenSSL does. */
function authoritiesIn(directory: string): Buffer[] {
  try {
    const names = readdirSync(directory).filter(isHashed);
    if (names.length > 0) return names.map((name) => readFileSync(`${directory}/${name}`));
  } catch (error) {
    throw new Failure('config', `Cannot read TLS_CA_Dir="${directory}": ${reasonOf(error)}`, { cause: error });
  }
  throw new Failure('config', `Cannot use TLS_CA_Dir="${directory}": it holds no certificate named by its hash`, {
    hint: `Run: openssl rehash ${directory}`,
  });
}
