/** What is told to node:tls: which authorities are trusted, which certificate is shown, how old a protocol may be. */

import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import { Failure, reasonOf } from '../failure.ts';
import { authoritiesIn, systemAuthorities } from './authorities.ts';
import type { Plan } from './plan.ts';

/** Throws Failure config when a file that the configuration names cannot be read. */
export function tlsOptions({ tlsFiles }: Plan): ConnectionOptions {
  const { ca, caDir, cert, key } = tlsFiles;
  const named = [...(ca ? [readNamed('TLS_CA_File', ca)] : []), ...(caDir ? authoritiesIn(caDir) : [])];
  const authorities = named.length > 0 ? named : systemAuthorities();
  const certificate = cert ? readNamed('TLSCert', cert) : undefined;
  return {
    // Said aloud, because NODE_TLS_REJECT_UNAUTHORIZED in the caller's environment must not switch verification off.
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2',
    ...(authorities && { ca: authorities }),
    ...(certificate && { cert: certificate, key: key ? readNamed('TLSKey', key) : certificate }),
  };
}

function readNamed(name: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new Failure('config', `Cannot read ${name}="${path}": ${reasonOf(error)}`, { cause: error });
  }
}
