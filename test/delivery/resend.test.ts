/** `ssmtp dead-letter resend`: what could not be sent goes again, once, to those whom the notes name, and to nobody else. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmdirSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { type ResendContext, resend as resendMessage } from '../../src/delivery/resend.ts';
import { Failure } from '../../src/failure.ts';
import { messageOf, optionsWith, settingsWith } from '../route/pieces.ts';
import { fakeSystem } from '../system/fake-system.ts';
import { type Machine, machine } from './machine.ts';

const noQueue = ['Queue=NO'];
const notRoot = process.getuid?.() !== 0 && 'SKIPPED: only root can give files away';
const resend = ['dead-letter', 'resend'];

const pathIn = (here: Machine) => join(here.home, 'dead.letter');
const textIn = (here: Machine) => (existsSync(pathIn(here)) ? readFileSync(pathIn(here), 'latin1') : undefined);
const key = 'c0ffee'.repeat(5);
const layKey = (here: Machine) => writeFileSync(join(here.home, '.dead.letter.key'), `${key}\n`, { mode: 0o600 });
const lay = (here: Machine, ...letters: readonly string[]) => {
  layKey(here);
  writeFileSync(pathIn(here), letters.join(''), { encoding: 'latin1', mode: 0o600 });
};
const bodies = (here: Machine) => here.arrived.map(({ text }) => text.slice(text.indexOf('\r\n\r\n') + 4));
const recipients = (here: Machine) => here.arrived.map((each) => each.recipients);

/** What a descriptor of this process leads to; '' for one that is closed meanwhile. */
function linkOf(descriptor: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`);
  } catch {
    return '';
  }
}

interface Notes {
  readonly first?: string;
  readonly sender?: string | undefined;
  readonly to?: string | undefined;
  readonly seal?: string;
}

/** As it stands in the file. */
function letter(
  content: string,
  { first = 'X-Dead-Letter', sender, to = 'b@y.example', seal = `${key} ${content.length}` }: Notes = {},
): string {
  const notes = [
    `${first}: Cannot send: why`,
    ...(sender === undefined ? [] : [`X-Dead-Letter-From: ${sender}`]),
    ...(to === 'header' ? [] : [`X-Dead-Letter-To: ${to}`]),
    ...(seal === '' ? [] : [`X-Dead-Letter-Seal: ${seal}`]),
  ];
  return `From alice Sun Nov 22 07:05:13 2026\n${notes.join('\n')}\n${content}\n`;
}

async function dead(here: Machine, words: readonly string[], message: string): Promise<void> {
  await here.setHub(false);
  const { status } = await here.call(words, message);
  assert.equal(status, 69);
  await here.setHub(true);
}

describe('ssmtp dead-letter resend', () => {
  test('sends each message as it was, to those who did not get it, and removes the file', async () => {
    await using here = await machine(noQueue);
    const message = 'From : c@x.example\n>From: d\nSubject: s\n\nFrom me\n>From you\n>>From them\n\n\nno end';
    await dead(here, ['-i', '-f', 'bounce@x.example', 'b@y.example', 'c@y.example'], message);
    await dead(here, ['-i', '-t', 'e@y.example'], 'To: d@y.example\nBcc: f@y.example\n\ntwo\n.\nthree\n');
    const { status, stderr, stdout } = await here.call(resend);
    assert.deepEqual({ status, stderr, stdout }, { status: 0, stderr: '', stdout: '' });
    assert.deepEqual(recipients(here), [
      ['b@y.example', 'c@y.example'],
      ['e@y.example', 'd@y.example', 'f@y.example'],
    ]);
    assert.deepEqual(
      here.arrived.map(({ sender }) => sender),
      ['bounce@x.example', 'alice@here.example'],
    );
    assert.deepEqual(
      bodies(here).map((body) => body.replace(/(?<=\n)\.\r\n$/, '')),
      ['From me\r\n>From you\r\n>>From them\r\n\r\n\r\nno end\r\n', 'two\r\n..\r\nthree\r\n'],
    );
    assert.match(here.arrived[0]?.text ?? '', /\r\nFrom : c@x\.example\r\n>From: d\r\nSubject: s\r\n\r\n/);
    for (const { text } of here.arrived) assert.doesNotMatch(text, /X-Dead-Letter|^Bcc/im);
    assert.deepEqual(
      readdirSync(here.home).filter((name) => name.startsWith('dead')),
      [],
    );
  });

  test('leaves what is refused, with new notes for those who did not get it', async () => {
    await using here = await machine(noQueue);
    lay(
      here,
      letter('\none\n', { to: 'b@y.example' }),
      letter('\ntwo\n', { to: 'b@y.example, no@y.example, later@y.example', sender: '<>' }),
      letter('\nthree\n', { to: 'no@y.example' }),
      letter('\nfour\n'),
    );
    const { status, stderr } = await here.call(resend);
    assert.equal(status, 67);
    assert.match(stderr, /^ssmtp: Cannot send to no@y\.example: 550 .*; message 2 stays in \S+dead\.letter$/m);
    assert.match(stderr, /; message 3 stays in /);
    assert.equal(here.arrived.length, 3);
    const reason = 'X-Dead-Letter: Cannot send to no@y\\.example: 550 .*\\n( .*\\n)*';
    assert.match(
      textIn(here) ?? '',
      new RegExp(
        `^From alice .*\\n${reason}X-Dead-Letter-From: <>\\nX-Dead-Letter-To: no@y\\.example, later@y\\.example\\nX-Dead-Letter-Seal: ${key} 5\\n\\ntwo\\n\\n` +
          `From alice .*\\n${reason}X-Dead-Letter-To: no@y\\.example\\nX-Dead-Letter-Seal: ${key} 7\\n\\nthree\\n\\n$`,
      ),
    );
  });

  test('leaves all as it is when the hub is down, and asks it once', async () => {
    await using here = await machine(noQueue);
    await here.setHub(false);
    lay(here, letter('\none\n'), letter('\ntwo\n'));
    const { status, stderr } = await here.call(resend);
    assert.equal(status, 69);
    assert.equal(stderr.match(/stays in/g)?.length, 2);
    assert.equal(stderr.match(/firewall/g)?.length, 1, 'a hint is given once');
    assert.match(
      textIn(here) ?? '',
      /^From alice.*\nX-Dead-Letter: [\s\S]*\none\n\nFrom alice.*\nX-Dead-Letter: [\s\S]*\ntwo\n\n$/,
    );
  });

  test('puts into the queue what the hub cannot take for now', async () => {
    await using here = await machine();
    lay(here, letter('\none\n', { to: 'b@y.example, later@y.example', sender: 'a@x.example' }), letter('\ntwo\n'));
    assert.equal((await here.call(resend)).status, 0);
    assert.equal(textIn(here), undefined);
    await here.setHub(false);
    lay(here, letter('Subject: s\n\nFour\n', { sender: 'a@x.example' }));
    assert.deepEqual(await here.call(resend), { status: 0, stdout: '', stderr: '' });
    assert.equal(textIn(here), undefined);
    await here.setHub(true);
    here.wait(7200);
    await here.call(['-q']);
    assert.deepEqual(recipients(here), [['b@y.example'], ['b@y.example'], ['b@y.example']]);
    assert.equal(here.arrived[2]?.sender, 'a@x.example');
    assert.match(here.arrived[2]?.text ?? '', /Subject: s\r\n\r\nFour\r\n/);
  });

  test('leaves what neither the hub nor the queue takes, and says what keeps the queue from it', async () => {
    await using here = await machine();
    chmodSync(here.queue, 0o777);
    await here.setHub(false);
    lay(here, letter('\none\n'));
    const { status, stderr } = await here.call(resend);
    assert.equal(status, 73);
    assert.match(stderr, /Cannot queue the message: \S+: others may remove files there; .* stays in .*\n.*mode 3733/);
    assert.match(textIn(here) ?? '', /^From .*\nX-Dead-Letter: /);
  });

  test('sends nothing again that could not be taken out of the file, and leaves nothing open', async () => {
    await using here = await machine(noQueue);
    lay(here, letter('\none\n'), letter('\ntwo\n'));
    const draft = `${pathIn(here)}~`;
    mkdirSync(draft);
    const { status, stderr } = await here.call(resend);
    assert.equal(status, 74);
    assert.match(stderr, /Cannot change \S+dead\.letter: /);
    assert.equal(here.arrived.length, 2);
    rmdirSync(draft);
    const open = readdirSync('/proc/self/fd').filter((fd) => linkOf(fd).startsWith(here.home));
    assert.deepEqual(open, []);
    assert.equal((await here.call(resend)).status, 0);
    assert.equal(here.arrived.length, 2);
    assert.deepEqual(
      readdirSync(here.home).filter((name) => name.startsWith('dead')),
      [],
    );
    await dead(here, ['b@y.example'], '\nthree\n');
    assert.deepEqual(
      readdirSync('/proc/self/fd').filter((fd) => linkOf(fd).startsWith(here.home)),
      [],
    );
  });

  test('sends what the header of a message names', async () => {
    await using here = await machine(noQueue);
    lay(here, letter('To: c@y.example\nBcc: d@y.example\n\n>From here\n', { to: 'header' }));
    assert.equal((await here.call(resend)).status, 0);
    assert.deepEqual(recipients(here), [['c@y.example', 'd@y.example']]);
    assert.match(bodies(here)[0] ?? '', /^From here\r\n/);
  });

  for (const { what, content, to } of [
    { what: 'a field with the name of a note', content: 'X-Dead-Letter-To: evil@z\nX-Dead-Letter: x\n\nhello\n' },
    { what: 'a field with the name of the note of a sender', content: 'X-Dead-Letter-From: evil@z\n\nhello\n' },
    {
      what: 'a letter in its body',
      content: `S: s\n\n${letter('\nevil\n', { to: 'evil@z' })}`,
    },
    {
      what: 'a letter in its header',
      content: 'From : x Sun Nov 22\nX-Dead-Letter: x\nX-Dead-Letter-To: evil@z\n\nhi\n',
    },
    { what: 'no note of recipients', content: 'X-Dead-Letter-To: evil@z\nTo: c@y.example\n\nhi\n', to: 'header' },
  ]) {
    test(`sends what holds ${what} to nobody else, and whole`, async () => {
      await using here = await machine(noQueue);
      const words = to === 'header' ? ['-t', '-i'] : ['-i', 'b@y.example'];
      await dead(here, words, content);
      assert.equal((await here.call(resend)).status, 0);
      assert.deepEqual(recipients(here), [[to === 'header' ? 'c@y.example' : 'b@y.example']]);
      assert.equal(here.arrived[0]?.sender, 'alice@here.example');
      const lines = content
        .trimEnd()
        .split('\n')
        .filter((line) => line !== '');
      for (const line of lines) assert.ok(here.arrived[0]?.text.includes(`${line}\r\n`), line);
      assert.equal(textIn(here), undefined);
    });
  }

  test('takes no recipient from a word with a control character, or from a header that was not asked for', async () => {
    await using here = await machine(noQueue);
    await here.call(['a\n,evil@z', '\revil@z'], 'To: evil@z\n\nhello\n');
    await here.call(['-i'], 'To: evil@z\n\nhello\n');
    const { status } = await here.call(resend);
    assert.equal(status, 65);
    await here.call(resend);
    assert.deepEqual(here.arrived, []);
    assert.equal(textIn(here)?.match(/^From alice/gm)?.length, 2);
  });

  test('sends nothing twice that may have been sent before, and leaves what it cannot know', async () => {
    await using here = await machine(noQueue);
    lay(
      here,
      'an old text\n\n',
      letter('\nbusy\n', { first: 'X-Busy-Letter' }),
      letter('\nsent\n', { first: 'X-Sent-Letter' }),
      'From mail Sun Nov 22 07:05:13 2026\nTo: x@y.example\n\nforeign\n\n',
      letter('\ncut').slice(0, -1),
    );
    const { status, stderr } = await here.call(resend);
    assert.equal(status, 75);
    assert.equal(here.arrived.length, 0);
    assert.match(
      stderr,
      /it may have been sent.*message 2 stays[\s\S]*has not written it.*message 4 stays[\s\S]*its end is missing.*message 5/,
    );
    assert.match(
      textIn(here) ?? '',
      /^an old text\n\nFrom [\s\S]*\nbusy\n\nFrom mail [\s\S]*\nforeign\n\nFrom [\s\S]*\ncut$/,
    );
    assert.doesNotMatch(textIn(here) ?? '', /sent\n\n/);
  });

  test('leaves a message of which nobody knows whether the hub has it, and does not send it again', async () => {
    await using here = await machine(noQueue);
    lay(here, letter('\none\n'));
    here.answerToDot = undefined;
    const first = await here.call(resend);
    assert.equal(first.status, 75);
    assert.match(textIn(here) ?? '', /^From .*\nX-Busy-Letter: /);
    here.answerToDot = '250 2.0.0 taken';
    const second = await here.call(resend);
    assert.match(second.stderr, /Cannot send it again: it may have been sent/);
    assert.equal(here.arrived.length, 0);
  });

  test('sends files of single messages, too, and a file that is named', async () => {
    await using here = await machine(noQueue);
    layKey(here);
    const alone = letter('\nalone\n', { seal: '0123456789ab 7' });
    writeFileSync(join(here.home, 'dead.letter.0123456789ab'), alone, { mode: 0o600 });
    writeFileSync(join(here.home, 'dead.letter.old'), letter('\nold\n'), { mode: 0o600 });
    assert.equal((await here.call(resend)).status, 0);
    assert.equal(here.arrived.length, 1);
    assert.equal((await here.call([...resend, join(here.home, 'dead.letter.old')])).status, 0);
    assert.equal(here.arrived.length, 2);
    assert.equal((await here.call([...resend, join(here.home, 'dead.letter.old')])).status, 66);
  });

  for (const seal of ['', 'other 7', '0123456789ab 7', key, `${key} -7`, `${key} 7 7`])
    test(`sends nothing that another program has appended, with the seal ${seal}`, async () => {
      await using here = await machine(noQueue);
      const evil = letter('\nevil!\n', { to: 'evil@e.example', sender: 'q@q.example', seal });
      lay(here, evil, letter('\none\n'), evil);
      const { status, stderr } = await here.call(resend);
      assert.equal(status, 75);
      assert.deepEqual(bodies(here), ['one\r\n']);
      assert.match(stderr, /has not written it.*; message 1 stays in .*\n.*has not written it.*; message 3 stays in /);
      assert.equal(textIn(here), evil + evil);
      const { stdout } = await here.call(['dead-letter', 'list']);
      assert.equal(
        stdout.replaceAll(pathIn(here), 'FILE'),
        [1, 2]
          .map(
            (number) =>
              `FILE, message ${number}: ${evil.length} octets\n  ssmtp has not written it, so that nothing says who should get it\n`,
          )
          .join(''),
      );
    });

  test('sends its own message whole, whatever was appended to it without an empty line', async () => {
    await using here = await machine(noQueue);
    lay(here, letter('\none\n'), 'raw text\nwithout an end');
    await dead(here, ['c@y.example'], '\ntwo\n');
    const { status, stderr } = await here.call(resend);
    assert.equal(status, 75);
    assert.match(stderr, /^ssmtp: Cannot send it again: ssmtp has not written it.*; message 2 stays in .*\n$/);
    assert.deepEqual(bodies(here), ['one\r\n', 'two\r\n']);
    assert.equal(textIn(here), 'raw text\nwithout an end\n');
  });

  test('sends no message whose end another program has filled up', async () => {
    await using here = await machine(noQueue);
    lay(here, letter('\none and two\n').slice(0, -6), 'other text of any length\n\n');
    const { status, stderr } = await here.call(resend);
    assert.equal(status, 75);
    assert.match(stderr, /its end is missing/);
    assert.deepEqual(here.arrived, []);
  });

  for (const body of ['abc\r', 'abc', 'abc\n', 'abc\r\n', 'abc\n\n', 'From x\r', ''])
    test(`sends the body ${JSON.stringify(body)} as it is sent at once`, async () => {
      await using here = await machine(noQueue);
      await here.setHub(true);
      assert.equal((await here.call(['-i', 'b@y.example'], `Subject: s\n\n${body}`)).status, 0);
      await dead(here, ['-i', 'b@y.example'], `Subject: s\n\n${body}`);
      assert.equal((await here.call(resend)).status, 0);
      const [atOnce, again] = bodies(here);
      assert.equal(again, atOnce);
    });

  test('says that a named file holds no message', async () => {
    await using here = await machine(noQueue);
    lay(here, '\n');
    assert.deepEqual(await here.call(resend), { status: 0, stdout: '', stderr: '' });
    const { status, stderr } = await here.call([...resend, pathIn(here)]);
    assert.equal(status, 66);
    assert.match(stderr, /^ssmtp: Cannot use \S+ as dead\.letter: there is no message in it\n$/);
    lay(here, 'garbage\0\n');
    const garbage = await here.call([...resend, pathIn(here)]);
    assert.equal(garbage.status, 75);
    assert.match(garbage.stderr, /ssmtp has not written it/);
    assert.equal(textIn(here), 'garbage\0\n');
  });

  for (const [what, change] of [
    ['a file that others may write', (path: string) => chmodSync(path, 0o622)],
    ['a file with two names', (path: string) => linkSync(path, `${path}.other`)],
    [
      'a symbolic link',
      (path: string) => {
        execFileSync('mv', [path, `${path}.target`]);
        symlinkSync(`${path}.target`, path);
      },
    ],
    [
      'a directory',
      (path: string) => {
        execFileSync('rm', [path]);
        mkdirSync(path);
      },
    ],
    [
      'a pipe',
      (path: string) => {
        execFileSync('rm', [path]);
        execFileSync('mkfifo', ['-m', '600', path]);
      },
    ],
  ] as const) {
    test(`takes no word from ${what}`, async () => {
      await using here = await machine(noQueue);
      lay(here, letter('\none\n'));
      change(pathIn(here));
      const { status, stderr } = await here.call([...resend, pathIn(here)]);
      assert.ok(status === 77 || status === 66, String(status));
      assert.match(stderr, /^ssmtp: Cannot use \S+ as dead\.letter: /);
      assert.deepEqual(here.arrived, []);
    });
  }

  test("takes no word from another user's file, even as root", { skip: notRoot }, async () => {
    await using here = await machine(noQueue);
    lay(here, letter('\none\n'));
    chownSync(pathIn(here), 65_534, 65_534);
    const { status, stderr } = await here.call([...resend, pathIn(here)]);
    assert.equal(status, 77);
    assert.match(stderr, /it belongs to another user/);
    assert.equal((await here.call(resend)).status, 0);
    assert.deepEqual(here.arrived, []);
  });

  test('waits for nobody who has the file locked, and removes no lock of a process that runs', async () => {
    await using here = await machine(noQueue, { isRunning: () => true });
    lay(here, letter('\none\n'));
    writeFileSync(`${pathIn(here)}.lock`, '1.1.1.2\n');
    const begun = performance.now();
    const { status, stderr } = await here.call(resend);
    assert.ok(performance.now() - begun >= 2500, 'it may be a moment only');
    assert.equal(status, 75);
    assert.match(stderr, /another program has \S+\.lock/);
    await dead(here, ['c@y.example'], '\ntwo\n');
    assert.ok(!textIn(here)?.includes('two'));
    assert.equal(readdirSync(here.home).filter((name) => /^dead\.letter\.[0-9a-f]{12}$/.test(name)).length, 1);
    assert.equal(readFileSync(`${pathIn(here)}.lock`, 'latin1'), '1.1.1.2\n');
  });

  test('removes the lock of a process that is gone', async () => {
    await using here = await machine(noQueue);
    lay(here, letter('\none\n'));
    writeFileSync(`${pathIn(here)}.lock`, '1.1.1.2\n');
    assert.equal((await here.call(resend)).status, 0);
    assert.equal(here.arrived.length, 1);
    assert.ok(!existsSync(`${pathIn(here)}.lock`));
  });

  test('keeps what somebody adds without a look at the lock', async () => {
    await using here = await machine(noQueue);
    lay(here, letter('\none\n'));
    const adding = setInterval(() => undefined, 1000);
    here.delay.answer = 300;
    const running = here.call(resend);
    setTimeout(() => appendFileSync(pathIn(here), letter('\ntwo\n')), 100);
    assert.equal((await running).status, 0);
    clearInterval(adding);
    assert.match(textIn(here) ?? '', /^From alice[\s\S]*\ntwo\n\n$/);
    assert.equal(textIn(here)?.includes('one'), false);
  });

  test('stops when a signal asks for that, and is no success while messages are left', async () => {
    const stop = Promise.withResolvers<never>();
    await using here = await machine(noQueue, { interruption: () => stop.promise });
    lay(here, letter('\none\n'), letter('\ntwo\n'));
    here.delay.answer = 400;
    const running = here.call(resend);
    setTimeout(() => stop.reject(new Failure('temporary', 'Cannot go on: interrupted by SIGTERM')), 200);
    assert.equal((await running).status, 75);
    assert.equal(here.arrived.length, 1);
    assert.match(textIn(here) ?? '', /^From .*\nX-Dead-Letter: .*\n.*\n.*\n\ntwo\n\n$/);
  });

  test('knows no other command, and no second file', async () => {
    await using here = await machine(noQueue);
    for (const words of [['dead-letter'], ['dead-letter', 'send'], [...resend, 'a', 'b']])
      assert.equal((await here.call(words)).status, 64);
    assert.equal((await here.call(resend)).status, 0);
  });
});

describe('resend()', () => {
  const contextFor = (settings: ResendContext['settings']): ResendContext => ({
    ...{ settings, system: fakeSystem(), ended: new Promise<never>(() => undefined), down: new Map() },
    isStopping: () => false,
    transcript: () => undefined,
  });
  const queueAt = (path: string) =>
    settingsWith({ mailhub: { host: '127.0.0.1', port: 1 }, queue: { path, isNamed: true } });
  const message = messageOf('\nhello\n');
  const options = optionsWith({ operands: ['b@y.example'] });

  for (const [what, settingsFor, state] of [
    ['the hub is down', queueAt, 'd'],
    ['the configuration is closed', (dropPlace: string) => ({ dropPlace }), 'n'],
  ] as const) {
    test(`resend() writes down that others may have the message before it stands in the queue, when ${what}`, async () => {
      await using here = await machine();
      const seen: string[][] = [];
      const begin = () => void seen.push(here.files());
      const resent = await resendMessage({ message, options, begin }, contextFor(settingsFor(here.queue)));
      assert.deepEqual([resent.unserved, resent.failure, resent.isQueued], [[], undefined, true]);
      assert.equal(seen.length, 1);
      assert.ok(
        seen[0]?.every((name) => /\.w\d+=/.test(name)),
        String(seen),
      );
      assert.equal(here.files().filter((name) => new RegExp(`\\.${state}\\d+$`).test(name)).length, 1);
    });

    test(`resend() tells that the queue has lost the message meanwhile, when ${what}`, async () => {
      await using here = await machine();
      const begin = () => {
        for (const name of here.files()) unlinkSync(join(here.queue, name));
      };
      const resent = await resendMessage({ message, options, begin }, contextFor(settingsFor(here.queue)));
      assert.deepEqual(resent.unserved, ['b@y.example']);
      assert.equal(resent.failure?.message, `Cannot queue the message: ${here.queue}: no such file or directory`);
      assert.deepEqual(here.files(), []);
    });
  }

  test('resend() leaves nothing in a queue that is not there, or for nobody', async () => {
    await using here = await machine();
    const begin = () => undefined;
    const away = await resendMessage({ message, options, begin }, contextFor({ dropPlace: `${here.queue}-away` }));
    assert.deepEqual(
      [away.unserved, away.failure?.message],
      [['b@y.example'], 'Cannot queue the message: there is no queue'],
    );
    const forNobody = { message, options: optionsWith(), begin };
    const { failure } = await resendMessage(forNobody, contextFor({ dropPlace: here.queue }));
    assert.equal(failure?.kind, 'usage');
    assert.deepEqual(here.files(), []);
  });
});

describe('ssmtp dead-letter list', () => {
  test('shows what is kept, from whom, to whom and why', async () => {
    await using here = await machine(noQueue);
    assert.equal((await here.call(['dead-letter', 'list'])).stdout, 'There is no message in dead.letter\n');
    lay(here, letter('\none\n', { sender: '<>' }), letter('\nt\x1bo\n', { first: 'X-Busy-Letter', to: 'header' }));
    const { stdout } = await here.call(['dead-letter', 'list']);
    assert.equal(
      stdout,
      `${pathIn(here)}, message 1: Sun Nov 22 07:05:13 2026, 5 octets
  from <> to b@y.example
  Cannot send: why
${pathIn(here)}, message 2: Sun Nov 22 07:05:13 2026, 5 octets
  from you to whoever the header names
  it may have been sent: the program was killed before it knew
`,
    );
  });
});

describe('sendmail -t', () => {
  for (const words of [['-t'], ['b@y.example'], ['-t', '-odq']]) {
    test(`takes ${words.join(' ')} and fields like our notes as text of somebody else`, async () => {
      await using here = await machine();
      const notes = 'X-Dead-Letter: x\nX-Dead-Letter-From: evil@z\nX-Dead-Letter-To: evil@z\n';
      assert.equal((await here.call(words, `${notes}To: b@y.example\n\nhello\n`)).status, 0);
      await here.call(['-q']);
      assert.deepEqual(recipients(here), [['b@y.example']]);
      assert.equal(here.arrived[0]?.sender, 'alice@here.example');
      assert.ok(here.arrived[0]?.text.includes(notes.replaceAll('\n', '\r\n')));
    });
  }
});
