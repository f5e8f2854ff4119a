/** The account ssmtp: which one is taken, which home it has, and who removes it. By scripts/install and by the Debian package. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, test } from 'node:test';
import { missingForMachine } from './machine.ts';
import { install, nobody, outputOf, uninstall } from './pieces.ts';
import { changes } from './restored.ts';

const system = '--system --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin';

/** `made` makes the account; `why` is what the complaint says, undefined where it is taken. */
const accounts: readonly { made: string; why?: string }[] = [
  { made: `useradd ${system} ssmtp` },
  { made: `useradd ${system.replace('/nonexistent', '/var/spool/ssmtp')} ssmtp` },
  { made: `useradd ${system.replace('nologin', 'false')} ssmtp && usermod --home / ssmtp` },
  { made: `useradd ${system} ssmtp && usermod --shell /bin/false --append --groups ssmtp ssmtp` },
  { made: `useradd ${system.replace('--system', '--uid 1234')} ssmtp`, why: 'is no system account (user ID 1234)' },
  {
    made: `useradd ${system} --non-unique --uid 0 ssmtp`,
    why: 'is no system account (user ID 0)',
  },
  { made: `useradd ${system.replace('/usr/sbin/nologin', '/bin/bash')} ssmtp`, why: 'has the login shell /bin/bash' },
  { made: `useradd ${system} ssmtp && sed -i '/^ssmtp:/s|:[^:]*$|:|' /etc/passwd`, why: 'has the login shell /bin/sh' },
  { made: `useradd ${system} ssmtp && echo ssmtp:secret | chpasswd`, why: 'has a password' },
  { made: `useradd ${system} ssmtp && passwd --quiet --delete ssmtp`, why: 'has a password' },
  { made: `useradd ${system} ssmtp && sed -i 's/^ssmtp:x:/ssmtp::/' /etc/passwd`, why: 'has a password' },
  { made: `useradd ${system.replace('/nonexistent', '/home/ssmtp')} ssmtp`, why: 'has the home /home/ssmtp' },
  {
    made: `useradd ${system.replace('--user-group', '--gid mail')} ssmtp`,
    why: 'has another group than ssmtp (group ID 8)',
  },
  {
    made: `useradd ${system.replace('--user-group', '--gid mail')} ssmtp && groupadd --system ssmtp`,
    why: 'has another group than ssmtp (group ID 8)',
  },
  {
    made: `useradd ${system} ssmtp && gpasswd --add games ssmtp >/dev/null`,
    why: 'its group has other members (games)',
  },
  {
    made: `useradd ${system} ssmtp && useradd ${system.replace('--user-group', '--gid ssmtp')} other`,
    why: 'shares its user or group ID with other',
  },
  {
    made: `useradd ${system} ssmtp && useradd ${system} --non-unique --uid $(id -u ssmtp) other`,
    why: 'shares its user or group ID with other',
  },
  { made: 'groupadd --system ssmtp', why: 'there is a group ssmtp, but no such user' },
];

