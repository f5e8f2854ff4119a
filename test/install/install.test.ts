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
setpriv --reuid ssmtp --regid ssmtp --clear-groups $(sed 's/.* ssmtp //' /etc/cron.d/ssmtp)
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
    prints: /ssmtp\.conf:3: Cannot use RemotePort="many".*\ninstall: Cannot use this configuration\n$/s,
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
${nobody} ${install} --dry-run
${nobody} ${install} >/dev/null || echo $?
changes`,
    });
    assert.match(
      output,
      /^Nothing is changed \(--dry-run\).*\n {2}Link \/usr\/bin\/newaliases to \/usr\/local\/sbin\/ssmtp\n/s,
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
${units}
systemctl is-enabled ssmtp-queue.timer ssmtp-queue.path || true`,
    });
    assert.equal(output, '137\nenabled\nenabled\ndisabled\nenabled\n');
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

  test('scripts/install keeps the configuration of sSMTP, and lets the queue read it; uninstall gives it back', async () => {
    const output = await outputOf({
      script: `${changes}
mkdir /etc/ssmtp
printf 'mailhub=old.example.org\nAuthUser=me\nAuthPass=secret\n' >/etc/ssmtp/ssmtp.conf
chown root:mail /etc/ssmtp/ssmtp.conf && chmod 640 /etc/ssmtp/ssmtp.conf
scripts/install --schedule cron | grep '^  [KL].* /etc/ssmtp/'
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
scripts/install --schedule none >/dev/null
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

  test('scripts/install says what is wrong with the configuration that it keeps', async () => {
    const output = await outputOf({
      script: `mkdir /etc/ssmtp
printf 'mailhub=127.0.0.1\\nUseTLS=perhaps\\n' >/etc/ssmtp/ssmtp.conf
scripts/install --schedule none`,
    });
    assert.match(output, /\nErrors\n {2}\/etc\/ssmtp\/ssmtp\.conf:2: Cannot use UseTLS="perhaps"/);
    assert.match(output, /\n\/etc\/ssmtp\/ssmtp\.conf cannot be used\n\nDone\. /);
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
