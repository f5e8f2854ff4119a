/** serve with the real relay: the client on one side, a scripted hub on the other. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Failure } from '../../src/failure.ts';
import { timeOf } from '../hub/pieces.ts';
import { scriptedPeer } from '../hub/scripted-peer.ts';
import { converse, repliesIn, type Surroundings } from './pieces.ts';

const hello = ['S: 220 hub.test ESMTP', 'C: EHLO here.example', 'S: 250 hub.test'];
const helloAll = [
  'S: 220 hub.test ESMTP',
  'C: EHLO here.example',
  'S: 250-hub.test',
  'S: 250-PIPELINING',
  'S: 250-SIZE 1000',
  'S: 250-8BITMIME',
  'S: 250-SMTPUTF8',
  'S: 250 DSN',
];
const mail = ['C: MAIL FROM:<a@b.example>', 'S: 250 2.1.0 sender ok'];
const rcpt = ['C: RCPT TO:<c@d.example>', 'S: 250 2.1.5 recipient ok'];
const data = ['C: DATA', 'S: 354 go on', 'C: <content>'];
const taken = 'S: 250 2.0.0 queued as 4F2A';

const envelope = ['MAIL FROM:<a@b.example>', 'RCPT TO:<c@d.example>'];
const message = [
  'DATA',
  'From: a@b.example',
  'Date: x',
  'Message-ID: <1@b.example>',
  'Bcc: secret@d.example',
  '',
  '..hello',
  '.',
];

interface Row extends Surroundings {
  readonly what: string;
  readonly said: readonly string[];
  /** Without it nobody is there. */
  readonly hub?: readonly string[];
  /** Behind the greeting. */
  readonly replies: readonly string[];
  /** Of each log line: status, or 0. */
  readonly logged: readonly number[];
}

const go = '354 End with a line that holds only a dot';
const ok = '250 2.1.0 Ok';

