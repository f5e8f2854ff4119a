/** From standard input through the queue to the hub: what waits, what is tried again and when, and who is told of what. */

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { type Machine, machine } from './machine.ts';

const letter = 'Subject: minutes\n\nhello\n';
const minutes = 60;
const days = 24 * 60 * minutes;

describe('a message', () => {
  test('leaves nothing behind when the hub takes it', async () => {
    await using here = await machine();
    assert.deepEqual(await here.call(['b@y.example'], letter), { status: 0, stderr: '', stdout: '' });
    assert.deepEqual(here.files(), []);
    assert.deepEqual(
      here.arrived.map(({ sender, recipients }) => [sender, ...recipients]),
      [['alice@here.example', 'b@y.example']],
    );
  });

  test('waits in silence while the hub is down, and goes out once with the Message-ID it had', async () => {
    await using here = await machine();
    await here.setHub(false);
    assert.deepEqual(await here.call(['b@y.example'], letter), { status: 0, stderr: '', stdout: '' });
    assert.match(here.files().join(' '), /^([0-9A-F]{16}-[0-9a-f]{16})\.d\d+ \1\.s$/);
    await here.setHub(true);
    await here.call(['-q']);
    assert.equal(here.arrived.length, 0, 'it is not due yet');
    here.wait(7 * minutes);
    await here.call(['-q']);
    await here.call(['-q']);
    assert.equal(here.arrived.length, 1);
    const id = /^Message-ID: <([0-9A-F]{16})@here\.example>\r$/m.exec(here.arrived[0]?.text ?? '')?.[1];
    assert.match(here.arrived[0]?.text ?? '', new RegExp(`^Received: by here.example \\(ssmtp.*\\r\\n\tid ${id};`));
    assert.deepEqual(here.files(), []);
  });

  test('stays for those whom the hub defers, and leaves for the others', async () => {
    await using here = await machine();
    assert.equal((await here.call(['b@y.example', 'later@y.example'], letter)).status, 0);
    assert.deepEqual(
      here.arrived.map(({ recipients }) => recipients),
      [['b@y.example']],
    );
    here.wait(7 * minutes);
    await here.call(['-q']);
    assert.deepEqual(here.arrived.length, 1);
    const { stdout } = await here.call(['--json', '-bp']);
    const { recipients, attempts } = JSON.parse(stdout);
    assert.deepEqual(recipients, [{ address: 'later@y.example', delay_reason: '451 4.2.1 not now' }]);
    assert.equal(attempts, 2);
  });

  test('that is refused for some and deferred for others is told, kept and queued', async () => {
    await using here = await machine();
    const { status, stderr } = await here.call(['b@y.example', 'no@y.example', 'later@y.example'], letter);
    assert.equal(status, 67);
    assert.match(
      stderr,
      /^ssmtp: Cannot send to no@y\.example: 550 5\.1\.1 no such user; sent to the other 1; queued for 1; the message is kept in /,
    );
    assert.match(readFileSync(join(here.home, 'dead.letter'), 'latin1'), /^X-Dead-Letter-To: no@y\.example$/m);
    assert.equal(here.files().length, 2);
  });

  test('that is refused for good is in dead.letter and not in the queue', async () => {
    await using here = await machine();
    assert.equal((await here.call(['no@y.example'], letter)).status, 67);
    assert.deepEqual(here.files(), []);
  });

  test('of more than 1 MiB goes through the queue unharmed', async () => {
    await using here = await machine();
    const body = 'x'.repeat(75).concat('\n').repeat(30_000);
    await here.call(['-odq', 'b@y.example'], `Subject: large\n\n${body}`);
    await here.call(['-q']);
    assert.ok(here.arrived[0]?.text.endsWith(`\r\n\r\n${body.replaceAll('\n', '\r\n')}`));
    await here.call(['b@y.example'], `Subject: large\n\n${body}`);
    assert.ok(here.arrived[1]?.text.endsWith(`\r\n\r\n${body.replaceAll('\n', '\r\n')}`));
    assert.deepEqual(here.files(), []);
  });

  test('keeps what -N, -R and -V asked for while it waits', async () => {
    await using here = await machine();
    here.extensions = ['DSN'];
    await here.call(['-odq', '-N', 'failure', '-R', 'hdrs', '-V', 'x+1', 'root'], letter);
    await here.call(['-q']);
    assert.deepEqual(here.arrived[0]?.commands, [
      'MAIL FROM:<alice@here.example> BODY=8BITMIME RET=HDRS ENVID=x+2B1'.replace(' BODY=8BITMIME', ''),
      'RCPT TO:<admin@example.org> NOTIFY=FAILURE ORCPT=rfc822;root@here.example',
    ]);
  });
});

