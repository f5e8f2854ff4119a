/** Why TLS did not come about: what the hub has shown, what was expected, and the one setting that would help. */

import { Failure } from '../failure.ts';
import { namesNewestOnly } from './ciphers.ts';
import type { Plan } from './plan.ts';
import { type Presented, presentedWords } from './presented.ts';

export interface TlsTrouble {
  /** OpenSSL's or Node's name of it. */
  readonly code: string;
  /** OpenSSL's or Node's words. */
  readonly reason: string;
  /** Undefined when the hub has shown no certificate. */
  readonly presented: Presented | undefined;
  readonly now: Date;
}

export function tlsTrouble(trouble: TlsTrouble, plan: Plan): Failure {
  const { code, presented, now } = trouble;
  // Behind a semicolon Node gives advice about its own command line.
  const [bare = ''] = trouble.reason.replace(/^Error initiating TLS - /, '').split(';');
  const row = rowFor(bare) ?? rowFor(code);
  const message = `Cannot start TLS with mail hub ${plan.host}`;
  if (!row) return new Failure('protocol', `${message}: ${bare}`);
  const known = { presented, now, plan, bare };
  const details = row.isOfCertificate && presented ? `it is ${presentedWords(presented)}` : bare;
  return new Failure('protocol', `${message}: ${row.reason(known)} (${details})`, { hint: row.hint(known) });
}

interface Known {
  readonly presented: Presented | undefined;
  readonly now: Date;
  readonly plan: Plan;
  readonly bare: string;
}

interface Row {
  /** Or OpenSSL's words, where Node has no name for it. */
  readonly codes: readonly string[];
  readonly isOfCertificate?: true;
  /** What was expected is in the reason, one setting in the hint. */
  reason(known: Known): string;
  hint(known: Known): string;
}