const rows: readonly Row[] = [
  {
    what: "gives the hub's own answers to one message",
    said: [...envelope, ...message, 'QUIT'],
    hub: [...hello, ...mail, ...rcpt, ...data, taken, 'C: QUIT'],
    replies: [ok, '250 2.1.5 recipient ok', go, '250 2.0.0 queued as 4F2A', '221 2.0.0 Bye'],
    logged: [0],
  },
  {
    what: 'keeps the session for a second message',
    said: [...envelope, ...message, ...envelope, ...message],
    hub: [...hello, ...mail, ...rcpt, ...data, taken, ...mail, ...rcpt, ...data, 'S: 250 again', 'C: QUIT'],
    replies: [
      ok,
      '250 2.1.5 recipient ok',
      go,
      '250 2.0.0 queued as 4F2A',
      ok,
      '250 2.1.5 recipient ok',
      go,
      '250 2.0.0 again',
    ],
    logged: [0, 0],
  },
  {
    what: 'says RSET to the hub before the message behind one that was given up',
    said: [...envelope, 'RSET', ...envelope, ...message],
    hub: [...hello, ...mail, ...rcpt, 'C: RSET', 'S: 250 flushed', ...mail, ...rcpt, ...data, taken],
    replies: [
      ok,
      '250 2.1.5 recipient ok',
      '250 2.0.0 Ok',
      ok,
      '250 2.1.5 recipient ok',
      go,
      '250 2.0.0 queued as 4F2A',
    ],
    logged: [0],
  },
  {
    what: 'tells a refused recipient at once',
    said: ['MAIL FROM:<a@b.example>', 'RCPT TO:<no@d.example>', 'RCPT TO:<c@d.example>', ...message],
    hub: [...hello, ...mail, 'C: RCPT TO:<no@d.example>', 'S: 550 5.1.1 no such user', ...rcpt, ...data, taken],
    replies: [ok, '550 5.1.1 no such user', '250 2.1.5 recipient ok', go, '250 2.0.0 queued as 4F2A'],
    logged: [67],
  },
  {
    what: 'tells a refused sender to every recipient, and asks the hub once',
    said: ['MAIL FROM:<a@b.example>', 'RCPT TO:<c@d.example>', 'RCPT TO:<e@d.example>', 'DATA'],
    hub: [...hello, 'C: MAIL FROM:<a@b.example>', 'S: 553 5.7.1 not yours', 'C: QUIT'],
    replies: [ok, '553 5.7.1 not yours', '553 5.7.1 not yours', '554 5.5.1 No valid recipients'],
    logged: [67],
  },
  ...(['451 4.7.1 greylisted', '554 5.7.1 spam'] as const).map((answer) => ({
    what: `gives ${answer} at the dot`,
    said: [...envelope, ...message],
    hub: [...hello, ...mail, ...rcpt, ...data, `S: ${answer}`],
    replies: [ok, '250 2.1.5 recipient ok', go, answer],
    logged: [answer.startsWith('4') ? 75 : 65],
  })),
  {
    what: "gives the hub's refusal of DATA at the dot",
    said: [...envelope, ...message],
    hub: [...hello, ...mail, ...rcpt, 'C: DATA', 'S: 452 4.3.1 full'],
    replies: [ok, '250 2.1.5 recipient ok', go, '452 4.3.1 full'],
    logged: [75],
  },
  {
    what: 'says in words that nobody is there, once for each recipient',
    said: ['MAIL FROM:<a@b.example>', 'RCPT TO:<c@d.example>', 'RCPT TO:<e@d.example>'],
    replies: [
      ok,
      '451 4.4.1 Check mailhub= and that a firewall lets this port out',
      '451 4.4.1 Check mailhub= and that a firewall lets this port out',
    ],
    logged: [69],
  },
  {
    what: 'says 451 when the hub is lost between RCPT and dot',
    said: [...envelope, ...message],
    hub: [...hello, ...mail, ...rcpt, 'C: DATA', 'S: <close>'],
    replies: [
      ok,
      '250 2.1.5 recipient ok',
      go,
      '451 4.4.2 Cannot send through mail hub 127.0.0.1: the hub closed the connection',
    ],
    logged: [75],
  },
  {
    what: 'says 451 when the hub hangs up behind the dot',
    said: [...envelope, ...message],
    hub: [...hello, ...mail, ...rcpt, ...data, 'S: <close>'],
    replies: [
      ok,
      '250 2.1.5 recipient ok',
      go,
      '451 4.4.2 The whole message had been sent: the hub may have accepted it all the same',
    ],
    logged: [75],
  },
  {
    what: 'says 451 to a 421 of the hub',
    said: [...envelope],
    hub: [...hello, ...mail, 'C: RCPT TO:<c@d.example>', 'S: 421 4.3.2 going down', 'S: <close>'],
    replies: [ok, '451 4.4.2 Cannot send through mail hub 127.0.0.1: 421 4.3.2 going down'],
    logged: [75],
  },
  {
    what: 'tells at MAIL what is wrong with the configuration',
    said: ['MAIL FROM:<a@b.example>', 'RCPT TO:<c@d.example>'],
    options: { configFile: '/none.conf' },
    replies: [
      '451 4.3.5 Name the mail hub there (mailhub=smtp.example.org:587), or in the variable SSMTP_MAILHUB',
      '503 5.5.1 MAIL comes first',
    ],
    logged: [78],
  },
  {
    what: 'sends the mail of system users to root=, and completes what has no domain',
    said: ['MAIL FROM:<cron>', 'RCPT TO:<daemon>', 'RCPT TO:<root>', 'RCPT TO:<alice>', 'RSET'],
    hub: [
      ...hello,
      'C: MAIL FROM:<cron@here.example>',
      'S: 250 ok',
      'C: RCPT TO:<admin@example.org>',
      'S: 250 ok',
      'C: RCPT TO:<alice@here.example>',
      'S: 250 ok',
      'C: QUIT',
    ],
    replies: [ok, '250 2.0.0 ok', '250 2.0.0 ok', '250 2.0.0 ok', '250 2.0.0 Ok'],
    logged: [],
  },
  {
    what: 'takes the sender from MAIL, whatever -f and -t say',
    said: ['MAIL FROM:<>', 'RCPT TO:<c@d.example>'],
    options: { envelopeSender: 'other@b.example', recipientsFromHeader: true, operands: ['x@y.example'] },
    hub: [...hello, 'C: MAIL FROM:<>', 'S: 250 ok', ...rcpt, 'C: QUIT'],
    replies: [ok, '250 2.1.5 recipient ok'],
    logged: [],
  },
  {
    what: 'passes on the parameters that the hub can take',
    said: [
      'MAIL FROM:<a@b.example> SIZE=12 RET=HDRS ENVID=a+2Bb BODY=8BITMIME SMTPUTF8',
      'RCPT TO:<c@d.example> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;c+2Bx@d.example',
    ],
    hub: [
      ...helloAll,
      'C: MAIL FROM:<a@b.example> SIZE=12 BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=a+2Bb',
      'S: 250 ok',
      'C: RCPT TO:<c@d.example> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;c+2Bx@d.example',
      'S: 250 ok',
    ],
    replies: [ok, '250 2.0.0 ok'],
    logged: [],
  },
  {
    what: 'keeps back the parameters that the hub does not know',
    said: ['MAIL FROM:<a@b.example> SIZE=12 RET=HDRS BODY=8BITMIME SMTPUTF8', 'RCPT TO:<c@d.example> NOTIFY=NEVER'],
    hub: [...hello, ...mail, ...rcpt],
    replies: [ok, '250 2.1.5 recipient ok'],
    logged: [],
  },
  {
    what: 'wants SMTPUTF8 at MAIL for an international recipient',
    said: ['MAIL FROM:<a@b.example>', 'RCPT TO:<j\xc3\xb6rg@d.example>'],
    replies: [ok, '553 5.6.7 Say SMTPUTF8 with MAIL for an address like this'],
    logged: [],
  },
  {
    what: 'refuses a message that is larger than the hub takes, without sending it',
    said: [...envelope, 'DATA', 'x'.repeat(1001), '.'],
    hub: [...helloAll, 'C: MAIL FROM:<a@b.example> BODY=8BITMIME', 'S: 250 ok', ...rcpt, 'C: QUIT'],
    replies: [ok, '250 2.1.5 recipient ok', go, '552 5.3.4 The message is larger than can be taken'],
    logged: [65],
  },
  {
    what: 'sends nothing when the client goes away in DATA',
    said: [...envelope, ...message.slice(0, -1)],
    hub: [...hello, ...mail, ...rcpt, 'C: QUIT'],
    replies: [ok, '250 2.1.5 recipient ok', go],
    logged: [75],
  },
  {
    what: 'sends nothing when the client goes away in BDAT',
    said: [...envelope, 'BDAT 100 LAST', 'A: 1'],
    hub: [...hello, ...mail, ...rcpt, 'C: QUIT'],
    replies: [ok, '250 2.1.5 recipient ok'],
    logged: [75],
  },
];

