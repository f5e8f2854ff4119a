/** The first thing a new user does: a message to root through a hub with STARTTLS and a login. */

import assert from 'node:assert/strict';
import { chmod, chown } from 'node:fs/promises';
import { join } from 'node:path';
import { type Delivered, fieldNames, fieldOf } from '../rig/mailbox.ts';
import { describeWithPostfix, type Letter } from '../rig/suite.ts';

const nobody = { uid: 65534, gid: 65534 };

describeWithPostfix('a first message', { alice: 'secret' }, (rig) => {
  const letterTo = (at: string): Letter => ({
    at,
    words: ['root'],
    port: 'startTlsLogin',
    lines: ['AuthUser=alice', 'AuthPass=secret', 'AuthMethod=CRAM-MD5', 'rewriteDomain=example.org', `root=${at}`],
  });

  rig.test("printf 'Subject: hi\\n\\nhello\\n' | ssmtp root arrives, without a word", async () => {
    const copy = await rig.deliver({ ...letterTo(rig.newRecipient()), name: 'ssmtp' });
    assertComplete(copy, 'root');
    assert.match(copy.received, /^from client\.test .*using TLSv1\.[23].*\(Authenticated sender: alice\).*ESMTPSA/);
    assert.match(await rig.hub.log(), /sasl_method=CRAM-MD5, sasl_username=alice/);
  });

  rig.test('an unprivileged user sends the same with a configuration that everyone can read', async () => {
    const letter = letterTo(rig.newRecipient());
    assertComplete(await rig.deliver({ ...letter, user: nobody, prepare: ownedByRoot(0o644) }), 'nobody');
  });

  rig.test('an unprivileged user who cannot read the configuration is told so, and the message is kept', async () => {
    const letter = letterTo(rig.newRecipient());
    const outcome = await rig.send({ ...letter, user: nobody, prepare: ownedByRoot(0o640) });
    assert.deepEqual({ status: outcome.status, stdout: outcome.stdout }, { status: 78, stdout: '' });
    assert.match(
      outcome.stderr,
      /^sendmail: Cannot read \$HOME\/ssmtp\.conf: permission denied; the message is kept in \$HOME\/dead\.letter\n(sendmail: .*\n)?$/,
    );
    assert.match(outcome.deadLetter ?? '', /\nSubject: hi\n\nhello\n\n$/);
    assert.equal(outcome.deadLetterMode, 0o600);
  });

  rig.test('the time zone counts, the locale does not', async () => {
    const environment = { LANG: 'de_DE.ISO-8859-1', LC_ALL: 'tr_TR.UTF-8', TZ: 'Asia/Kathmandu' };
    const { message } = await rig.deliver({ ...letterTo(rig.newRecipient()), environment });
    assert.match(fieldOf(message, 'Date') ?? '', /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d \+0545$/);
  });
});

function ownedByRoot(mode: number): (home: string) => Promise<void> {
  return async (home) => {
    await chown(join(home, 'ssmtp.conf'), 0, 0);
    await chmod(join(home, 'ssmtp.conf'), mode);
  };
}

function assertComplete({ sender, message }: Delivered, login: string): void {
  assert.equal(sender, `${login}@example.org`);
  assert.deepEqual(fieldNames(message), ['Received', 'From', 'Date', 'Message-ID', 'Subject']);
  assert.equal(fieldOf(message, 'From'), `${login} <${login}@example.org>`);
  const age = Date.now() - Date.parse(fieldOf(message, 'Date') ?? '');
  assert.ok(age > -2000 && age < 60_000, `Date is ${age} ms old`);
  assert.match(fieldOf(message, 'Message-ID') ?? '', /^<[^<>@\s]+@client\.test>$/);
  assert.match(fieldOf(message, 'Received') ?? '', /^by client\.test \(ssmtp, from userid \d+\) id \w+; \w{3}, /);
  assert.ok(message.endsWith('\nSubject: hi\n\nhello\n'));
}
