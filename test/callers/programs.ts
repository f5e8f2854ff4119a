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
  /** Header fields that arrive, unfolded; `$AT` is the recipient. */
  readonly fields: Readonly<Record<string, string | RegExp>>;
  readonly body: string | RegExp;
}

const nodemailer = resolve(import.meta.dirname, '../../node_modules/nodemailer');

const a = 'a@x.example';
const text = 'Grüße\n.dotted\n.\nend\n';
const printText = String.raw`printf 'Grüße\n.dotted\n.\nend\n'`;
const self = 'root@client.test';
const fromSelf = /^(.* )?<?root@client\.test>?$/;

export const programs: readonly Program[] = [
  {
    name: 'bsd-mailx',
    caller: 'bsd-mailx',
    file: '/usr/bin/bsd-mailx',
    package: 'bsd-mailx',
    script: `${printText} | bsd-mailx -s minutes "$1"`,
    sender: self,
    fields: { From: fromSelf, To: '$AT', Subject: 'minutes', 'Content-Transfer-Encoding': '8bit' },
    body: text,
  },
  {
    name: 's-nail',
    caller: 's-nail -r',
    file: '/usr/bin/s-nail',
    package: 's-nail',
    script: `${printText} | s-nail -:/ -r ${a} -s minutes "$1"`,
    sender: a,
    fields: { From: a, To: '$AT', Subject: 'minutes' },
    body: 'Gr=C3=BC=C3=9Fe\n.dotted\n=2E\nend\n',
  },
  {
    name: 'mutt',
    caller: 'mutt',
    file: '/usr/bin/mutt',
    package: 'mutt',
    script: `${printText} | mutt -F /dev/null -e 'set from=${a} use_envelope_from copy=no send_charset=utf-8' -s minutes -- "$1"`,
    sender: a,
    fields: { From: /^(.* )?<?a@x\.example>?$/, To: '$AT', Subject: 'minutes', 'Content-Transfer-Encoding': '8bit' },
    body: text,
  },
  {
    name: 'GNU mail',
    caller: 'mailutils',
    file: '/usr/bin/mail.mailutils',
    package: 'mailutils',
    script: `${printText} | mail.mailutils -E 'set nodot' -r ${a} -s minutes "$1"`,
    sender: a,
    fields: { From: /a@x\.example/, To: '<$AT>', Subject: 'minutes' },
    body: text,
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
    fields: { From: `A <${a}>`, To: '$AT', Subject: '[PATCH] prune', 'Message-Id': /^<.*@x\.example>$/ },
    body: '.TH\n.\n---\n tree | 1 +\n',
  },
  {
    name: 'PHP mail()',
    caller: 'PHP 8 mail() with a sender',
    file: '/usr/bin/php',
    package: 'php-cli',
    script: `php -r 'exit(mail($argv[1], "minutes", "Grüße\\n.dotted\\n.\\nend", "From: ${a}\\r\\nBcc: nobody@example.net", "-f${a}") ? 0 : 1);' -- "$1"`,
    sender: a,
    fields: { From: a, To: '$AT', Subject: 'minutes' },
    body: text,
  },
  {
    name: 'MIME::Lite',
    caller: 'MIME::Lite',
    file: '/usr/share/perl5/MIME/Lite.pm',
    package: 'libmime-lite-perl',
    script: `perl -MMIME::Lite -e 'MIME::Lite->new(From => q(${a}), To => shift, Subject => q(minutes), Data => qq(one\\n.\\nend\\n))->send or die' "$1"`,
    sender: a,
    fields: { From: a, To: '$AT', Subject: 'minutes' },
    body: 'one\n.\nend\n',
  },
  {
    name: 'Email::Sender',
    caller: 'Email::Sender',
    file: '/usr/share/perl5/Email/Sender/Simple.pm',
    package: 'libemail-sender-perl',
    script: `perl -MEmail::Sender::Simple=sendmail -e 'sendmail(qq(From: a\\@x.example\\nTo: $ARGV[0]\\nSubject: minutes\\n\\none\\n.\\nend\\n))' "$1"`,
    sender: a,
    fields: { From: a, To: '$AT', Subject: 'minutes' },
    body: 'one\n.\nend\n',
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
    fields: { From: a, To: '$AT', Subject: '=?utf-8?q?Gr=C3=BC=C3=9Fe?=' },
    body: '.dotted\n.\nend\n',
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
    fields: { From: a, To: '$AT', Subject: 'minutes', 'Content-Transfer-Encoding': '8bit' },
    body: text,
  },
  {
    name: 'Mail::Mailer',
    caller: 'Mail::Mailer',
    file: '/usr/share/perl5/Mail/Mailer.pm',
    package: 'libmailtools-perl',
    script: `perl -MMail::Mailer -e '
$mail = Mail::Mailer->new("sendmail");
$mail->open({ From => q(${a}), To => shift, Subject => "minutes" });
print $mail "one\\n.dotted\\nend\\n";
$mail->close or die' "$1"`,
    sender: self,
    fields: { From: a, To: '$AT', Subject: 'minutes' },
    body: 'one\n.dotted\nend\n',
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
    fields: { From: a, To: '$AT', Subject: 'minutes' },
    body: 'one\n.\nend\n',
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
    fields: { From: self, To: '$AT', Subject: /^\*\*\* SECURITY information for / },
    body: /^\S+ : .* : root : PWD=.* COMMAND=.*true\n\n$/,
  },
  {
    name: 'anacron',
    caller: 'anacron', // without -i: it would lose what follows a lone dot, here as with any sendmail
    file: '/usr/sbin/anacron',
    package: 'anacron',
    script: `printf 'MAILTO=%s\\n1 0 prune cat /etc/job\\n' "$1" >/etc/anacrontab
${printText} >/etc/job
anacron -f -n -S "$HOME"
read -r || true`,
    sender: self,
    fields: { From: 'Anacron <root@client.test>', To: '$AT', Subject: /^Anacron job 'prune' on / },
    body: 'Grüße\n.dotted\n',
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
    fields: { From: 'root@client.test (Cron Daemon)', To: '$AT', Subject: /^Cron <root@.*> cat \/etc\/job$/ },
    body: text,
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
    fields: { From: fromSelf, To: 'root@client.test', Subject: /^Output from your job +\d+$/ },
    body: text,
  },
];

/** What its test is called. */
export function titleOfProgram({ name }: Program): string {
  return `${name} sends, and the mail arrives`;
}
