/** Logins against Dovecot's SASL: each mechanism over each kind of connection, and every way to be refused. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServiceName } from '../rig/postfix-services.ts';
import { describeWithPostfix } from '../rig/suite.ts';

const strange = `p:a"s's\\$%{}=;,[x]~ ü€ y#z`;
const long = '0123456789'.repeat(10);
const longest = 'aß#'.repeat(60);
const accounts = { alice: 'open-sesame', strange, long, longest };
const alice = ['AuthUser=alice', 'AuthPass=open-sesame'];
const mechanisms = ['SCRAM-SHA-256', 'SCRAM-SHA-1', 'CRAM-MD5', 'LOGIN', 'PLAIN'] as const;

const canReplaceLog = spawnSync('unshare', ['-m', 'true']).status === 0;

/** In place of logger(1): what it is told goes to a file. */
const logScript = '#!/bin/bash\ncat >>"$LOG_FILE"; echo "(end)" >>"$LOG_FILE"\n';

/** A machine with a system log of its own: the dialogue and the line of the message are two calls of logger(1). */
const withOwnLog = [
  'export LOG_FILE="$HOME/system-log"',
  'sed -i "s|\\$LOG_FILE|$LOG_FILE|g" "$HOME/log"; chmod 755 "$HOME/log"; mount --bind "$HOME/log" /usr/bin/logger',
  'mkdir "$HOME/dev"; mount -t tmpfs none "$HOME/dev"; cp -a /dev/null /dev/zero /dev/urandom "$HOME/dev"',
  'touch "$HOME/dev/log"; mount --bind "$HOME/dev" /dev',
  '"$@"; status=$?',
  'for turn in {1..200}; do [[ $(grep -c "^(end)" "$LOG_FILE") -ge 2 ]] && break; sleep 0.05; done',
  'umount /dev; exit $status',
].join('\n');

