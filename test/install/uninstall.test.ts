/** scripts/uninstall, after whatever scripts/install has left. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { missingForMachine } from './machine.ts';
import { install, nobody, outputOf, uninstall } from './pieces.ts';
import { changes } from './restored.ts';

describe('scripts/uninstall', { skip: missingForMachine }, () => {
  for (const [command, call] of [
    ['useradd', 1],
    ['dpkg-divert', 2],
    ['ln', 1],
    ['mv', 4],
    ['mv', 12],
    ['cp', 1],
  ] as const) {
    test(`scripts/uninstall undoes half an installation, which broke off at ${command} number ${call}`, async () => {
      const output = await outputOf({
        script: `${changes}
mkdir /tmp/broken
printf '#!/bin/bash\\necho >>/tmp/calls; [ $(wc -l </tmp/calls) != ${call} ] || { kill -9 $PPID; exit 1; }\\nexec %s "$@"\\n' $(command -v ${command}) >/tmp/broken/${command}
chmod 755 /tmp/broken/${command}
{ PATH=/tmp/broken:$PATH ${install}; } >/dev/null 2>&1 || true
ls /usr/sbin/sendmail
scripts/uninstall >/dev/null
changes`,
      });
      assert.equal(output, '/usr/sbin/sendmail\n');
    });
  }

  test('scripts/uninstall stays while mail waits, and keeps a configuration that was changed', async () => {
    const output = await outputOf({
      script: `${changes}
${install} >/dev/null
printf 'hello\n' | sendmail -odq someone@example.org
${uninstall} 2>&1 || echo $?
ssmtp queue delete ALL >/dev/null
echo '# mine' >>/etc/ssmtp/ssmtp.conf
${uninstall} | grep /etc/ssmtp/
stat -c '%A %U:%G' /etc/ssmtp/ssmtp.conf
changes`,
    });
    assert.equal(
      output,
      `uninstall: Cannot uninstall: 1 messages wait in /var/spool/ssmtp; "ssmtp queue flush" delivers them now, "ssmtp queue delete ALL" removes them
75
  Keep /etc/ssmtp/ssmtp.conf for root, as it was changed; --purge removes it
-rw-r----- root:root
new: /etc/ssmtp
new: /etc/ssmtp/ssmtp.conf
`,
    );
  });

  test('scripts/uninstall, begun again where it broke off, comes to its end', async () => {
    const output = await outputOf({
      boots: true,
      script: `${changes}
changes >/tmp/before
scripts/install --no-probe mailhub=hub.invalid >/dev/null
mkdir /tmp/broken
printf '#!/bin/bash\\nkill -9 $PPID; exit 1\\n' >/tmp/broken/userdel
chmod 755 /tmp/broken/userdel
{ PATH=/tmp/broken:$PATH ${uninstall} >/dev/null; } 2>/dev/null || echo $?
${uninstall} | tail -1
changes | diff /tmp/before -`,
    });
    assert.equal(output, '137\nDone.\n');
  });

  test('scripts/uninstall goes on when nobody reads what it says any more', async () => {
    const output = await outputOf({
      script: `${changes}
${install} | head -1
${uninstall} | head -1
changes`,
    });
    assert.equal(output.split('\n').length, 3, output);
  });

  test('scripts/uninstall keeps mail that comes in while it works', async () => {
    const output = await outputOf({
      script: `${install} >/dev/null
mkdir /tmp/late
printf '#!/bin/bash\\necho hello | ssmtp -odq someone@example.org\\nexec %s "$@"\\n' $(command -v mv) >/tmp/late/mv
chmod 755 /tmp/late/mv
PATH=/tmp/late:$PATH ${uninstall} >/dev/null 2>/tmp/told || echo $?
cut -d ';' -f 1 /tmp/told
ls /etc/ssmtp/ssmtp.conf
ssmtp queue show ALL | grep hello
ssmtp queue delete ALL
${uninstall} | tail -1`,
    });
    assert.match(
      output,
      /^75\nuninstall: Cannot uninstall: \d messages wait in \/var\/spool\/ssmtp\n\/etc\/ssmtp\/ssmtp\.conf\n(hello\n)+Done\.\n$/,
    );
  });

  test('scripts/uninstall keeps what others have put there since', async () => {
    const output = await outputOf({
      script: `${changes}
${install} >/dev/null
ln -sf /opt/mine /usr/sbin/sendmail
echo mine >/etc/ssmtp/ssmtp.conf.new
${uninstall} | grep ' /usr/sbin/sendmail'
readlink /usr/sbin/sendmail
dpkg-divert --truename /usr/sbin/sendmail
changes`,
    });
    assert.equal(
      output,
      `  Keep /usr/sbin/sendmail, as it is another now; what was before us is /usr/sbin/sendmail.orig
/opt/mine
/usr/sbin/sendmail.orig
new: /etc/ssmtp
new: /etc/ssmtp/ssmtp.conf.new
new: /usr/sbin/sendmail.orig
other content: /var/lib/dpkg/diversions
other rights: /usr/sbin/sendmail
`,
    );
  });

  test('scripts/uninstall shows its steps to everyone, and nobody learns the hash of a password', async () => {
    const output = await outputOf({
      script: `${changes}
${install} >/dev/null
changes >/tmp/once
${nobody} ${uninstall} --dry-run | grep /etc/ssmtp
changes | diff /tmp/once -
hash=$(sha256sum </etc/ssmtp/ssmtp.conf)
${nobody} grep -rs "\${hash%% *}" /var/lib/ssmtp || grep -rlF "\${hash%% *}" /var/lib/ssmtp`,
    });
    assert.equal(
      output,
      `  Remove /etc/ssmtp/ssmtp.conf unless it was changed, which only root can tell
  Remove /etc/ssmtp if it is empty
/var/lib/ssmtp/configuration.sha256
`,
    );
  });
});
