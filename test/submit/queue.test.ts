/** -bs in front of a queue: what the hub cannot take is on the disk before the client is told 250. */

import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { type Scene, scriptedPeer } from '../hub/scripted-peer.ts';
import { type Conversation, codesIn, converse, type Surroundings } from './pieces.ts';

let queue = '';
beforeEach(() => {
  queue = mkdtempSync(join(tmpdir(), 'ssmtp-test-submit-queue-'));
});
afterEach(() => rmSync(queue, { recursive: true }));

const files = () => readdirSync(queue).sort();
const entry = () => files().find((name) => /\.[a-z]\d+$/.test(name)) ?? '';
const content = () => readFileSync(join(queue, entry()), 'latin1');

const mail = [
  'EHLO c\r\n',
  'MAIL FROM:<a@x.example> RET=HDRS ENVID=e+2B1\r\n',
  'RCPT TO:<b@y.example> NOTIFY=failure\r\n',
  'RCPT TO:<root>\r\n',
  'DATA\r\n',
  'Subject: x\r\nBcc: c@y.example\r\n\r\n..hi\r\n.\r\n',
  'QUIT\r\n',
];

function talk(around: Surroundings = {}, words = mail): Promise<Conversation> {
  return converse(words, { ...around, lines: [`Queue=${queue}`, ...(around.lines ?? [])] });
}

/** A hub that answers like this; 250 to everything else. */
function hubSaying(answers: Readonly<Record<string, string>>): Scene {
  return async (hub) => {
    hub.say('220 hub.test');
    for (;;) {
      const line = await hub.line().catch(() => 'QUIT');
      const verb = line.split(' ', 1)[0] ?? '';
      const answer = answers[verb];
      if (verb === 'QUIT') return;
      if (answer === 'close') return hub.close();
      if (verb === 'DATA' && answer === undefined) {
        hub.say('354 go on');
        await hub.content();
        const end = answers['.'] ?? '250 2.0.0 taken';
        if (end === 'close') return hub.close();
        hub.say(end);
      } else hub.say(answer ?? '250 fine');
    }
  };
}

