/** The ports of the private Exim as rows, and its configuration made of them. */

import { basename } from 'node:path';
import type { Certificates } from './certificates.ts';

export type EximService = (typeof services)[number]['name'];

interface Service {
  readonly name: string;
  /** `none` unless it says otherwise; then no mail is taken in clear text. */
  readonly tls?: 'starttls' | 'implicit';
  readonly wantsLogin?: true;
  /** Without the extensions that Exim can leave out: it has SIZE and 8BITMIME all the same. */
  readonly isOld?: true;
  readonly isSmall?: true;
}

export const services = [
  { name: 'plain' },
  { name: 'old', isOld: true },
  { name: 'small', isSmall: true },
  { name: 'startTls', tls: 'starttls' },
  { name: 'startTlsLogin', tls: 'starttls', wantsLogin: true },
  { name: 'implicitTls', tls: 'implicit' },
  { name: 'implicitTlsLogin', tls: 'implicit', wantsLogin: true },
] as const satisfies readonly Service[];

const rows: readonly (Service & { readonly name: EximService })[] = services;

/** What a configuration says to speak to a port of Exim: the host, and lines that choose TLS. */
export function securityOf(port: EximService): { readonly host: string; readonly conf: readonly string[] } {
  const tls = rows.find(({ name }) => name === port)?.tls;
  const conf = tls === undefined ? [] : [tls === 'implicit' ? 'UseTLS=YES' : 'UseSTARTTLS=YES'];
  return { host: '127.0.0.1', conf };
}

export type EximPorts = Readonly<Record<EximService, number>>;

export interface EximPlace {
  readonly directory: string;
  readonly ports: EximPorts;
  readonly certificates: Certificates;
  /** Who it is when it has dropped its privileges, by number. */
  readonly owner: number;
}

/** Its greeting, without the code. */
export function greetingOf(directory: string): string {
  return `hub.test ESMTP ${basename(directory)}`;
}

export function eximConfiguration({ directory, ports, certificates, owner }: EximPlace): string {
  const portsOf = (is: (service: Service) => boolean) => rows.filter(is).map(({ name }) => ports[name]);
  /** An expansion that is true on the ports of some services. */
  const on = (is: (service: Service) => boolean) =>
    portsOf(is)
      .map((port) => `{eq{$received_port}{${port}}}`)
      .join('');
  const isOld = on((service) => service.isOld === true);
  const unlessOld = `\${if or{${isOld}} {}{*}}`;
  return `
primary_hostname = hub.test
smtp_banner = ${greetingOf(directory)}
spool_directory = ${directory}/spool
log_file_path = ${directory}/log/%slog
log_selector = +all
keep_environment =
local_interfaces = 127.0.0.1
daemon_smtp_ports = ${Object.values(ports).join(' : ')}
tls_on_connect_ports = ${portsOf(({ tls }) => tls === 'implicit').join(' : ')}
daemon_startup_retries = 0
rfc1413_query_timeout = 0s
smtp_accept_max = 200
smtp_accept_queue_per_connection = 0
message_size_limit = \${if or{${on(({ isSmall }) => isSmall === true)}} {20000}{200M}}
accept_8bitmime = true
pipelining_advertise_hosts = ${unlessOld}
pipelining_connect_advertise_hosts = ${unlessOld}
chunking_advertise_hosts = ${unlessOld}
smtputf8_advertise_hosts = ${unlessOld}
dsn_advertise_hosts = ${unlessOld}
tls_advertise_hosts = \${if or{${on(({ tls }) => tls === 'starttls')}} {*}{}}
tls_certificate = ${certificates.valid.certificate}
tls_privatekey = ${directory}/key
tls_verify_certificates = ${certificates.authority}
tls_try_verify_hosts = *
auth_advertise_hosts = \${if and{{or{${on(({ wantsLogin }) => wantsLogin === true)}}}{def:tls_in_cipher}} {*}{}}
acl_smtp_mail = check_sender
acl_smtp_rcpt = check_recipient
acl_smtp_data = accept

begin acl
check_sender:
  deny message = 5.7.0 Use TLS
       condition = \${if or{${on(({ tls }) => tls !== undefined)}}}
       !encrypted = *
  deny message = 5.7.0 Log in
       condition = \${if or{${on(({ wantsLogin }) => wantsLogin === true)}}}
       !authenticated = *
  accept

check_recipient:
  deny recipients = refused@example.net
       message = 5.1.1 Nobody of that name lives here
  defer recipients = busy@example.net
       message = 4.2.1 Mailbox busy, come back later
  accept

begin routers
everybody:
  driver = accept
  caseful_local_part
  transport = box

begin transports
box:
  driver = appendfile
  directory = ${directory}/mail/box
  maildir_format
  create_directory
  user = ${owner}
  group = ${owner}
  message_prefix = "Return-Path: <$return_path>\\n\\
    X-Original-To: $local_part@$domain\\n\\
    Delivered-To: $local_part@$domain\\n"
  message_suffix =

begin authenticators
${authenticators(directory)}`;
}

/** Of Exim's own drivers: plaintext, cram_md5 and external; the others are Cyrus SASL's, which reads \`sasl2/exim.conf\`. */
function authenticators(directory: string): string {
  const passwordOf = (user: string) => `\${lookup{${user}}lsearch{${directory}/passwords}{$value}fail}`;
  const isRight = (user: string, password: string) => `\${if eq{${password}}{${passwordOf(user)}}}`;
  return `
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${isRight('$auth2', '$auth3')}
  server_set_id = $auth2

login:
  driver = plaintext
  public_name = LOGIN
  server_prompts = User Name : Password
  server_condition = ${isRight('$auth1', '$auth2')}
  server_set_id = $auth1

cram_md5:
  driver = cram_md5
  public_name = CRAM-MD5
  server_secret = ${passwordOf('$auth1')}
  server_set_id = $auth1

external:
  driver = external
  public_name = EXTERNAL
  server_advertise_condition = $tls_in_certificate_verified
  server_param2 = \${certextract{subj_altname,dns,>:}{$tls_in_peercert}}
  server_condition = \${if and{{eq{$auth1}{alice}}{eq{$auth2}{client.test}}}}
  server_set_id = $auth1

scram_sha_1:
  driver = cyrus_sasl
  public_name = SCRAM-SHA-1
  server_set_id = $auth1

scram_sha_256:
  driver = cyrus_sasl
  public_name = SCRAM-SHA-256
  server_set_id = $auth1
`;
}
