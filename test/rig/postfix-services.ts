/** The ports of the private Postfix as rows, and its configuration files made of them. */

import { basename, join } from 'node:path';
import type { Certificate, Certificates } from './certificates.ts';
import type { Loopback } from './ports.ts';

export type ServiceName = (typeof services)[number]['name'];

interface Service {
  readonly name: string;
  /** 127.0.0.1 unless it says otherwise. */
  readonly host?: Loopback;
  /** Which certificate it shows: the valid one unless it says otherwise. */
  readonly certificate?: Exclude<keyof Certificates, 'encryptedKeys'>;
  /** Parameters that differ from main.cf. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** More clients than this wait without a greeting. */
  readonly processes?: number;
}

/** What a configuration says to speak to a port of Postfix: the host, and lines that choose TLS. */
export function securityOf(port: ServiceName): { readonly host: string; readonly conf: readonly string[] } {
  const service: Service | undefined = services.find(({ name }) => name === port);
  const host = service?.host === '::1' ? '[::1]' : '127.0.0.1';
  if (service?.parameters?.smtpd_tls_wrappermode) return { host, conf: ['UseTLS=YES'] };
  return { host, conf: service?.parameters?.smtpd_tls_security_level ? ['UseSTARTTLS=YES'] : [] };
}

/** What the access map answers; everybody else is accepted. */
const refusals = {
  'refused@example.net': '550 5.1.1 Nobody of that name lives here',
  'also-refused@example.net': '550 5.1.1 Nobody of that name lives here either',
  'busy@example.net': '450 4.2.1 Mailbox busy, come back later',
  'banned@example.org': '553 5.7.1 We do not take your mail',
} as const;

function refusalMap(): string {
  const rows = Object.entries(refusals).map(([address, reply]) => `{ ${address} = ${reply} }`);
  return `inline:{ ${rows.join(', ')} }`;
}

const loginNeeded = {
  smtpd_sasl_auth_enable: 'yes',
  smtpd_recipient_restrictions: 'permit_sasl_authenticated, reject',
};
const startTls = { smtpd_tls_security_level: 'encrypt' };
const implicitTls = { smtpd_tls_wrappermode: 'yes', smtpd_tls_security_level: 'encrypt' };
const only = (mechanism: string) => ({ ...startTls, ...loginNeeded, smtpd_sasl_mechanism_filter: mechanism });

export const services = [
  { name: 'plain' },
  { name: 'plainIpv6', host: '::1' },
  {
    name: 'strict',
    parameters: {
      smtpd_discard_ehlo_keywords: '8bitmime, smtputf8, chunking',
      strict_rfc821_envelopes: 'yes',
      smtpd_delay_reject: 'no',
      smtpd_sender_restrictions: 'reject_non_fqdn_sender',
      smtpd_recipient_restrictions: 'reject_non_fqdn_recipient, permit_mynetworks, reject',
    },
  },
  { name: 'small', parameters: { message_size_limit: '20000' } },
  { name: 'oneProcess', processes: 1 },
  {
    name: 'oneConnection',
    parameters: { smtpd_client_connection_count_limit: '1', smtpd_client_event_limit_exceptions: '' },
  },
  {
    name: 'eager',
    parameters: { smtpd_delay_reject: 'no', smtpd_sender_restrictions: `check_sender_access ${refusalMap()}` },
  },
  { name: 'startTls', parameters: startTls },
  { name: 'startTlsLogin', parameters: { ...startTls, ...loginNeeded } },
  { name: 'startTlsIpv6', host: '::1', parameters: { ...startTls, ...loginNeeded } },
  { name: 'implicitTls', parameters: implicitTls },
  { name: 'implicitTlsLogin', parameters: { ...implicitTls, ...loginNeeded } },
  { name: 'clearLogin', parameters: { ...loginNeeded, smtpd_tls_auth_only: 'no' } },
  { name: 'onlyScramSha256', parameters: only('scram-sha-256') },
  { name: 'onlyScramSha1', parameters: only('scram-sha-1') },
  { name: 'onlyCramMd5', parameters: only('cram-md5') },
  { name: 'onlyLogin', parameters: only('login') },
  { name: 'onlyPlain', parameters: only('plain') },
  { name: 'clientCertificateNeeded', parameters: { ...startTls, smtpd_tls_req_ccert: 'yes' } },
  { name: 'onlyValid', parameters: startTls },
  { name: 'expired', certificate: 'expired', parameters: startTls },
  { name: 'wrongPurpose', certificate: 'wrongPurpose', parameters: startTls },
  { name: 'missingIntermediate', certificate: 'missingIntermediate', parameters: startTls },
  { name: 'expiredIntermediate', certificate: 'expiredIntermediate', parameters: startTls },
  { name: 'notYetValid', certificate: 'notYetValid', parameters: startTls },
  { name: 'wrongName', certificate: 'wrongName', parameters: startTls },
  { name: 'selfSigned', certificate: 'selfSigned', parameters: startTls },
  { name: 'expiredImplicit', certificate: 'expired', parameters: implicitTls },
] as const satisfies readonly Service[];

