/** The queue as it is installed: a user who may not read the password leaves the message there, and its runner delivers it to Postfix. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { missingForNamespace, runOnOwnMachine } from '../callers/namespace.ts';
import { fieldOf } from '../rig/mailbox.ts';
import { describeWithPostfix } from '../rig/suite.ts';

const install = `mount -t tmpfs none /var/spool
echo 'ssmtp:x:990:990::/:/usr/sbin/nologin' >>/etc/passwd
echo 'ssmtp:x:990:' >>/etc/group
install -d -o ssmtp -g ssmtp -m 3733 /var/spool/ssmtp
chown root:ssmtp /etc/ssmtp/ssmtp.conf
chmod 640 /etc/ssmtp/ssmtp.conf
as() { setpriv --reuid "$1" --regid "$2" --clear-groups --no-new-privs env -i PATH=/usr/sbin:/usr/bin:/bin "\${@:3}"; }
`;

describeWithPostfix('a queue for all users', {}, (rig) => {
  const run = (script: string) => {
    const at = rig.newRecipient();
    const conf = `mailhub=127.0.0.1:${rig.hub.ports.plain}\nhostname=client.test\nroot=${at}\nAliases=NO\nAuthPass=secret\n`;
    return runOnOwnMachine({ script: install + script, recipient: at, conf }, () => rig.hub.mailbox.copyFor(at));
  };

  test('takes what a user without access to the configuration sends', { skip: missingForNamespace }, async () => {
    const { sender, message } = await run(`
printf 'From: nobody\\nTo: root\\nSubject: dropped\\n\\nGrüße\\n' | as nobody nogroup sendmail -i -t
[ "$(stat -c '%U %G %a' /var/spool/ssmtp/*)" = 'nobody ssmtp 640' ]
! as nobody nogroup sendmail -bp >/dev/null 2>&1
as ssmtp ssmtp sendmail -bp | grep -q '^-- 1 Kbytes in 1 Request\\.$'
as ssmtp ssmtp sendmail -q
[ "$(ls /var/spool/ssmtp)" = '' ]
`);
    assert.equal(sender, 'nobody@client.test');
    assert.match(message, /^Received: by client\.test \(ssmtp, from userid 65534\)\n/);
    assert.equal(fieldOf(message, 'From'), 'nobody@client.test');
    assert.match(message, /\n\nGr\xc3\xbc\xc3\x9fe\n$/);
  });

  test('takes what such a user sends with -bs', { skip: missingForNamespace }, async () => {
    const { sender } = await run(`
printf 'EHLO c\\r\\nMAIL FROM:<a@x.example>\\r\\nRCPT TO:<root>\\r\\nDATA\\r\\nSubject: x\\r\\n\\r\\nx\\r\\n.\\r\\nQUIT\\r\\n' |
  as nobody nogroup sendmail -bs | grep -q 'queued as'
as ssmtp ssmtp sendmail -q
[ "$(ls /var/spool/ssmtp)" = '' ]
`);
    assert.equal(sender, 'a@x.example');
  });

  test('delivers behind the back of a user who asks for it', { skip: missingForNamespace }, async () => {
    const { sender } = await run(`
chmod 644 /etc/ssmtp/ssmtp.conf
printf 'Subject: x\\n\\nx\\n' | as nobody nogroup sendmail -odb "$1"
read -r || true
`);
    assert.equal(sender, 'nobody@client.test');
  });

  test('finds a configuration again that was named from where the caller is', {
    skip: missingForNamespace,
  }, async () => {
    const { sender } = await run(`
chmod 644 /etc/ssmtp/ssmtp.conf
mv /etc/ssmtp/ssmtp.conf /etc/ssmtp/other.conf
cd /etc/ssmtp
printf 'Subject: x\\n\\nx\\n' | as nobody nogroup sendmail -C other.conf -odb "$1"
read -r || true
`);
    assert.equal(sender, 'nobody@client.test');
  });

  test('answers -bs while the hub is away', { skip: missingForNamespace }, async () => {
    const { sender } = await run(`
chmod 644 /etc/ssmtp/ssmtp.conf
sed -i 's/^mailhub=.*/mailhub=127.0.0.1:1/' /etc/ssmtp/ssmtp.conf
printf 'EHLO c\\r\\nMAIL FROM:<a@x.example>\\r\\nRCPT TO:<%s>\\r\\nDATA\\r\\nSubject: x\\r\\n\\r\\nx\\r\\n.\\r\\nQUIT\\r\\n' "$1" |
  as nobody nogroup sendmail -bs | grep -q 'queued as'
sed -i 's/^mailhub=.*/mailhub=127.0.0.1:${rig.hub.ports.plain}/' /etc/ssmtp/ssmtp.conf
for name in /var/spool/ssmtp/*.d*; do as ssmtp ssmtp sendmail "-qI\${name##*/}"; done
[ "$(ls /var/spool/ssmtp)" = '' ]
`);
    assert.equal(sender, 'a@x.example');
  });

  for (const port of ['oneProcess', 'oneConnection'] as const) {
    test(`goes whole to a hub that has room for one session (${port})`, { skip: missingForNamespace }, async () => {
      const { message } = await run(`
sed -i 's/^mailhub=.*/mailhub=127.0.0.1:${rig.hub.ports[port]}/' /etc/ssmtp/ssmtp.conf
for recipient in "$1" other-{1..29}@example.net; do
  printf 'Subject: x\\n\\nx\\n' | as ssmtp ssmtp sendmail -odq "$recipient"
done
[ "$(ls /var/spool/ssmtp | wc -l)" = 30 ]
as ssmtp ssmtp timeout 20 sendmail -q
[ "$(ls /var/spool/ssmtp)" = '' ]
`);
      assert.match(message, /^Subject: x$/m);
    });
  }
});