describe('delivery modes', () => {
  test('-odq asks no hub, and the next run delivers', async () => {
    await using here = await machine();
    assert.equal((await here.call(['-odq', 'b@y.example'], letter)).status, 0);
    assert.equal(here.connections(), 0);
    await here.call(['-q']);
    assert.equal(here.arrived.length, 1);
  });

  for (const [what, words, text] of [
    ['for nobody', ['-t'], letter],
    ['for no address', ['a b@y.example'], letter],
    ['that goes in a loop', ['b@y.example'], `${'Received: by x\n'.repeat(60)}\nbody\n`],
    ['that is only looked at', ['-n', 'b@y.example'], letter],
    ['that has none, as with -bv', ['-bv', 'b@y.example'], ''],
  ] as const) {
    test(`no hub is called for a message ${what}`, async () => {
      await using here = await machine();
      await here.call(words, text);
      assert.equal(here.connections(), 0);
    });
  }

  test('-odb starts a program that delivers exactly this message', async () => {
    await using here = await machine();
    await here.call(['-odq', 'other@y.example'], letter);
    assert.equal((await here.call(['-odb', 'b@y.example'], letter)).status, 0);
    assert.equal(here.connections(), 0);
    const [[entry = '', configFile = ''] = []] = here.startedAgain;
    assert.equal(configFile, '/ssmtp.conf');
    await here.call([`-qI${entry}`]);
    assert.deepEqual(
      here.arrived.map(({ recipients }) => recipients),
      [['b@y.example']],
    );
  });

  test('DeliveryMode=queue is the same as -odq, and -odi counts more', async () => {
    await using here = await machine(['DeliveryMode=queue']);
    await here.call(['b@y.example'], letter);
    assert.equal(here.connections(), 0);
    await here.call(['-odi', 'c@y.example'], letter);
    assert.deepEqual(
      here.arrived.map(({ recipients }) => recipients),
      [['c@y.example']],
    );
  });

  test('a queue that is not there leaves -odq nothing but to deliver', async () => {
    await using here = await machine(['Queue=/nonexistent/queue']);
    assert.equal((await here.call(['-odq', 'b@y.example'], letter)).status, 0);
    assert.equal(here.arrived.length, 1);
  });

  test('a queue that cannot take the message gives 73 when the hub cannot either', async () => {
    await using here = await machine(['Queue=/proc/self']);
    await here.setHub(false);
    const { status, stderr } = await here.call(['b@y.example'], letter);
    assert.equal(status, 73);
    assert.match(
      stderr,
      /^ssmtp: Cannot reach mail hub .*; the queue cannot take the message: \/proc\/self: .*; the message is kept in /,
    );
  });
});

