/** ssmtp-queue.service on a machine that systemd boots: what it sees, what its commands see, and that it comes to an end. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { missingForMachine } from './machine.ts';
import { nobody, outputOf } from './pieces.ts';

/** `hub` starts one on port 2525 that takes everything but says nothing more after the line of the client that it is given. */
const hub = `cat >/tmp/hub.mjs <<'END'
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:net';
const [port, silentAfter] = process.argv.slice(2);
createServer((socket) => {
  let inMessage = false;
  let isSilent = false;
  const say = (text) => isSilent || socket.write(text + '\\r\\n');
  socket.on('error', () => {});
  say('220 hub ESMTP');
  let rest = '';
  socket.on('data', (data) => {
    const lines = (rest + data).split('\\r\\n');
    rest = lines.pop();
    for (const line of lines) {
      if (inMessage && line !== '.') continue;
      if (line === silentAfter) {
        isSilent = true;
        appendFileSync('/tmp/silent', '.');
      }
      if (inMessage) {
        inMessage = false;
        if (!isSilent) appendFileSync('/tmp/arrived', '.');
        say('250 taken');
      } else if (line === 'DATA') {
        inMessage = true;
        say('354 go on');
      } else say('250 hub');
    }
  });
}).listen(Number(port), '127.0.0.1', () => appendFileSync('/tmp/listens', '.'));
END
hub() {
  rm -f /tmp/listens /tmp/silent
  /ssmtp/scripts/node /tmp/hub.mjs 2525 "$1" &
  hub=$!
  until [ -e /tmp/listens ]; do sleep 0.1; done
}
`;

const settings = (more: string) => `printf 'mailhub=127.0.0.1:2525\\nhostname=client.test\\n${more}' >/tmp/answers
scripts/install --no-probe --answers /tmp/answers >/dev/null 2>&1
systemctl stop ssmtp-queue.timer ssmtp-queue.path
`;

const dropIn = (lines: string) => `mkdir -p /etc/systemd/system/ssmtp-queue.service.d
printf '[Service]\\n${lines}\\n' >/etc/systemd/system/ssmtp-queue.service.d/override.conf
systemctl daemon-reload
`;

