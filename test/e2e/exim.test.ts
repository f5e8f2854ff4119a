/** A second real hub: Exim, which words, wants and offers many things differently from Postfix. */

import assert from 'node:assert/strict';
import { bodies } from '../rig/bodies.ts';
import { splitMessage } from '../rig/mailbox.ts';
import { assertSameText, header, withoutReceived } from '../rig/message-text.ts';
import { describeWithExim } from '../rig/suite.ts';

const alice = ['AuthUser=alice', 'AuthPass=open-sesame'];
const mechanisms = ['SCRAM-SHA-256', 'SCRAM-SHA-1', 'CRAM-MD5', 'LOGIN', 'PLAIN'] as const;
const latin1 = (text: string) => Buffer.from(text).toString('latin1');

describeWithExim('through Exim', { alice: 'open-sesame' }, (rig) => {
  /** What Exim logged about one message: its line `<=`, and how it was sent. */
  const arrivalOf = async (at: string) => {
    const line = (await rig.hub.log()).split('\n').find((each) => each.includes(' <= ') && each.endsWith(` for ${at}`));
    assert.ok(line, `no arrival for ${at}`);
    return line;
  };

  for (const [name, body] of Object.entries(bodies)) {
    for (const [how, port] of [
      ['BDAT', 'plain'],
      ['DATA', 'old'],
    ] as const) {
      rig.test(`${how} brings ${name} as it is`, async () => {
        const at = rig.newRecipient();
        const { message } = await rig.deliver({ port, at, lines: ['EncodeForHub=NO'], stdin: `${header}\n${body}` });
        assertSameText(withoutReceived(message), `${header}\n${body}`);
        const isInChunks = port === 'plain' && body.length <= 1024 * 1024;
        assert.equal(/ K /.test(await arrivalOf(at)), isInChunks);
      });
    }
  }

  for (const [port, protocol] of [
    ['startTls', /with esmtps \(TLS1\.3\)/],
    ['implicitTls', /with esmtps \(TLS1\.3\)/],
    ['plain', /with esmtp \(/],
    ['old', /with esmtp \(/],
  ] as const) {
    rig.test(`${port}: the message comes ${protocol.source.replaceAll('\\', '')}`, async () => {
      assert.match((await rig.deliver({ port })).received, protocol);
    });
  }

  for (const port of ['startTlsLogin', 'implicitTlsLogin'] as const) {
    rig.test(`${port}: chooseMechanism() takes SCRAM-SHA-256 of what is offered`, async () => {
      const at = rig.newRecipient();
      assert.match((await rig.deliver({ port, at, lines: alice })).received, /with esmtpsa \(TLS1\.3\)/);
      assert.match(await arrivalOf(at), / A=scram_sha_256:alice /);
    });

    for (const mechanism of mechanisms) {
      rig.test(`${port}: AuthMethod=${mechanism} is used`, async () => {
        const at = rig.newRecipient();
        await rig.deliver({ port, at, lines: [...alice, `AuthMethod=${mechanism}`] });
        const name = mechanism.toLowerCase().replaceAll('-', '_');
        assert.match(await arrivalOf(at), new RegExp(` A=${name}:alice `));
      });
    }
  }

  for (const [what, user, status, line] of [
    ['is who it says', 'alice', 0, /^$/],
    ['is not as whom it wants to act', 'mallory', 77, /^sendmail: Cannot log in at .*: 535 .*\nsendmail: .* TLSCert=/],
  ] as const) {
    rig.test(`EXTERNAL: a client certificate that ${what} gives ${status}`, async () => {
      const { certificate, key } = rig.hub.certificates.client;
      const at = rig.newRecipient();
      const lines = [
        `AuthUser=${user}`,
        'AuthMethod=EXTERNAL',
        'UseTLSCert=YES',
        `TLSCert=${certificate}`,
        `TLSKey=${key}`,
      ];
      const outcome = await rig.send({ port: 'startTlsLogin', at, lines });
      assert.deepEqual([outcome.status, line.test(outcome.stderr)], [status, true], outcome.stderr);
      if (status === 0) assert.match(await arrivalOf(at), / CV=yes .* A=external:alice /);
    });
  }

  rig.test('EXTERNAL is not said to a hub that has seen no client certificate', async () => {
    const lines = ['AuthUser=alice', 'AuthMethod=EXTERNAL'];
    const { status, stderr } = await rig.send({ port: 'startTlsLogin', lines });
    assert.equal(status, 77);
    assert.match(stderr, /: it offers .*, not EXTERNAL; /);
  });

  for (const mechanism of mechanisms) {
    rig.test(`${mechanism}: a wrong password is told with the hub's words`, async () => {
      const lines = ['AuthUser=alice', 'AuthPass=unheard-of', `AuthMethod=${mechanism}`];
      const { status, stderr } = await rig.send({ port: 'startTlsLogin', lines });
      assert.equal(status, 77);
      assert.match(stderr, /^sendmail: Cannot log in at mail hub 127\.0\.0\.1: 535 Incorrect authentication data; /);
    });
  }

  for (const [port, words] of [
    ['startTls', '550 5.7.0 Use TLS'],
    ['startTlsLogin', '550 5.7.0 Use TLS'],
  ] as const) {
    rig.test(`${port}: a hub that wants TLS says so`, async () => {
      const { stderr } = await rig.send({ port, lines: ['UseSTARTTLS=NO'] });
      assert.ok(stderr.startsWith('sendmail: Cannot '), stderr);
      assert.ok(stderr.includes(words), stderr);
    });
  }

  rig.test('the envelope comes in one piece, and PIPECONNECT, which is offered, is not used', async () => {
    const at = rig.newRecipient();
    const { stderr } = await rig.send({ words: ['-v', at], at });
    assert.match(stderr, /250-PIPECONNECT/);
    // "L": the client used PIPELINING. The dot: it could have used PIPECONNECT, and waited for the greeting.
    assert.match(await arrivalOf(at), / P=esmtp L\. /);
    const old = rig.newRecipient();
    await rig.deliver({ port: 'old', at: old });
    assert.doesNotMatch(await arrivalOf(old), / P=esmtp L/);
  });

  rig.test(
    '-N success -R hdrs -V reach it: it notifies the sender of its delivery, as that was asked for',
    async () => {
      const [at, sender] = [rig.newRecipient(), 'notified@example.org'];
      await rig.deliver({ words: ['-N', 'success', '-R', 'hdrs', '-V', 'our-id', '-f', sender, at], at });
      const { message } = await rig.hub.mailbox.copyFor(sender);
      assert.match(message, /^Content-Type: multipart\/report; report-type=delivery-status/m);
      assert.match(message, /^Original-Envelope-ID: our-id$/m);
      assert.match(message, /^Action: (delivered|relayed)$/m);
      assert.match(message, /^Subject: hi$/m);
      assert.doesNotMatch(message, /^hello$/m);
    },
  );

  rig.test('-N never reaches it, and nothing is told to a hub that has no DSN', async () => {
    for (const port of ['plain', 'old'] as const) {
      const [at, sender] = [rig.newRecipient(), `never-${port}@example.org`];
      await rig.deliver({ port, words: ['-N', 'never', '-f', sender, at], at });
    }
  });

  rig.test('a message that is too big is not transferred, for it says its SIZE', async () => {
    const at = rig.newRecipient();
    const { status, stderr } = await rig.send({ port: 'small', at, stdin: `Subject: x\n\n${'x\n'.repeat(20_000)}` });
    assert.equal(status, 65);
    assert.match(
      stderr,
      /^sendmail: Cannot send through mail hub 127\.0\.0\.1: it takes 20000 octets, the message has /,
    );
    await rig.deliver({ port: 'small', stdin: `Subject: x\n\n${'x\n'.repeat(2000)}` });
  });

  rig.test('8-bit text says BODY=8BITMIME, and stays', async () => {
    const stdin = latin1('Subject: x\nContent-Type: text/plain; charset=utf-8\n\nGrüße\n');
    const at = rig.newRecipient();
    assert.equal(splitMessage((await rig.deliver({ at, stdin })).message).body, latin1('Grüße\n'));
    assert.match(await arrivalOf(at), / M8S=8 /);
  });

  rig.test('an address that is not ASCII goes by SMTPUTF8, and not to a hub that has it not', async () => {
    const at = latin1('bøb@example.net');
    await rig.deliver({ words: ['bøb@example.net'], at });
    assert.match(await rig.hub.log(), /<= .* P=utf8esmtp .* for bøb@example\.net$/m);
    const { status, stderr } = await rig.send({ port: 'old', words: ['jörg@example.net'] });
    assert.equal(status, 67);
    assert.match(stderr, /^sendmail: Cannot send to .*SMTPUTF8/);
  });

  for (const port of ['plain', 'old'] as const) {
    rig.test(`${port}: a refused recipient beside a good one is told, and the good one served`, async () => {
      const at = rig.newRecipient();
      const refused = await rig.send({ port, words: ['refused@example.net', at] });
      assert.equal(refused.status, 67);
      assert.match(
        refused.stderr,
        /^sendmail: Cannot send to refused@example\.net: 550 5\.1\.1 Nobody of that name lives here; sent to the other 1; /,
      );
      assert.match(refused.deadLetter ?? '', /\nX-Dead-Letter-To: refused@example\.net\n/);
      await rig.hub.mailbox.copyFor(at);
    });

    rig.test(`${port}: nobody good: no message is transferred`, async () => {
      const { status, stderr } = await rig.send({ port, words: ['refused@example.net', 'busy@example.net'] });
      assert.equal(status, 67);
      assert.match(stderr, /busy@example\.net: 451 4\.2\.1 Mailbox busy, come back later/);
    });
  }

  rig.test('--probe goes all the way', async () => {
    const { status, stdout } = await rig.send({
      name: 'ssmtp',
      port: 'startTlsLogin',
      lines: [...alice, 'root=admin@example.net'],
      words: ['--probe'],
      stdin: '',
    });
    assert.equal(status, 0, stdout);
    assert.match(stdout, / login +SCRAM-SHA-256: /);
    assert.match(stdout, / takes +messages of up to 209715200 octets\n/);
  });

  rig.test("-bs gives Exim's answers", async () => {
    const at = rig.newRecipient();
    const body = '..\n\nJ\xf6rg \0 x\n.end\n';
    const text = [
      'EHLO x',
      'MAIL FROM:<s@example.org>',
      'RCPT TO:<refused@example.net>',
      `RCPT TO:<${at}>`,
      'DATA',
      `${header}\n${body.replaceAll(/^\./gm, '..')}.`,
      'QUIT\n',
    ].join('\n');
    const { status, stdout } = await rig.send({ words: ['-bs'], lines: ['EncodeForHub=NO'], stdin: text, at });
    assert.equal(status, 0);
    assert.match(stdout, /^550 5\.1\.1 Nobody of that name lives here\r$/m);
    const copy = await rig.hub.mailbox.copyFor(at);
    assert.equal(copy.sender, 's@example.org');
    assertSameText(withoutReceived(copy.message), `${header}\n${body}`);
  });

  // Exim watches the order of what is said, and complains.
  rig.test('in all of this no rule of the protocol was broken, and each session ended with QUIT', async () => {
    const log = await rig.hub.log();
    assert.doesNotMatch(log, /synchronization error|unrecognized command|syntax error|unexpected disconnection|lost/i);
    assert.match(log, /closed by QUIT/);
  });
});
