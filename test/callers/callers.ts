/**
 * The programs that call sendmail, one row each: their words, a message such as theirs, and what must come of it. The
 * words and traits are from the sources that each row names. Where the hub's settings matter they are
 * `hostname=client.test` and `root=admin@example.org`; `$USER` is whoever runs the tests.
 */

export interface Caller {
  readonly name: string;
  readonly group: Group;
  /** When it calls: the end of "Called …". */
  readonly called: string;
  /** Where the words are written: a file and line, or an issue. */
  readonly source: string;
  /** What the program is called by: `sendmail` unless said otherwise. */
  readonly as?: 'mailq' | 'lib/sendmail';
  readonly words: readonly string[];
  readonly input: Input;
  /** What the program is started in; nothing but HOME is set and the private directory is current unless said otherwise. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly surroundings?: Surroundings;
  /** What the hub hears; undefined when nobody may connect. */
  readonly sends?: Sends;
  /** The exit status: 0 unless said otherwise. */
  readonly status?: number;
  /** What is printed: nothing unless said otherwise. */
  readonly prints?: Prints;
  /**
   * The mode is not built yet: what happens today, with status 64. Remove the line when it is, and what the rest of the row
   * says holds.
   */
  readonly notYet?: Prints;
}

export type Group = (typeof groups)[number];
export const groups = [
  'Jobs and their output',
  'Mail programs',
  'Languages and libraries',
  'Applications',
  'Monitoring and administration',
] as const;

/** `pipe` is the end of a pipe, `file` a regular file, `nothing` is /dev/null. */
type Input =
  | { readonly from: 'pipe' | 'file'; readonly text: string; readonly charset?: 'latin1' }
  | { readonly from: 'nothing' };

/** `silent`: standard output and error go to /dev/null; `atRoot`: the same in directory `/`. */
export type Surroundings = 'silent' | 'atRoot' | 'ownSession' | 'noNewPrivileges';

export interface Sends {
  readonly sender: string;
  /** Parameters of MAIL behind SIZE and BODY. */
  readonly returns?: string;
  readonly recipients: readonly string[];
  /** Parameters of RCPT, by recipient. */
  readonly notifies?: Readonly<Record<string, string>>;
  /** Header fields that are added below Received, in their order. */
  readonly adds: readonly string[];
  /** Lines of the header that leave changed, or not at all; all others leave as they came. */
  readonly changes?: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Header fields that are added behind the message's own. */
  readonly declares?: readonly string[];
  /** The lines of the body where they are not those of the input. */
  readonly body?: readonly string[];
}

/** Lines of standard output and error; `$ANY` is any text, `...` any number of lines. */
export interface Prints {
  readonly stdout?: readonly string[];
  readonly stderr?: readonly string[];
}

/** What the test of a row is called. */
export function titleOf({ name, notYet }: Caller): string {
  return `${name} is ${notYet ? 'refused in one line, not served yet' : 'served'}`;
}

const lines = (...all: string[]) => all.map((line) => `${line}\n`).join('');
const crlf = (...all: string[]) => all.map((line) => `${line}\r\n`).join('');

const date = 'Date: Sun, 22 Nov 2026 07:05:13 +0000';
const addsAll = ['From: $ANY$USER@client.test$ANY', 'Date: $DATE', 'Message-ID: <$ID@client.test>'];
const addsDateAndId = ['Date: $DATE', 'Message-ID: <$ID@client.test>'];
const encoding8bit = 'Content-Transfer-Encoding: 8bit';
const addsId = ['Message-ID: <$ID@client.test>'];

const self = '$USER@client.test';
const a = 'a@x.example';
const b = 'b@y.example';
const c = 'c@y.example';
const admin = 'admin@example.org';
const toRoot = { 'To: root': 'To: root@client.test' };
const fromRoot = { 'From: root': 'From: root@client.test' };

