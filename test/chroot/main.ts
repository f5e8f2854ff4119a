/** ssmtp in a clean Debian system, which scripts/chroot has made: by script, by package, over Debian's sSMTP, in a container. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, test } from 'node:test';
import { missingForMachine, onMachine } from '../install/machine.ts';
import { nobody } from '../install/pieces.ts';
import { listing } from '../install/restored.ts';
import { describeWithPostfix } from '../rig/suite.ts';

const root = resolve(import.meta.dirname, '../..');
const lower = `${root}/build/clean-system`;
const debian = readdirSync(`${root}/dist`).find((name) => name.endsWith('.deb')) ?? 'none';

const apt = 'DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends';
const quietly = '>/tmp/log 2>&1 || { cat /tmp/log; exit 1; }';
const mailPrograms = '/packages/bsd-mailx*.deb';
/** Debian's sSMTP is not configured on a machine without a full name. */
const named = `hostname clean\necho '127.0.1.1 clean.test clean' >>/etc/hosts\n`;
const oldProgram = '/packages/ssmtp*.deb /packages/lib*.deb';

describeWithPostfix('in a clean system', {}, (rig) => {
  const conf = (at: string) => `mailhub=127.0.0.1:${rig.hub.ports.plain}\nhostname=client.test\nroot=${at}\n`;

  interface Recipients {
    readonly cron: string;
    readonly mail: string;
    readonly user: string;
  }
  const recipients = (): Recipients => ({
    cron: rig.newRecipient(),
    mail: rig.newRecipient(),
    user: rig.newRecipient(),
  });

  /** Sends from cron, from mail(1), and as a user who may not read the configuration; then everything is green. */
  const sending = ({ mail, user }: Recipients) => `ssmtp --check >/tmp/log || { cat /tmp/log; exit 1; }
ssmtp --probe >/tmp/log || { cat /tmp/log; exit 1; }
echo hello | mail -s 'from mail' ${mail}
printf 'Subject: from a user\\n\\nhello\\n' | ${nobody} /usr/lib/sendmail ${user}
setpriv --reuid ssmtp --regid ssmtp --clear-groups sh -c "$(sed 's/.* ssmtp //' /etc/cron.d/ssmtp)"
mailq
printf '@reboot root echo from cron\\n' >/etc/cron.d/job
cron -f & daemon=$!
arrival
kill $daemon
rm -f /etc/cron.d/job
`;

  async function proveArrival({ cron, mail, user }: Recipients) {
    const found = await Promise.all([cron, mail, user].map((at) => rig.hub.mailbox.copyFor(at)));
    const senders = found.map(({ sender }) => sender);
    assert.deepEqual(senders, ['root@client.test', 'root@client.test', 'nobody@client.test']);
  }

  async function outputOf(script: string, at: Recipients): Promise<string> {
    const { status, output } = await onMachine({
      lower,
      script: `${listing}\n${script}`,
      files: { 'ssmtp.conf': conf(at.cron) },
      until: () => proveArrival(at),
    });
    assert.equal(status, 0, output);
    return output;
  }

  test("scripts/install takes the place of Debian's sSMTP, with its configuration, and gives it back", {
    skip: missingForMachine,
  }, async () => {
    const own = rig.newRecipient();
    const at = recipients();
    const output = await outputOf(
      `${named}${apt} install ${oldProgram} ${mailPrograms} ${quietly}
cat /shared/ssmtp.conf >/etc/ssmtp/ssmtp.conf
listing >/tmp/before
scripts/install --schedule cron ${quietly}
stat -c '%U:%G %a' /etc/ssmtp/ssmtp.conf
readlink /usr/sbin/ssmtp
stat -c '%U:%G %a' /usr/sbin/ssmtp.orig
printf 'Subject: by its own name\\n\\nhello\\n' | ${nobody} /usr/sbin/ssmtp ${own}
${sending(at)}
/usr/local/share/ssmtp/uninstall ${quietly}
listing | diff /tmp/before -`,
      at,
    );
    assert.equal(output, 'root:ssmtp 640\n/usr/local/sbin/ssmtp\nroot:mail 2755\nMail queue is empty\n');
    assert.equal((await rig.hub.mailbox.copyFor(own)).sender, 'nobody@client.test');
  });

  test('the package is all that mail needs, and a purge leaves nothing', { skip: missingForMachine }, async () => {
    const at = recipients();
    const output = await outputOf(
      `listing >/tmp/before
${apt} install /ssmtp/dist/${debian} ${quietly}
${apt} install ${mailPrograms} ${quietly}
stat -c '%U:%G %a' /etc/ssmtp/ssmtp.conf
cat /shared/ssmtp.conf >/etc/ssmtp/ssmtp.conf
${sending(at)}
listing >/tmp/configured
dpkg --verify ssmtp
/var/lib/dpkg/info/ssmtp.postinst configure '1:0.1.0-1' ${quietly}
${apt} reinstall /ssmtp/dist/${debian} ${quietly}
listing | diff /tmp/configured -
${apt} purge bsd-mailx ssmtp ${quietly}
listing | diff /tmp/before -`,
      at,
    );
    assert.equal(output, 'root:ssmtp 640\nMail queue is empty\n');
  });

  test("the package follows Debian's sSMTP, whose configuration stays", { skip: missingForMachine }, async () => {
    const at = recipients();
    const output = await outputOf(
      `${named}${apt} install ${oldProgram} ${mailPrograms} ${quietly}
cat /shared/ssmtp.conf >/etc/ssmtp/ssmtp.conf
stat -c '%U:%G %a' /etc/ssmtp/ssmtp.conf
${apt} install /ssmtp/dist/${debian} ${quietly}
stat -c '%U:%G %a' /etc/ssmtp/ssmtp.conf
cmp /etc/ssmtp/ssmtp.conf /shared/ssmtp.conf
ssmtp --version
${sending(at)}
printf 'hello\\n' | sendmail -odq someone@example.org
${apt} remove ssmtp ${quietly}
ls /etc/ssmtp/ssmtp.conf /usr/sbin/ssmtp 2>&1 || true
dpkg --purge ssmtp 2>&1 | grep waits
rm /var/spool/ssmtp/*`,
      at,
    );
    const version = JSON.parse(readFileSync(`${root}/package.json`, 'utf8')).version;
    assert.equal(
      output,
      `root:mail 640
root:ssmtp 640
ssmtp ${version}
Mail queue is empty
ls: cannot access '/usr/sbin/ssmtp': No such file or directory
/etc/ssmtp/ssmtp.conf
ssmtp: mail waits in /var/spool/ssmtp, so it stays, and with it the user ssmtp
`,
    );
  });
});

describe('the package', { skip: missingForMachine }, () => {
  test('the package is as Debian wants one, but for what its overrides say', () => {
    const { status, stdout } = spawnSync(
      'lintian',
      ['--allow-root', '--fail-on=error,warning', join(root, 'dist', debian)],
      {
        encoding: 'utf8',
      },
    );
    assert.deepEqual({ status, stdout }, { status: 0, stdout: '' });
  });

  test('the package does not mix with an installation by script', async () => {
    const { output } = await onMachine({
      lower,
      script: `dpkg -i /ssmtp/dist/${debian} ${quietly}
scripts/install --no-probe --schedule cron mailhub=hub.invalid 2>&1 || echo $?
dpkg --purge ssmtp ${quietly}
scripts/install --no-probe --schedule cron mailhub=hub.invalid ${quietly}
dpkg -i /ssmtp/dist/${debian} 2>&1 | grep scripts/install
readlink /usr/sbin/sendmail`,
    });
    assert.equal(
      output,
      `install: Cannot install: the Debian package of ssmtp is there already; "apt-get remove ssmtp" comes first
73
ssmtp: Cannot install: scripts/install has put ssmtp here already; its uninstall comes first
/usr/local/sbin/ssmtp
`,
    );
  });
});
