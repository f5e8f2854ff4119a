/** scripts/install and scripts/uninstall, on a machine of their own that has another sendmail. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { describeWithPostfix, type Rig } from '../rig/suite.ts';
import { missingForMachine } from './machine.ts';
import { install, nobody, outputOf, terminal, uninstall } from './pieces.ts';
import { changes } from './restored.ts';

function words(rig: Rig, at: string): string {
  return `mailhub=127.0.0.1:${rig.hub.ports.plain} hostname=client.test root=${at}`;
}

describeWithPostfix('an installed ssmtp', {}, (rig) => {
  test('an installed ssmtp takes the mail of cron, mail and users, and goes without a trace', {
    skip: missingForMachine,
  }, async () => {
    const cron = rig.newRecipient();
    const mail = rig.newRecipient();
    const user = rig.newRecipient();
    const arrived = (at: string) => rig.hub.mailbox.copyFor(at);
    const output = await outputOf({
      script: `${changes}
scripts/install --schedule cron ${words(rig, cron)} >/dev/null
ssmtp --check >/tmp/report || cat /tmp/report
ssmtp --probe >/tmp/report || cat /tmp/report
echo hello | mail -s 'from mail' ${mail}
printf 'Subject: from a user\\n\\nhello\\n' | ${nobody} sendmail ${user}
mailq | grep -c ${user}
setpriv --reuid ssmtp --regid ssmtp --clear-groups $(sed -n 's/.* ssmtp //p' /etc/cron.d/ssmtp)
printf '@reboot root echo from cron\\n' >/etc/cron.d/job
cron -f & daemon=$!
arrival
kill $daemon
rm /etc/cron.d/job
${uninstall} >/dev/null
changes`,
      until: () => Promise.all([arrived(cron), arrived(mail), arrived(user)]),
    });
    assert.equal(output, '1\n');
    assert.equal((await arrived(cron)).sender, 'root@client.test');
    assert.equal((await arrived(user)).sender, 'nobody@client.test');
  });

  test('an installed ssmtp is run by systemd: mail of users leaves at once, out of the sandbox', {
    skip: missingForMachine,
  }, async () => {
    const first = rig.newRecipient();
    const many = rig.newRecipient();
    const output = await outputOf({
      boots: true,
      script: `${changes}
changes >/tmp/before
scripts/install ${words(rig, first)} >/dev/null
systemctl is-enabled ssmtp-queue.timer ssmtp-queue.path
send() { printf 'Subject: hi\\n\\nhello\\n' | ${nobody} sendmail $1; }
send ${first}
until mailq | grep 'is empty'; do :; done
for number in $(seq 20); do send ${many}; done
until mailq | grep 'is empty'; do systemctl start ssmtp-queue.service; done
systemctl is-active ssmtp-queue.timer ssmtp-queue.path
${uninstall} >/dev/null
systemctl list-unit-files --no-legend 'ssmtp*' || true
changes | diff /tmp/before -`,
    });
    assert.equal((await rig.hub.mailbox.copiesFor(many, 20)).length, 20);
    const empty = 'Mail queue is empty\n';
    assert.equal(output, `enabled\nenabled\n${empty}${empty}active\nactive\n`);
    assert.equal((await rig.hub.mailbox.copyFor(first)).sender, 'nobody@client.test');
  });
});

/** Each alone on a machine of its own; `prints` must be all it prints. */
const refusals = [
  {
    why: 'an unknown flag',
    words: '--frob',
    status: 64,
    prints: 'install: Cannot understand "--frob"; --help tells what there is',
  },
  {
    why: 'a flag without its value',
    words: '--prefix',
    status: 64,
    prints: 'install: Cannot understand --prefix: it wants a value behind it',
  },
  {
    why: 'a relative prefix',
    words: '--prefix local mailhub=x',
    status: 64,
    prints: 'install: Cannot install there: the prefix must be an absolute path of letters, digits and ._/+-',
  },
  {
    why: 'a password that everyone could see',
    words: 'mailhub=x authpass=secret',
    status: 64,
    prints:
      'install: Cannot take authpass= on the command line: everyone could see it; use --password-file, or --answers',
  },
  {
    why: 'a passphrase that everyone could see',
    words: '"TLSKeyPass = secret" mailhub=x',
    status: 64,
    prints:
      'install: Cannot take TLSKeyPass= on the command line: everyone could see it; use --password-file, or --answers',
  },
  {
    why: 'to ask where nobody answers',
    words: '',
    status: 64,
    prints: 'install: Cannot ask for the mail hub: this is no terminal; give KEY=VALUE or --answers',
  },
  {
    why: 'a file of answers that is not there',
    words: '--answers /nowhere',
    status: 66,
    prints: /No such file or directory\ninstall: Cannot read the answers in \/nowhere/,
  },
  {
    why: 'a password that ssmtp.conf cannot hold',
    words: '--password-file /shared/password mailhub=x AuthUser=me',
    status: 65,
    prints: /^install: Cannot write this password into ssmtp.conf, because of its blanks; name a file/,
  },
  {
    why: 'a mail hub that does not take it',
    words: '--schedule cron mailhub=127.0.0.1:1',
    status: 69,
    prints:
      /^ {2}Ask the mail hub\n127\.0\.0\.1 port 1.*connection refused.*\ninstall: Cannot install: the mail hub would not take mail from here/s,
  },
  {
    why: 'a configuration with errors',
    words: 'mailhub=x RemotePort=many',
    status: 78,
    prints:
      /ssmtp\.conf:3: Cannot use RemotePort="many".*\ninstall: Cannot use ssmtp\.conf: mend its errors first; nothing is changed\n$/s,
  },
  {
    why: 'an answer without a meaning',
    words: 'mailhubb=x root=admin@example.org',
    status: 64,
    prints:
      /there is no such key;\s+did you\s+mean mailhub\?.*\ninstall: Cannot use these answers: a line of them means/s,
  },
  {
    why: 'answers without a mail hub',
    words: 'root=admin@example.org',
    status: 64,
    prints: 'install: Cannot install: mailhub= is missing',
  },
  {
    why: 'a mail hub of no name',
    words: 'mailhub=',
    status: 64,
    prints: 'install: Cannot install: mailhub= is missing',
  },
] as const;

