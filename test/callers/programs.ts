/** Real, unmodified programs that send through sendmail, and what of their mail must arrive. */

import { resolve } from 'node:path';

export interface Program {
  readonly name: string;
  /** The row of callers.ts that it proves. */
  readonly caller?: string;
  /** Must be there; it comes with `package`. */
  readonly file: string;
  readonly package: string;
  /** Lines of bash that send to `$1`; daemons run until `read` ends. */
  readonly script: string;
  readonly sender: string;
  /** The message as it arrives, below our Received field: `$AT` is the recipient, other placeholders as in case files. */
  readonly arrives: readonly string[];
  /** Lines of it that newer versions write in another way, by how Debian 12's does. */
  readonly newer?: Readonly<Record<string, string>>;
}

const nodemailer = resolve(import.meta.dirname, '../../node_modules/nodemailer');

const a = 'a@x.example';
const printText = String.raw`printf 'Grüße\n.dotted\n.\nend\n'`;
const self = 'root@client.test';
/** Of Debian's cron, since Debian 13. */
const encoded = {
  'Content-Transfer-Encoding: 8bit': 'Content-Transfer-Encoding: quoted-printable',
  Grüße: 'Gr=C3=BC=C3=9Fe',
};

export const programs: readonly Program[] = [
  {
    name: 'bsd-mailx',
    caller: 'bsd-mailx',
    file: '/usr/bin/bsd-mailx',
    package: 'bsd-mailx',
    script: `${printText} | bsd-mailx -s minutes "$1"`,
    sender: self,
    arrives: [
      'From: root <root@client.test>',
      'Date: $DATE',
      'Message-ID: <$ID@client.test>',
      'To: $AT',
      'Subject: minutes',
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset="UTF-8"',
      'Content-Transfer-Encoding: 8bit',
      '',
      'Grüße',
      '.dotted',
      '.',
      'end',
    ],
  },
  {
    name: 's-nail',
    caller: 's-nail -r',
    file: '/usr/bin/s-nail',
    package: 's-nail',
    script: `${printText} | s-nail -:/ -r ${a} -s minutes "$1"`,
    sender: a,
    arrives: [
      'Date: $DATE',
      'From: a@x.example',
      'To: $AT',
      'Subject: minutes',
      'Message-ID: <$ID@x.example>',
      'User-Agent: $ANY',
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: quoted-printable',
      '',
      'Gr=C3=BC=C3=9Fe',
      '.dotted',
      '=2E',
      'end',
    ],
  },
  {
    name: 'mutt',
    caller: 'mutt',
    file: '/usr/bin/mutt',
    package: 'mutt',
    script: `${printText} | mutt -F /dev/null -e 'set from=${a} use_envelope_from copy=no send_charset=utf-8' -s minutes -- "$1"`,
    sender: a,
    arrives: [
      'Date: $DATE',
      'From: root <a@x.example>',
      'To: $AT',
      'Subject: minutes',
      'Message-ID: <$ID@$HOST>',
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Disposition: inline',
      'Content-Transfer-Encoding: 8bit',
      '',
      'Grüße',
      '.dotted',
      '.',
      'end',
    ],
  },
  {
    name: 'GNU mail',
    caller: 'mailutils',
    file: '/usr/bin/mail.mailutils',
    package: 'mailutils',
    script: `${printText} | mail.mailutils -E 'set nodot' -r ${a} -s minutes "$1"`,
    sender: a,
    arrives: [
      'From: root <a@x.example>',
      'Message-ID: <$ID@client.test>',
      'Subject: minutes',
      'To: <$AT>',
      'User-Agent: $ANY',
      'Date: $DATE',
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: 8bit',
      '',
      'Grüße',
      '.dotted',
      '.',
      'end',
    ],
  },
  {
    name: 'git send-email',
    caller: 'git send-email with envelopeSender',
    file: '/usr/lib/git-core/git-send-email',
    package: 'git-email',
    script: `git config --global user.name A; git config --global user.email ${a}
printf 'From: A <${a}>\\nDate: Sun, 22 Nov 2026 07:05:13 +0000\\nSubject: [PATCH] prune\\n\\n.TH\\n.\\n---\\n tree | 1 +\\n' >1.patch
git send-email --quiet --confirm=never --suppress-cc=all --envelope-sender=${a} --to="$1" 1.patch >/dev/null`,
    sender: a,
    arrives: [
      'From: A <a@x.example>',
      'To: $AT',
      'Subject: [PATCH] prune',
      'Date: $DATE',
      'Message-Id: <$ID@x.example>',
      'X-Mailer: $ANY',
      'MIME-Version: 1.0',
      'Content-Transfer-Encoding: 8bit',
      '',
      '.TH',
      '.',
      '---',
      ' tree | 1 +',
    ],
    newer: { 'Message-Id: <$ID@x.example>': 'Message-ID: <$ID@x.example>' },
  },
  {
    name: 'PHP mail()',
    caller: 'PHP 8 mail() with a sender',
    file: '/usr/bin/php',
    package: 'php-cli',
    script: `php -r 'exit(mail($argv[1], "minutes", "Grüße\\n.dotted\\n.\\nend", "From: ${a}\\r\\nBcc: nobody@example.net", "-f${a}") ? 0 : 1);' -- "$1"`,
    sender: a,
    arrives: [
      'Date: $DATE',
      'Message-ID: <$ID@client.test>',
      'To: $AT',
      'Subject: minutes',
      'From: a@x.example',
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: 8bit',
      '',
      'Grüße',
      '.dotted',
      '.',
      'end',
    ],
  },
  {
    name: 'MIME::Lite',
    caller: 'MIME::Lite',
    file: '/usr/share/perl5/MIME/Lite.pm',
    package: 'libmime-lite-perl',
    script: `perl -MMIME::Lite -e 'MIME::Lite->new(From => q(${a}), To => shift, Subject => q(minutes), Data => qq(one\\n.\\nend\\n))->send or die' "$1"`,
    sender: a,
    arrives: [
      'Message-ID: <$ID@client.test>',
      'Content-Disposition: inline',
      'Content-Transfer-Encoding: 7bit',
      'Content-Type: text/plain',
      'MIME-Version: 1.0',
      'X-Mailer: $ANY',
      'Date: $DATE',
      'From: a@x.example',
      'To: $AT',
      'Subject: minutes',
      '',
      'one',
      '.',
      'end',
    ],
  },
  {
    name: 'Email::Sender',
    caller: 'Email::Sender',
    file: '/usr/share/perl5/Email/Sender/Simple.pm',
    package: 'libemail-sender-perl',
    script: `perl -MEmail::Sender::Simple=sendmail -e 'sendmail(qq(From: a\\@x.example\\nTo: $ARGV[0]\\nSubject: minutes\\n\\none\\n.\\nend\\n))' "$1"`,
    sender: a,
    arrives: [
      'Date: $DATE',
      'Message-ID: <$ID@client.test>',
      'From: a@x.example',
      'To: $AT',
      'Subject: minutes',
      '',
      'one',
      '.',
      'end',
    ],
  },
  {
    name: 'Python',
    file: '/usr/bin/python3',
    package: 'python3',
    script: `python3 -c '
import email.message, subprocess, sys
message = email.message.EmailMessage()
message["From"], message["To"], message["Subject"] = "${a}", sys.argv[1], "Grüße"
message.set_content(".dotted\\n.\\nend\\n")
subprocess.run(["/usr/sbin/sendmail", "-t", "-oi"], input=message.as_bytes(), check=True)
' "$1"`,
    sender: self,
    arrives: [
      'Date: $DATE',
      'Message-ID: <$ID@client.test>',
      'From: a@x.example',
      'To: $AT',
      'Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=',
      'Content-Type: text/plain; charset="utf-8"',
      'Content-Transfer-Encoding: 7bit',
      'MIME-Version: 1.0',
      '',
      '.dotted',
      '.',
      'end',
    ],
  },
  {
    name: 'PHPMailer',
    caller: 'PHPMailer',
    file: '/usr/share/php/libphp-phpmailer/autoload.php',
    package: 'libphp-phpmailer',
    script: `php -r '
require "/usr/share/php/libphp-phpmailer/autoload.php";
$mail = new PHPMailer\\PHPMailer\\PHPMailer(true);
$mail->isSendmail();
$mail->setFrom("${a}");
$mail->addAddress($argv[1]);
$mail->addBCC("quiet@example.net");
$mail->CharSet = "utf-8";
$mail->Subject = "minutes";
$mail->Body = "Grüße\\n.dotted\\n.\\nend";
$mail->send();
' -- "$1"`,
    sender: a,
    arrives: [
      'Date: $DATE',
      'To: $AT',
      'From: a@x.example',
      'Subject: minutes',
      'Message-ID: <$ID@$HOST>',
      'X-Mailer: $ANY',
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: 8bit',
      '',
      'Grüße',
      '.dotted',
      '.',
      'end',
    ],
  },
  {
    name: 'Mail::Mailer',
    caller: 'Mail::Mailer',
    file: '/usr/share/perl5/Mail/Mailer.pm',
    package: 'libmailtools-perl',
    script: `export PERL_HASH_SEED=0 PERL_PERTURB_KEYS=0
perl -MMail::Mailer -e '
$mail = Mail::Mailer->new("sendmail");
$mail->open({ From => q(${a}), To => shift, Subject => "minutes" });
print $mail "one\\n.dotted\\nend\\n";
$mail->close or die' "$1"`,
    sender: self,
    arrives: [
      'Date: $DATE',
      'Message-ID: <$ID@client.test>',
      'From: a@x.example',
      'To: $AT',
      'Subject: minutes',
      '',
      'one',
      '.dotted',
      'end',
    ],
  },
  {
    name: 'nodemailer',
    caller: 'nodemailer',
    file: nodemailer,
    package: 'nodemailer',
    script: `'${process.execPath}' -e '
const transport = require("${nodemailer}").createTransport({ sendmail: true });
const letter = { from: "${a}", to: process.argv[1], bcc: "quiet@example.net", subject: "minutes", text: "one\\n.\\nend\\n" };
transport.sendMail(letter)' "$1"`,
    sender: a,
    arrives: [
      'From: a@x.example',
      'To: $AT',
      'Subject: minutes',
      'Message-ID: <$ID@x.example>',
      'Content-Transfer-Encoding: 7bit',
      'Date: $DATE',
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=utf-8',
      '',
      'one',
      '.',
      'end',
    ],
  },
  {
    name: 'sudo',
    caller: 'sudo',
    file: '/usr/bin/sudo',
    package: 'sudo',
    script: `echo "Defaults mail_all_cmnds, mailto=\\"$1\\"" >/etc/sudoers.d/mail
sudo true
read -r || true`,
    sender: self,
    arrives: [
      'Date: $DATE',
      'Message-ID: <$ID@client.test>',
      'To: $AT',
      'From: root@client.test',
      'Auto-Submitted: auto-generated',
      'Subject: *** SECURITY information for $HOST ***',
      '',
      '$HOST : $ANY COMMAND=$ANYtrue',
      '',
    ],
  },
  {
    name: 'anacron',
    caller: 'anacron', // without -i
    file: '/usr/sbin/anacron',
    package: 'anacron',
    script: `printf 'MAILTO=%s\\n1 0 prune cat /etc/job\\n' "$1" >/etc/anacrontab
${printText} >/etc/job
anacron -f -n -S "$HOME"
read -r || true`,
    sender: self,
    arrives: [
      'Date: $DATE',
      'Message-ID: <$ID@client.test>',
      'From: Anacron <root@client.test>',
      'To: $AT',
      "Subject: Anacron job 'prune' on $HOST",
      'Content-Type: text/plain; charset=UTF-8',
      'MIME-Version: 1.0',
      'Content-Transfer-Encoding: 8bit',
      '',
      'Grüße',
      '.dotted',
      '.',
      'end',
    ],
  },
  {
    name: 'cron',
    caller: 'Debian cron',
    file: '/usr/sbin/cron',
    package: 'cron',
    script: `printf 'MAILTO=%s\\n@reboot root cat /etc/job\\n' "$1" >/etc/cron.d/job
${printText} >/etc/job
cron -f </dev/null &
read -r || true`,
    sender: self,
    arrives: [
      'Date: $DATE',
      'Message-ID: <$ID@client.test>',
      'From: root@client.test (Cron Daemon)',
      'To: $AT',
      'Subject: Cron <root@$HOST> cat /etc/job',
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=UTF-8',
      'Content-Transfer-Encoding: 8bit',
      'X-Cron-Env: <MAILTO=$AT>',
      'X-Cron-Env: <SHELL=/bin/sh>',
      'X-Cron-Env: <HOME=/root>',
      'X-Cron-Env: <PATH=/usr/bin:/bin>',
      'X-Cron-Env: <LOGNAME=root>',
      '',
      'Grüße',
      '.dotted',
      '.',
      'end',
    ],
    newer: encoded,
  },
  {
    name: 'at',
    caller: 'at',
    file: '/usr/sbin/atd',
    package: 'at',
    script: `echo "${printText}" | at -m now 2>/dev/null
atd -f </dev/null &
read -r || true`,
    sender: self,
    arrives: [
      'From: root <root@client.test>',
      'Date: $DATE',
      'Message-ID: <$ID@client.test>',
      'Subject: Output from your job $ANY',
      'To: root@client.test',
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: 8bit',
      '',
      'Grüße',
      '.dotted',
      '.',
      'end',
    ],
  },
  {
    name: 'PHP mail() without a sender',
    caller: 'PHP 8 mail()',
    file: '/usr/bin/php',
    package: 'php-cli',
    script: `php -r 'exit(mail($argv[1], "minutes", "one\\r\\n.dotted\\r\\n.\\r\\nend") ? 0 : 1);' -- "$1"`,
    sender: self,
    arrives: [
      'From: root <root@client.test>',
      'Date: $DATE',
      'Message-ID: <$ID@client.test>',
      'To: $AT',
      'Subject: minutes',
      '',
      'one',
      '.dotted',
      '.',
      'end',
    ],
  },
  ...(['-bs', '-t'] as const).map(
    (flag): Program => ({
      name: `Symfony Mailer ${flag}`,
      caller: `Symfony ${flag}`,
      file: '/usr/share/php/Symfony/Component/Mailer/autoload.php',
      package: 'php-symfony-mailer',
      script: `php -r '
require "/usr/share/php/Symfony/Component/Mailer/autoload.php";
require "/usr/share/php/Symfony/Component/Mime/autoload.php";
$transport = Symfony\\Component\\Mailer\\Transport::fromDsn("sendmail://default?command=/usr/sbin/sendmail%20${flag}");
$mail = (new Symfony\\Component\\Mime\\Email())->from("${a}")->to($argv[1])->subject("minutes")->text("Grüße\\n.dotted\\n.\\nend\\n");
(new Symfony\\Component\\Mailer\\Mailer($transport))->send($mail);
' -- "$1"`,
      sender: a,
      // With -bs it ends every message with a line end of its own; with -t it doubles dots, as only sendmail would undo.
      arrives: [
        'From: a@x.example',
        'To: $AT',
        'Subject: minutes',
        'Message-ID: <$ID@x.example>',
        'MIME-Version: 1.0',
        'Date: $DATE',
        'Content-Type: text/plain; charset=utf-8',
        'Content-Transfer-Encoding: quoted-printable',
        '',
        'Gr=C3=BC=C3=9Fe',
        ...(flag === '-bs' ? ['.dotted', '.'] : ['..dotted', '..']),
        'end',
        ...(flag === '-bs' ? [''] : []),
      ],
    }),
  ),
  {
    name: 'alpine',
    caller: 'alpine',
    file: '/usr/bin/alpine',
    package: 'alpine',
    // It takes keys only from a terminal, and none that were typed before it is ready. ^X sends what it shows; typed again when
    // nothing happens for a second.
    script: `printf '%s\\n' 'feature-list=send-without-confirm' 'posting-character-set=UTF-8' 'default-fcc=""' 'user-domain=x.example' >.pinerc
export TERM=vt100 letter="mailto:$1?subject=minutes&body=Gr%C3%BC%C3%9Fe%0A.dotted%0A.%0Aend"
coproc script -qefc 'alpine -inbox-path=$HOME/inbox -url "$letter"' /dev/null
all= typed= status=0
exec 3<&"\${COPROC[0]}" 4>&"\${COPROC[1]}"
trap '' PIPE
while read -r -t 1 -d $'\\033' shown <&3 || { status=$?; ((status > 128)); }; do
  all+=$shown
  if [[ $all == *.dotted* && ( ! $typed || $status -gt 128 ) ]]; then printf '\\030' >&4 2>/dev/null || true; typed=1; fi
  status=0
done`,
    sender: 'root@x.example',
    arrives: [
      'Date: $DATE ($ANY)',
      'From: root <root@x.example>',
      'To: $AT',
      'Subject: minutes',
      'Message-ID: <$ID@x.example>',
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary="$ANY"',
      'Content-Transfer-Encoding: 8bit',
      '',
      '  This message is in MIME format.  The first part should be readable text,',
      '  while the remaining parts are likely unreadable without MIME-aware tools.',
      '',
      '--$ANY',
      'Content-Type: text/plain; format=flowed; charset=UTF-8',
      'Content-Transfer-Encoding: 8BIT',
      '',
      'Grüße',
      '.dotted',
      '.',
      'end',
      '--$ANY--',
    ],
  },
  {
    name: 'PEAR Mail',
    caller: 'PEAR Mail',
    file: '/usr/share/php/Mail/sendmail.php',
    package: 'php-mail',
    script: `php -d error_reporting=1 -r '
require "Mail.php";
$mail = Mail::factory("sendmail");
$sent = $mail->send($argv[1], ["From" => "${a}", "To" => $argv[1], "Subject" => "minutes"], "one\\n.dotted\\n.\\nend\\n");
exit($sent === true ? 0 : 1);
' -- "$1"`,
    sender: a,
    arrives: [
      'Date: $DATE',
      'Message-ID: <$ID@client.test>',
      'From: a@x.example',
      'To: $AT',
      'Subject: minutes',
      '',
      'one',
      '.dotted',
      '.',
      'end',
    ],
  },
  {
    name: 'nodemailer with CRLF',
    caller: 'nodemailer',
    file: nodemailer,
    package: 'nodemailer',
    script: `'${process.execPath}' -e '
const transport = require("${nodemailer}").createTransport({ sendmail: true, newline: "windows" });
const letter = { from: "${a}", to: process.argv[1], bcc: "quiet@example.net", subject: "minutes", text: "one\\n.\\nend\\n" };
transport.sendMail(letter)' "$1"`,
    sender: a,
    arrives: [
      'From: a@x.example',
      'To: $AT',
      'Subject: minutes',
      'Message-ID: <$ID@x.example>',
      'Content-Transfer-Encoding: 7bit',
      'Date: $DATE',
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=utf-8',
      '',
      'one',
      '.',
      'end',
    ],
  },
  {
    name: 'mblaze',
    caller: 'mblaze',
    file: '/usr/bin/mcom',
    package: 'mblaze',
    script: `mkdir .mblaze; echo 'Local-Mailbox: A <${a}>' >.mblaze/profile
printf 'Grüße\\n.dotted\\nend\\n' >body
echo s | EDITOR=true mcom -subject minutes -body body -to "$1" >/dev/null 2>&1`,
    sender: self,
    arrives: [
      'Date: $DATE',
      'To: $AT',
      'Subject: minutes',
      'From: A <a@x.example>',
      'Message-Id: <$ID@$HOST>', // the machine's name where it has a dot
      'User-Agent: $ANY',
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=UTF-8',
      'Content-Transfer-Encoding: quoted-printable',
      '',
      'Gr=C3=BC=C3=9Fe',
      '.dotted',
      'end',
      '',
    ],
  },
  {
    name: 'logwatch',
    caller: 'Logwatch',
    file: '/usr/sbin/logwatch',
    package: 'logwatch',
    script: `logwatch --output mail --mailto "$1" --service zz-sys --range today`,
    sender: self,
    arrives: [
      'Date: $DATE',
      'Message-ID: <$ID@client.test>',
      'To: $AT',
      'From: root@client.test',
      'Subject: Logwatch for $HOST (Linux)',
      'Auto-Submitted: auto-generated',
      'Precedence: bulk',
      'MIME-Version: 1.0',
      'Content-Transfer-Encoding: 8bit',
      'Content-Type: text/plain; charset="UTF-8"',
      '',
      ' ',
      '...',
      ' ###################### Logwatch End ######################### ',
      '',
    ],
    newer: { 'To: $AT': 'To: $AT ' },
  },
  {
    name: 'smartd',
    file: '/usr/share/smartmontools/smartd-runner',
    package: 'smartmontools',
    script: `SMARTD_MAILER=/usr/share/smartmontools/smartd-runner SMARTD_ADDRESS="$1" SMARTD_DEVICE=/dev/sda SMARTD_DEVICETYPE=ata SMARTD_DEVICESTRING=/dev/sda SMARTD_DEVICEINFO='a disk' SMARTD_FAILTYPE=Health SMARTD_MESSAGE='Device: /dev/sda, FAILED SMART self-check' SMARTD_PREVCNT=0 SMARTD_NEXTDAYS= SMARTD_TFIRST='Tue Nov 24 12:00:00 2026 UTC' SMARTD_TFIRSTEPOCH=1795521600 /usr/share/smartmontools/smartd_warning.sh`,
    sender: self,
    arrives: [
      'From: root <root@client.test>',
      'Date: $DATE',
      'Message-ID: <$ID@client.test>',
      'To: $AT',
      'Subject: SMART error (Health) detected on host: $HOST',
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset="UTF-8"',
      'Content-Transfer-Encoding: 8bit',
      '',
      'This message was generated by the smartd daemon running on:',
      '',
      '   host name:  $HOST',
      '   DNS domain: $ANY',
      '',
      'The following warning/error was logged by the smartd daemon:',
      '',
      'Device: /dev/sda, FAILED SMART self-check',
      '',
      'Device info:',
      'a disk',
      '',
      "For details see host's SYSLOG.",
      '',
      'You can also use the smartctl utility for further investigation.',
      'No additional messages about this problem will be sent.',
    ],
  },
  {
    name: 'cron without MAILTO',
    caller: 'Debian cron',
    file: '/usr/sbin/cron',
    package: 'cron',
    script: `printf '@reboot root cat /etc/job\\n' >/etc/cron.d/job
${printText} >/etc/job
cron -f </dev/null &
read -r || true`,
    sender: self,
    arrives: [
      'Date: $DATE',
      'Message-ID: <$ID@client.test>',
      'From: root@client.test (Cron Daemon)',
      'To: root@client.test',
      'Subject: Cron <root@$HOST> cat /etc/job',
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=UTF-8',
      'Content-Transfer-Encoding: 8bit',
      'X-Cron-Env: <SHELL=/bin/sh>',
      'X-Cron-Env: <HOME=/root>',
      'X-Cron-Env: <PATH=/usr/bin:/bin>',
      'X-Cron-Env: <LOGNAME=root>',
      '',
      'Grüße',
      '.dotted',
      '.',
      'end',
    ],
    newer: encoded,
  },
];

/** What its test is called. */
export function titleOfProgram({ name }: Program): string {
  return `${name} sends, and the mail arrives`;
}
