/** The certificate that the hub is shown, and its key, which a passphrase may be needed for. */

import { isUtf8 } from 'node:buffer';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { Failure, reasonOf } from '../failure.ts';
import { readNamed } from './named-file.ts';
import type { Plan } from './plan.ts';

/** In the words of node:tls. */
export interface ClientCertificate extends SecureContextOptions {
  readonly cert: Buffer;
  readonly key: Buffer;
  /** There only when the key is encrypted. */
  readonly passphrase?: string;
}

/**
 * Undefined when none is to be shown. Throws Failure config when a file cannot be read, or when certificate, key and passphrase do
 * not belong together; and what asking for the passphrase throws.
 */
export function clientCertificate({ tlsFiles, keyPass }: Plan): ClientCertificate | undefined {
  if (tlsFiles.cert === undefined) return undefined;
  const cert = readNamed('TLSCert', tlsFiles.cert);
  const key = tlsFiles.key === undefined ? cert : readNamed('TLSKey', tlsFiles.key);
  const places = {
    cert: `TLSCert="${tlsFiles.cert}"`,
    key: tlsFiles.key === undefined ? `the key in TLSCert="${tlsFiles.cert}"` : `TLSKey="${tlsFiles.key}"`,
  };
  const shown = isEncrypted(key) ? { cert, key, passphrase: passphraseFor(places.key, keyPass) } : { cert, key };
  refuseUnusable(shown, places);
  return shown;
}

/** The key of the plan's certificate is encrypted. Throws Failure config when it cannot be read. */
export function needsPassphrase({ tlsFiles, keyPass }: Plan): boolean {
  if (tlsFiles.cert === undefined || keyPass === undefined) return false;
  return isEncrypted(
    tlsFiles.key === undefined ? readNamed('TLSCert', tlsFiles.cert) : readNamed('TLSKey', tlsFiles.key),
  );
}

interface Places {
  readonly cert: string;
  readonly key: string;
}

/** RFC 7468 §11, and the form of RFC 1421 that `openssl ec -aes256` writes. */
function isEncrypted(key: Buffer): boolean {
  return /^(-----BEGIN ENCRYPTED PRIVATE KEY-----|Proc-Type: *4,ENCRYPTED)/m.test(key.toString('latin1'));
}

/** node:tls takes text, and hands it to OpenSSL as UTF-8. */
function passphraseFor(place: string, keyPass: Plan['keyPass']): string {
  const octets = keyPass?.() ?? Buffer.alloc(0);
  if (octets.length === 0)
    throw new Failure('config', `Cannot use ${place}: it is encrypted, and there is no passphrase`, {
      hint: 'Set TLSKeyPassFile= to a file that holds the passphrase',
    });
  if (!isUtf8(octets)) throw new Failure('config', `Cannot use ${place}: its passphrase is not UTF-8 text`);
  return octets.toString('utf8');
}

function refuseUnusable(shown: ClientCertificate, places: Places): void {
  try {
    createSecureContext(shown);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const code = 'code' in error ? String(error.code) : '';
    throw new Failure(
      'config',
      `Cannot use ${complaintOf(code, shown, places) ?? `${places.cert}: ${reasonOf(error)}`}`,
      {
        cause: error,
      },
    );
  }
}

/** `code` is OpenSSL's, which reads the certificate first; of an encrypted key whatever else fails comes from the passphrase. */
function complaintOf(code: string, { passphrase }: ClientCertificate, places: Places): string | undefined {
  if (code === 'ERR_OSSL_PEM_NO_START_LINE') return `${places.cert}: it holds no certificate in PEM form`;
  if (code === 'ERR_OSSL_X509_KEY_VALUES_MISMATCH')
    return `${places.key}: it is not the key of the certificate in ${places.cert}`;
  if (!code.startsWith('ERR_OSSL_')) return undefined;
  if (passphrase !== undefined) return `${places.key}: its passphrase is wrong`;
  return code === 'ERR_OSSL_UNSUPPORTED' ? `${places.key}: it holds no key in PEM form` : undefined;
}
