/** The program sends in the surroundings that its callers leave it in. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { fieldOf } from '../rig/mailbox.ts';
import { missingForIpv6 } from '../rig/ports.ts';
import type { Call } from '../rig/program.ts';
import { describeWithPostfix } from '../rig/suite.ts';

const nobody = { uid: 65534, gid: 65534 };
/** A uid that the user database does not know. */
const stranger = { uid: 54_321, gid: 54_321 };

describeWithPostfix('surroundings', {}, (rig) => {
  const harmless: Readonly<Record<string, Omit<Call, 'words'>>> = {
    'a closed standard output': { shell: '"$@" >&-' },
    'a closed standard error': { shell: '"$@" 2>&-' },
    'both closed': { shell: '"$@" >&- 2>&-' },
    '/dev/full as standard output and error': { shell: '"$@" >/dev/full 2>/dev/full' },
    'a file in place of /dev/null, as a careless mv leaves it': {
      shell: `printf 'text\\n' >file; exec unshare --mount sh -c 'mount --bind file /dev/null; exec "$@"' sh "$@"`,
    },
    'standard error that nobody reads': { shell: '{ "$@" -v; echo "$?" >status; } 2>&1 | true; exit "$(cat status)"' },
    'an empty environment': { shell: 'exec env -i "$@"' },
    'a broken environment': {
      environment: { TZ: '/no/such', LANG: 'xx', HOME: 'relative', TMPDIR: '/no/such', PATH: '' },
    },
    'the root directory as working directory': { shell: 'cd / && "$@"' },
    'a working directory that is gone': { shell: 'mkdir gone && cd gone && rmdir ../gone && "$@"' },
    'SIGPIPE ignored': { shell: 'trap "" PIPE; "$@"' },
    'SIGCHLD ignored': { shell: 'trap "" CHLD; exec "$@"' },
    'all signals ignored': { shell: 'trap "" HUP INT QUIT TERM USR1 USR2; exec "$@"' },
    'a session of its own': { shell: 'exec setsid --wait "$@"' },
    'descriptors left open': { shell: 'exec "$@" 3</dev/null 4>/dev/null 9</etc/passwd 250</dev/null' },
    'few descriptors': { shell: 'ulimit -n 24; exec "$@"' },
    'no core files, little stack': { shell: 'ulimit -c 0 -s 1024; exec "$@"' },
    'no new privileges': { user: nobody, shell: 'exec setpriv --no-new-privs "$@"' },
    'no capabilities': { shell: 'exec setpriv --bounding-set=-all --inh-caps=-all "$@"' },
    'umask 0': { shell: 'umask 0; exec "$@"' },
    'umask 777': { shell: 'umask 777; exec "$@"' },
    'an unprivileged user': { user: nobody },
    'a directory that its user may not read': { user: nobody, shell: 'mkdir x; cd x; chmod 0 .; exec "$@"' },
    'a message that comes slowly through a pipe': {
      shell: '{ printf "Subject: hi\\n\\n"; sleep 0.1; printf "hello\\n"; } | "$@"',
    },
    'a message from a file': { shell: 'printf "Subject: hi\\n\\nhello\\n" >message; "$@" <message' },
    'a non-blocking standard input': {
      shell:
        '{ sleep 0.1; printf "Subject: hi\\n\\nhello\\n"; } | { perl -MFcntl -e \'fcntl(STDIN, F_SETFL, O_NONBLOCK); exec @ARGV\' "$@"; }',
    },
  };
  for (const [name, call] of Object.entries(harmless)) {
    rig.test(`run() sends with ${name}`, async () => {
      assert.ok((await rig.deliver(call)).message.endsWith('\n\nhello\n'));
    });
  }

  rig.test('run() sends for a uid without passwd entry, as in containers', async () => {
    const { sender, message } = await rig.deliver({ user: stranger });
    assert.equal(sender, 'uid54321@client.test');
    assert.equal(fieldOf(message, 'From'), 'uid54321@client.test');
  });

  rig.test('readMessage() works with read-only temporary directories', async () => {
    const readOnly = 'for d in /tmp /var/tmp; do mount --bind $d $d && mount -o remount,ro,bind $d; done; exec "$@"';
    if (spawnSync('unshare', ['-m', 'true']).status !== 0) return;
    const { message } = await rig.deliver({
      stdin: `Subject: hi\n\n${'x'.repeat(70)}\n`.repeat(30_000),
      shell: `exec unshare -m bash -c '${readOnly}' bash "$@"`,
    });
    assert.ok(message.length > 2_000_000);
  });

  rig.test(
    'connectTo() takes IPv6 addresses',
    async () => {
      await rig.deliver({ port: 'plainIpv6' });
      await rig.deliver({ lines: ['mailhub=::1', `RemotePort=${rig.hub.ports.plainIpv6}`] });
    },
    missingForIpv6,
  );

  rig.test('connectTo() goes on to the next address of a name', () =>
    // localhost is ::1 and 127.0.0.1 on most machines; this port listens on the latter alone.
    rig.deliver({ lines: [`mailhub=localhost:${rig.hub.ports.plain}`] }),
  );

  rig.test('run() sends twenty messages at the same time, as a storm of cron jobs does', async () => {
    const copies = await Promise.all(Array.from({ length: 20 }, () => rig.deliver({})));
    assert.equal(new Set(copies.map(({ message }) => fieldOf(message, 'Message-ID'))).size, 20);
  });
});
