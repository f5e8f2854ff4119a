/**
 * The programs that are measured, one row each: how each is told about the hub, and how it is called. All of them get the same message
 * on standard input (curl with CRLF, which it does not make itself) and hold the password in a file.
 */

import { join, resolve } from 'node:path';
import { ports, type Security } from './sink.ts';

export interface Login {
  readonly user: string;
  readonly password: string;
}

export const login: Login = { user: 'relay@example.org', password: 'correct-horse' };

/** What is to be done. */
export interface Call {
  readonly security: Security;
  /** Milliseconds to the hub and back. */
  readonly distance: number;
  readonly recipients: number;
}

/** Where things are on the machine of the benchmark. */
export interface Place {
  /** For files of the programs, and their HOME. */
  readonly home: string;
  readonly authority: string;
}

export interface Program {
  readonly id: ProgramId;
  readonly path: string;
  /** Where the message is when the program has ended. */
  readonly leaves: 'at the hub' | 'to a process behind it' | 'to a daemon' | 'nothing';
  /** Files it reads, by path. */
  readonly files?: (call: Call, place: Place) => Readonly<Record<string, string>>;
  readonly words: (call: Call, place: Place) => readonly string[];
  readonly daemon?: readonly [string, ...string[]];
  /** It takes part in every third round only: it sleeps for a second each time. */
  readonly isSlow?: true;
  readonly wantsCrlf?: true;
}

export const programIds = [
  'ssmtp',
  'ssmtp with queue',
  'ssmtp -odb',
  'msmtp',
  'sSMTP',
  'dma',
  'nullmailer',
  'curl',
  'empty script',
] as const;
export type ProgramId = (typeof programIds)[number];

const sender = 'sender@client.bench.test';
export const queue = '/var/spool/ssmtp';
const root = resolve(import.meta.dirname, '../..');
const built = join(root, 'dist/ssmtp');

export function addressOf(distance: number): string {
  return distance === 0 ? '127.0.0.1' : `10.98.${Math.floor(distance / 256)}.${distance % 256}`;
}

function recipientsOf(call: Call): string[] {
  return Array.from({ length: call.recipients }, (_, index) => `recipient-${index}@example.org`);
}

const ours = { path: built, leaves: 'at the hub' } as const;
const ourWords = (file: string, call: Call) => ['-C', file, '-i', '-f', sender, ...recipientsOf(call)];

