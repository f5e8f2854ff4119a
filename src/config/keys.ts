/** The table of configuration keys: validation, `--check`, ssmtp.conf(5), the example file and the README loop over it. */

import type { ConfigKey } from './config-key.ts';
import { profileNames } from './profiles.ts';

const oneDay = 24 * 60 * 60 * 1000;

const rows = [
  {
    name: 'root',
    kind: 'recipient',
    otherwise: 'mail for system users is not redirected',
    whenEmpty: 'mail for system users is not redirected',
    help: 'Address that gets the mail for root and the other system users (user ids below MinUserId)',
    note: 'A name without "@" is completed with RewriteDomain or hostname. An empty value switches the redirection off.',
    example: 'admin@example.org',
    since: 'sSMTP',
  },
  {
    name: 'mailhub',
    kind: 'hub',
    account: 'may',
    default: 'mailhub',
    help: 'Server that all mail is handed to: host, host:port or [IPv6 address]:port; or several, with commas between',
    note:
      'No MX records are looked up. Without a port, RemotePort counts; without that the port is 465 when TLS starts with ' +
      'the connection (UseTLS=YES without UseSTARTTLS), else 25. sSMTP took port 25 in the former case too, where hardly ' +
      'any server speaks TLS from the start. Of several hubs the next one is asked when one does not answer, or cannot take ' +
      'the message for now; with TLS, the others use TLS from the start on port 465 and STARTTLS on 25 and 587. A section [hub name] sets more for one.',
    example: 'smtp.example.org:587',
    since: 'sSMTP',
  },
  {
    name: 'RemotePort',
    kind: 'number',
    account: 'own',
    from: 1,
    to: 65535,
    otherwise: '465 when TLS starts with the connection, else 25',
    help: 'Port of the mail hub',
    note: 'When mailhub names a port as well, the later of the two lines wins, as in sSMTP.',
    example: '587',
    since: 'sSMTP',
  },
  {
    name: 'hostname',
    kind: 'domain',
    account: 'may',
    otherwise: "the machine's own name",
    help: 'Name of this machine, told to the hub and used to complete addresses without a domain',
    note:
      'Of a value with "@" only the part behind it is used, and a port at its end is dropped. Addresses that are written with this ' +
      'domain are left alone: see LocalDomains.',
    example: 'www1.example.org',
    since: 'sSMTP',
  },
  {
    name: 'RewriteDomain',
    kind: 'domain',
    account: 'may',
    otherwise: 'addresses are completed with hostname',
    help: 'Domain that mail seems to come from: it completes addresses without a domain, in place of hostname',
    note: 'Of a value with "@" only the part behind it is used. An empty value counts as none.',
    example: 'example.org',
    since: 'sSMTP',
  },
  {
    name: 'LocalDomains',
    kind: 'domains',
    otherwise: "localhost and the machine's own name, unless that is a mail domain",
    whenEmpty: 'only names without a domain are local',
    help: 'Domains whose addresses belong to users of this machine, as in mydestination of Postfix',
    note:
      'Only these addresses, and names without "@", become what aliases, root, revaliases and RewriteDomain say. All other addresses ' +
      'are mailboxes that the hub knows, and leave as they are. By default localhost, localhost.localdomain and the name of the machine, ' +
      'as the system gives it, count, and nothing else. The name of the machine does not count when it is a mail domain: when hostname, ' +
      'RewriteDomain, AuthUser, root or SendAs, of any account, has that domain, when /etc/mailname names it or cannot be read, or when ' +
      'it has the form of example.org. Names without a dot are no mail domains. A list replaces all of these: only the domains in it ' +
      'count, and localhost is local only when it is among them. ssmtp --check shows which domains count, and why.',
    example: 'www1.example.org, www1, localhost',
    since: 'ssmtp-new',
  },
  {
    name: 'RewriteHeaders',
    kind: 'yes-no',
    account: 'may',
    default: 'YES',
    help: 'Whether addresses of this machine are rewritten in the header fields, too, and not only in the envelope',
    note:
      'LocalDomains says which addresses belong to this machine. Senders become what revaliases says, recipients what an alias with a single address says, and all others get RewriteDomain or ' +
      'hostname. root changes the envelope only.',
    example: 'NO',
    since: 'ssmtp-new',
  },
  {
    name: 'SendAs',
    kind: 'address',
    account: 'own',
    otherwise: 'senders keep their addresses',
    whenEmpty: 'senders keep their addresses',
    help: 'Address that everything is sent as, in the envelope and in From and Sender',
    note:
      'What From said stays in X-Original-From, and in Reply-To when there is none. The null sender of notifications stays. ' +
      'It counts more than -f, revaliases and FromLineOverride.',
    example: 'www@example.org',
    since: 'ssmtp-new',
  },
  {
    name: 'Profile',
    kind: 'choice',
    account: 'own',
    choices: profileNames,
    otherwise: 'nothing is preset',
    help: 'Provider whose demands are met: it presets the keys that are not set otherwise',
    example: 'gmail',
    since: 'ssmtp-new',
  },
  {
    name: 'EncodeForHub',
    kind: 'yes-no',
    account: 'may',
    default: 'YES',
    help: 'Whether a message is encoded where a hub need not take it as it is',
    note:
      'Text beyond ASCII in header fields becomes encoded words, header lines are folded at 998 octets, domains beyond ASCII become ' +
      'A-labels. 8-bit text that is not declared, or as 7bit or binary, is declared as 8bit, part by part. A part with longer ' +
      'lines, with NUL or CR without LF, or with 8-bit text for a hub without 8BITMIME, becomes quoted-printable or base64. ' +
      'Signed messages and parts are left alone.',
    example: 'NO',
    since: 'ssmtp-new',
  },
  {
    name: 'RecipientLimit',
    kind: 'number',
    account: 'may',
    from: 1,
    to: 100_000,
    default: '100',
    help: 'How many recipients the hub is told of at once; a message to more of them is sent more than once, in one session',
    note: 'A hub that takes fewer says so, and is told of the others afterwards.',
    example: '50',
    since: 'ssmtp-new',
  },
  {
    name: 'DiscardEhloKeywords',
    kind: 'text',
    account: 'may',
    otherwise: 'all are believed',
    help: 'What a hub offers without being able to do it: EHLO keywords, separated by blanks or commas, that count as not offered',
    note:
      'With CHUNKING a short message goes with its envelope, in BDAT, and with PIPELINING commands are sent together. A machine ' +
      'between here and the hub may understand neither. STARTTLS cannot be discarded: see UseSTARTTLS.',
    example: 'CHUNKING, PIPELINING',
    since: 'ssmtp-new',
  },
  {
    name: 'MaxHeaderLength',
    kind: 'number',
    from: 998,
    to: 1_048_576,
    default: '1048576',
    help: 'Octets of the longest header field; a message with a longer one is refused',
    example: '102400',
    since: 'ssmtp-new',
  },
  {
    name: 'AuthWarnings',
    kind: 'yes-no',
    default: 'NO',
    help: 'Whether X-Authentication-Warning tells when a user sets another sender with -f',
    note: 'Not for root and TrustedUsers.',
    example: 'YES',
    since: 'ssmtp-new',
  },
  {
    name: 'TrustedUsers',
    kind: 'text',
    otherwise: 'only root is trusted',
    help: 'Login names, separated by blanks or commas, that may set any sender without X-Authentication-Warning',
    example: 'www-data list',
    since: 'ssmtp-new',
  },
  {
    name: 'FromLineOverride',
    kind: 'yes-no',
    account: 'may',
    default: 'NO',
    help: "Whether the address in a message's From field becomes the envelope sender",
    note: 'With NO the From field is kept, and the envelope names the user who runs the program (see revaliases).',
    example: 'YES',
    since: 'sSMTP',
  },
  {
    name: 'UseTLS',
    kind: 'yes-no',
    account: 'may',
    default: 'NO',
    help: 'Whether the connection to the hub is encrypted; without UseSTARTTLS, from its first byte on',
    note:
      'UseTLS=YES alone is TLS from the start, as on port 465. The port number alone never switches TLS on. ' +
      'UseTLS=NO does not switch off UseSTARTTLS=YES, wherever it stands; in sSMTP it did, and the password went out readable.',
    example: 'YES',
    since: 'sSMTP',
  },
  {
    name: 'UseSTARTTLS',
    kind: 'yes-no',
    account: 'may',
    default: 'NO',
    help: 'Whether encryption starts with the STARTTLS command, as on port 587; it is then required',
    note: 'UseSTARTTLS=YES counts more than UseTLS: with both, or with UseTLS=NO, the connection uses STARTTLS.',
    example: 'YES',
    since: 'sSMTP',
  },
  {
    name: 'UseTLSCert',
    kind: 'yes-no',
    account: 'own',
    default: 'NO',
    help: 'Whether the hub is shown the client certificate in TLSCert',
    example: 'YES',
    since: 'sSMTP',
  },
  {
    name: 'TLSCert',
    kind: 'file',
    account: 'own',
    default: '/etc/ssl/certs/ssmtp.pem',
    help: 'PEM file with the client certificate; it is used only with UseTLSCert=YES',
    example: '/etc/ssmtp/client.pem',
    since: 'sSMTP',
  },
  {
    name: 'TLSKey',
    kind: 'file',
    account: 'own',
    otherwise: 'the key is looked for in the file of TLSCert',
    help: 'PEM file with the private key of the client certificate',
    example: '/etc/ssmtp/client.key',
    since: 'Fedora patch',
  },
  {
    name: 'TLSKeyPass',
    kind: 'secret',
    account: 'own',
    otherwise: 'the key is not encrypted',
    help: 'Passphrase of the key of the client certificate',
    example: 'another pa#ss',
    since: 'ssmtp-new',
  },
  {
    name: 'TLSKeyPassFile',
    kind: 'file',
    account: 'own',
    otherwise: 'the passphrase is in TLSKeyPass',
    help: 'File that holds the passphrase of the key, and nothing else',
    note: 'It is read as AuthPassFile is; the credential of systemd is ssmtp.tlskeypass.',
    example: '/etc/ssmtp/passphrase',
    since: 'ssmtp-new',
  },
  {
    name: 'TLSKeyPassCommand',
    kind: 'command',
    account: 'own',
    otherwise: 'no program is asked',
    help: 'Program that prints the passphrase of the key: its path and its words',
    note: 'It is run as AuthPassCommand is, by ssmtp --check as well, and only for a key that is encrypted.',
    example: '/usr/bin/pass show mail/key',
    since: 'ssmtp-new',
  },
  {
    name: 'TLS_CA_File',
    kind: 'file',
    account: 'may',
    otherwise: "the system's authorities",
    help: "PEM file with the authorities that may vouch for the hub's certificate",
    note:
      "When the file is another distribution's collection of system authorities and does not exist here, this system's are " +
      'used. When any other file does not exist, no mail leaves over TLS.',
    example: '/etc/ssl/certs/ca-certificates.crt',
    since: 'Fedora patch',
  },
  {
    name: 'TLS_CA_Dir',
    kind: 'directory',
    account: 'may',
    otherwise: "the system's authorities",
    help: "Directory of authorities that may vouch for the hub's certificate, named by hash as c_rehash(1) does",
    note: 'A directory that does not exist is treated like a missing TLS_CA_File.',
    example: '/etc/ssl/certs',
    since: 'Fedora patch',
  },
  {
    name: 'MinTLS',
    kind: 'choice',
    account: 'may',
    choices: ['TLSv1.2', 'TLSv1.3'],
    otherwise: 'TLSv1.2',
    help: 'Oldest version of TLS that is spoken',
    example: 'TLSv1.3',
    since: 'ssmtp-new',
  },
  {
    name: 'TLSCiphers',
    kind: 'text',
    account: 'may',
    otherwise: 'the usual ones',
    help: "Ciphers that may be used, in OpenSSL's words; those of TLS 1.3 by their own names",
    note:
      'Names are separated by ":"; see openssl-ciphers(1). Without a cipher of TLS 1.3 the usual ones of that version are used, too; ' +
      'with no others only TLS 1.3 is spoken.',
    example: 'TLS_AES_256_GCM_SHA384:ECDHE-ECDSA-AES256-GCM-SHA384',
    since: 'ssmtp-new',
  },
  {
    name: 'TLSPin',
    kind: 'pin',
    account: 'own',
    repeatable: true,
    otherwise: 'authorities vouch for the hub',
    help: 'Public key or certificate that the hub must show, in place of authorities and names; may be given many times',
    note:
      'sha256// and the base64 SHA-256 of the public key, as in curl, or the SHA-256 fingerprint of the certificate as ' +
      '"openssl x509 -fingerprint -sha256" prints it. One that matches is enough: give a second one for the key that comes next. ' +
      'When none matches, the message tells what the hub has shown. Without TLS no mail leaves.',
    example: 'sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=',
    since: 'ssmtp-new',
  },
  {
    name: 'AuthUser',
    kind: 'text',
    account: 'own',
    otherwise: 'there is no login',
    help: 'User name for the login at the hub',
    example: 'www@example.org',
    since: 'sSMTP',
  },
  {
    name: 'AuthPass',
    kind: 'secret',
    account: 'own',
    otherwise: 'an empty password',
    help: 'Password for the login at the hub',
    note:
      'The text after the first "=" without the blanks around it, as written: no quoting, and "#" starts a comment only ' +
      'behind a blank. Where sSMTP read another password, ssmtp --check says so. Whoever may not read the file leaves the ' +
      'message in the queue; without a queue everyone who is to send mail must be able to read it, and so the password.',
    example: 'pa#ss;w"ord=\\',
    since: 'sSMTP',
  },
  {
    name: 'AuthPassFile',
    kind: 'file',
    account: 'own',
    otherwise: 'the password is in AuthPass',
    help: 'File that holds the password, or the access token, and nothing else',
    note:
      'One line end at its end does not count. AuthPass counts more. Without both, and without AuthPassCommand, the credential ' +
      'ssmtp.authpass of systemd is used where there is one.',
    example: '/etc/ssmtp/password',
    since: 'ssmtp-new',
  },
  {
    name: 'AuthPassCommand',
    kind: 'command',
    account: 'own',
    otherwise: 'no program is asked',
    help: 'Program that prints the password, or the access token: its path and its words',
    note:
      'It is run without a shell, as the user who sends, with nothing to read, and has 30 seconds. Words with blanks stand in ' +
      'quotes. The first line that it prints counts. AuthPass and AuthPassFile count more. It cannot be given in the environment. A token that the hub refuses is asked ' +
      'for once more. Its directory is /, and so is its HOME where others could write there: user ssmtp, who runs the queue, has no home. ' +
      '"/usr/bin/env HOME=/etc/ssmtp/home" in front gives it one.',
    example: '/usr/bin/pass show mail/relay',
    since: 'ssmtp-new',
  },
  {
    name: 'AuthMethod',
    kind: 'lenient-choice',
    account: 'own',
    choices: [
      'SCRAM-SHA-256-PLUS',
      'SCRAM-SHA-1-PLUS',
      'SCRAM-SHA-256',
      'SCRAM-SHA-1',
      'CRAM-MD5',
      'PLAIN',
      'LOGIN',
      'XOAUTH2',
      'OAUTHBEARER',
      'EXTERNAL',
    ],
    neverOf: 'SCRAM-',
    otherwise: 'the best one that the hub offers',
    help: 'Login mechanism',
    note:
      'XOAUTH2, OAUTHBEARER and EXTERNAL are used only when they are named; for the first two the password is the access token. A ' +
      'SCRAM login is tied to the TLS connection where the hub can; with -PLUS there is no other. Any other word is reported and ' +
      'ignored, since sSMTP took every word but CRAM-MD5 for LOGIN; but one that begins with SCRAM- is an error.',
    example: 'PLAIN',
    since: 'sSMTP',
  },
  {
    name: 'UseOldAUTH',
    kind: 'yes-no',
    default: 'NO',
    help: 'Accepted, without effect',
    note: 'In sSMTP it sent the user name together with AUTH LOGIN.',
    example: 'NO',
    since: 'sSMTP',
  },
  {
    name: 'AuthInsecure',
    kind: 'yes-no',
    account: 'own',
    default: 'NO',
    help: 'Whether the password may be sent over a connection that is not encrypted',
    note:
      'Without it there is no login on such a connection, but for CRAM-MD5 where AuthMethod=CRAM-MD5 asks for it: the password ' +
      'itself does not travel then, though who listens may try to guess it.',
    example: 'NO',
    since: 'ssmtp-new',
  },
  {
    name: 'AddHeader',
    kind: 'header',
    repeatable: true,
    otherwise: 'nothing is added',
    help: 'Header field to add to every message; may be given many times',
    example: 'X-Site: www1',
    since: 'sSMTP',
  },
  {
    name: 'MinUserId',
    kind: 'number',
    from: 0,
    to: 4294967295,
    default: '1000',
    help: 'Lowest user id of a person; users below are system users, whose mail goes to root',
    example: '500',
    since: 'Gentoo',
  },
  {
    name: 'Aliases',
    kind: 'path-or-no',
    default: '/etc/aliases',
    help: 'File of aliases(5) for the names of this machine, if it exists; NO uses none',
    note:
      'Aliases come before root. A file that exists and cannot be read does not count as missing: mail to a local name is left in the ' +
      'queue for a runner who may read it, or refused. An entry named default stands for every local name that has none. Programs and files get no ' +
      'mail: nothing is delivered on this machine. A list that :include:/file names must not be writable by all users, and is read ' +
      'only when whoever can change where its path leads owns it, or when every user may read it; so it is with a list in a list.',
    example: '/etc/aliases',
    since: 'ssmtp-new',
  },
  {
    name: 'SourceAddress',
    kind: 'addresses',
    account: 'may',
    otherwise: 'the system chooses',
    help: 'Address of this machine that connections to the hub come from: IPv4, IPv6, or one of each with a comma between',
    note: 'With one of them, addresses of the hub in the other family are not used.',
    example: '192.0.2.7, 2001:db8::7',
    since: 'ssmtp-new',
  },
  {
    name: 'ConnectTimeout',
    kind: 'duration',
    account: 'may',
    from: 1,
    to: oneDay,
    default: '30s',
    help: 'How long to wait for a connection to each address of the hub, and for the name service',
    note:
      'Of several addresses the next one is asked a quarter of a second later, IPv6 and IPv4 in turn, and the first that answers is ' +
      'used (RFC 8305). The resolver of the system may hold the program up for longer than this.',
    example: '10s',
    since: 'ssmtp-new',
  },
  {
    name: 'CommandTimeout',
    kind: 'duration',
    account: 'may',
    from: 1,
    to: oneDay,
    default: '60s',
    help: "How long to wait for the hub's greeting and for its reply to a command",
    example: '5m',
    since: 'ssmtp-new',
  },
  {
    name: 'DataTimeout',
    kind: 'duration',
    account: 'may',
    from: 1,
    to: oneDay,
    default: '600s',
    help: "How long to wait for the hub's reply to the end of the message",
    example: '10m',
    since: 'ssmtp-new',
  },
  {
    name: 'DeliveryTimeout',
    kind: 'duration',
    account: 'may',
    from: 1,
    to: oneDay,
    default: '1h',
    help: 'How long one attempt to deliver a message may take as a whole, with all hubs that are asked',
    note:
      'With -bs it counts for each step that the client waits for. Where systemd runs the queue, more than an hour takes more than two ' +
      'of TimeoutStartSec= in ssmtp-queue.service ("systemctl edit").',
    example: '10m',
    since: 'ssmtp-new',
  },
  {
    name: 'Queue',
    kind: 'path-or-no',
    default: '/var/spool/ssmtp',
    help: 'Directory where messages wait that could not be delivered yet; NO switches the queue off',
    note:
      'A directory that does not exist is no queue. With -C, or with a login on the command line, only a directory that the ' +
      'configuration names is used: whoever runs the queue later does not know them. The units of systemd know the default alone: ' +
      'for another, "systemctl edit" gives ssmtp-queue.service a line ReadWritePaths= and ssmtp-queue.path a line PathChanged=.',
    example: '/var/spool/ssmtp',
    since: 'ssmtp-new',
  },
  {
    name: 'DeliveryMode',
    kind: 'choice',
    choices: ['interactive', 'background', 'queue'],
    otherwise: 'interactive',
    help: 'When a message is delivered: before the program ends, behind its back, or by the next run of the queue',
    note: 'The flags -odi, -odb and -odq count more. Without a queue every message is delivered before the program ends.',
    example: 'background',
    since: 'ssmtp-new',
  },
  {
    name: 'MinimalBackoff',
    kind: 'duration',
    from: 1000,
    to: oneDay,
    default: '5m',
    help: 'How long a queued message waits after the first attempt; the time doubles with each one',
    example: '5m',
    since: 'ssmtp-new',
  },
  {
    name: 'MaximalBackoff',
    kind: 'duration',
    from: 1000,
    to: 7 * oneDay,
    default: '4h',
    help: 'How long a queued message waits for its next attempt at most',
    example: '4h',
    since: 'ssmtp-new',
  },
  {
    name: 'QueueLifetime',
    kind: 'duration',
    from: 0,
    to: 365 * oneDay,
    default: '5d',
    help: 'How long a message is tried; then its sender is told that it could not be delivered',
    example: '5d',
    since: 'ssmtp-new',
  },
  {
    name: 'QueueUserMessages',
    kind: 'number',
    from: 1,
    to: 1_000_000_000,
    default: '10000',
    help: 'How many new messages of one user may lie in the queue; those beyond are put on hold',
    note: 'It counts for users other than root and the one who runs the queue.',
    example: '1000',
    since: 'ssmtp-new',
  },
  {
    name: 'QueueUserMegabytes',
    kind: 'number',
    from: 1,
    to: 1_000_000_000,
    default: '1024',
    help: 'How much the new messages of one user may hold together; those beyond are put on hold',
    example: '100',
    since: 'ssmtp-new',
  },
  {
    name: 'DelayWarning',
    kind: 'duration',
    from: 0,
    to: 365 * oneDay,
    default: '0',
    help: 'After how long the sender is told that a message is still waiting; 0 is never',
    example: '4h',
    since: 'ssmtp-new',
  },
  {
    name: 'TemporaryStatus',
    kind: 'number',
    from: 1,
    to: 125,
    default: '75',
    help: 'Exit status when the message could not be sent for now and was not queued',
    note: 'PHP 8.5 and later take 75 for success: set another one, such as 1, where PHP sends mail.',
    example: '1',
    since: 'ssmtp-new',
  },
  {
    name: 'Log',
    kind: 'lenient-choice',
    choices: ['syslog', 'journal', 'file', 'stderr', 'none'],
    otherwise: 'syslog',
    help: 'Where the line about each message goes: syslog, journal (with fields for journalctl), file, stderr or none',
    note:
      'Nothing that goes wrong with the log delays or stops the mail. What cannot go into the journal or the file goes to the ' +
      'system log; so does all when the word is none of these. logger(1) writes to both; a machine without /dev/log has none.',
    example: 'journal',
    since: 'ssmtp-new',
  },
  {
    name: 'LogFile',
    kind: 'file',
    default: '/var/log/ssmtp.log',
    help: 'File of Log=file, which lines are appended to',
    note:
      'It is made with mode 0640; links and pipes are refused. A user who may not write there has the line in the system log: ' +
      'with DeliveryMode=queue, or a configuration that users may not read, all lines are those of the user who runs the queue. ' +
      'Where that is ssmtp-queue.service, "systemctl edit" gives it a line ReadWritePaths=- with the path behind it, and the file ' +
      'must be there, and belong to user ssmtp.',
    example: '/var/log/mail/ssmtp.log',
    since: 'ssmtp-new',
  },
  {
    name: 'LogFormat',
    kind: 'lenient-choice',
    choices: ['text', 'json'],
    otherwise: 'text',
    help: 'Form of a log line: text as sSMTP wrote it and more, or json with one object a line',
    example: 'json',
    since: 'ssmtp-new',
  },
  {
    name: 'Debug',
    kind: 'yes-no',
    default: 'NO',
    help: 'Whether the dialogue with the hub is logged, without secrets',
    example: 'YES',
    since: 'sSMTP',
  },
] as const satisfies readonly ConfigKey[];

