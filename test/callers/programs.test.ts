/** Real programs, as Debian has them, send through the program in place of their sendmail; the mail arrives in a mailbox. */

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { fieldOf, splitMessage } from '../rig/mailbox.ts';
import { describeWithPostfix } from '../rig/suite.ts';
import { missingForNamespace, runOnOwnMachine } from './namespace.ts';

interface Program {
  readonly name: string;
  /** Must be there; it comes with the Debian package of that name. */
  readonly file: string;
  readonly package: string;
  /** Lines of bash that send to `$1`; daemons run until `read` ends. */
  readonly script: string;
  readonly sender: string;
  /** Header fields that arrive, unfolded; `$AT` is the recipient. */
  readonly fields: Readonly<Record<string, string | RegExp>>;
  readonly body: string;
}

const a = 'a@x.example';
const text = 'Grüße\n.dotted\n.\nend\n';
const printText = String.raw`printf 'Grüße\n.dotted\n.\nend\n'`;
const self = 'root@client.test';
const fromSelf = /^(.* )?<?root@client\.test>?$/;

const programs: readonly Program[] = [
  {
    name: 'bsd-mailx',
    file: '/usr/bin/bsd-mailx',
    package: 'bsd-mailx',
    script: `${printText} | bsd-mailx -s minutes "$1"`,
    sender: self,
    fields: { From: fromSelf, To: '$AT', Subject: 'minutes', 'Content-Transfer-Encoding': '8bit' },
    body: text,
  },
  {
    name: 's-nail',
    file: '/usr/bin/s-nail',
    package: 's-nail',
    script: `${printText} | s-nail -:/ -r ${a} -s minutes "$1"`,
    sender: a,
    fields: { From: a, To: '$AT', Subject: 'minutes' },
    body: 'Gr=C3=BC=C3=9Fe\n.dotted\n=2E\nend\n',
  },
  {
    name: 'mutt',
    file: '/usr/bin/mutt',
    package: 'mutt',
    script: `${printText} | mutt -F /dev/null -e 'set from=${a} use_envelope_from copy=no send_charset=utf-8' -s minutes -- "$1"`,
    sender: a,
    fields: { From: /^(.* )?<?a@x\.example>?$/, To: '$AT', Subject: 'minutes', 'Content-Transfer-Encoding': '8bit' },
    body: text,
  },
  {
    name: 'GNU mail',
    file: '/usr/bin/mail.mailutils',
    package: 'mailutils',
    script: `${printText} | mail.mailutils -E 'set nodot' -r ${a} -s minutes "$1"`,
    sender: a,
    fields: { From: /a@x\.example/, To: '<$AT>', Subject: 'minutes' },
    body: text,
  },
  {
    name: 'git send-email',
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
    file: '/usr/bin/php',
    package: 'php-cli',
    script: `php -r 'exit(mail($argv[1], "minutes", "Grüße\\n.dotted\\n.\\nend", "From: ${a}\\r\\nBcc: nobody@example.net", "-f${a}") ? 0 : 1);' -- "$1"`,
    sender: a,
    fields: { From: a, To: '$AT', Subject: 'minutes' },
    body: text,
  },
  {
    name: 'MIME::Lite',
    file: '/usr/share/perl5/MIME/Lite.pm',
    package: 'libmime-lite-perl',
    script: `perl -MMIME::Lite -e 'MIME::Lite->new(From => q(${a}), To => shift, Subject => q(minutes), Data => qq(one\\n.\\nend\\n))->send or die' "$1"`,
    sender: a,
    fields: { From: a, To: '$AT', Subject: 'minutes' },
    body: 'one\n.\nend\n',
  },
  {
    name: 'Email::Sender',
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
    name: 'cron',
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

describeWithPostfix('a real program', {}, (rig) => {
  for (const program of programs) {
    const absent = existsSync(program.file) ? false : `SKIPPED: not installed: ${program.package}`;
    test(`${program.name} sends, and the mail arrives`, { skip: missingForNamespace || absent }, async () => {
      const at = rig.newRecipient();
      const conf = `mailhub=127.0.0.1:${rig.hub.ports.plain}\nhostname=client.test\nroot=${at}\n`;
      const { sender, message } = await runOnOwnMachine({ script: program.script, recipient: at, conf }, () =>
        rig.hub.mailbox.copyFor(at),
      );
      assert.equal(sender, program.sender);
      assert.match(message, /^Received: by client\.test \(ssmtp, from userid 0\)\n\tid /);
      for (const name of ['Date', 'Message-ID']) assert.ok(fieldOf(message, name), name);
      assert.equal(fieldOf(message, 'Bcc'), undefined);
      for (const [name, expected] of Object.entries(program.fields)) {
        if (typeof expected === 'string') assert.equal(fieldOf(message, name), expected.replaceAll('$AT', at));
        else assert.match(fieldOf(message, name) ?? '', expected);
      }
      assert.equal(Buffer.from(splitMessage(message).body, 'latin1').toString(), program.body);
    });
  }
});