describe('a run of the queue', () => {
  test('asks a hub that is down once, however many messages wait', async () => {
    await using here = await machine();
    for (let count = 0; count < 30; count += 1) await here.call(['-odq', 'b@y.example'], letter);
    await here.setHub(false);
    const { stderr } = await here.call(['-q', '-v']);
    assert.equal(stderr, '');
    const deferred = here.files().filter((name) => name.includes('.d'));
    assert.equal(deferred.length, 1);
    await here.setHub(true);
    here.wait(10 * minutes);
    await here.call(['-q']);
    assert.equal(here.arrived.length, 30);
  });

  test('reaches what another hub takes, however many messages wait for one that is down', async () => {
    await using here = await machine(['[account away]', 'match=*@away.example', 'mailhub=127.0.0.1:1']);
    for (let count = 0; count < 30; count += 1)
      await here.call(['-odq', '-f', 'a@away.example', 'b@y.example'], letter);
    await here.call(['-odq', 'b@y.example'], letter);
    await here.call(['-q']);
    assert.equal(here.arrived.length, 1);
  });

  test('sends many messages in few sessions', async () => {
    await using here = await machine();
    for (let count = 0; count < 20; count += 1)
      await here.call(['-odq', count % 3 ? 'b@y.example' : 'no@y.example'], letter);
    await here.call(['-q']);
    assert.ok(here.connections() <= 4, `${here.connections()} connections`);
    assert.equal(here.arrived.filter(({ recipients }) => recipients.includes('b@y.example')).length, 13);
  });

  /** Which messages of how many are not with the hub after one run; each may be there once only. */
  async function leftBy(here: Machine, count: number): Promise<string[]> {
    for (let number = 0; number < count; number += 1) await here.call(['-odq', `b${number}@y.example`], letter);
    await here.call(['-q']);
    const arrived = here.arrived.flatMap(({ recipients }) => recipients);
    assert.equal(new Set(arrived).size, arrived.length, 'one came twice');
    return here.files().filter((name) => /\.[ndu]\d/.test(name));
  }

  const rooms = ['one, others wait', 'one, others are refused'] as const;
  for (const room of rooms) {
    test(`sends everything to a hub that has room for ${room}`, async () => {
      await using here = await machine(['CommandTimeout=3s']);
      here.room = room;
      assert.deepEqual(await leftBy(here, 40), []);
      assert.equal(here.arrived.length, 40);
    });

    test(`sends everything to a hub that has room for ${room}, and ends each session after five messages`, async () => {
      await using here = await machine(['CommandTimeout=3s']);
      here.room = room;
      here.messagesInSession = 5;
      assert.deepEqual(await leftBy(here, 40), []);
    });
  }

  test('keeps to a session that is open while the hub takes its time to refuse another', async () => {
    await using here = await machine();
    here.room = 'one, others are refused';
    here.delay = { refusal: 200, answer: 0 };
    assert.deepEqual(await leftBy(here, 5), []);
  });

  test('lets no message that had no place in time end the session of others', async () => {
    await using here = await machine(['CommandTimeout=3s', 'DeliveryTimeout=1s']);
    here.room = 'one, others wait';
    here.delay = { refusal: 0, answer: 150 };
    const left = await leftBy(here, 30);
    assert.deepEqual(
      left.filter((name) => name.includes('.u')),
      [],
    );
    assert.equal(left.length + here.arrived.length, 30);
    assert.equal(here.connections() <= 5, true, `${here.connections()} connections`);
  });

  test('leaves no more messages uncertain than a session has, when the hub ends it behind a chunk', async () => {
    await using here = await machine();
    here.room = 'one, others are refused';
    here.extensions = ['CHUNKING'];
    here.messagesInSession = 4;
    here.delay = { refusal: 0, answer: 30 };
    const left = await leftBy(here, 40);
    assert.ok(left.length <= 10 && here.arrived.length >= 30, `${here.arrived.length} arrived, left are ${left}`);
  });

  test('twice as long between attempts each time, up to four hours', async () => {
    await using here = await machine();
    await here.call(['later@y.example'], letter);
    const waits: number[] = [];
    for (let count = 0; count < 8; count += 1) {
      const due = dueOf(here.files());
      const before = here.connections();
      here.wait(due - here.seconds() - 1);
      await here.call(['-q']);
      assert.equal(here.connections(), before, 'not before its time');
      here.wait(1);
      await here.call(['-q']);
      waits.push(dueOf(here.files()) - due);
    }
    const expected = [10, 20, 40, 80, 160, 240, 240, 240].map((each) => each * minutes);
    for (const [index, wait] of waits.entries()) {
      const middle = expected[index] ?? 0;
      assert.ok(wait >= middle * 0.74 && wait <= middle * 1.26, `${wait} s where ${middle} s were expected`);
    }
  });

  test('-qI, -qR and -qS take what they name, due or not', async () => {
    await using here = await machine();
    await here.setHub(false);
    await here.call(['-f', 'a@x.example', 'b@y.example'], letter);
    await here.call(['-f', 'c@x.example', 'd@y.example'], letter);
    await here.call(['-f', 'e@x.example', 'f@y.example'], letter);
    await here.setHub(true);
    const ids = here
      .files()
      .filter((name) => name.endsWith('.s'))
      .map((name) => name.slice(0, 16));
    await here.call([`-qI${ids[1]}`]);
    assert.deepEqual(
      here.arrived.map(({ sender }) => sender),
      ['c@x.example'],
    );
    await here.call(['-qRF@Y']);
    assert.deepEqual(
      here.arrived.map(({ sender }) => sender),
      ['c@x.example', 'e@x.example'],
    );
    await here.call(['-qSa@x']);
    assert.equal(here.arrived.length, 3);
  });

  test('queue flush takes everything but what is on hold', async () => {
    await using here = await machine();
    await here.setHub(false);
    await here.call(['b@y.example'], letter);
    await here.call(['c@y.example'], letter);
    await here.setHub(true);
    const [id = ''] = here.files().map((name) => name.slice(0, 16));
    assert.equal((await here.call(['queue', 'hold', id])).status, 0);
    await here.call(['queue', 'flush']);
    assert.deepEqual(
      here.arrived.map(({ recipients }) => recipients),
      [['c@y.example']],
    );
    assert.match((await here.call(['-bp'])).stdout, new RegExp(`^${id}! `, 'm'));
    await here.call(['queue', 'release', id]);
    await here.call(['-q']);
    assert.equal(here.arrived.length, 2);
  });
});