describe('serve() with a queue', () => {
  test('keeps nothing when the hub takes the message', async () => {
    await using hub = await scriptedPeer(hubSaying({}));
    const { heard, mailed } = await talk({ port: hub.port });
    assert.equal(heard.at(-2), '250 2.0.0 taken');
    assert.deepEqual([files(), mailed.map(({ isQueued }) => isQueued)], [[], [undefined]]);
  });

  test('takes everything for a hub that is away, with all that was asked', async () => {
    const { status, heard, mailed } = await talk({ port: 1 });
    assert.equal(status, 0);
    assert.match(heard.at(-2) ?? '', /^250 2\.0\.0 Ok: queued as [0-9A-F]{16}$/);
    assert.match(entry(), /\.d\d+$/);
    const [line = '', ...rest] = content().split('\n');
    assert.deepEqual(JSON.parse(line.slice(30)), {
      operands: ['b@y.example', 'root'],
      recipientsFromHeader: false,
      envelopeSender: 'a@x.example',
      returns: 'HDRS',
      envelopeId: 'e+1',
      parameters: { 'b@y.example': ['NOTIFY=FAILURE'] },
    });
    assert.equal(rest.join('\n'), 'Subject: x\r\nBcc: c@y.example\r\n\r\n.hi\r\n');
    assert.deepEqual(
      mailed.map(({ isQueued, envelope }) => [isQueued, ...(envelope?.recipients ?? [])]),
      [[true, 'b@y.example', 'root']],
    );
  });

  for (const [what, answers, state] of [
    ['4xx to MAIL', { MAIL: '451 4.3.0 not now' }, 'd'],
    ['4xx to DATA', { DATA: '451 4.3.0 not now' }, 'd'],
    ['4xx to the final dot', { '.': '451 4.3.0 not now' }, 'd'],
    ['a connection that is lost at RCPT', { RCPT: 'close' }, 'd'],
    ['a connection that is lost at DATA', { DATA: 'close' }, 'd'],
    ['a connection that is lost behind the final dot', { '.': 'close' }, 'u'],
  ] as const) {
    test(`queues the message at ${what}`, async () => {
      await using hub = await scriptedPeer(hubSaying(answers));
      const { heard } = await talk({ port: hub.port });
      assert.match(heard.at(-2) ?? '', /^250 2\.0\.0 Ok: queued as /);
      assert.match(entry(), new RegExp(`\\.${state}\\d+$`));
    });
  }

  for (const [what, answers, code] of [
    ['5xx to MAIL', { MAIL: '550 5.7.1 not you' }, 550],
    ['5xx to RCPT', { RCPT: '550 5.1.1 nobody' }, 550],
    ['4xx to RCPT', { RCPT: '450 4.2.1 not now' }, 450],
  ] as const) {
    test(`gives the client the hub's ${what}, and keeps nothing`, async () => {
      await using hub = await scriptedPeer(hubSaying(answers));
      const { heard } = await talk({ port: hub.port });
      assert.ok(codesIn(heard).includes(code));
      assert.deepEqual(files(), []);
    });
  }

  test("gives the client the hub's 5xx to the message, and keeps nothing", async () => {
    await using hub = await scriptedPeer(hubSaying({ '.': '554 5.6.0 no' }));
    const { heard } = await talk({ port: hub.port });
    assert.equal(heard.at(-2), '554 5.6.0 no');
    assert.deepEqual(files(), []);
  });

  test('asks no hub in queue mode, and starts a program in background mode', async () => {
    const started: (readonly (string | undefined)[])[] = [];
    for (const deliveryMode of ['queue', 'background'] as const) {
      const { heard } = await talk({
        options: { deliveryMode },
        system: { startAgain: (...words) => started.push(words) },
      });
      assert.match(heard.at(-2) ?? '', /^250 2\.0\.0 Ok: queued as /);
      assert.match(entry(), /\.n\d+$/);
      if (deliveryMode === 'background') assert.deepEqual(started, [[entry(), '/ssmtp.conf']]);
      rmSync(join(queue, entry()));
    }
  });

  test('leaves nothing of a message that the client did not finish', async () => {
    for (const words of [
      mail.slice(0, 5),
      [...mail.slice(0, 5), 'Subject: x\r\n'],
      [...mail.slice(0, 4), 'BDAT 100\r\nx'],
    ]) {
      await talk({ port: 1 }, words);
      assert.deepEqual(files(), []);
    }
  });

  test('promises no recipient a queue that cannot be used', async () => {
    for (const place of ['/nowhere/at/all', '/proc/self', '/dev/null']) {
      const { heard } = await converse(mail.slice(0, 5), { port: 1, lines: [`Queue=${place}`] });
      assert.deepEqual(codesIn(heard).slice(-3), [451, 451, 554], place);
    }
  });

  // alpine says -odb on every machine.
  test('asks the hub in background mode, too, where there is no queue', async () => {
    for (const deliveryMode of ['queue', 'background'] as const) {
      await using hub = await scriptedPeer(hubSaying({}));
      const around = { port: hub.port, lines: ['Queue=/nowhere/at/all'], options: { deliveryMode } };
      const { heard } = await converse(mail, around);
      assert.equal(heard.at(-2), '250 2.0.0 taken');
    }
  });

  test('fills what the client did not say with -N, -R and -V', async () => {
    const options = { notify: 'NEVER', returns: 'FULL', envelopeId: 'x' };
    const words = [
      'EHLO c\r\n',
      'MAIL FROM:<a@x.example> RET=HDRS\r\n',
      'RCPT TO:<b@y.example> ORCPT=rfc822;c@y.example\r\n',
    ];
    await talk({ port: 1, options }, [...words, 'DATA\r\nx\r\n.\r\n']);
    const { returns, envelopeId, parameters } = JSON.parse(content().split('\n')[0]?.slice(30) ?? '');
    assert.deepEqual(
      { returns, envelopeId, parameters },
      { returns: 'HDRS', envelopeId: 'x', parameters: { 'b@y.example': ['NOTIFY=NEVER', 'ORCPT=rfc822;c@y.example'] } },
    );
  });

  for (const line of [
    'BDAT99 LAST',
    'BDAT: 99 LAST',
    'BDAT=99',
    '\0BDAT 99 LAST',
    '\xffBDAT 99',
    `      BDAT ${'x'.repeat(5000)}`,
  ]) {
    test(`takes nothing behind ${JSON.stringify(line.slice(0, 20))} for a command`, async () => {
      const inner = 'MAIL FROM:<evil@x.example>\r\nRCPT TO:<b@y.example>\r\nDATA\r\nevil\r\n.\r\n';
      const { heard, mailed } = await talk({ port: 1 }, [...mail.slice(0, 4), `${line}\r\n${inner}`]);
      assert.equal(heard.at(-1)?.slice(0, 3), '421');
      assert.deepEqual([mailed.filter(({ isQueued }) => isQueued), files()], [[], []]);
    });
  }

  test('refuses a size that nobody takes before the message comes', async () => {
    const { heard } = await talk({ port: 1 }, [
      'EHLO c\r\n',
      'MAIL FROM:<a@x.example> SIZE=999999999999999\r\n',
      'RCPT TO:<b@y.example>\r\n',
    ]);
    assert.match(heard.at(-1) ?? '', /^552 5\.3\.4 /);
  });

  test('tries the hub again for the next message', async () => {
    await using hub = await scriptedPeer(hubSaying({ '.': '451 4.3.0 not now' }));
    const again = [...mail.slice(0, -1), ...mail.slice(1)];
    const { heard } = await talk({ port: hub.port }, again);
    assert.equal(heard.filter((line) => line.includes('queued as')).length, 2);
  });
});