export const programs: readonly Program[] = [
  {
    ...ours,
    id: 'ssmtp',
    files: (call, place) => ({
      [join(place.home, 'ours.conf')]: ourConfiguration(call, place, 'NO'),
      [join(place.home, 'queue.conf')]: ourConfiguration(call, place, queue), // for the drain
    }),
    words: (call, { home }) => ourWords(join(home, 'ours.conf'), call),
  },
  {
    ...ours,
    id: 'ssmtp with queue',
    files: (call, place) => ({ [join(place.home, 'queue.conf')]: ourConfiguration(call, place, queue) }),
    words: (call, { home }) => ourWords(join(home, 'queue.conf'), call),
  },
  {
    ...ours,
    id: 'ssmtp -odb',
    leaves: 'to a process behind it',
    files: (call, place) => ({ [join(place.home, 'background.conf')]: ourConfiguration(call, place, queue) }),
    words: (call, { home }) => ['-odb', ...ourWords(join(home, 'background.conf'), call)],
  },
  {
    id: 'msmtp',
    path: '/usr/bin/msmtp',
    leaves: 'at the hub',
    files: (call, place) => ({
      [join(place.home, 'msmtp.conf')]: lines(
        'account default',
        `host ${addressOf(call.distance)}`,
        `port ${ports[call.security]}`,
        'domain client.bench.test',
        ...(call.security === 'none'
          ? []
          : [
              'tls on',
              `tls_starttls ${call.security === 'starttls' ? 'on' : 'off'}`,
              `tls_trust_file ${place.authority}`,
              'auth cram-md5',
              `user ${login.user}`,
              `password ${login.password}`,
            ]),
      ),
    }),
    words: (call, { home }) => ['-C', join(home, 'msmtp.conf'), '-f', sender, '--', ...recipientsOf(call)],
  },
  {
    id: 'sSMTP',
    path: '/usr/sbin/ssmtp',
    leaves: 'at the hub',
    isSlow: true,
    files: (call, { home }) => ({
      [join(home, 'ssmtp.conf')]: lines(
        `mailhub=${addressOf(call.distance)}:${ports[call.security]}`,
        'hostname=client.bench.test',
        'FromLineOverride=YES',
        ...(call.security === 'none' ? [] : ['UseTLS=YES']),
        ...(call.security === 'starttls' ? ['UseSTARTTLS=YES'] : []),
        ...(call.security === 'none'
          ? []
          : [`AuthUser=${login.user}`, `AuthPass=${login.password}`, 'AuthMethod=CRAM-MD5']),
      ),
    }),
    words: (call, { home }) => [`-C${join(home, 'ssmtp.conf')}`, `-f${sender}`, ...recipientsOf(call)],
  },
  {
    id: 'dma',
    path: '/usr/sbin/dma',
    leaves: 'to a process behind it',
    files: (call) => dmaFiles(call, []),
    words: (call) => ['-f', sender, ...recipientsOf(call)],
  },
  {
    id: 'nullmailer',
    path: '/usr/bin/nullmailer-inject',
    leaves: 'to a daemon',
    daemon: ['/usr/sbin/nullmailer-send'],
    files: (call, { authority }) => ({
      '/etc/nullmailer/me': 'client.bench.test\n',
      '/etc/mailname': 'client.bench.test\n',
      '/etc/nullmailer/remotes': lines(
        [
          `${addressOf(call.distance)} smtp --port=${ports[call.security]}`,
          ...(call.security === 'none'
            ? []
            : [
                call.security === 'starttls' ? '--starttls' : '--ssl',
                `--x509cafile=${authority} --user=${login.user} --pass=${login.password}`,
              ]),
        ].join(' '),
      ),
    }),
    words: (call) => ['-f', sender, ...recipientsOf(call)],
  },
  {
    id: 'curl',
    path: '/usr/bin/curl',
    leaves: 'at the hub',
    wantsCrlf: true,
    files: (call, place) => ({
      [join(place.home, 'curl.conf')]: lines(
        `url = "${call.security === 'implicit' ? 'smtps' : 'smtp'}://${addressOf(call.distance)}:${ports[call.security]}/client.bench.test"`,
        ...(call.security === 'starttls' ? ['ssl-reqd'] : []),
        ...(call.security === 'none'
          ? []
          : [
              `cacert = "${place.authority}"`,
              `user = "${login.user}:${login.password}"`,
              'login-options = "AUTH=CRAM-MD5"',
            ]),
        `mail-from = "${sender}"`,
        ...recipientsOf(call).map((recipient) => `mail-rcpt = "${recipient}"`),
      ),
    }),
    words: (_call, { home }) => ['--silent', '--show-error', '-K', join(home, 'curl.conf'), '-T', '-'],
  },
  {
    id: 'empty script',
    path: process.execPath,
    leaves: 'nothing',
    files: (_call, { home }) => ({ [join(home, 'empty.cjs')]: '' }),
    words: (_call, { home }) => [join(home, 'empty.cjs')],
  },
];

function ourConfiguration(call: Call, { authority }: Place, queuePath: string): string {
  return lines(
    `mailhub=${addressOf(call.distance)}:${ports[call.security]}`,
    'hostname=client.bench.test',
    `Queue=${queuePath}`,
    ...(call.security === 'none'
      ? []
      : [
          'UseTLS=YES',
          `UseSTARTTLS=${call.security === 'starttls' ? 'YES' : 'NO'}`,
          `TLS_CA_File=${authority}`,
          `AuthUser=${login.user}`,
          `AuthPass=${login.password}`,
          'AuthMethod=CRAM-MD5',
        ]),
  );
}

/** dma knows one place only; `more` are lines of its configuration. */
export function dmaFiles(call: Call, more: readonly string[]): Readonly<Record<string, string>> {
  const address = addressOf(call.distance);
  return {
    '/etc/dma/auth.conf': `${login.user}|${address}:${login.password}\n`,
    '/etc/dma/dma.conf': lines(
      `SMARTHOST ${address}`,
      `PORT ${ports[call.security]}`,
      'MAILNAME client.bench.test',
      'NULLCLIENT',
      ...(call.security === 'none' ? [] : ['SECURETRANSFER', 'AUTHPATH /etc/dma/auth.conf']),
      ...(call.security === 'starttls' ? ['STARTTLS'] : []),
      ...more,
    ),
  };
}

function lines(...all: readonly string[]): string {
  return all.map((line) => `${line}\n`).join('');
}
