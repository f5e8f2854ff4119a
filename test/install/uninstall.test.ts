/** scripts/uninstall, after whatever scripts/install has left. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { missingForMachine } from './machine.ts';
import { install, outputOf, uninstall } from './pieces.ts';
import { changes } from './restored.ts';

describe('scripts/uninstall', { skip: missingForMachine }, () => {
  for (const [command, call] of [
    ['useradd', 1],
    ['dpkg-divert', 2],
    ['ln', 1],
    ['mv', 4],
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
});