describe('the account ssmtp', { skip: missingForMachine }, () => {
  test('scripts/install and the package have the same rules for an account ssmtp that is there', () => {
    const [first, second] = ['scripts/install-steps', 'packaging/deb/preinst'].map(
      (path) =>
        /^account_objection\(\) \{\n.*?^\}$/ms.exec(
          readFileSync(resolve(import.meta.dirname, '../..', path), 'utf8'),
        )?.[0],
    );
    assert.ok(first);
    assert.equal(first, second);
  });

  test('scripts/install and the package take no account ssmtp that somebody could use, and change nothing', async () => {
    const made = accounts.map(
      ({ made: command }) => `cp -p /tmp/etc/* /etc
{ ${command}; } 2>/dev/null
cp -p /etc/passwd /etc/group /tmp
sh packaging/deb/preinst install 2>&1 && echo taken || true
sh packaging/deb/preinst upgrade 2.64-11 2>/dev/null && echo taken || true
sh packaging/deb/preinst upgrade 1:0.1.0-1 2>&1 && echo taken || true
scripts/install --no-probe --schedule cron mailhub=hub.invalid --dry-run >/tmp/printed 2>&1 && echo taken || { echo $?; tail -1 /tmp/printed; }
cmp /etc/passwd /tmp/passwd && cmp /etc/group /tmp/group
echo ----`,
    );
    const output = await outputOf({
      script: `mkdir /tmp/etc
cp -p /etc/passwd /etc/group /etc/shadow /etc/gshadow /tmp/etc
${changes}
changes >/tmp/before
${made.join('\n')}
cp -p /tmp/etc/* /etc
changes | grep -v '/sub[ug]id' | diff /tmp/before -`,
    });
    const found = output.split('----\n');
    assert.equal(found.pop(), '');
    for (const [index, { made: command, why }] of accounts.entries()) {
      const complaint = `Cannot install: the account ssmtp is there already, and ${why}; remove or rename it first`;
      const refused = `ssmtp: ${complaint}\nssmtp: the account ssmtp is used as it is, but ${why}\ntaken\n73\ninstall: ${complaint}\n`;
      assert.equal(found[index], why === undefined ? 'taken\n'.repeat(4) : refused, command);
    }
  });

  test('scripts/install goes on with an account that it has made, whatever the administrator has changed, and says so', async () => {
    const output = await outputOf({
      script: `${install} >/dev/null
gpasswd --add games ssmtp >/dev/null
${install} | grep account`,
    });
    assert.equal(output, '  NOTE: the account ssmtp is used as it is, but its group has other members (games)\n');
  });

  test('scripts/install takes the queue away from user ssmtp as its home, while the queue is run', async () => {
    const output = await outputOf({
      boots: true,
      script: `home() { getent passwd ssmtp | cut -d : -f 6; }
scripts/install --no-probe mailhub=127.0.0.1:1 >/dev/null 2>&1
home
systemctl stop ssmtp-queue.path
mkdir -p /etc/systemd/system/ssmtp-queue.service.d
printf '[Service]\\nExecStart=\\nExecStart=/bin/sleep 1000\\n' >/etc/systemd/system/ssmtp-queue.service.d/override.conf
systemctl daemon-reload
usermod --home /var/spool/ssmtp ssmtp
systemctl start --no-block ssmtp-queue.service
until systemctl show --property ActiveState ssmtp-queue.service | grep -q activating; do sleep 0.1; done
scripts/install --no-probe | grep home
home
usermod --home /var/spool/ssmtp ssmtp
systemctl start --no-block ssmtp-queue.service
sh packaging/deb/postinst configure 1:0.1.0-1 2>/dev/null >&2
home
scripts/install --no-probe | grep home || true`,
    });
    assert.equal(
      output,
      `/nonexistent
  Change the home of user ssmtp to /nonexistent: anyone may write in /var/spool/ssmtp
/nonexistent
/nonexistent
`,
    );
  });

  test('a queue that is no directory is found before anything is changed', async () => {
    const output = await outputOf({
      script: `${changes}
ln -s /nowhere /var/spool/ssmtp
${install} 2>&1 || echo $?
sh packaging/deb/preinst install 2>&1 || echo $?
changes`,
    });
    assert.equal(
      output,
      `install: Cannot install: /var/spool/ssmtp is no directory; move it away, then run this again
73
ssmtp: Cannot install: /var/spool/ssmtp is no directory; move it away first
1
new: /var/spool/ssmtp
`,
    );
  });

  test('the package removes the account that it has made, and no other', async () => {
    const output = await outputOf({
      script: `mkdir -p /usr/share/ssmtp
cp ssmtp.conf.example /usr/share/ssmtp
export DPKG_MAINTSCRIPT_PACKAGE=ssmtp
${changes}
changes >/tmp/before
there() { getent passwd ssmtp | cut -d : -f 1,6,7; getent group ssmtp | cut -d : -f 1; }
cycle() {
  sh packaging/deb/preinst install
  sh packaging/deb/postinst configure >/dev/null 2>&1
  sh packaging/deb/postinst configure '' >/dev/null 2>&1
  there
  echo a line >/var/log/ssmtp.log
  sh packaging/deb/postrm remove 2>&1
  sh packaging/deb/postrm purge 2>&1
}
cycle
there
changes | diff /tmp/before -
useradd ${system} ssmtp
cycle
there
userdel ssmtp
cycle >/dev/null
mkdir -p /var/lib/ssmtp && echo 1 >/var/lib/ssmtp/created-user
useradd ${system} ssmtp
sh packaging/deb/postrm purge 2>&1
there`,
    });
    const there = 'ssmtp:/nonexistent:/usr/sbin/nologin\nssmtp\n';
    const stays = 'ssmtp: the user ssmtp stays, as this package has not created it\n';
    assert.equal(output, `${there}${there}${stays}${there}${stays}${there}`);
  });

  test('the package empties a queue that is a link or a file system of its own, and mail in it stays', async () => {
    const output = await outputOf({
      script: `mkdir -p /usr/share/ssmtp /srv/queue /srv/disk
cp ssmtp.conf.example /usr/share/ssmtp
export DPKG_MAINTSCRIPT_PACKAGE=ssmtp
try() {
  sh packaging/deb/postinst configure >/dev/null 2>&1
  stat -Lc '%U:%G %a' /var/spool/ssmtp
  echo hello >/var/spool/ssmtp/6B0571789654F581.n1795519109
  echo other >/var/spool/ssmtp/6B0571789654F581.s
  sh packaging/deb/postrm purge 2>&1
  ls /var/spool/ssmtp/
  rm /var/spool/ssmtp/*.n*
  sh packaging/deb/postrm purge 2>&1
  ls -A /var/spool/ssmtp/
}
ln -s /srv/queue /var/spool/ssmtp
try
rm /var/spool/ssmtp
mkdir /var/spool/ssmtp
mount -t tmpfs none /var/spool/ssmtp
mkdir /var/spool/ssmtp/lost+found
try`,
    });
    const files = '6B0571789654F581.n1795519109\n6B0571789654F581.s\n';
    const each = (more: string) => `ssmtp:ssmtp 3733
ssmtp: mail waits in /var/spool/ssmtp, so it stays, and with it the user ssmtp
${files}${more}ssmtp: /var/spool/ssmtp stays, as it is a link or a file system of its own
${more}`;
    assert.equal(output, each('') + each('lost+found\n'));
  });
});