describe('scripts/install', { skip: missingForMachine }, () => {
  test('scripts/install refuses what makes no sense, with words, and changes nothing', async () => {
    const script = refusals.map(
      (
        { words: given },
        index,
      ) => `scripts/install ${given} >/shared/printed.${index} 2>&1 || echo "$? $(cat /shared/printed.${index})"
echo ----`,
    );
    const printed = await outputOf({
      script: `${changes}\n${script.join('\n')}\nchanges`,
      files: { password: 'se #cret\n' },
    });
    const parts = printed.split('----\n');
    assert.equal(parts.pop(), '', 'nothing is changed');
    for (const [index, { why, status, prints }] of refusals.entries()) {
      const [, found, text = ''] = /^(\d+) (.*)$/s.exec(parts[index] ?? '') ?? [];
      assert.equal(found, String(status), why);
      if (typeof prints === 'string') assert.equal(text, `${prints}\n`, why);
      else assert.match(text, prints, why);
    }
  });

  test('scripts/install lets systemd run a script whose Node compiles', async () => {
    const output = await outputOf({
      script: `mkdir -p /tmp/clone/dist
cp -R completions man scripts ssmtp.conf.example systemd /tmp/clone
cp dist/ssmtp.cjs /tmp/clone/dist
grep -c ^MemoryDenyWriteExecute systemd/ssmtp-queue.service
/tmp/clone/scripts/install --no-probe --schedule systemd mailhub=hub.invalid >/dev/null
! grep ^MemoryDenyWriteExecute /etc/systemd/system/ssmtp-queue.service
ssmtp --version | grep -c ssmtp`,
    });
    assert.equal(output, '1\n1\n');
  });

  test('scripts/install shows its steps to everyone, and changes nothing', async () => {
    const output = await outputOf({
      script: `${changes}
${nobody} scripts/install --schedule cron mailhub=hub.invalid --dry-run
${nobody} ${install} >/dev/null || echo $?
changes`,
    });
    assert.match(
      output,
      /^Nothing is changed \(--dry-run\).*\n {2}Ask the mail hub\n.*\n {2}Link \/usr\/bin\/newaliases to \/usr\/local\/sbin\/ssmtp\n/s,
    );
    assert.match(output, /\ninstall: Cannot install: only root can; --dry-run shows the steps to everyone\n77\n$/);
  });

  test('scripts/install finds nothing to do the second time', async () => {
    const output = await outputOf({
      script: `${changes}
${install} >/dev/null
changes >/tmp/once
cp -p /upper/var/lib/ssmtp/manifest /tmp
${install}
cmp /tmp/manifest /var/lib/ssmtp/manifest
changes | diff /tmp/once -`,
    });
    assert.match(output, /^ {2}Keep \/etc\/ssmtp\/ssmtp\.conf\n {2}NOTE: .*\nAround it\n.*\nDone\. .*\n$/s);
  });

  test('scripts/install, begun again where it broke off at systemctl, lets systemd run the queue', async () => {
    const units = 'scripts/install --no-probe --schedule systemd mailhub=hub.invalid >/dev/null';
    const output = await outputOf({
      script: `mkdir /tmp/broken
printf '#!/bin/bash\nkill -9 $PPID; exit 1\n' >/tmp/broken/systemctl
chmod 755 /tmp/broken/systemctl
{ PATH=/tmp/broken:$PATH ${units}; } 2>/dev/null || echo $?
${units}
systemctl is-enabled ssmtp-queue.timer ssmtp-queue.path
systemctl disable --quiet ssmtp-queue.timer
scripts/install --no-probe | grep off
systemctl is-enabled ssmtp-queue.timer ssmtp-queue.path || true
${units}
systemctl is-enabled ssmtp-queue.timer ssmtp-queue.path`,
    });
    const said = '  NOTE: what is switched off stays so: ssmtp-queue.timer; --schedule systemd switches it on\n';
    assert.equal(output, `137\nenabled\nenabled\n${said}disabled\nenabled\nenabled\nenabled\n`);
  });

  test('scripts/install tells systemd of units that are new', async () => {
    const output = await outputOf({
      boots: true,
      script: `scripts/install --no-probe mailhub=hub.invalid >/dev/null
sed -i 's/^PrivateTmp=.*//' /etc/systemd/system/ssmtp-queue.service
systemctl daemon-reload
scripts/install --no-probe | grep -i systemd
systemctl show --property PrivateTmp ssmtp-queue.service`,
    });
    assert.equal(
      output,
      '  Install /etc/systemd/system/ssmtp-queue.service\n  Tell systemd what is new\nPrivateTmp=yes\n',
    );
  });

  test('a queue elsewhere is run by systemd once its units know it, as ssmtp.conf(5) says', async () => {
    const output = await outputOf({
      boots: true,
      script: `scripts/install --no-probe mailhub=127.0.0.1:1 Queue=/srv/queue >/dev/null 2>&1
install -d -o ssmtp -g ssmtp -m 3733 /srv/queue
systemctl stop ssmtp-queue.timer ssmtp-queue.path
echo hello | sendmail -odq someone@example.org
systemctl start ssmtp-queue.service 2>/dev/null || echo failed
for unit in service:Service:ReadWritePaths path:Path:PathChanged; do
  IFS=: read -r kind section key <<<$unit
  mkdir /etc/systemd/system/ssmtp-queue.$kind.d
  printf '[%s]\\n%s=/srv/queue\\n' $section $key >/etc/systemd/system/ssmtp-queue.$kind.d/override.conf
done
systemctl daemon-reload
systemctl start ssmtp-queue.path
until mailq | grep -o 'connection refused'; do echo hello | sendmail -odq someone@example.org; done`,
    });
    assert.equal(output, 'failed\nconnection refused\n');
  });

  test('a log file is written by systemd once its unit knows it, as README.md says, and mail leaves without it', async () => {
    const output = await outputOf({
      boots: true,
      script: `printf 'mailhub=127.0.0.1:1\nLog=file\n' >/tmp/answers
scripts/install --no-probe --answers /tmp/answers >/dev/null 2>&1
systemctl stop ssmtp-queue.timer ssmtp-queue.path
echo hello | sendmail -odq someone@example.org
rm -f /var/log/ssmtp.log
systemctl start ssmtp-queue.service
mailq | grep -o 'connection refused'
ls /var/log/ssmtp.log 2>/dev/null || echo none
install -o ssmtp -g adm -m 640 /dev/null /var/log/ssmtp.log
mkdir /etc/systemd/system/ssmtp-queue.service.d
printf '[Service]\nReadWritePaths=-/var/log/ssmtp.log\n' >/etc/systemd/system/ssmtp-queue.service.d/override.conf
systemctl daemon-reload
ssmtp queue release ALL
systemctl start ssmtp-queue.service
grep -o 'connection refused' /var/log/ssmtp.log
rm /var/log/ssmtp.log
systemctl start ssmtp-queue.service && echo runs`,
    });
    assert.match(output, /^connection refused\nnone\n(connection refused\n)+runs\n$/);
  });

  test('scripts/install keeps the configuration of sSMTP, and lets the queue read it; uninstall gives it back', async () => {
    const output = await outputOf({
      script: `${changes}
mkdir /etc/ssmtp
printf 'mailhub=old.example.org\nUseTLS=yes\nAuthUser=me\nAuthPass=secret\n' >/etc/ssmtp/ssmtp.conf
chown root:mail /etc/ssmtp/ssmtp.conf && chmod 640 /etc/ssmtp/ssmtp.conf
scripts/install --no-probe --schedule cron 2>/dev/null | grep /etc/ssmtp/
stat -c '%A %U:%G' /etc/ssmtp/ssmtp.conf
${uninstall} >/dev/null
stat -c '%A %U:%G' /etc/ssmtp/ssmtp.conf
cat /etc/ssmtp/ssmtp.conf
changes`,
    });
    assert.equal(
      output,
      `  Keep /etc/ssmtp/ssmtp.conf
  Let group ssmtp read /etc/ssmtp/ssmtp.conf
-rw-r----- root:ssmtp
-rw-r----- root:mail
mailhub=old.example.org
UseTLS=yes
AuthUser=me
AuthPass=secret
new: /etc/ssmtp
new: /etc/ssmtp/ssmtp.conf
`,
    );
  });

  test('scripts/install and the package let the queue read a configuration that is kept elsewhere', async () => {
    const output = await outputOf({
      script: `mkdir -p /etc/ssmtp /usr/share/ssmtp
cp ssmtp.conf.example /usr/share/ssmtp
echo mailhub=127.0.0.1 >/srv/ssmtp.conf
chmod 640 /srv/ssmtp.conf
ln -s /srv/ssmtp.conf /etc/ssmtp/ssmtp.conf
rights() { stat -c '%A %U:%G' /srv/ssmtp.conf; readlink /etc/ssmtp/ssmtp.conf; }
scripts/install --no-probe --schedule none >/dev/null
rights
${uninstall} >/dev/null
rights
sh packaging/deb/postinst configure >/dev/null 2>&1
rights`,
    });
    const link = '/srv/ssmtp.conf';
    assert.equal(
      output,
      `-rw-r----- root:ssmtp\n${link}\n-rw-r----- root:root\n${link}\n-rw-r----- root:ssmtp\n${link}\n`,
    );
  });

  for (const { why, lines, words, status, prints } of [
    {
      why: 'has errors',
      lines: 'mailhub=127.0.0.1:587\nAuthUser=me\nAuthPass=secret\n',
      words: '--no-probe',
      status: 78,
      prints:
        /^ {2}Keep .*\/etc\/ssmtp\/ssmtp\.conf:2: Cannot send the password without TLS.*\ninstall: Cannot use \/etc\/ssmtp\/ssmtp\.conf: mend its errors first; nothing is changed\n/s,
    },
    {
      why: 'leads nowhere',
      lines: 'mailhub=127.0.0.1:1\n',
      words: '',
      status: 69,
      prints:
        /^ {2}Keep .*\n {2}Ask the mail hub\n.*connection refused.*\ninstall: Cannot install: the mail hub would not/s,
    },
  ]) {
    test(`scripts/install changes nothing where the configuration that is there ${why}`, async () => {
      const output = await outputOf({
        script: `${changes}
mkdir /etc/ssmtp
cp /shared/lines /etc/ssmtp/ssmtp.conf
scripts/install --schedule cron ${words} 2>&1 || echo $?
changes`,
        files: { lines },
      });
      assert.match(output, prints);
      assert.ok(output.endsWith(`\n${status}\nnew: /etc/ssmtp\nnew: /etc/ssmtp/ssmtp.conf\n`), output);
    });
  }

  test('scripts/install keeps a secret that every user could read from them, and uninstall undoes it', async () => {
    const output = await outputOf({
      script: `mkdir /etc/ssmtp
show() { stat -c '%A %U:%G' /etc/ssmtp/ssmtp.conf; }
printf 'mailhub=hub.invalid\nUseTLS=yes\nAuthUser=me\n authpass = secret\n' >/etc/ssmtp/ssmtp.conf
scripts/install --no-probe --schedule cron 2>/tmp/told | grep secret
grep -o 'every user' /tmp/told
show
scripts/install --no-probe --schedule cron 2>&1 | grep secret || true
${uninstall} >/dev/null
show
echo Queue=NO >>/etc/ssmtp/ssmtp.conf
scripts/install --no-probe --schedule cron >/dev/null 2>&1
show`,
    });
    assert.equal(
      output,
      `  Keep the secret in /etc/ssmtp/ssmtp.conf from other users: root:ssmtp, mode 640
every user
-rw-r----- root:ssmtp
-rw-r--r-- root:root
-rw-r--r-- root:root
`,
    );
  });

  test('scripts/install takes over a queue that somebody has left, and uninstall gives it back', async () => {
    const output = await outputOf({
      script: `install -d -o 12345 -g 12345 -m 755 /var/spool/ssmtp
cd /var/spool/ssmtp
install -o 65534 -g 12345 -m 640 /dev/null 6B0571789654F581.n1795519109
install -o 65534 -g 12345 -m 640 /dev/null other
install -g 12345 -m 640 /dev/null 6B0571789654F582.n1795519109
ln 6B0571789654F582.n1795519109 /var/spool/another-name
cd /ssmtp
show() { stat -c '%n %a %u:%G' /var/spool/ssmtp /var/spool/ssmtp/*; }
${install} | grep 'Give'
show
rm /var/spool/another-name /var/spool/ssmtp/*
ssmtp --check | grep queue
setpriv --reuid ssmtp --regid ssmtp --clear-groups ssmtp -q
${install} | grep 'Give' || true
${uninstall} >/dev/null
stat -c '%a %u:%g' /var/spool/ssmtp`,
    });
    assert.match(
      output,
      /^ {2}Give \/var\/spool\/ssmtp to user ssmtp, with mode 3733\n\/var\/spool\/ssmtp 3733 \d+:ssmtp\n\/var\/spool\/ssmtp\/6B0571789654F581.n1795519109 640 65534:ssmtp\n\/var\/spool\/ssmtp\/6B0571789654F582.n1795519109 640 0:UNKNOWN\n\/var\/spool\/ssmtp\/other 640 65534:UNKNOWN\n {2}ok {4}queue +\/var\/spool\/ssmtp of ssmtp, mode 3733: empty\n755 12345:12345\n$/,
    );
  });

  test('--check and --probe tell a user that the mail goes through the queue, and root that nobody owns or runs it', async () => {
    const output = await outputOf({
      script: `${install} >/dev/null
for mode in --check --probe; do ${nobody} ssmtp $mode || echo $?; done
chown 12345 /var/spool/ssmtp
rm /etc/cron.d/ssmtp /usr/sbin/sendmail
ssmtp --check | grep -A 2 warn || true`,
    });
    const [user = '', root = ''] = output.split(/(?<=\n1\n)(?= {2}warn)/);
    const verdict = "Mail of this user goes through the queue; root or the queue's owner can see the rest\n1\n";
    assert.deepEqual(user.match(new RegExp(verdict, 'g'))?.length, 2, output);
    assert.match(user, /note {2}settings +\/etc\/ssmtp\/ssmtp\.conf is closed to this user\n/);
    assert.match(user, /ok {4}runner +\/etc\/cron\.d\/ssmtp\n/);
    assert.match(user, /queue +the message is left in \/var\/spool\/ssmtp for\s+user\s+ssmtp,\s+who\s+sends\s+it/);
    assert.match(root, /warn {2}queue .*user ssmtp,\s+who runs it, cannot look inside/s);
    assert.match(root, /warn {2}runner +nothing runs the queue/);
    assert.match(root, /warn {2}sendmail +\/usr\/sbin\/sendmail does not exist/);
  });

  test('scripts/install lets one run the queue, the one that was asked for last', async () => {
    const output = await outputOf({
      boots: true,
      script: `${changes}
changes >/tmp/before
shows() {
  systemctl is-enabled ssmtp-queue.timer 2>/dev/null || true
  systemctl is-active ssmtp-queue.path || true
  ls /etc/cron.d/ssmtp /etc/systemd/system/ssmtp-queue.* 2>/dev/null || true
}
echo mine >/etc/cron.d/ssmtp
for words in 'mailhub=hub.invalid' '--schedule cron' '' '--schedule none' '' '--schedule systemd'; do
  echo "-- $words"
  scripts/install --no-probe $words >/dev/null
  shows
done
cat /etc/cron.d/ssmtp
rm /etc/cron.d/ssmtp
${uninstall} >/dev/null
changes | diff /tmp/before -`,
    });
    const units = ['path', 'service', 'timer'].map((kind) => `/etc/systemd/system/ssmtp-queue.${kind}\n`).join('');
    const cron = '/etc/cron.d/ssmtp\n';
    const off = 'not-found\ninactive\n';
    const shown = output.replaceAll('inactive\n', 'inactive\n').split(/^-- .*\n/m);
    assert.deepEqual(
      shown.map((each) => each.replace(/^inactive\n/, off)),
      [
        '',
        `enabled\nactive\n${cron}${units}`,
        `${off}${cron}`,
        `${off}${cron}`,
        `${off}${cron}`,
        `${off}${cron}`,
        `enabled\nactive\n${cron}${units}mine\n`,
      ],
    );
  });

  test('scripts/install sees before it changes anything that it cannot keep what is there', async () => {
    const output = await outputOf({
      script: `${changes}
echo other >/usr/sbin/sendmail.orig
${install} 2>&1 >/dev/null || echo $?
changes`,
    });
    assert.equal(
      output,
      `install: Cannot keep /usr/sbin/sendmail: /usr/sbin/sendmail.orig is there already, and is another; move it away, then run this again
73
new: /usr/sbin/sendmail.orig
`,
    );
  });

  test('scripts/install changes nothing when it is interrupted at a question', async () => {
    const output = await outputOf({
      script: `${changes}
${terminal}
terminal 'scripts/install --no-probe --schedule cron'
answer 'Mail hub' $'\\003'
terminal_ends || echo $?
changes`,
    });
    assert.match(output, /\r\nNothing was changed\.\r\n130\n$/);
    for (const line of output.split('\n')) assert.ok(line.length <= 80, line);
  });

  test('scripts/install asks on a terminal, and shows the password to nobody', async () => {
    const output = await outputOf({
      script: `${terminal}
terminal 'scripts/install --no-probe --schedule cron'
answer 'Mail hub' ''
answer 'Mail hub' hub.example.org:587
answer 'Encryption' ''
answer 'User name' me
answer 'root' admin@example.org
answer 'this machine' client.example.org
answer 'Domain' example.org
answer 'Password' 'se#cret=1'
terminal_ends
cat /etc/ssmtp/ssmtp.conf
stat -c '%A %U:%G' /etc/ssmtp/ssmtp.conf`,
    });
    assert.match(output, /Encryption: .* \[starttls\]/);
    const [, printed = '', written = ''] = /^(.*)# Written by [^\n]*\n(.*)$/s.exec(output) ?? [];
    assert.doesNotMatch(printed, /se#cret/);
    assert.equal(
      written,
      `mailhub=hub.example.org:587
UseSTARTTLS=YES
AuthUser=me
root=admin@example.org
hostname=client.example.org
rewriteDomain=example.org
AuthPass=se#cret=1
-rw-r----- root:ssmtp
`,
    );
  });

  test('scripts/install takes answers and password from files, or standard input', async () => {
    const output = await outputOf({
      script: `scripts/install --no-probe --schedule none --answers /shared/answers --password-file - </shared/password >/dev/null
grep -v '^#' /etc/ssmtp/ssmtp.conf`,
      files: { answers: 'mailhub=hub.example.org\nAuthUser=me\nUseTLS=yes\n', password: 'secret' },
    });
    assert.equal(output, 'mailhub=hub.example.org\nAuthUser=me\nUseTLS=yes\nAuthPass=secret\n');
  });
});