describeWithPostfix('a login', accounts, (rig) => {
  const assertLoggedIn = async (port: ServiceName, mechanism: string) =>
    assert.match(await rig.hub.log(), new RegExp(`postfix/${port}/.* sasl_method=${mechanism}, sasl_username=alice`));

  for (const port of ['plain', 'startTls', 'implicitTls'] as const) {
    rig.test(`${port}: does not happen where none is configured`, async () => {
      assert.doesNotMatch((await rig.deliver({ port })).received, /Authenticated/);
    });
  }

  for (const [port, mechanism] of [
    ['startTlsLogin', 'SCRAM-SHA-256'],
    ['implicitTlsLogin', 'SCRAM-SHA-256'],
    ['onlyScramSha256', 'SCRAM-SHA-256'],
    ['onlyScramSha1', 'SCRAM-SHA-1'],
    ['onlyCramMd5', 'CRAM-MD5'],
    ['onlyLogin', 'LOGIN'],
    ['onlyPlain', 'PLAIN'],
  ] as const) {
    rig.test(`${port}: chooseMechanism() takes ${mechanism} of what is offered`, async () => {
      await rig.deliver({ port, lines: alice });
      await assertLoggedIn(port, mechanism);
    });
  }

  for (const port of ['startTlsLogin', 'implicitTlsLogin'] as const) {
    for (const mechanism of mechanisms) {
      rig.test(`${port}: AuthMethod=${mechanism} is used`, async () => {
        await rig.deliver({ port, lines: [...alice, `AuthMethod=${mechanism}`] });
        await assertLoggedIn(port, mechanism);
      });
    }
  }

  for (const [user, password] of Object.entries({ strange, long, longest })) {
    for (const mechanism of mechanisms) {
      rig.test(`${mechanism}: the ${user} password is right`, async () => {
        const lines = [`AuthUser=${user}`, `AuthPass=${latin1(password)}`, `AuthMethod=${mechanism}`];
        const { received } = await rig.deliver({ port: 'startTlsLogin', lines });
        assert.match(received, new RegExp(`Authenticated sender: ${user}\\)`));
      });
    }
  }

  for (const mechanism of mechanisms) {
    rig.test(`${mechanism}: a wrong password is told with the hub's words, and never shown`, async () => {
      const lines = ['AuthUser=alice', 'AuthPass=unheard-of', `AuthMethod=${mechanism}`];
      const { status, stderr, deadLetter } = await rig.send({ port: 'startTlsLogin', lines });
      assert.equal(status, 77);
      assert.match(
        stderr,
        /^sendmail: Cannot log in at mail hub 127\.0\.0\.1: 535 5\.7\.8 Error: authentication failed/,
      );
      assert.match(stderr, /\nsendmail: Check AuthUser= and AuthPass=\n$/);
      assertNoSecret(`${stderr}${deadLetter}`, 'unheard-of');
      assert.match(deadLetter ?? '', /\nSubject: hi\n\nhello\n/);
    });
  }

  rig.test('the password may come from a file, a program or a credential', async () => {
    const rest = ['AuthUser=alice'];
    await rig.deliver({ port: 'startTlsLogin', lines: [...rest, 'AuthPassCommand=/bin/echo open-sesame'] });
    await rig.deliver({
      port: 'startTlsLogin',
      lines: [...rest, 'AuthPassFile=$HOME/password'],
      files: { password: 'open-sesame\n' },
    });
    const { status, stderr } = await rig.send({
      port: 'startTlsLogin',
      lines: [...rest, 'AuthPassCommand=/bin/false'],
    });
    assert.equal(status, 75);
    assert.match(
      stderr,
      /^sendmail: Cannot run AuthPassCommand \/bin\/false: it ended with status 1; the message is kept/,
    );
  });

  rig.test('a password is not sent in clear text, even where the hub would take it', async () => {
    const { status, stderr } = await rig.send({ port: 'clearLogin', lines: alice });
    assert.equal(status, 77);
    assert.match(stderr, /^sendmail: Cannot log in at mail hub 127\.0\.0\.1: the connection is not encrypted; /);
    assert.doesNotMatch(await rig.hub.log(), /postfix\/clearLogin\/.* auth=/);
  });

  rig.test('AuthInsecure=yes sends the password in clear text', async () => {
    await rig.deliver({ port: 'clearLogin', lines: [...alice, 'AuthInsecure=yes', 'AuthMethod=PLAIN'] });
    await assertLoggedIn('clearLogin', 'PLAIN');
  });

  rig.test('a hub that offers a login only over TLS is not sent one', async () => {
    const { status, stderr } = await rig.send({ port: 'startTlsLogin', lines: ['UseSTARTTLS=NO', ...alice] });
    assert.equal(status, 77);
    assert.match(stderr, /: it offers no login.*\nsendmail: Many hubs offer a login only with UseSTARTTLS=YES\n$/);
  });

  rig.test('a hub that wants a login says so', async () => {
    const at = rig.newRecipient();
    const { status, stderr } = await rig.send({ port: 'startTlsLogin', at });
    assert.equal(status, 67);
    assert.match(stderr, new RegExp(`^sendmail: Cannot send to ${at}: 554 5\\.7\\.1 .*Access denied`));
  });

  rig.test('a hub that wants TLS says so', async () => {
    const { status, stderr } = await rig.send({ port: 'startTls', lines: ['UseSTARTTLS=NO'] });
    assert.equal(status, 77);
    assert.match(stderr, /: 530 5\.7\.0 Must issue a STARTTLS command first; .*\nsendmail: .*UseSTARTTLS=YES\n$/);
  });

  // The rig looks for the password in all that a run has left behind.
  for (const mechanism of mechanisms) {
    for (const password of ['open-sesame', 'unheard-of']) {
      rig.test(`${mechanism}: the password ${password} is in no log, dialogue, transcript or queue`, async () => {
        if (!canReplaceLog) return;
        const kept: Record<string, string> = {};
        const { status, stderr } = await rig.send({
          port: 'startTlsLogin',
          lines: [
            'AuthUser=alice',
            `AuthPass=${password}`,
            `AuthMethod=${mechanism}`,
            'Debug=YES',
            'Queue=$HOME/queue',
          ],
          words: ['-v', '-X', '$HOME/dialogue', rig.newRecipient()],
          files: { log: logScript },
          shell: `exec unshare -m bash -c '${withOwnLog}' bash "$@"`,
          prepare: async (home) => void (await mkdir(join(home, 'queue'), { mode: 0o700 })),
          afterwards: async (home) => {
            for (const name of ['dialogue', 'system-log']) kept[name] = await readFile(join(home, name), 'utf8');
            kept.queue = (await readdir(join(home, 'queue'))).join(' ');
          },
        });
        assert.equal(status, 0, stderr);
        assert.match(kept.dialogue ?? '', new RegExp(`\\[->\\] AUTH ${mechanism}`));
        assert.match(kept['system-log'] ?? '', new RegExp(`\\[->\\] AUTH ${mechanism}`));
        assert.match(kept.queue ?? '', password === 'open-sesame' ? /^$/ : /\.d\d+ .*\.s$/);
      });
    }
  }

  for (const mechanism of mechanisms) {
    rig.test(`${mechanism}: -v shows the dialogue, and no secret`, async () => {
      const lines = [...alice, `AuthMethod=${mechanism}`];
      const words = ['-v', rig.newRecipient()];
      const { status, stderr } = await rig.send({ port: 'startTlsLogin', lines, words });
      assert.equal(status, 0);
      assert.match(stderr, new RegExp(`^\\[->\\] AUTH ${mechanism}`, 'm'));
      for (const secret of ['open-sesame', 'alice\0open-sesame', '\0alice\0open-sesame'])
        assertNoSecret(stderr, secret);
    });
  }
});

function assertNoSecret(text: string, secret: string): void {
  assert.ok(!text.includes(secret), `shows the password: ${text}`);
  assert.ok(!text.includes(Buffer.from(secret).toString('base64').replaceAll('=', '')), `shows it in base64: ${text}`);
}

/** Text as its UTF-8 bytes, one character each. */
function latin1(text: string): string {
  return Buffer.from(text).toString('latin1');
}