describe('a run that lasts', () => {
  /** Each message takes 20 minutes; of 12 the first goes alone, and eight at once behind it. */
  const slowMachine = async () => {
    const begin = Date.UTC(2026, 10, 24, 10, 0, 0);
    let count = () => 0;
    const here = await machine([], { now: () => new Date(begin + count() * 20 * minutes * 1000) });
    for (let number = 1; number <= 12; number += 1) await here.call(['-odq', `b${number}@y.example`], letter);
    count = () => here.arrived.length;
    return here;
  };

  test('begins no further message after half an hour, and the next run goes on', async () => {
    await using here = await slowMachine();
    assert.equal((await here.call(['-q'])).status, 0);
    assert.equal(here.arrived.length, 9);
    assert.match(here.files().join(' '), /^([0-9A-F]{16}-[0-9a-f]{16}\.n\d+ ?){3}$/);
    await here.call(['-q']);
    assert.equal(here.arrived.length, 12);
  });

  test('goes on to its end when somebody has asked for it', async () => {
    await using here = await slowMachine();
    await here.call(['queue', 'flush']);
    assert.equal(here.arrived.length, 12);
  });
});

describe('what a process left behind', () => {
  test('a message whose sender was killed is delivered by the next run', async () => {
    await using here = await machine([], { interruption: () => new Promise(() => undefined) });
    await here.call(['-odq', 'b@y.example'], letter);
    here.rename(/\.n\d+$/, (name) => `${name}=4711.1.1.2`);
    await here.call(['-q']);
    assert.equal(here.arrived.length, 1);
  });

  test('a message in the hands of a process that runs is left alone', async () => {
    await using here = await machine([], { isRunning: () => true });
    await here.call(['-odq', 'b@y.example'], letter);
    here.rename(/\.n\d+$/, (name) => `${name}=4711.1.1.2`);
    await here.call(['-q']);
    assert.equal(here.arrived.length, 0);
    assert.match((await here.call(['-bp'])).stdout, /^[0-9A-F]{16}\* /m);
  });

  test('a message that was never finished is removed', async () => {
    await using here = await machine();
    await here.call(['-odq', 'b@y.example'], letter);
    here.rename(/\.n\d+$/, (name) => `${name.replace('.n', '.w')}=4711.1.1.2`);
    assert.equal((await here.call(['-bp'])).stdout, 'Mail queue is empty\n');
    await here.call(['-q']);
    assert.deepEqual(here.files(), []);
    assert.equal(here.arrived.length, 0);
  });

  test('files beside messages that are gone are swept away in time', async () => {
    await using here = await machine();
    const stray = `${here.seconds().toString(16).toUpperCase()}00000001.s`;
    for (const name of [stray, `${stray}~`, 'README']) writeFileSync(join(here.queue, name), '{}');
    await here.call(['-q']);
    assert.equal(here.files().length, 3);
    here.wait(7 * days);
    await here.call(['-q']);
    assert.deepEqual(here.files(), ['README']);
  });

  test('a message that the hub may have is marked and held off', async () => {
    await using here = await machine();
    await here.call(['-odq', 'b@y.example'], letter);
    here.rename(/\.n\d+$/, (name) => `${name.replace('.n', '.u')}=4711.1.1.2`);
    const { stderr } = await here.call(['-q']);
    assert.match(stderr, /^ssmtp: Cannot tell whether the hub has message [0-9A-F]{16}/);
    assert.match((await here.call(['-bp'])).stdout, /^[0-9A-F]{16}\? /m);
    here.wait(29 * minutes);
    await here.call(['-q']);
    assert.equal(here.arrived.length, 0);
    here.wait(2 * minutes);
    await here.call(['-q']);
    assert.equal(here.arrived.length, 1);
    assert.deepEqual(here.files(), []);
  });

  test('a connection that is lost behind the final dot is uncertain', async () => {
    await using here = await machine();
    here.answerToDot = undefined;
    assert.deepEqual(await here.call(['b@y.example'], letter), { status: 0, stderr: '', stdout: '' });
    assert.match(here.files().join(' '), /\.u\d+$/);
    assert.ok(dueOf(here.files()) - here.seconds() >= 30 * minutes);
    assert.equal(JSON.parse((await here.call(['--json', '-bp'])).stdout).is_uncertain, true);
  });
});

