/** What is told to node:tls: which authorities are trusted, which certificate is shown, how old a protocol may be. */

import { createHash, timingSafeEqual, X509Certificate } from 'node:crypto';
import { type ConnectionOptions, createSecureContext } from 'node:tls';
import { Failure, reasonOf } from '../failure.ts';
import { namedAuthorities, systemAuthorities } from './authorities.ts';
import { clientCertificate } from './client-certificate.ts';
import type { Plan } from './plan.ts';
import { presentedIn, presentedWords } from './presented.ts';
import { tlsTrouble } from './tls-trouble.ts';

/** Throws Failure config when a file that the configuration names cannot be used, or the ciphers are none. */
export function tlsOptions(plan: Plan): ConnectionOptions {
  const { minTls, ciphers, pins } = plan;
  const named = namedAuthorities(plan.tlsFiles);
  const authorities = named.length > 0 ? named : systemAuthorities();
  if (ciphers !== undefined) refuseNoCiphers(ciphers);
  return {
    // Said aloud, because NODE_TLS_REJECT_UNAUTHORIZED in the caller's environment must not switch verification off. With pins
    // `checkPins` decides, before anything is said that a stranger must not hear.
    rejectUnauthorized: pins.length === 0,
    minVersion: minTls,
    ...(ciphers !== undefined && { ciphers }),
    ...(authorities && pins.length === 0 && { ca: authorities }),
    ...clientCertificate(plan),
  };
}

/**
 * The same with the files read into OpenSSL. It loads node:tls, which takes some milliseconds: best while a connection is under way. Throws
 * Failure protocol when OpenSSL cannot use them.
 */
export function withContext(options: ConnectionOptions, plan: Plan): ConnectionOptions {
  try {
    return { ...options, secureContext: createSecureContext(options) };
  } catch (error) {
    throw tlsTrouble({ code: '', reason: reasonOf(error), presented: undefined, now: new Date() }, plan);
  }
}

/** Without TLS nobody shows what a pin names: a hub that has one gets no mail then. Throws Failure config. */
export function refusePinsInClear({ host, pins, tls }: Plan): void {
  if (pins.length === 0 || tls !== 'none') return;
  throw new Failure('config', `Cannot use TLSPin= for mail hub ${host}: nothing is encrypted`, {
    hint: 'Set UseSTARTTLS=YES or UseTLS=YES',
  });
}

/** `octets` are the certificate's (DER). Throws Failure protocol when the hub has shown neither a key nor a certificate that is pinned. */
export function checkPins(octets: Buffer | undefined, { host, pins }: Plan): void {
  if (pins.length === 0) return;
  if (octets === undefined) throw new Failure('protocol', `Cannot trust mail hub ${host}: it shows no certificate`);
  const certificate = new X509Certificate(octets);
  const digest = (octets: Buffer) => createHash('sha256').update(octets).digest();
  const shown = {
    'public key': digest(certificate.publicKey.export({ type: 'spki', format: 'der' })),
    certificate: digest(certificate.raw),
  };
  if (pins.some((pin) => timingSafeEqual(shown[pin.of], pin.digest))) return;
  const presented = presentedIn(certificate.raw);
  const why = `no TLSPin= names what it shows (its certificate is ${presentedWords(presented)}; expected is ${expectedWords(pins)})`;
  throw new Failure('protocol', `Cannot trust mail hub ${host}: ${why}`, {
    hint: `It shows ${presented.pin}; set that only if it comes from whoever runs the hub`,
  });
}

/** As TLSPin= takes them; of many the first ones. */
function expectedWords(pins: Plan['pins']): string {
  const words = pins.slice(0, 2).map(({ of, digest }) => {
    if (of === 'public key') return `sha256//${digest.toString('base64')}`;
    return digest
      .toString('hex')
      .toUpperCase()
      .replaceAll(/(..)(?=.)/g, '$1:');
  });
  return words.join(' or ') + (pins.length > 2 ? `, or one of ${pins.length - 2} more` : '');
}

function refuseNoCiphers(ciphers: string): void {
  try {
    createSecureContext({ ciphers });
  } catch (error) {
    throw new Failure('config', `Cannot use TLSCiphers="${ciphers}": ${reasonOf(error)}`, { cause: error });
  }
}
