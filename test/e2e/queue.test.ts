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

  for (const { what, at, words, input, sender } of [
    {
      what: 'aliases are closed to',
      at: '/etc/aliases',
      words: '-i root',
      input: 'From: nobody\n\nx\n',
      sender: 'nobody@client.test',
    },
    {
      what: 'aliases are closed to, with -bs,',
      at: '/etc/aliases',
      words: '-bs',
      input: 'EHLO c\r\nMAIL FROM:<a@x.example>\r\nRCPT TO:<root>\r\nDATA\r\nSubject: x\r\n\r\nx\r\n.\r\nQUIT\r\n',
      sender: 'a@x.example',
    },
    {
      what: 'revaliases is closed to',
      at: '/etc/ssmtp/revaliases',
      words: '-i root',
      input: 'From: nobody\n\nx\n',
      sender: 'nobody@sender.example',
    },
  ]) {
    test(`takes what a user sends whom ${what} and delivers it by the file`, {
      skip: missingForNamespace,
    }, async () => {
      const found = await run(`
chmod 644 /etc/ssmtp/ssmtp.conf
sed -i '/^Aliases=/d; s/^root=.*/root=other@wrong.example/' /etc/ssmtp/ssmtp.conf
printf 'root: %s\n' "$1" >/etc/aliases
chmod 644 /etc/aliases
${sender === 'nobody@sender.example' ? 'echo nobody:nobody@sender.example >/etc/ssmtp/revaliases' : ''}
chown root:ssmtp ${at}
chmod 600 ${at}
printf '${input}' | as nobody nogroup sendmail ${words} | { grep -v '^[235]' || true; }
[ "$(ls /var/spool/ssmtp | wc -l)" = 1 ]
as nobody nogroup sendmail -bv root | grep 'left to user ssmtp' >/dev/null
printf 'To: root\n\nx\n' | as nobody nogroup sendmail --explain -t | grep 'Cannot read ${at}: permission denied' >/dev/null
printf 'x\n' | as nobody nogroup sendmail --dry-run root | grep '^queue: the message is left in' >/dev/null
sendmail --check | tr -s '\n ' ' ' | grep 'ssmtp, who runs the queue, cannot read ${at}' >/dev/null
as ssmtp ssmtp sendmail -q
[ "$(ls /var/spool/ssmtp | grep -c '[.]d')" = 1 ]
as ssmtp ssmtp sendmail -bp | grep 'Cannot read ${at}: permission denied' >/dev/null
chmod 640 ${at}
sendmail --check | tr -s '\n ' ' ' | grep '${at} is closed to some users: their mail goes through the queue' >/dev/null
for name in /var/spool/ssmtp/*.d*; do as ssmtp ssmtp sendmail "-qI\${name##*/}"; done
[ "$(ls /var/spool/ssmtp)" = '' ]
`);
      assert.equal(found.sender, sender);
    });
  }

  for (const at of ['/etc/aliases', '/etc/ssmtp/revaliases']) {
    test(`without it, a user to whom ${at} is closed is refused`, { skip: missingForNamespace }, async () => {
      await run(`
chmod 644 /etc/ssmtp/ssmtp.conf
rmdir /var/spool/ssmtp
sed -i '/^Aliases=/d; s/^root=.*/root=other@wrong.example/' /etc/ssmtp/ssmtp.conf
printf 'root: %s\n' "$1" >/etc/aliases
echo nobody:nobody@sender.example >/etc/ssmtp/revaliases
chmod 644 /etc/aliases
chmod 600 ${at}
status=0
printf '\nx\n' | as nobody nogroup sendmail root 2>/tmp/said || status=$?
[ "$status" = 78 ]
grep 'Cannot read ${at}: permission denied' >/dev/null /tmp/said
printf '\nx\n' | sendmail root
`);
    });
  }

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