describe('ssmtp-queue.service', { skip: missingForMachine }, () => {
  // systemd-nspawn and LXC mount a boot id of their own over that of the host, and nspawn removes the file (systemd issue 28059).
  test('ssmtp-queue.service leaves a message to the sender who is at work on it, in a container with a boot id of its own', async () => {
    const output = await outputOf({
      boots: true,
      ownNetwork: true,
      script: `${hub}${settings('')}
echo 11111111-2222-3333-4444-555555555555 >/run/boot-id
mount --bind /run/boot-id /proc/sys/kernel/random/boot_id
rm /run/boot-id
hub .
sendmail someone@example.org </etc/hostname &
sender=$!
until [ -e /tmp/silent ]; do sleep 0.1; done
before=$(ls /var/spool/ssmtp)
systemctl start ssmtp-queue.service
[ "$before" = "$(ls /var/spool/ssmtp)" ] && echo 'left alone'
kill -9 $sender
wait $sender 2>/dev/null || true
systemctl start ssmtp-queue.service
ls /var/spool/ssmtp | sed 's/^[^.]*//; s/[0-9]*$//'
cat >/usr/local/bin/surroundings <<'END'
#!/bin/sh
cat /proc/sys/kernel/random/boot_id /etc/machine-id
readlink /proc/self/ns/pid /proc/self/ns/user
cut -d ' ' -f 22 /proc/1/stat
id ssmtp
getent passwd nobody
END
chmod 755 /usr/local/bin/surroundings
surroundings >/tmp/outside
${dropIn('ExecStart=\\nExecStart=/usr/local/bin/surroundings\\nStandardOutput=file:/run/inside')}
systemctl start ssmtp-queue.service
diff /tmp/outside /run/inside && echo 'as outside'
kill $hub`,
    });
    assert.equal(output, 'left alone\n.u\nas outside\n');
  });

  test('ssmtp-queue.service ends when its run makes no progress, and keeps the message for the next one', async () => {
    const output = await outputOf({
      boots: true,
      ownNetwork: true,
      script: `${hub}${settings('')}
systemctl show --property TimeoutStartUSec --property TimeoutStopUSec ssmtp-queue.service
${dropIn('TimeoutStartSec=1s')}
hub DATA
for number in 1 2; do echo hello | ${nobody} sendmail someone@example.org; done
systemctl start ssmtp-queue.service 2>/dev/null || systemctl show --property Result ssmtp-queue.service
ls /tmp/silent
kill $hub
ls /var/spool/ssmtp | sed 's/^[^.]*//; s/[0-9]*$//'
hub none
systemctl start ssmtp-queue.service
wc -c </tmp/arrived
mailq
kill $hub`,
    });
    assert.equal(
      output,
      `TimeoutStartUSec=2h
TimeoutStopUSec=30s
Result=timeout
/tmp/silent
.n
.n
2
Mail queue is empty
`,
    );
  });

  test('a program that is run for a password by whoever runs the queue obeys nothing in the queue, though that is its home', async () => {
    const output = await outputOf({
      boots: true,
      ownNetwork: true,
      script: `${settings('AuthUser=me\\nUseSTARTTLS=yes\\nAuthPassCommand=/usr/local/bin/password\\n')}
cat >/usr/local/bin/password <<'END'
#!/bin/sh
{ echo "$HOME $PWD"; env | cut -d = -f 1 | sort | tr '\\n' ' '; echo; } >>/var/spool/ssmtp/seen
END
chmod 755 /usr/local/bin/password
usermod --home /var/spool/ssmtp ssmtp
try() {
  rm -f /var/spool/ssmtp/*
  echo hello | sendmail -odq someone@example.org
  "$@"
  cat /var/spool/ssmtp/seen
}
try systemctl start ssmtp-queue.service
cd /var/spool/ssmtp
try setpriv --reuid ssmtp --regid ssmtp --clear-groups env HOME=/var/spool/ssmtp PYTHONPATH=/var/spool/ssmtp ssmtp -q
cd /ssmtp
until usermod --home /nonexistent ssmtp 2>/dev/null; do sleep 0.1; done
try systemctl start ssmtp-queue.service`,
    });
    assert.equal(output, '/ /\nHOME PATH PWD \n'.repeat(3));
  });

  test('cron runs the queue in the root directory, whatever home user ssmtp has', async () => {
    const output = await outputOf({
      ownNetwork: true,
      script: `scripts/install --no-probe --schedule cron mailhub=127.0.0.1:1 >/dev/null 2>&1
sed -i 's|^.* ssmtp .*|@reboot ssmtp echo "$HOME $PWD" >/tmp/seen|' /etc/cron.d/ssmtp
for home in /var/spool/ssmtp /nonexistent; do
  usermod --home $home ssmtp
  rm -f /tmp/seen /run/crond.reboot
  cron -f & daemon=$!
  until [ -s /tmp/seen ]; do sleep 0.1; done
  kill $daemon
  wait $daemon || true
  cat /tmp/seen
done`,
    });
    assert.equal(output, '/ /\n/ /\n');
  });

  test('ssmtp-queue.path goes on watching through a flood', async () => {
    const output = await outputOf({
      boots: true,
      script: `scripts/install --no-probe mailhub=127.0.0.1:1 >/dev/null 2>&1
systemctl stop ssmtp-queue.timer
${dropIn('ExecStart=\\nExecStart=/bin/sh -c "echo >>/var/spool/ssmtp/.runs"')}
for number in $(seq 1000); do : >/var/spool/ssmtp/flood; done
systemctl is-active ssmtp-queue.path
until [ -e /var/spool/ssmtp/.runs ]; do sleep 0.1; done
before=$(wc -l </var/spool/ssmtp/.runs)
sleep 1
: >/var/spool/ssmtp/flood
until [ $(wc -l </var/spool/ssmtp/.runs) -gt $before ]; do sleep 0.1; done`,
    });
    assert.equal(output, 'active\n');
  });
});
