/** What the exit status and the one line on stderr say when Postfix does not take everything. */

import assert from 'node:assert/strict';
import type { Outcome } from '../rig/program.ts';
import { describeWithPostfix, textMessage } from '../rig/suite.ts';

/** Postfix says this of the addresses in its access map. */
const words = {
  refused: '550 5.1.1 <refused@example.net>: Recipient address rejected: Nobody of that name lives here',
  alsoRefused:
    '550 5.1.1 <also-refused@example.net>: Recipient address rejected: Nobody of that name lives here either',
  busy: '450 4.2.1 <busy@example.net>: Recipient address rejected: Mailbox busy, come back later',
  banned: '553 5.7.1 <banned@example.org>: Sender address rejected: We do not take your mail',
};

describeWithPostfix('a refusal', {}, (rig) => {
  const assertTold = (outcome: Outcome, status: number, line: string) => {
    const { deadLetter, stderr, stdout } = outcome;
    assert.equal(stderr.split('\n')[0], `sendmail: ${line}; the message is kept in $HOME/dead.letter`);
    assert.deepEqual({ status: outcome.status, stdout }, { status, stdout: '' });
    assert.ok(stderr.split('\n').length <= 3, `more than one line and one hint: ${stderr}`);
    assert.match(deadLetter ?? '', /\nSubject: hi\n\nhello\n/);
    assert.equal(outcome.deadLetterMode, 0o600);
  };

  rig.test('of one recipient: the other gets the message, and the first is named', async () => {
    const to = rig.newRecipient();
    const outcome = await rig.send({ words: ['refused@example.net', to] });
    assertTold(outcome, 67, `Cannot send to refused@example.net: ${words.refused}; sent to the other 1`);
    assert.match(outcome.deadLetter ?? '', /\nX-Dead-Letter-To: refused@example\.net\n/);
    await rig.hub.mailbox.copyFor(to);
  });

  rig.test('of one recipient for now: status 75, the other gets the message', async () => {
    const to = rig.newRecipient();
    const outcome = await rig.send({ words: [to, 'busy@example.net'] });
    assertTold(outcome, 75, `Cannot send to busy@example.net: ${words.busy}; sent to the other 1`);
    await rig.hub.mailbox.copyFor(to);
  });

  rig.test('of all recipients: status 67, each is named', async () => {
    assertTold(
      await rig.send({ words: ['refused@example.net', 'also-refused@example.net'] }),
      67,
      `Cannot send to refused@example.net: ${words.refused}, also-refused@example.net: ${words.alsoRefused}`,
    );
  });

  rig.test('of all recipients, one for good and one for now: status 67', async () => {
    const line = `Cannot send to busy@example.net: ${words.busy}, refused@example.net: ${words.refused}`;
    assertTold(await rig.send({ words: ['busy@example.net', 'refused@example.net'] }), 67, line);
  });

  rig.test('of the only recipient for now: status 75', async () => {
    assertTold(await rig.send({ words: ['busy@example.net'] }), 75, `Cannot send to busy@example.net: ${words.busy}`);
  });

  rig.test('of a hundred and one recipients names only some', async () => {
    const many = Array.from({ length: 100 }, (_, index) => `many-${index}@example.net`);
    const outcome = await rig.send({ words: ['refused@example.net', ...many] });
    assertTold(outcome, 67, `Cannot send to refused@example.net: ${words.refused}; sent to the other 100`);
    for (const recipient of many) await rig.hub.mailbox.copyFor(recipient);
  });

  // Postfix answers RCPT with it (smtpd_delay_reject), as most hubs do.
  rig.test("of the sender: told with the hub's words", async () => {
    const outcome = await rig.send({ words: ['-f', 'banned@example.org', rig.newRecipient()] });
    assert.ok([65, 67].includes(outcome.status ?? 0), `status ${outcome.status}`);
    assert.ok(outcome.stderr.includes(words.banned), outcome.stderr);
  });

  rig.test('of the sender at MAIL FROM: status 65', async () => {
    const outcome = await rig.send({ port: 'eager', words: ['-f', 'banned@example.org', 'bob@example.net'] });
    assertTold(outcome, 65, `Cannot send through mail hub 127.0.0.1: ${words.banned}`);
  });

  rig.test('of a message that is too big comes before the transfer, from the SIZE that the hub announces', async () => {
    const outcome = await rig.send({ port: 'small', stdin: `${textMessage}${'x'.repeat(70)}\n`.repeat(500) });
    assert.equal(outcome.status, 65);
    assert.match(
      outcome.stderr,
      /^sendmail: Cannot send through mail hub 127\.0\.0\.1: it takes 20000 octets, the message has \d+; the message is kept in \$HOME\/dead\.letter\n$/,
    );
    assert.doesNotMatch(await rig.hub.log(), /postfix\/small\/.* data=/, 'the message was transferred');
  });

  rig.test('of a message that just fits does not happen', () =>
    rig.deliver({ port: 'small', stdin: `${textMessage}${'x'.repeat(70)}\n`.repeat(200) }),
  );
});