describe('bounces', () => {
  test('the sender is told what the hub refused, with the message, from the null sender', async () => {
    await using here = await machine();
    await here.call(['-odq', '-f', 'a@x.example', '-V', 'env-1', 'b@y.example', 'no@y.example'], letter);
    await here.call(['-q']);
    assert.deepEqual(
      here.arrived.map(({ sender, recipients }) => [sender, ...recipients]),
      [
        ['a@x.example', 'b@y.example'],
        ['', 'a@x.example'],
      ],
    );
    const text = here.arrived[1]?.text ?? '';
    assert.match(text, /^From: Mail Delivery System <MAILER-DAEMON@here\.example>\r$/m);
    assert.match(text, /^Auto-Submitted: auto-replied\r$/m);
    assert.match(text, /^Content-Type: multipart\/report; report-type=delivery-status;\r$/m);
    assert.match(text, /^Original-Envelope-Id: env-1\r\nReporting-MTA: dns; here\.example\r$/m);
    assert.match(
      text,
      /^\r\nOriginal-Recipient: rfc822; no@y\.example\r\nFinal-Recipient: rfc822; no@y\.example\r\nAction: failed\r\nStatus: 5\.1\.1\r\nRemote-MTA: dns; 127\.0\.0\.1\r\nDiagnostic-Code: smtp; 550 5\.1\.1 no such user\r$/m,
    );
    assert.match(text, /^Subject: minutes\r\n\r\nhello\r$/m);
    assert.deepEqual(here.files(), ['told']);
  });

  for (const [flags, isTold, isWhole] of [
    [['-N', 'never'], false, false],
    [['-N', 'delay'], false, false],
    [['-N', 'success,failure'], true, true],
    [['-R', 'hdrs'], true, false],
  ] as const) {
    test(`${flags.join(' ')} ${isTold ? `returns ${isWhole ? 'the message' : 'the header'}` : 'tells nobody'}`, async () => {
      await using here = await machine();
      await here.call(['-odq', ...flags, 'no@y.example'], letter);
      await here.call(['-q']);
      assert.equal(here.arrived.length, isTold ? 1 : 0);
      if (isTold) assert.equal(here.arrived[0]?.text.includes('\r\nhello\r\n'), isWhole);
      assert.deepEqual(
        here.files().filter((name) => name !== 'told'),
        [],
      );
    });
  }

  test('a message is given up after five days, with the last reason', async () => {
    await using here = await machine();
    await here.call(['later@y.example'], letter);
    here.wait(5 * days - 2 * minutes);
    await here.call(['-q']);
    assert.equal(here.arrived.length, 0);
    here.wait(10 * days);
    await here.call(['-q']);
    assert.deepEqual(
      here.arrived.map(({ recipients }) => recipients),
      [['alice@here.example']],
    );
    assert.match(
      here.arrived[0]?.text ?? '',
      /^Status: 4\.2\.1\r\n.*\r\nDiagnostic-Code: smtp; 451 4\.2\.1 not now\r$/m,
    );
  });

  test('DelayWarning tells the sender once that it takes long', async () => {
    await using here = await machine(['DelayWarning=4h']);
    await here.call(['later@y.example'], letter);
    for (let hours = 0; hours < 24; hours += 1) {
      here.wait(60 * minutes);
      await here.call(['-q']);
    }
    assert.equal(here.arrived.length, 1);
    assert.match(here.arrived[0]?.text ?? '', /^Action: delayed\r\nStatus: 4\.2\.1\r$/m);
  });

  test('the same failure within an hour is told once more, for all together', async () => {
    await using here = await machine();
    for (let count = 0; count < 6; count += 1) {
      await here.call(['-odq', `no${count}@y.example`], letter);
      await here.call(['-q']);
    }
    assert.equal(here.arrived.length, 1);
    assert.match((await here.call(['-bp'])).stdout, /in 5 Requests\.\n$/);
    here.wait(61 * minutes);
    await here.call(['-q']);
    assert.equal(here.arrived.length, 2);
    assert.equal(here.arrived[1]?.text.match(/^Final-Recipient: /gm)?.length, 5);
    assert.match(here.arrived[1]?.text ?? '', /^5 messages could not be delivered/m);
    assert.deepEqual(here.files(), ['told']);
  });

  test('a memory that cannot be written keeps nobody from being told', async () => {
    await using here = await machine();
    mkdirSync(join(here.queue, 'told'));
    await here.call(['-odq', 'no@y.example'], letter);
    assert.equal((await here.call(['-q'])).stderr, '');
    await here.call(['-q']);
    assert.equal(here.arrived.length, 1);
  });

  test('what cannot be returned goes to root, and then is kept', async () => {
    await using here = await machine();
    await here.call(['-odq', '-f', 'no-sender@y.example', 'no@y.example'], letter);
    await here.call(['-q']);
    assert.deepEqual(
      here.arrived.map(({ sender, recipients }) => [sender, ...recipients]),
      [['', 'admin@example.org']],
    );
    assert.match(here.arrived[0]?.text ?? '', /^Final-Recipient: rfc822; no@y\.example\r$/m);
  });

  test('what root does not get either is kept on hold', async () => {
    await using here = await machine(['root=no-root@example.org']);
    await here.call(['-odq', '-f', '<>', 'no@y.example'], letter);
    await here.call(['-q']);
    assert.equal(here.arrived.length, 0);
    assert.match((await here.call(['-bp'])).stdout, /^[0-9A-F]{16}! /m);
    assert.equal(here.connections() < 5, true);
  });
});