const rows: readonly Row[] = [
  {
    codes: ['CERT_HAS_EXPIRED'],
    isOfCertificate: true,
    reason: ({ presented, now }) =>
      presented && presented.validTo > now
        ? `an authority's certificate behind its own has expired; it is ${now.toISOString()} here`
        : `its certificate has expired; it is ${now.toISOString()} here`,
    hint: (known) => `The hub needs a new certificate, or this machine another clock${untilThen(known)}`,
  },
  {
    codes: ['CERT_NOT_YET_VALID'],
    isOfCertificate: true,
    reason: ({ now }) => `its certificate is not valid yet; it is ${now.toISOString()} here`,
    hint: () => 'Check the clock of this machine',
  },
  {
    codes: ['ERR_TLS_CERT_ALTNAME_INVALID', 'HOSTNAME_MISMATCH', 'ERR_TLS_CERT_ALTNAME_FORMAT'],
    isOfCertificate: true,
    reason: ({ plan }) => `its certificate is for another name than ${plan.host}`,
    hint: ({ presented, plan }) => {
      const name = presented?.names.find((each) => /^[\w-]+(\.[\w-]+)+$/.test(each));
      return `Set mailhub= to the name that whoever runs the hub gives you${name ? `; the certificate holds ${name}:${plan.port}` : ''}`;
    },
  },
  {
    codes: ['DEPTH_ZERO_SELF_SIGNED_CERT'],
    isOfCertificate: true,
    reason: ({ plan }) => `its certificate is signed by an unknown authority: itself; ${authoritiesOf(plan)} counts`,
    hint: ({ presented }) =>
      presented
        ? `Set TLSPin=${presented.pin} if whoever runs the hub says that this is its key, or TLS_CA_File=`
        : "Set TLS_CA_File= to the hub's own certificate, if whoever runs the hub gives it to you",
  },
  {
    codes: [
      'CERT_SIGNATURE_FAILURE',
      'SELF_SIGNED_CERT_IN_CHAIN',
      'UNABLE_TO_GET_ISSUER_CERT',
      'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    ],
    isOfCertificate: true,
    reason: ({ plan }) => `its certificate is signed by an unknown authority: ${authoritiesOf(plan)} counts`,
    hint: ({ presented }) =>
      `Set TLS_CA_File= to the certificate of ${presented ? `"${presented.issuer}", or of who signed that one` : 'the authority'}, if whoever runs the hub gives it to you`,
  },
  {
    codes: ['INVALID_PURPOSE', 'INVALID_CA', 'PATH_LENGTH_EXCEEDED'],
    isOfCertificate: true,
    reason: ({ presented }) =>
      presented?.isForServers === false
        ? 'its certificate is not meant for servers'
        : 'its certificate is signed by one that may not sign others',
    hint: another,
  },
  {
    codes: ['EE certificate key too weak'],
    isOfCertificate: true,
    reason: ({ presented }) => `its key is too short to be trusted: ${presented?.key}`,
    hint: () => 'The hub needs another certificate, with a longer key',
  },
  {
    codes: ['CA certificate key too weak'],
    isOfCertificate: true,
    reason: () => "an authority's key behind its certificate is too short to be trusted",
    hint: another,
  },
  {
    codes: ['CA signature digest algorithm too weak'],
    isOfCertificate: true,
    reason: () => 'its certificate, or one behind it, is signed with MD5 or SHA-1, which can be forged',
    hint: another,
  },
  {
    codes: ['permitted subtree violation', 'excluded subtree violation'],
    isOfCertificate: true,
    reason: () => 'its certificate is signed by an authority that may not sign for this name',
    hint: another,
  },
  {
    codes: ['UNSPECIFIED'],
    isOfCertificate: true,
    reason: ({ bare }) => `its certificate cannot be trusted: ${bare}`,
    hint: another,
  },
  {
    codes: ['ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG'],
    reason: () => 'it does not speak TLS there',
    hint: () => 'For a port where encryption starts later, such as 587 or 25, set UseSTARTTLS=YES',
  },
  {
    codes: ['ERR_SSL_UNSUPPORTED_PROTOCOL', 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'ERR_SSL_VERSION_TOO_LOW'],
    reason: ({ plan }) =>
      namesNewestOnly(plan)
        ? 'TLSCiphers= names ciphers of TLS 1.3 only, which it does not speak'
        : `it speaks only versions of TLS older than ${plan.minTls}`,
    hint: ({ plan }) =>
      namesNewestOnly(plan)
        ? 'Remove TLSCiphers=: the ciphers that are used without it are safe'
        : plan.minTls === 'TLSv1.3'
          ? 'The hub needs TLS 1.3, which MinTLS= demands'
          : 'The hub needs TLS 1.2 or newer: older versions are broken',
  },
  {
    codes: [
      'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE',
      'ERR_SSL_NO_CIPHERS_AVAILABLE',
      'ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE',
    ],
    reason: ({ plan }) =>
      plan.ciphers === undefined
        ? 'there is no cipher that both sides use, or its key is too short for them'
        : 'it uses none of TLSCiphers=',
    hint: ({ plan }) =>
      plan.ciphers === undefined
        ? 'The hub needs newer ciphers, or a certificate with a longer key'
        : 'Remove TLSCiphers=: the ciphers that are used without it are safe',
  },
  {
    codes: [
      'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
      'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA',
      'ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE',
      'ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN',
      'ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED',
      'ERR_SSL_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE',
    ],
    reason: ({ plan }) =>
      plan.tlsFiles.cert === undefined
        ? 'it wants a client certificate'
        : `it does not take the client certificate ${plan.tlsFiles.cert}`,
    hint: ({ plan }) =>
      plan.tlsFiles.cert === undefined
        ? 'Set UseTLSCert=YES and TLSCert= to the certificate that the hub knows'
        : 'Set TLSCert= to a certificate that the hub knows',
  },
];

function rowFor(code: string): Row | undefined {
  return rows.find(({ codes }) => codes.includes(code));
}

/** What is believed in place of what the hub has shown. */
function authoritiesOf({ tlsFiles: { ca, caDir } }: Plan): string {
  const named = [...(ca ? [`TLS_CA_File=${ca}`] : []), ...(caDir ? [`TLS_CA_Dir=${caDir}`] : [])];
  return named.length > 0 ? `only ${named.join(' and ')}` : 'only what the system trusts';
}

function another(known: Known): string {
  return `The hub needs another certificate${untilThen(known)}`;
}

/** A pin counts in place of everything else that a certificate says. */
function untilThen({ presented }: Known): string {
  return presented
    ? `; until then TLSPin=${presented.pin} would trust this one, if whoever runs the hub says that it is its own`
    : '';
}