type Row = (typeof rows)[number];
export type KeyName = Row['name'];
/** The kind that a key's row gives it. */
export type KindOf<Name extends KeyName> = Extract<Row, { name: Name }>['kind'];
/** The keys that always have a value: there is a default, and an empty value does not switch it off. */
export type AlwaysSet = Exclude<Extract<Row, { default: string }>, { whenEmpty: string }>['name'];
/** The keys of which every line counts. */
export type Repeatable = Extract<Row, { repeatable: true }>['name'];
export type Key = ConfigKey & { readonly name: KeyName };

export const keys: readonly Key[] = rows;

/** In the section of an account only: which senders it serves. */
export const matchKey = {
  name: 'match',
  help: 'Senders that the account serves: addresses separated by blanks or commas, in which * stands for any text',
  example: '*@work.example',
} as const;

const byName = new Map(keys.map((key) => [key.name.toLowerCase(), key]));

/** The row of a key as somebody wrote it, in any case. */
export function keyNamed(name: string): Key | undefined {
  return byName.get(name.toLowerCase());
}

/** The environment variable that overrides a key: `SSMTP_MAILHUB`; none for a program, since a caller's words are not executed. */
export function variableOf(key: ConfigKey): string | undefined {
  return key.kind === 'command' ? undefined : `SSMTP_${key.name.toUpperCase()}`;
}

/**
 * The variable that names a file holding the value: `SSMTP_AUTHPASS_FILE`. Keys whose value is a path have none, because
 * `SSMTP_TLSCERT_FILE` would be taken for the certificate itself.
 */
export function fileVariableOf(key: ConfigKey): string | undefined {
  return ['file', 'directory', 'command'].includes(key.kind) ? undefined : `${variableOf(key)}_FILE`;
}