describe('scripts/uninstall, while something runs as user ssmtp', { skip: missingForMachine }, () => {
  /** Process $program runs as user ssmtp, and does `reaction` when it is asked to end. */
  const running = (reaction: string) => `cat >/tmp/program <<'END'
#!/bin/bash
trap '${reaction}' TERM
for (( ; ; )); do sleep 0.1; done
END
chmod 755 /tmp/program
setpriv --reuid ssmtp --regid ssmtp --clear-groups /tmp/program 2>/dev/null & program=$!
until [ "$(stat -c %U /proc/$program)" = ssmtp ]; do sleep 0.1; done
`;

  test('scripts/uninstall waits for a run that cron has begun to end', async () => {
    const output = await outputOf({
      script: `${changes}
changes >/tmp/before
${install} >/dev/null
${running('sleep 2; exit')}
${uninstall} | tail -1
changes | diff /tmp/before -`,
    });
    assert.equal(output, 'Done.\n');
  });

  test('scripts/uninstall removes nothing when something does not end, and what runs the queue goes on', async () => {
    const output = await outputOf({
      boots: true,
      script: `scripts/install --no-probe mailhub=hub.invalid >/dev/null
systemctl stop ssmtp-queue.path
${changes}
changes >/tmp/installed
${running(':')}
${uninstall} 2>&1 | sed 's/process [0-9]* /process N /'
changes | diff /tmp/installed -
systemctl is-active ssmtp-queue.timer ssmtp-queue.path || true
kill -9 $program
${uninstall} | tail -1`,
    });
    assert.equal(
      output.replace(/.*Killed.*\n/, ''),
      `uninstall: Cannot uninstall: process N goes on as user ssmtp; end it first, nothing is removed
active
inactive
Done.
`,
    );
  });

  test('scripts/uninstall leaves processes of another namespace alone, though their user has the same number', async () => {
    const output = await outputOf({
      script: `${install} >/dev/null
unshare --pid --fork --mount setpriv --reuid $(id -u ssmtp) --regid $(id -g ssmtp) --clear-groups sleep 100 & sleeper=$!
until grep -qs "^Uid:.$(id -u ssmtp)" /proc/[0-9]*/status; do sleep 0.1; done
${uninstall} | tail -1
kill -0 $sleeper && echo 'goes on'
kill $sleeper`,
    });
    assert.match(output, /Done\.\ngoes on\n$/);
  });

  test('scripts/uninstall ends a run that has begun since, and removes the group too when it is begun again', async () => {
    const output = await outputOf({
      script: `${changes}
changes >/tmp/before
${install} >/dev/null
mkdir /tmp/late
cat >/tmp/late/rm <<'END'
#!/bin/bash
[ -e /tmp/begun ] || { : >/tmp/begun; setpriv --reuid ssmtp --regid ssmtp --clear-groups sleep 1000 </dev/null >/dev/null 2>&1 & }
exec ${'$'}(PATH=/usr/bin:/bin command -v rm) "$@"
END
cat >/tmp/late/userdel <<'END'
#!/bin/bash
/usr/sbin/userdel "$@" || exit
groupadd --system ssmtp
kill -9 $PPID
END
chmod 755 /tmp/late/*
{ PATH=/tmp/late:$PATH ${uninstall} >/dev/null; } 2>/dev/null || echo $?
${uninstall} | tail -1
changes | diff /tmp/before -`,
    });
    assert.equal(output, '137\nDone.\n');
  });

  test('scripts/uninstall stays while mail waits in a queue behind a link, one that was taken over, or one elsewhere', async () => {
    const output = await outputOf({
      script: `mkdir -p /srv/queue
ln -s /srv/queue /var/spool/ssmtp
${install} >/dev/null
printf 'hello\\n' | ${nobody} sendmail -odq someone@example.org
${uninstall} 2>&1 | cut -d ';' -f 1
ssmtp queue delete ALL
install -d -o ssmtp -g ssmtp -m 3733 /srv/other
echo Queue=/srv/other >>/etc/ssmtp/ssmtp.conf
printf 'hello\\n' | sendmail -odq someone@example.org
${uninstall} 2>&1 | cut -d ';' -f 1
ssmtp queue delete ALL
${uninstall} | tail -1
readlink /var/spool/ssmtp`,
    });
    assert.equal(
      output,
      `uninstall: Cannot uninstall: 1 messages wait in /var/spool/ssmtp
uninstall: Cannot uninstall: 1 messages wait in the queue of /etc/ssmtp/ssmtp.conf
Done.
/srv/queue
`,
    );
  });
});
