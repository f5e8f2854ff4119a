/** How real programs call sendmail (each row: who, the words behind argv[0] separated by `|`, and what they mean). */

import type { Options } from '../../src/cli/options.ts';

export interface Caller {
  readonly who: string;
  readonly words: readonly string[];
  /** What differs from the defaults. */
  readonly means: Partial<Options>;
}

const t = { recipientsFromHeader: true };
const i = { dotEndsMessage: false };
const fromA = { envelopeSender: 'a@x.example' };
const toB = { operands: ['b@y.example'] };
const toBC = { operands: ['b@y.example', 'c@y.example'] };
const toRoot = { operands: ['root'] };
const em = { errorMode: 'm' };
const ep = { errorMode: 'p' };

const rows: readonly (readonly [string, string, Partial<Options>])[] = [
  ['debian cron', '-FCronDaemon|-i|-B8BITMIME|-oem|root', { fullName: 'CronDaemon', ...i, ...em, ...toRoot }],
  [
    'cronie',
    '-FCronDaemon|-i|-odi|-oem|-oi|-t|-f|root',
    { deliveryMode: 'interactive', fullName: 'CronDaemon', ...i, ...em, ...t, envelopeSender: 'root' },
  ],
  ['anacron', '-FAnacron|-odi|root', { deliveryMode: 'interactive', fullName: 'Anacron', ...toRoot }],
  ['systemd-cron', '-i|-B|8BITMIME|root', { ...i, ...toRoot }],
  ['at', '-i|root', { ...i, ...toRoot }],
  ['bsd-mailx', '-i|-t', { ...i, ...t }],
  ['bsd-mailx with -r', '-i|-t|-f|a@x.example|-m|-v', { ...i, ...t, ...fromA, verbose: true }],
  ['s-nail', '-i|--|b@y.example', { ...i, ...toB }],
  [
    's-nail with -r',
    '-i|-F|Some Name|-f|a@x.example|--|b@y.example',
    { ...i, fullName: 'Some Name', ...fromA, ...toB },
  ],
  ['mutt', '-oem|-oi|--|b@y.example|c@y.example', { ...i, ...em, ...toBC }],
  [
    'mutt with DSN',
    '-oem|-oi|-B8BITMIME|-f|a@x.example|-N|failure,delay|-R|hdrs|--|b@y.example',
    { ...i, ...em, ...fromA, notify: 'FAILURE,DELAY', returns: 'HDRS', ...toB },
  ],
  ['mailutils', '-oi|-f|root@host.example|-t', { ...i, ...t, envelopeSender: 'root@host.example' }],
  ['alpine', '-bs|-odb|-oem', { deliveryMode: 'background', mode: 'smtp', ...em }],
  ['evolution', '-i|-f|a@x.example|--|b@y.example', { ...i, ...fromA, ...toB }],
  ['emacs', '-oi|-f|a@x.example|-oep|-odi|-t', { deliveryMode: 'interactive', ...i, ...fromA, ...ep, ...t }],
  [
    'emacs, DSN behind the recipient',
    '-oi|-f|a@x.example|-oem|-odb|b@y.example|-N|success,failure',
    { deliveryMode: 'background', ...i, ...fromA, ...em, notify: 'SUCCESS,FAILURE', ...toB },
  ],
  ['emacs with an alias file', '-oi|-oA/etc/aliases|-oem|-odb|-t', { deliveryMode: 'background', ...i, ...em, ...t }],
  ['mblaze', '-t', t],
  ['git send-email', '-i|b@y.example', { ...i, ...toB }],
  ['git send-email with a sender', '-f|a@x.example|-i|b@y.example', { ...i, ...fromA, ...toB }],
  ['PHP 7 and 8', '-t|-i', { ...t, ...i }],
  ['PHP with -f', '-t|-i|-fa@x.example', { ...t, ...i, ...fromA }],
  ['PHPMailer', '-fa@x.example|-i|-t', { ...t, ...i, ...fromA }],
  ['Symfony -bs', '-bs', { mode: 'smtp' }],
  ['Symfony -t', '-i|-fa@x.example|b@y.example', { ...i, ...fromA, ...toB }],
  ['Symfony without -i', '-fa@x.example|b@y.example', { ...fromA, ...toB }],
  ['SwiftMailer', '-t|-fa@x.example', { ...t, ...fromA }],
  ['PEAR Mail', '-i|-fa@x.example|--|b@y.example', { ...i, ...fromA, ...toB }],
  ['Ruby mail', '-i|-f|a@x.example|--|b@y.example', { ...i, ...fromA, ...toB }],
  ['Ruby mail for Exim', '-i|-t', { ...i, ...t }],
  ['Email::Sender', '-i|-f|a@x.example|--|b@y.example', { ...i, ...fromA, ...toB }],
  ['MIME::Lite', '-t|-oi|-oem|-fa@x.example', { ...t, ...i, ...em, ...fromA }],
  ['Mail::Mailer', '-t', t],
  ['RT', '-oi|-t', { ...i, ...t }],
  ['RT bounce', '-oi|-f|<>|-t', { ...i, ...t, envelopeSender: '<>' }],
  ['RT with long names', '-oi|-ODeliveryMode=b|-OErrorMode=m|-t', { deliveryMode: 'background', ...i, ...em, ...t }],
  [
    'Sympa',
    '-oi|-odi|-oem|-N|success,delay,failure|-V00abc123|-f|a@x.example|--|b@y.example|c@y.example',
    {
      deliveryMode: 'interactive',
      ...i,
      ...em,
      ...fromA,
      notify: 'SUCCESS,DELAY,FAILURE',
      envelopeId: '00abc123',
      ...toBC,
    },
  ],
  [
    'Sympa, null sender',
    '-oi|-odi|-oem|-f||--|b@y.example',
    { deliveryMode: 'interactive', ...i, ...em, envelopeSender: '', ...toB },
  ],
  ['nodemailer', '-i|-f|a@x.example|b@y.example', { ...i, ...fromA, ...toB }],
  ['lettre', '-i|-f|a@x.example|--|b@y.example', { ...i, ...fromA, ...toB }],
  ['gitea', '-f|a@x.example|-i|b@y.example', { ...i, ...fromA, ...toB }],
  ['trac', '-i|-f|a@x.example|b@y.example', { ...i, ...fromA, ...toB }],
  ['Proxmox', '-B|8BITMIME|-f|root|--|b@y.example', { envelopeSender: 'root', ...toB }],
  ['sudo', '-t', t],
  ['mdadm', '-t', t],
  ['logwatch', '-t', t],
  ['unattended-upgrades', '-oi|-t', { ...i, ...t }],
  ['cron-apt', '-t|-oi', { ...i, ...t }],
  ['reportbug', '-f|a@x.example|-oi|-oem|b@y.example', { ...i, ...fromA, ...em, ...toB }],
  ['fail2ban', '-f|fail2ban|root', { envelopeSender: 'fail2ban', ...toRoot }],
  ['rkhunter', 'root', toRoot],
  ['watchdog', '-i|root', { ...i, ...toRoot }],
  ['tripwire', '-oi|-t', { ...i, ...t }],
  ['netdata', '-t|-f|a@x.example|-F|netdata on host', { ...t, ...fromA, fullName: 'netdata on host' }],
];

export const callers: readonly Caller[] = rows.map(([who, words, means]) => ({ who, words: words.split('|'), means }));
