/** The scripts of the Debian package, where a machine is not as they would have it. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { missingForMachine } from './machine.ts';
import { install, outputOf } from './pieces.ts';
import { changes } from './restored.ts';

describe('packaging/deb', { skip: missingForMachine }, () => {
  test("packaging/deb/preinst lets no package in beside scripts/install, not even as an upgrade of Debian's former ssmtp", async () => {
    const output = await outputOf({
      script: `sh packaging/deb/preinst upgrade 2.64-11
${install} >/dev/null
for words in install 'install 1:0.1.0-1' 'upgrade 2.64-11' 'abort-upgrade 1:0.2.0-1'; do
  sh packaging/deb/preinst $words 2>/dev/null && echo "$words: goes on" || echo "$words: stops"
done`,
    });
    assert.equal(
      output,
      `install: stops
install 1:0.1.0-1: stops
upgrade 2.64-11: stops
abort-upgrade 1:0.2.0-1: goes on
`,
    );
  });

  test("packaging/deb/postinst takes over a queue that somebody has left, unless its rights are somebody's choice", async () => {
    const output = await outputOf({
      script: `mkdir -p /usr/share/ssmtp
cp ssmtp.conf.example /usr/share/ssmtp
show() { stat -c '%a %U:%G' /var/spool/ssmtp; }
configure() { sh packaging/deb/postinst configure >/dev/null 2>&1; show; }
install -d -o 12345 -g 12345 -m 755 /var/spool/ssmtp
install -o 65534 -g 12345 -m 640 /dev/null /var/spool/ssmtp/6B0571789654F581.n1795519109
configure
stat -c '%a %u:%G' /var/spool/ssmtp/*
chmod 700 /var/spool/ssmtp
configure
dpkg-statoverride --update --add root ssmtp 3730 /var/spool/ssmtp
configure`,
    });
    assert.equal(output, '3733 ssmtp:ssmtp\n640 65534:ssmtp\n2700 ssmtp:ssmtp\n3730 root:ssmtp\n');
  });

  test('packaging/deb/postrm, purged when scripts/install has followed, leaves alone what that uses', async () => {
    const output = await outputOf({
      script: `${changes}
export DPKG_MAINTSCRIPT_PACKAGE=ssmtp
units=/usr/lib/systemd/system
cp systemd/ssmtp-queue.* $units
mkdir -p /usr/share/ssmtp
cp ssmtp.conf.example /usr/share/ssmtp
sh packaging/deb/postinst configure >/dev/null 2>&1
rm $units/ssmtp-queue.*
sh packaging/deb/postrm remove
scripts/install --no-probe --schedule systemd >/dev/null
systemctl is-enabled ssmtp-queue.timer ssmtp-queue.path
changes >/tmp/installed
sh packaging/deb/postrm purge 2>&1
changes | diff /tmp/installed -`,
    });
    assert.equal(
      output,
      'enabled\nenabled\nssmtp: scripts/install has put ssmtp here since: configuration, queue, user and units stay\n',
    );
  });
});