export function mainParameters(directory: string, certificates: Certificates): Record<string, string> {
  return {
    compatibility_level: '3.6',
    config_directory: join(directory, 'etc'),
    queue_directory: join(directory, 'queue'),
    data_directory: join(directory, 'data'),
    maillog_file: join(directory, 'postfix.log'),
    maillog_file_prefixes: directory,
    myhostname: 'hub.test',
    smtpd_banner: `$myhostname ESMTP ${basename(directory)}`,
    inet_protocols: 'all',
    smtpd_peername_lookup: 'no',
    mynetworks: '127.0.0.0/8 [::1]/128',
    smtpd_relay_restrictions: 'permit_mynetworks, reject_unauth_destination',
    smtpd_recipient_restrictions: `check_sender_access ${refusalMap()}, check_recipient_access ${refusalMap()}, permit`,
    // Postfix mends nothing: what arrives is what the program sent.
    local_header_rewrite_clients: '',
    strict_rfc821_envelopes: 'yes',
    smtpd_forbid_bare_newline: 'yes',
    message_size_limit: '200000000',
    mailbox_size_limit: '0',
    smtpd_tls_cert_file: certificates.valid.certificate,
    smtpd_tls_key_file: certificates.valid.key,
    smtpd_tls_CAfile: certificates.authority,
    smtpd_tls_auth_only: 'yes',
    smtpd_tls_received_header: 'yes',
    smtpd_tls_loglevel: '1',
    smtpd_sasl_type: 'dovecot',
    smtpd_sasl_path: 'private/auth',
    smtpd_sasl_authenticated_header: 'yes',
    smtpd_sasl_response_limit: '65536',
    smtpd_client_connection_rate_limit: '0',
    smtpd_error_sleep_time: '0',
  };
}

export function masterText(ports: Readonly<Record<ServiceName, number>>, certificates: Certificates): string {
  const possible = services.filter(({ name }) => ports[name] !== 0);
  return possible.map((service) => smtpdLine(service, ports[service.name], certificates)).join('') + innerServices;
}

function smtpdLine(service: Service, port: number, certificates: Certificates): string {
  const address = service.host === '::1' ? `[::1]:${port}` : `127.0.0.1:${port}`;
  const shown = service.certificate === undefined ? {} : certificateParameters(certificates[service.certificate]);
  const options = Object.entries({ ...shown, ...service.parameters, syslog_name: `postfix/${service.name}` });
  const lines = options.map(([name, value]) => `    -o { ${name} = ${value} }\n`);
  return `${address} inet n - n - ${service.processes ?? '-'} smtpd\n${lines.join('')}`;
}

function certificateParameters(shown: Certificate | string): Record<string, string> {
  if (typeof shown === 'string') return { smtpd_tls_cert_file: shown };
  return { smtpd_tls_cert_file: shown.certificate, smtpd_tls_key_file: shown.key };
}

const innerServices = `
cleanup   unix  n  -  n  -    0  cleanup
qmgr      unix  n  -  n  300  1  qmgr
tlsmgr    unix  -  -  n  -    1  tlsmgr
rewrite   unix  -  -  n  -    -  trivial-rewrite
bounce    unix  -  -  n  -    0  bounce
defer     unix  -  -  n  -    0  bounce
trace     unix  -  -  n  -    0  bounce
flush     unix  n  -  n  -    0  flush
proxymap  unix  -  -  n  -    -  proxymap
virtual   unix  -  n  n  -    -  virtual
error     unix  -  -  n  -    -  error
retry     unix  -  -  n  -    -  error
anvil     unix  -  -  n  -    1  anvil
postlog   unix-dgram n - n -  1  postlogd
`;