describe('serve()', { timeout: 60_000 }, () => {
  for (const { what, said, hub, replies, logged, ...around } of rows) {
    for (const cut of [(text: string) => [text], (text: string) => [...text]]) {
      const text = said.map((line) => `${line}\r\n`).join('');
      test(`serve() ${what}${cut === undefined || cut('ab').length === 1 ? '' : ', octet by octet'}`, async () => {
        await using peer = await scriptedPeer(hub ?? []);
        const port = hub ? { port: peer.port } : {};
        const { heard, status, mailed } = await converse(cut(text), { ...around, ...port });
        await peer.played();
        assert.deepEqual(repliesIn(heard).slice(1), replies);
        assert.deepEqual(
          mailed.map(({ failure }) => failure?.status ?? 0),
          logged,
        );
        assert.equal(status, 0);
        assert.equal(peer.connections(), hub ? 1 : 0);
      });
    }
  }

  test('serve() writes the message as send mode does: Received on top, Bcc gone, dots doubled again', async () => {
    await using peer = await scriptedPeer([...hello, ...mail, ...rcpt, ...data, taken]);
    await converse([[...envelope, ...message, ''].join('\n')], { port: peer.port });
    await peer.played();
    const sent = peer.turns.find((turn) => turn.startsWith('Received:')) ?? '';
    assert.match(sent, /^Received: by here\.example \(ssmtp, from userid 1000\)\r\n\tid [0-9A-F]{8}A1A1A1A1; /);
    const rest = 'From: a@b.example\r\nDate: x\r\nMessage-ID: <1@b.example>\r\n\r\n..hello\r\n.\r\n';
    assert.ok(sent.endsWith(`\r\n${rest}`), sent);
  });

  test('serve() opens another session when the hub has closed the first one', async () => {
    const scenes = [
      [...hello, ...mail, ...rcpt, ...data, taken, 'S: 421 4.4.2 idle', 'S: <close>'],
      [...hello, ...mail, ...rcpt, ...data, 'S: 250 2.0.0 second'],
    ];
    await using first = await scriptedPeer(async (talk) => {
      for (const line of scenes.shift() ?? []) {
        if (line.startsWith('S: <')) talk.close();
        else if (line.startsWith('S: ')) talk.say(line.slice(3));
        else if (line === 'C: <content>') await talk.content();
        else assert.equal(`C: ${await talk.line()}`, line);
      }
    });
    const text = [...envelope, ...message, ''].join('\r\n');
    const { heard } = await converse([text, text], { port: first.port });
    await first.played();
    assert.equal(first.connections(), 2);
    assert.deepEqual(
      repliesIn(heard).filter((line) => line.startsWith('250 2.0.0')),
      ['250 2.0.0 queued as 4F2A', '250 2.0.0 second'],
    );
  });

  test('serve() asks the second hub when the first one puts the sender off, be it late', async (context) => {
    const time = timeOf(context);
    await using one = await scriptedPeer(async (talk) => {
      talk.say('220 hub.test');
      await talk.line();
      talk.say('250 hub.test');
      await talk.line();
      time.pass(3590);
      talk.say('451 4.3.0 later');
      await talk.gone();
    });
    await using two = await scriptedPeer([...hello, ...mail, ...rcpt, ...data, taken, 'C: QUIT']);
    const said = [...envelope, ...message, 'QUIT'].map((line) => `${line}\r\n`);
    const lines = [`mailhub=127.0.0.1:${one.port}, 127.0.0.1:${two.port}`];
    const { heard } = await converse(said, { lines });
    await Promise.all([one.played(), two.played()]);
    assert.deepEqual(heard.slice(1), [ok, '250 2.1.5 recipient ok', go, '250 2.0.0 queued as 4F2A', '221 2.0.0 Bye']);
    // The second hub is reached in what was left of DeliveryTimeout; each step with it has the whole again.
    assert.ok(time.deadlines.includes(10_000));
    assert.equal(time.deadlines.slice(time.deadlines.indexOf(10_000)).filter((each) => each === 3_600_000).length, 3);
  });

  test('serve() asks the hub of the account that serves each sender', async () => {
    await using main = await scriptedPeer([...hello, ...mail, ...rcpt, ...data, 'S: 250 2.0.0 main']);
    await using work = await scriptedPeer([
      ...hello,
      'C: MAIL FROM:<a@work.example>',
      'S: 250 ok',
      ...rcpt,
      ...data,
      'S: 250 2.0.0 work',
    ]);
    const text = [...envelope, ...message, ''].join('\r\n');
    const other = text.replace(/MAIL FROM:<[^>]*>/, 'MAIL FROM:<a@work.example>');
    const lines = ['[account work]', 'match=*@work.example', `mailhub=127.0.0.1:${work.port}`];
    const { heard } = await converse([text, other], { port: main.port, lines });
    assert.deepEqual([main.connections(), work.connections()], [1, 1]);
    assert.deepEqual(
      repliesIn(heard).filter((line) => line.startsWith('250 2.0.0')),
      ['250 2.0.0 main', '250 2.0.0 work'],
    );
  });

  test('serve() says 421 when a signal ends the program, and gives its status', async (context) => {
    // The wait for a client who says nothing outlives the test otherwise.
    context.mock.timers.enable({ apis: ['setTimeout'] });
    const interrupted = new Failure('temporary', 'Cannot go on: interrupted by SIGTERM');
    const { heard, status } = await converse([], {
      system: { interruption: () => Promise.reject(interrupted), liveInput: () => never },
    });
    assert.equal(heard.at(-1), '421 4.3.0 Cannot go on: interrupted by SIGTERM; closing');
    assert.equal(status, 75);
  });

  for (const isReading of [false, true]) {
    test(`serve() ends at a signal in the middle of a message that the hub ${isReading ? 'reads' : 'does not read'}, and does not send its end`, async () => {
      const interrupted = new Failure('temporary', 'Cannot go on: interrupted by SIGTERM');
      let interrupt = () => {};
      let hasEnd = false;
      const interruption = new Promise<never>((_resolve, reject) => {
        interrupt = () => reject(interrupted);
      });
      await using hub = await scriptedPeer(async (talk) => {
        talk.say('220 hub.test');
        await talk.line();
        talk.say('250 hub.test');
        for (const reply of ['250 ok', '250 ok', '354 go']) {
          await talk.line();
          talk.say(reply);
        }
        await talk.anything();
        if (!isReading) talk.pause();
        interrupt();
        await talk.content();
        hasEnd = true;
      });
      const begin = 'EHLO c\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.net>\r\nDATA\r\n\r\n';
      const pieces = [begin, ...Array(256).fill(`${'x'.repeat(63)}\n`.repeat(1024)), '\r\n.\r\n'];
      const begun = performance.now();
      const { status } = await converse(pieces, {
        port: hub.port,
        // A client that does not read its farewell has a second for it.
        system: {
          interruption: () => interruption,
          say: (text) =>
            text.startsWith('421') ? new Promise((resolve) => setTimeout(resolve, 1500)) : Promise.resolve(),
        },
      });
      assert.equal(status, 75);
      assert.ok(performance.now() - begun < 30_000, 'the hub was not waited for');
      assert.equal(hasEnd, false);
    });
  }

  test('serve() says 421 to a client that has been silent for five minutes', async (context) => {
    context.mock.timers.enable({ apis: ['setTimeout'] });
    const talking = converse([], { system: { liveInput: () => never } });
    for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    context.mock.timers.tick(300_000);
    const { heard, status } = await talking;
    assert.match(heard.at(-1) ?? '', /^421 .*nothing said for 5 minutes; closing$/);
    assert.equal(status, 75);
  });

  test('serve() ends when nobody reads its answers', async () => {
    const { status } = await converse(['NOOP\r\n'], {
      system: { say: () => Promise.reject(Object.assign(new Error('EPIPE'), { errno: -32 })) },
    });
    assert.equal(status, 74);
  });
});

const never: AsyncIterable<Buffer> = {
  [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined) }),
};