describe('queue commands', () => {
  test('show prints the message as it came in, and delete removes it', async () => {
    await using here = await machine();
    await here.call(['-odq', 'b@y.example'], letter);
    const id = here.files()[0]?.slice(0, 16) ?? '';
    assert.deepEqual(await here.call(['queue', 'show', id.toLowerCase()]), { status: 0, stdout: letter, stderr: '' });
    assert.equal((await here.call(['queue', 'delete', 'ALL'])).status, 0);
    assert.deepEqual(here.files(), []);
    const { status, stderr } = await here.call(['queue', 'delete', id]);
    assert.deepEqual([status, stderr], [66, `ssmtp: Cannot delete ${id}: there is no such message in the queue\n`]);
  });

  test('find a message whose name another process changes meanwhile', async () => {
    for (const [action, files] of [
      ['delete', /^$/],
      ['hold', /^\S+\.h\d+ \S+\.s \S+\.h\d+ \S+\.s$/],
    ] as const) {
      let change = () => {};
      await using here = await machine([], {
        isRunning() {
          change();
          return false;
        },
      });
      for (const recipient of ['later@y.example', 'later2@y.example']) await here.call([recipient], letter);
      here.rename(/\.d/, (name) => `${name}=2.2.2.2`);
      change = () => here.rename(/=/, (name) => name.replace(/\d=.*/, '0'));
      assert.deepEqual(await here.call(['queue', action, 'ALL']), { status: 0, stdout: '', stderr: '' });
      assert.match(here.files().join(' '), files);
    }
  });

  for (const [words, message] of [
    [['queue', 'hold'], 'Cannot hold: name a queue id'],
    [['queue', 'run', 'x'], 'Cannot run "x": it takes no queue id'],
  ] as const) {
    test(`${words.join(' ')} is refused`, async () => {
      await using here = await machine();
      const { status, stderr } = await here.call(words);
      assert.equal(status, 64);
      assert.ok(stderr.startsWith(`ssmtp: ${message}`), stderr);
    });
  }
});

function dueOf(files: readonly string[]): number {
  return Number(/\.[du](\d+)$/.exec(files.find((name) => /\.[du]\d+$/.test(name)) ?? '')?.[1]);
}