export const callers: readonly Caller[] = [
  {
    name: 'Debian cron',
    group: 'Jobs and their output',
    called: 'when a job of a crontab printed something',
    source: 'debian cron config.h:46',
    words: ['-FCronDaemon', '-i', '-B8BITMIME', '-oem', 'root'],
    input: {
      from: 'pipe',
      text: lines(
        'From: root (Cron Daemon)',
        'To: root',
        'Subject: Cron <root@orchard> /usr/local/bin/backup --all',
        'MIME-Version: 1.0',
        'Content-Type: text/plain; charset=UTF-8',
        'Content-Transfer-Encoding: 8bit',
        'X-Cron-Env: <SHELL=/bin/sh>',
        'X-Cron-Env: <LOGNAME=root>',
        '',
        'Sicherung für Gärtnerei: 12 Dateien',
        '.',
        'fertig',
      ),
    },
    sends: {
      sender: self,
      recipients: [admin],
      adds: addsDateAndId,
      changes: { 'From: root (Cron Daemon)': 'From: root@client.test (Cron Daemon)', ...toRoot },
    },
  },
  {
    name: 'cronie',
    group: 'Jobs and their output',
    called: 'when a job of a crontab printed something',
    source: 'cronie configure.ac:199',
    words: ['-FCronDaemon', '-i', '-odi', '-oem', '-oi', '-t', '-f', 'root'],
    input: {
      from: 'pipe',
      text: lines(
        'From: "(Cron Daemon)" <root>',
        'To: root',
        'Subject: Cron <root@orchard> run-parts /etc/cron.hourly',
        'Auto-Submitted: auto-generated',
        'Precedence: bulk',
        '',
        '/etc/cron.hourly/rotate:',
        'one log rotated',
      ),
    },
    sends: {
      sender: 'root@client.test',
      recipients: [admin],
      adds: addsDateAndId,
      changes: { 'From: "(Cron Daemon)" <root>': 'From: "(Cron Daemon)" <root@client.test>', ...toRoot },
    },
  },
  {
    name: 'anacron',
    group: 'Jobs and their output',
    called: 'when a job printed something, with the file it printed to as standard input',
    source: 'cronie anacron/runjob.c:258',
    words: ['-FAnacron', '-odi', 'root'],
    input: {
      from: 'file',
      text: lines(
        'From: Anacron <root>',
        'To: root',
        'Subject: Anacron job cron.weekly on orchard',
        '',
        'man-db updated',
      ),
    },
    surroundings: 'silent',
    sends: {
      sender: self,
      recipients: [admin],
      adds: addsDateAndId,
      changes: { 'From: Anacron <root>': 'From: Anacron <root@client.test>', ...toRoot },
    },
  },
  {
    name: 'systemd-cron',
    group: 'Jobs and their output',
    called: 'when a unit failed or printed something, under NoNewPrivileges',
    source: 'systemd-cron mail_for_job.sh:120',
    words: ['-i', '-B', '8BITMIME', 'root'],
    input: {
      from: 'pipe',
      text: lines(
        'Date: Sun, 22 Nov 2026 07:05:13 +0000',
        'From: root (systemd-cron)',
        'To: root',
        'Subject: [orchard] job failed: cron-root-0',
        'Content-Type: text/plain; charset=UTF-8',
        'Content-Transfer-Encoding: binary',
        '',
        '● cron-root-0.service – failed',
        '   Active: failed (Result: exit-code)',
      ),
    },
    surroundings: 'noNewPrivileges',
    sends: {
      sender: self,
      recipients: [admin],
      adds: addsId,
      changes: {
        'From: root (systemd-cron)': 'From: root@client.test (systemd-cron)',
        ...toRoot,
        'Content-Transfer-Encoding: binary': encoding8bit,
      },
      declares: ['MIME-Version: 1.0'],
    },
  },
  {
    name: 'at',
    group: 'Jobs and their output',
    called: 'by atd when a job is done, in directory /, with the job’s file as standard input',
    source: 'at atd.c:587',
    words: ['-i', 'root'],
    input: {
      from: 'file',
      text: lines('Subject: Output from your job       12', 'To: root', '', 'pruned 3 trees', '.', 'watered 4'),
    },
    surroundings: 'atRoot',
    sends: { sender: self, recipients: [admin], adds: addsAll, changes: toRoot },
  },
  {
    name: 'bsd-mailx',
    group: 'Mail programs',
    called: 'by mail(1) to send',
    source: 'bsd-mailx send.c:375',
    words: ['-i', '-t'],
    input: {
      from: 'file',
      text: lines(
        'To: b@y.example',
        'Subject: minutes of Thursday',
        'Bcc: quiet@y.example',
        'MIME-Version: 1.0',
        'Content-Type: text/plain; charset="UTF-8"',
        'Content-Transfer-Encoding: 8bit',
        '',
        'Beschluß: ja',
      ),
    },
    sends: {
      sender: self,
      recipients: [b, 'quiet@y.example'],
      adds: addsAll,
      changes: { 'Bcc: quiet@y.example': undefined },
    },
  },
  {
    name: 'bsd-mailx -r, verbose',
    group: 'Mail programs',
    called: 'by mail(1) with a sender and the variables metoo and verbose',
    source: 'bsd-mailx send.c:375',
    words: ['-i', '-t', '-f', a, '-m', '-v'],
    input: { from: 'file', text: lines('To: b@y.example', 'Subject: hello', '', 'hello') },
    sends: { sender: a, recipients: [b], adds: ['From: $ANYa@x.example$ANY', ...addsDateAndId] },
    prints: { stderr: ['...', '[->] MAIL FROM:<a@x.example>$ANY', '...'] },
  },
  {
    name: 's-nail',
    group: 'Mail programs',
    called: 'to send, without a sender of its own',
    source: 's-nail sendout.c:1636',
    words: ['-i', '--', b],
    input: {
      from: 'file',
      text: lines(date, 'To: b@y.example', 'Subject: short', 'Message-ID: <20261122070513.abc@x.example>', '', 'short'),
    },
    sends: { sender: self, recipients: [b], adds: ['From: $ANY$USER@client.test$ANY'] },
  },
  {
    name: 's-nail -r',
    group: 'Mail programs',
    called: 'to send, with name and address of the sender',
    source: 's-nail sendout.c:1636',
    words: ['-i', '-F', 'Some Name', '-f', a, '--', b],
    input: {
      from: 'file',
      text: lines(
        date,
        'From: Some Name <a@x.example>',
        'To: b@y.example',
        'Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=',
        'Message-ID: <20261122070513.def@x.example>',
        'User-Agent: s-nail',
        '',
        'Grüße',
      ),
    },
    sends: {
      sender: a,
      recipients: [b],
      adds: [],
      changes: {
        'User-Agent: s-nail': [
          'User-Agent: s-nail',
          'MIME-Version: 1.0',
          'Content-Type: text/plain; charset=utf-8',
          'Content-Transfer-Encoding: 8bit',
        ],
      },
    },
  },
  {
    name: 'mutt',
    group: 'Mail programs',
    called: 'to send, in a session of its own',
    source: 'neomutt send/sendmail.c',
    words: ['-oem', '-oi', '--', b, c],
    input: {
      from: 'file',
      text: lines(
        date,
        'From: A <a@x.example>',
        'To: b@y.example',
        'Cc: c@y.example',
        'Subject: a patch',
        'Message-ID: <Zabc@x.example>',
        'Content-Type: text/plain; charset=us-ascii',
        'Content-Disposition: inline',
        '',
        '.TH PATCH 1',
        '.',
        '-- ',
        'A',
      ),
    },
    surroundings: 'ownSession',
    sends: { sender: self, recipients: [b, c], adds: [] },
  },
  {
    name: 'mutt with dsn_notify',
    group: 'Mail programs',
    called: 'to send with use_8bitmime, use_envelope_from, dsn_notify and dsn_return',
    source: 'neomutt send/sendmail.c',
    words: ['-oem', '-oi', '-B8BITMIME', '-f', a, '-N', 'failure,delay', '-R', 'hdrs', '--', b],
    input: {
      from: 'file',
      text: lines(
        date,
        'From: A <a@x.example>',
        'To: b@y.example',
        'Subject: menu',
        'Message-ID: <Zdef@x.example>',
        'Content-Type: text/plain; charset=iso-8859-1',
        'Content-Transfer-Encoding: 8bit',
        '',
        'crème brûlée',
      ),
      charset: 'latin1',
    },
    surroundings: 'ownSession',
    sends: {
      sender: a,
      returns: 'RET=HDRS',
      recipients: [b],
      notifies: { [b]: 'NOTIFY=FAILURE,DELAY ORCPT=rfc822;b@y.example' },
      adds: [],
    },
  },
  {
    name: 'mailutils',
    group: 'Mail programs',
    called: 'by GNU mail to send',
    source: 'msmtp#146',
    words: ['-oi', '-f', 'root@host.example', '-t'],
    input: {
      from: 'pipe',
      text: lines('To: <b@y.example>', 'Subject: disk', 'User-Agent: mail (GNU Mailutils)', date, '', '91 % used'),
    },
    sends: {
      sender: 'root@host.example',
      recipients: [b],
      adds: ['From: $ANYroot@host.example$ANY', 'Message-ID: <$ID@client.test>'],
    },
  },
  {
    name: 'alpine',
    group: 'Mail programs',
    called: 'to send: an SMTP dialogue on a pipe',
    source: 'alpine configure.ac:336',
    words: ['-bs', '-odb', '-oem'],
    input: {
      from: 'pipe',
      text: crlf(
        'EHLO orchard.example',
        'MAIL FROM:<a@x.example>',
        'RCPT TO:<b@y.example>',
        'DATA',
        date,
        'From: A <a@x.example>',
        'To: b@y.example',
        'Message-ID: <alpine.1@x.example>',
        'Subject: apples',
        '',
        '..dotted',
        '.',
        'QUIT',
      ),
    },
    sends: { sender: a, recipients: [b], adds: [] },
    prints: { stdout: ['220 $ANY', '...', '221 $ANY'] },
  },
  {
    name: 'Evolution',
    group: 'Mail programs',
    called: 'to send; it takes Bcc out itself',
    source: 'eds camel-sendmail-transport.c',
    words: ['-i', '-f', a, '--', b],
    input: {
      from: 'pipe',
      text: lines(
        'Message-ID: <evo.camel@x.example>',
        'Subject: the long way round,',
        ' folded',
        'From: A <a@x.example>',
        'To: b@y.example',
        date,
        '',
        'as agreed',
      ),
    },
    sends: { sender: a, recipients: [b], adds: [] },
  },
  {
    name: 'Emacs',
    group: 'Mail programs',
    called: 'by mail-mode; any word that is printed counts as failure',
    source: 'emacs sendmail.el',
    words: ['-oi', '-f', a, '-oep', '-odi', '-t'],
    input: {
      from: 'pipe',
      text: lines('From: A <a@x.example>', 'To: b@y.example, c@y.example', 'Subject: lisp', '', '(message "sent")'),
    },
    sends: { sender: a, recipients: [b, c], adds: addsDateAndId },
  },
  {
    name: 'Emacs, resending with notifications',
    group: 'Mail programs',
    called: 'with mail-specify-envelope-from and notifications, its flag behind the recipient',
    source: 'emacs sendmail.el',
    words: ['-oi', '-f', a, '-oem', '-odb', b, '-N', 'success,failure'],
    input: {
      from: 'pipe',
      text: lines(
        'Resent-From: A <a@x.example>',
        'Resent-To: b@y.example',
        'Resent-Date: Sun, 22 Nov 2026 07:05:13 +0000',
        'From: c@y.example',
        'To: a@x.example',
        'Date: Sat, 21 Nov 2026 20:00:00 +0000',
        'Message-ID: <old@y.example>',
        'Subject: once more',
        '',
        'as it was',
      ),
    },
    sends: {
      sender: a,
      recipients: [b],
      notifies: { [b]: 'NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;b@y.example' },
      adds: [],
    },
  },
  {
    name: 'Emacs with an aliases file',
    group: 'Mail programs',
    called: 'with mail-aliases-file set',
    source: 'emacs sendmail.el',
    words: ['-oi', '-oA/etc/aliases', '-oem', '-odb', '-t'],
    input: {
      from: 'pipe',
      text: lines('To: b@y.example', 'Bcc: c@y.example,', '  quiet@y.example', 'Subject: aliases', '', 'hi'),
    },
    sends: {
      sender: self,
      recipients: [b, c, 'quiet@y.example'],
      adds: addsAll,
      changes: { 'Bcc: c@y.example,': undefined, '  quiet@y.example': undefined },
    },
  },
  {
    name: 'mblaze',
    group: 'Mail programs',
    called: 'by mcom to send a draft',
    source: 'mblaze mcom:105',
    words: ['-t'],
    input: {
      from: 'file',
      text: lines(
        'From: a@x.example',
        'To: b@y.example',
        'Subject: draft',
        date,
        'Message-ID: <m@x.example>',
        '',
        'blaze',
      ),
    },
    sends: { sender: self, recipients: [b], adds: [] },
  },
  {
    name: 'git send-email',
    group: 'Languages and libraries',
    called: 'for each patch',
    source: 'git-send-email:1542',
    words: ['-i', b],
    input: {
      from: 'pipe',
      text: lines(
        'From: A <a@x.example>',
        'To: b@y.example',
        'Subject: [PATCH] orchard: prune',
        date,
        'Message-ID: <20261122070513.1-1-a@x.example>',
        'X-Mailer: git-send-email',
        'MIME-Version: 1.0',
        'Content-Transfer-Encoding: 8bit',
        '',
        'diff --git a/tree.7 b/tree.7',
        '@@ -1 +1 @@',
        '-.',
        '+.\\" prüfen',
        '.',
        '-- ',
        '2.39',
      ),
    },
    sends: { sender: self, recipients: [b], adds: [], declares: ['Content-Type: text/plain; charset=utf-8'] },
  },
  {
    name: 'git send-email with envelopeSender',
    group: 'Languages and libraries',
    called: 'for each patch, with sendemail.envelopeSender',
    source: 'git-send-email:1548',
    words: ['-f', a, '-i', b],
    input: {
      from: 'pipe',
      text: lines(
        'From: A <a@x.example>',
        'To: b@y.example',
        'Subject: [PATCH 0/1]',
        date,
        'Message-ID: <0@x>',
        '',
        '*** BLURB ***',
      ),
    },
    sends: { sender: a, recipients: [b], adds: [] },
  },
  {
    name: 'PHP 7 mail()',
    group: 'Languages and libraries',
    called: 'by mail(): its own header lines end in LF, those of the script in CRLF',
    source: 'php mail.c',
    words: ['-t', '-i'],
    input: {
      from: 'pipe',
      text:
        lines('To: b@y.example', 'Subject: order 17', 'X-PHP-Originating-Script: 33:order.php') +
        crlf('From: Shop <a@x.example>', 'Bcc: quiet@y.example', 'Content-Type: text/plain; charset=utf-8') +
        lines('', '3 × apples', '.', 'thanks'),
    },
    sends: {
      sender: self,
      recipients: [b, 'quiet@y.example'],
      adds: addsDateAndId,
      declares: ['MIME-Version: 1.0', encoding8bit],
      changes: { 'Bcc: quiet@y.example': undefined },
    },
  },
  {
    name: 'PHP 8 mail()',
    group: 'Languages and libraries',
    called: 'by mail(): header lines end in CRLF, the body is as the script made it',
    source: 'php-src#8086',
    words: ['-t', '-i'],
    input: {
      from: 'pipe',
      text: `${crlf('To: b@y.example', 'Subject: order 18', 'From: Shop <a@x.example>', '')}one\ntwo\r\nthree\n`,
    },
    sends: { sender: self, recipients: [b], adds: addsDateAndId },
  },
  {
    name: 'PHP 8 mail() with a sender',
    group: 'Languages and libraries',
    called: 'by mail() with a fifth argument or mail.force_extra_parameters',
    source: 'php mail.c',
    words: ['-t', '-i', `-f${a}`],
    input: { from: 'pipe', text: crlf('To: b@y.example', 'Subject: order 19', 'From: Shop <a@x.example>', '', 'paid') },
    sends: { sender: a, recipients: [b], adds: addsDateAndId },
  },
  {
    name: 'PHPMailer',
    group: 'Languages and libraries',
    called: 'by isSendmail(), used by WordPress and others',
    source: 'PHPMailer.php:1922',
    words: [`-f${a}`, '-i', '-t'],
    input: {
      from: 'pipe',
      text: crlf(
        date,
        'To: b@y.example',
        'From: Blog <a@x.example>',
        'Subject: A comment waits',
        'Message-ID: <wp@x.example>',
        'X-Mailer: PHPMailer',
        'MIME-Version: 1.0',
        'Content-Type: text/html; charset=UTF-8',
        'Content-Transfer-Encoding: 8bit',
        '',
        '<p>Très bien</p>',
        '.',
      ),
    },
    sends: { sender: a, recipients: [b], adds: [] },
  },
  {
    name: 'Symfony -bs',
    group: 'Languages and libraries',
    called: 'by its mailer’s default: an SMTP dialogue',
    source: 'symfony SendmailTransport.php:36',
    words: ['-bs'],
    input: {
      from: 'pipe',
      text: crlf(
        'EHLO [127.0.0.1]',
        'MAIL FROM:<a@x.example>',
        'RCPT TO:<b@y.example>',
        'DATA',
        'From: a@x.example',
        'To: b@y.example',
        'Subject: dialogue',
        'Message-ID: <symfony@x.example>',
        date,
        '',
        'bonjour',
        '.',
        'QUIT',
      ),
    },
    sends: { sender: a, recipients: [b], adds: [] },
    prints: { stdout: ['220 $ANY', '...', '221 $ANY'] },
  },
  {
    name: 'Symfony -t',
    group: 'Languages and libraries',
    called: 'with -t in its DSN, for which it puts recipients on the command line',
    source: 'symfony SendmailTransport doSend',
    words: ['-i', `-f${a}`, b],
    input: {
      from: 'pipe',
      text: lines(
        'From: a@x.example',
        'To: b@y.example',
        'Subject: salut',
        'Message-ID: <s1@x>',
        date,
        '',
        '.',
        'salut',
      ),
    },
    sends: { sender: a, recipients: [b], adds: [] },
  },
  {
    name: 'Symfony -t without -i',
    group: 'Languages and libraries',
    called:
      'with -t and no -i in its DSN: it doubles dots at line starts, which stay doubled as with Postfix, and leaves Bcc in the header',
    source: 'symfony SendmailTransport doSend',
    words: [`-f${a}`, b],
    input: {
      from: 'pipe',
      text: lines(
        'From: a@x.example',
        'To: b@y.example',
        'Bcc: quiet@y.example',
        'Subject: dots',
        'Message-ID: <s2@x>',
        date,
        '',
        '..',
        '...hidden',
        'end',
      ),
    },
    sends: {
      sender: a,
      recipients: [b],
      adds: [],
      changes: { 'Bcc: quiet@y.example': undefined },
    },
  },
  {
    name: 'SwiftMailer',
    group: 'Languages and libraries',
    called: 'with -t and no -i: it doubles dots at line starts, which stay doubled as with Postfix',
    source: 'SwiftMailer',
    words: ['-t', `-f${a}`],
    input: {
      from: 'pipe',
      text: lines(
        'Message-ID: <swift@x.example>',
        date,
        'Subject: dots',
        'From: a@x.example',
        'To: b@y.example',
        'Bcc: quiet@y.example',
        '',
        '..',
        '..profile',
        'end',
      ),
    },
    sends: {
      sender: a,
      recipients: [b, 'quiet@y.example'],
      adds: [],
      changes: { 'Bcc: quiet@y.example': undefined },
    },
  },
  {
    name: 'PEAR Mail',
    group: 'Languages and libraries',
    called: 'by its sendmail back end',
    source: 'php-mail sendmail.php:186',
    words: ['-i', `-f${a}`, '--', b],
    input: {
      from: 'pipe',
      text: lines('From: a@x.example', 'To: b@y.example', 'Subject: pear', '', 'pear', '.', 'pear'),
    },
    sends: { sender: a, recipients: [b], adds: addsDateAndId },
  },
  {
    name: 'Ruby mail',
    group: 'Languages and libraries',
    called: 'by its sendmail delivery method; it never reads what is printed',
    source: 'mikel/mail sendmail.rb',
    words: ['-i', '-f', a, '--', b],
    input: {
      from: 'pipe',
      text: lines(
        date,
        'From: a@x.example',
        'To: b@y.example',
        'Message-ID: <ruby.mail@x.example>',
        'Subject: gem',
        'Mime-Version: 1.0',
        'Content-Type: text/plain;',
        ' charset=UTF-8',
        'Content-Transfer-Encoding: 7bit',
        '',
        'ruby',
      ),
    },
    sends: { sender: a, recipients: [b], adds: [] },
  },
  {
    name: 'Ruby mail, Exim',
    group: 'Languages and libraries',
    called: 'by its exim delivery method',
    source: 'mikel/mail exim.rb',
    words: ['-i', '-t'],
    input: {
      from: 'pipe',
      text: lines(date, 'From: a@x.example', 'To: b@y.example', 'Message-ID: <exim@x>', 'Subject: gem', '', 'ruby'),
    },
    sends: { sender: self, recipients: [b], adds: [] },
  },
  {
    name: 'Email::Sender',
    group: 'Languages and libraries',
    called: 'by its Sendmail transport',
    source: 'Email::Sender Sendmail.pm:73',
    words: ['-i', '-f', a, '--', b],
    input: { from: 'pipe', text: lines('From: a@x.example', 'To: b@y.example', 'Subject: camel', date, '', 'camel') },
    sends: { sender: a, recipients: [b], adds: addsId },
  },
  {
    name: 'MIME::Lite',
    group: 'Languages and libraries',
    called: 'by its default way to send',
    source: 'MIME::Lite 2714',
    words: ['-t', '-oi', '-oem', `-f${a}`],
    input: {
      from: 'pipe',
      text: lines(
        'Content-Disposition: inline',
        'Content-Transfer-Encoding: binary',
        'Content-Type: text/plain',
        'MIME-Version: 1.0',
        'X-Mailer: MIME::Lite',
        date,
        'From: a@x.example',
        'To: b@y.example',
        'Subject: lite',
        '',
        'lite',
      ),
    },
    sends: {
      sender: a,
      recipients: [b],
      adds: addsId,
      changes: { 'Content-Transfer-Encoding: binary': 'Content-Transfer-Encoding: 7bit' },
    },
  },
  {
    name: 'Mail::Mailer',
    group: 'Languages and libraries',
    called: 'by its sendmail back end',
    source: 'Mail::Mailer sendmail.pm',
    words: ['-t'],
    input: {
      from: 'pipe',
      text: lines('From: a@x.example', 'To: b@y.example', 'Cc: c@y.example', 'Subject: tools', '', 'x'),
    },
    sends: { sender: self, recipients: [b, c], adds: addsDateAndId },
  },
  {
    name: 'nodemailer',
    group: 'Languages and libraries',
    called: 'by its sendmail transport, which leaves Bcc in the header',
    source: 'nodemailer sendmail-transport',
    words: ['-i', '-f', a, b],
    input: {
      from: 'pipe',
      text: crlf(
        'From: a@x.example',
        'To: b@y.example',
        'Bcc: quiet@y.example',
        'Subject: node',
        'Message-ID: <node@x.example>',
        date,
        'MIME-Version: 1.0',
        'Content-Type: text/plain; charset=utf-8',
        '',
        'node',
      ),
    },
    sends: { sender: a, recipients: [b], adds: [], changes: { 'Bcc: quiet@y.example': undefined } },
  },
  {
    name: 'lettre',
    group: 'Languages and libraries',
    called: 'by its SendmailTransport',
    source: 'lettre mod.rs:139',
    words: ['-i', '-f', a, '--', b],
    input: { from: 'pipe', text: crlf('From: a@x.example', 'To: b@y.example', 'Subject: rust', date, '', 'rust') },
    sends: { sender: a, recipients: [b], adds: addsId },
  },
  {
    name: 'Request Tracker',
    group: 'Applications',
    called: 'for each message, with MailCommand sendmailpipe',
    source: 'RT_Config 1052',
    words: ['-oi', '-t'],
    input: {
      from: 'pipe',
      text: lines(
        'Subject: [orchard #7] AutoReply: ladder',
        'From: Orchard <rt@x.example>',
        'Reply-To: rt@x.example',
        'To: b@y.example',
        'Bcc: quiet@y.example, c@y.example',
        'Message-ID: <rt-7@x.example>',
        date,
        'Content-Type: text/plain; charset="utf-8"',
        'Content-Transfer-Encoding: 8bit',
        '',
        'Ihre Anfrage „Leiter“ ist da.',
      ),
    },
    sends: {
      sender: self,
      recipients: [b, 'quiet@y.example', c],
      adds: [],
      changes: { 'Bcc: quiet@y.example, c@y.example': undefined },
    },
  },
  {
    name: 'Request Tracker, bounces',
    group: 'Applications',
    called: 'for bounces, from the null sender',
    source: 'RT_Config 1062',
    words: ['-oi', '-f', '<>', '-t'],
    input: {
      from: 'pipe',
      text: lines(
        'From: rt@x.example',
        'To: b@y.example',
        'Subject: no such ticket',
        date,
        'Message-ID: <rt-8@x>',
        '',
        'sorry',
      ),
    },
    sends: { sender: '', recipients: [b], adds: [] },
  },
  {
    name: 'Request Tracker, long options',
    group: 'Applications',
    called: 'with the arguments that its manual suggests',
    source: 'RT_Config 1048',
    words: ['-oi', '-ODeliveryMode=b', '-OErrorMode=m', '-t'],
    input: {
      from: 'pipe',
      text: lines('From: rt@x.example', 'To: b@y.example', 'Subject: ticket', date, 'Message-ID: <rt-9@x>', '', 'done'),
    },
    sends: { sender: self, recipients: [b], adds: [] },
  },
  {
    name: 'Sympa',
    group: 'Applications',
    called: 'for the members of a list, with tracking',
    source: 'Sympa Mailer.pm:105',
    words: ['-oi', '-odi', '-oem', '-N', 'success,delay,failure', '-V00abc123', '-f', a, '--', b, c],
    input: {
      from: 'pipe',
      text: lines(
        'From: B <b@y.example>',
        'To: garden@x.example',
        'Sender: garden-request@x.example',
        'Subject: [garden] seeds',
        date,
        'Message-ID: <seeds@y.example>',
        'List-Id: <garden.x.example>',
        '',
        'seeds',
      ),
    },
    sends: {
      sender: a,
      returns: 'ENVID=00abc123',
      recipients: [b, c],
      notifies: {
        [b]: 'NOTIFY=SUCCESS,DELAY,FAILURE ORCPT=rfc822;b@y.example',
        [c]: 'NOTIFY=SUCCESS,DELAY,FAILURE ORCPT=rfc822;c@y.example',
      },
      adds: [],
    },
  },
  {
    name: 'Sympa, null sender',
    group: 'Applications',
    called: 'for its own notices, with an empty word behind -f',
    source: 'Sympa Mailer.pm:171',
    words: ['-oi', '-odi', '-oem', '-f', '', '--', b],
    input: {
      from: 'pipe',
      text: lines(
        'From: sympa@x.example',
        'To: b@y.example',
        'Subject: welcome',
        date,
        'Message-ID: <w@x>',
        '',
        'welcome',
      ),
    },
    sends: { sender: '', recipients: [b], adds: [] },
  },
  {
    name: 'Gitea and Forgejo',
    group: 'Applications',
    called: 'with PROTOCOL = sendmail',
    source: 'gitea sendmail.go',
    words: ['-f', a, '-i', b],
    input: {
      from: 'pipe',
      text: crlf(
        'X-Mailer: Gitea',
        'Message-ID: <gitea@x.example>',
        'Date: Sun, 22 Nov 2026 07:05:13 +0000',
        'From: "Git" <a@x.example>',
        'To: b@y.example',
        'Subject: [orchard] Pear tree (#4)',
        '',
        'opened',
      ),
    },
    sends: { sender: a, recipients: [b], adds: [] },
  },
  {
    name: 'Trac',
    group: 'Applications',
    called: 'by its SendmailEmailSender',
    source: 'trac mail.py:812',
    words: ['-i', '-f', a, b],
    input: {
      from: 'pipe',
      text: crlf(
        'From: Trac <a@x.example>',
        'To: b@y.example',
        'Subject: #4: pear',
        date,
        'Message-ID: <4@x>',
        '',
        'closed',
      ),
    },
    sends: { sender: a, recipients: [b], adds: [] },
  },
  {
    name: 'Proxmox VE',
    group: 'Applications',
    called: 'for backup reports; without -i, and a lone dot is text all the same',
    source: 'pve-common Tools.pm:1030',
    words: ['-B', '8BITMIME', '-f', 'root', '--', b],
    input: {
      from: 'pipe',
      text: lines(
        'Content-Type: text/plain; charset=UTF-8',
        'Subject: vzdump: Sicherung geglückt',
        'From: Backup <root>',
        'To: b@y.example',
        date,
        '',
        'VM 100: OK – 4 GiB',
        '.',
        'not cut off',
      ),
    },
    sends: {
      sender: 'root@client.test',
      recipients: [b],
      adds: addsId,
      declares: ['MIME-Version: 1.0', encoding8bit],
      changes: {
        'From: Backup <root>': 'From: Backup <root@client.test>',
        [Buffer.from('Subject: vzdump: Sicherung geglückt').toString('latin1')]:
          'Subject: vzdump: Sicherung =?UTF-8?Q?gegl=C3=BCckt?=',
      },
    },
  },
  {
    name: 'sudo',
    group: 'Monitoring and administration',
    called: 'when somebody may not do what they asked for, in a nearly empty environment',
    source: 'sudo defaults.c:614',
    words: ['-t'],
    input: {
      from: 'pipe',
      text: lines(
        'To: root',
        'From: root',
        'Auto-Submitted: auto-generated',
        'Subject: *** SECURITY information for orchard ***',
        '',
        'orchard : Nov 22 07:05:13 : eve : user NOT in sudoers ; PWD=/ ; USER=root ; COMMAND=/bin/ls',
        '',
      ),
    },
    environment: { HOME: '/', PATH: '/usr/bin:/bin:/usr/sbin:/sbin', LOGNAME: 'root', USER: 'root' },
    sends: { sender: self, recipients: [admin], adds: addsDateAndId, changes: { ...toRoot, ...fromRoot } },
  },
  {
    name: 'mdadm --monitor',
    group: 'Monitoring and administration',
    called: 'as /usr/lib/sendmail when an array changed',
    source: 'mdadm.h:767',
    as: 'lib/sendmail',
    words: ['-t'],
    input: {
      from: 'pipe',
      text: lines(
        'From: mdadm monitoring <root>',
        'To: root',
        'Subject: DegradedArray event on /dev/md0:orchard',
        '',
        'md0 : active raid1 sda1[0]',
        '      1046528 blocks [2/1] [U_]',
      ),
    },
    sends: {
      sender: self,
      recipients: [admin],
      adds: addsDateAndId,
      changes: { 'From: mdadm monitoring <root>': 'From: mdadm monitoring <root@client.test>', ...toRoot },
    },
  },
  {
    name: 'Logwatch',
    group: 'Monitoring and administration',
    called: 'for each report',
    source: 'logwatch.conf:122',
    words: ['-t'],
    input: {
      from: 'pipe',
      text: lines(
        'To: root',
        'From: Logwatch',
        'Subject: Logwatch for orchard (Linux)',
        'Auto-Submitted: auto-generated',
        'Mime-Version: 1.0',
        'Content-Type: text/plain; charset="utf-8"',
        '',
        ' ################### Logwatch ####################',
        ' 4 × sshd',
      ),
    },
    sends: {
      sender: self,
      recipients: [admin],
      adds: addsDateAndId,
      declares: [encoding8bit],
      changes: { ...toRoot, 'From: Logwatch': 'From: Logwatch@client.test' },
    },
  },
  {
    name: 'unattended-upgrades',
    group: 'Monitoring and administration',
    called: 'after upgrades',
    source: 'unattended-upgrade:1406',
    words: ['-oi', '-t'],
    input: {
      from: 'pipe',
      text: lines(
        'MIME-Version: 1.0',
        'Content-Type: text/plain; charset="utf-8"',
        'Content-Transfer-Encoding: 8bit',
        'Subject: unattended-upgrades result for orchard: SUCCESS',
        'From: root',
        'To: root',
        'Auto-Submitted: auto-generated',
        '',
        'Pakete: libc6 – fertig',
        '.',
      ),
    },
    sends: { sender: self, recipients: [admin], adds: addsDateAndId, changes: { ...toRoot, ...fromRoot } },
  },
  {
    name: 'cron-apt',
    group: 'Monitoring and administration',
    called: 'when there is something to report',
    source: 'cron-apt functions:123',
    words: ['-t', '-oi'],
    input: { from: 'pipe', text: lines('To: root', 'Subject: CRON-APT completed on orchard', '', '2 upgrades', '.') },
    sends: { sender: self, recipients: [admin], adds: addsAll, changes: toRoot },
  },
  {
    name: 'reportbug',
    group: 'Monitoring and administration',
    called: 'to file a bug',
    source: 'reportbug submit.py:434',
    words: ['-f', a, '-oi', '-oem', b],
    input: {
      from: 'pipe',
      text: lines(
        'Content-Type: text/plain; charset="us-ascii"',
        'MIME-Version: 1.0',
        'From: A <a@x.example>',
        'To: Bug Tracking <b@y.example>',
        'Subject: pear: falls from the tree',
        'Message-ID: <bug@x.example>',
        date,
        '',
        'Package: pear',
        'Severity: minor',
      ),
    },
    sends: { sender: a, recipients: [b], adds: [] },
  },
  {
    name: 'fail2ban',
    group: 'Monitoring and administration',
    called: 'when a jail starts, stops or bans; without -i',
    source: 'sendmail-common.conf:65',
    words: ['-f', 'fail2ban', 'root'],
    input: {
      from: 'pipe',
      text: lines(
        'Subject: [Fail2Ban] sshd: banned 192.0.2.7 from orchard',
        date,
        'From: Fail2Ban <fail2ban>',
        'To: root',
        '',
        'Hi,',
        '192.0.2.7 has just been banned.',
      ),
    },
    sends: {
      sender: 'fail2ban@client.test',
      recipients: [admin],
      adds: addsId,
      changes: { 'From: Fail2Ban <fail2ban>': 'From: Fail2Ban <fail2ban@client.test>', ...toRoot },
    },
  },
  {
    name: 'rkhunter',
    group: 'Monitoring and administration',
    called: 'by its daily job, with nothing but a subject in the header',
    source: 'cron.daily/rkhunter:37',
    words: ['root'],
    input: {
      from: 'pipe',
      text: lines('Subject: [rkhunter] orchard - Daily report', '', 'Warning: a hidden directory'),
    },
    sends: { sender: self, recipients: [admin], adds: addsAll },
  },
  {
    name: 'watchdog',
    group: 'Monitoring and administration',
    called: 'before it restarts the machine',
    source: 'send-email.c:50',
    words: ['-i', 'root'],
    input: {
      from: 'pipe',
      text: lines('To: root', 'Subject: orchard is going down', '', 'Message from watchdog:', 'too hot'),
    },
    sends: { sender: self, recipients: [admin], adds: addsAll, changes: toRoot },
  },
  {
    name: 'Tripwire',
    group: 'Monitoring and administration',
    called: 'for each report, with MAILPROGRAM',
    source: 'prime.pl:25',
    words: ['-oi', '-t'],
    input: {
      from: 'pipe',
      text: lines(
        'From: "Tripwire(R)" <root>',
        'To: root',
        'Subject: TWReport orchard V:0',
        date,
        '',
        'No violations.',
      ),
    },
    sends: {
      sender: self,
      recipients: [admin],
      adds: addsId,
      changes: { 'From: "Tripwire(R)" <root>': 'From: "Tripwire(R)" <root@client.test>', ...toRoot },
    },
  },
  {
    name: 'Netdata, asking what -F does',
    group: 'Monitoring and administration',
    called: 'before the first alarm, to learn whether -F takes a name',
    source: 'netdata PR#11283',
    words: ['-F'],
    input: { from: 'nothing' },
    status: 64,
    prints: { stderr: ['sendmail: option requires an argument -- F'] },
  },
  {
    name: 'Netdata',
    group: 'Monitoring and administration',
    called: 'for each alarm',
    source: 'netdata alarm-notify.sh',
    words: ['-t', '-f', a, '-F', 'netdata on host'],
    input: {
      from: 'pipe',
      text: lines(
        'To: b@y.example',
        'Subject: orchard needs attention: disk_space',
        'MIME-Version: 1.0',
        'Content-Type: text/plain; charset=UTF-8',
        'Content-Transfer-Encoding: 8bit',
        '',
        'frei: 4 % – bitte prüfen',
      ),
    },
    sends: { sender: a, recipients: [b], adds: ['From: netdata on host <a@x.example>', ...addsDateAndId] },
  },
  {
    name: 'check_mailq',
    group: 'Monitoring and administration',
    called: 'as mailq, to read its last line',
    source: 'check_mailq.pl:337',
    as: 'mailq',
    words: [],
    input: { from: 'nothing' },
    prints: { stdout: ['Mail queue is empty'] },
  },
];
