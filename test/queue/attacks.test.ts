/** What a local user may lay into a queue that is open to all: none of it is followed, believed, or keeps other mail from leaving. */

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { queueList } from '../../src/admin/queue-list.ts';
import { parseName } from '../../src/queue/entry-name.ts';
import { openEntry } from '../../src/queue/open-entry.ts';
import { parseRequest, requestLine } from '../../src/queue/request.ts';
import { type Machine, machine } from '../delivery/machine.ts';
import { temporaryDirectory } from '../rig/temporary.ts';
import { fakeSystem } from '../system/fake-system.ts';

const letter = 'Subject: minutes\n\nhello\n';
const name = (number: number, state = 'n') => `0000000${number}AAAAAAAA.${state}1`;
const asked = { operands: ['b@y.example'], recipientsFromHeader: false };
const entry = (request: object, message = letter) =>
  `ssmtp-queue 1 ${String(message.length).padStart(15, '0')} ${JSON.stringify(request)}\n${message}`;

const notRoot = process.getuid?.() !== 0 && 'SKIPPED: only root can give files away';

/** Does something synchronous with the rights of another user. */
function asUser<T>(uid: number, work: () => T): T {
  process.setegid?.(uid);
  process.seteuid?.(uid);
  try {
    return work();
  } finally {
    process.seteuid?.(0);
    process.setegid?.(0);
  }
}

/** The queue is run with an honest message behind what was laid there; gives what the runner said. */
async function runWith(lay: (here: Machine) => void): Promise<{ here: Machine; stderr: string }> {
  const here = await machine();
  lay(here);
  await here.call(['-odq', 'honest@y.example'], letter);
  const { status, stderr } = await here.call(['-q']);
  assert.equal(status, 0);
  assert.ok(
    here.arrived.some(({ recipients }) => recipients.includes('honest@y.example')),
    'other mail leaves',
  );
  return { here, stderr };
}

describe('a runner', () => {
  for (const [what, lay, says] of [
    ['a symbolic link', (path: string) => symlinkSync('/etc/passwd', path), 'it is a symbolic link; it is removed'],
    ['a pipe', (path: string) => execFileSync('mkfifo', [path]), 'it is no regular file; it is removed'],
    [
      'a second name of a file',
      (path: string) => {
        writeFileSync(`${path}-other`, entry(asked));
        linkSync(`${path}-other`, path);
      },
      'the file has several names; it is put on hold',
    ],
    ['nothing', (path: string) => writeFileSync(path, ''), 'it is no whole message of this queue; it is put on hold'],
    [
      'no JSON',
      (path: string) => writeFileSync(path, 'ssmtp-queue 1 000000000000001 {x}\nx'),
      'it is no whole message',
    ],
    ['a wrong length', (path: string) => writeFileSync(path, entry(asked).slice(0, -1)), 'it is no whole message'],
    ['a line without end', (path: string) => writeFileSync(path, 'x'.repeat(5_000_000)), 'it is no whole message'],
    [
      'commands in NOTIFY',
      (path: string) => writeFileSync(path, entry({ ...asked, notify: 'NEVER\r\nRCPT TO:<evil@x.example>' })),
      'it is no whole message',
    ],
    [
      'commands in parameters',
      (path: string) =>
        writeFileSync(path, entry({ ...asked, parameters: { 'b@y.example': ['NOTIFY=NEVER\r\nDATA'] } })),
      'it is no whole message',
    ],
    [
      'a huge file with holes',
      (path: string) => {
        writeFileSync(path, 'ssmtp-queue 1 ');
        truncateSync(path, 2 ** 34);
      },
      'it is no whole message',
    ],
  ] as const) {
    test(`refuses ${what}, and says so`, async () => {
      const ran = await runWith((each) => lay(join(each.queue, name(1))));
      await using here = ran.here;
      assert.ok(ran.stderr.includes(`ssmtp: Cannot send 00000001AAAAAAAA: ${says}`), ran.stderr);
      assert.equal(here.arrived.length, 1);
    });
  }

  test('takes no recipient for commands', async () => {
    const { here } = await runWith(({ queue }) =>
      writeFileSync(
        join(queue, name(1)),
        entry({
          ...asked,
          operands: ['b@y.example\r\nRCPT TO:<evil@x.example>', 'c@y.example'],
          envelopeSender: 'a@x.example\r\nDATA',
        }),
      ),
    );
    assert.ok(here.arrived.every(({ commands }) => commands.every((line) => !line.includes('evil'))));
    await here[Symbol.asyncDispose]();
  });

  test('passes over names that are none', async () => {
    const { here } = await runWith(({ queue }) => {
      for (const each of ['a\nb', '..x', `${name(1)}\n`, name(1).toLowerCase(), `${name(1)}=`, 'x'.repeat(200)])
        writeFileSync(join(queue, each), entry(asked));
      mkdirSync(join(queue, 'directory'));
    });
    assert.equal(here.arrived.length, 1);
    await here[Symbol.asyncDispose]();
  });

  test('does not mind a directory or a socket with the name of a message', async () => {
    const here = await machine();
    mkdirSync(join(here.queue, name(1)));
    const server = createServer().listen(join(here.queue, name(2)));
    await here.call(['-odq', 'honest@y.example'], letter);
    const { stderr } = await here.call(['-q']);
    assert.equal(here.arrived.length, 1);
    assert.match(stderr, /00000002AAAAAAAA: it is no regular file; it is removed/);
    server.close();
    await here[Symbol.asyncDispose]();
  });

  test('believes no notes that are not by the runner or the owner of the message', async () => {
    const isRoot = process.getuid?.() === 0;
    if (!isRoot) return;
    const { here } = await runWith(({ queue }) => {
      writeFileSync(join(queue, name(1)), entry(asked));
      const notes = join(queue, `${name(1).slice(0, 16)}.s`);
      writeFileSync(
        notes,
        JSON.stringify({ attempts: 1, done: ['b@y.example'], reason: '', reasons: {}, isWarned: false }),
      );
      execFileSync('chown', ['12345', notes]);
      writeFileSync(join(queue, 'told'), '[["alice@here.example 550 5.1.1",99999999999]]');
      execFileSync('chown', ['12345', join(queue, 'told')]);
    });
    assert.equal(here.arrived.length, 2);
    await here[Symbol.asyncDispose]();
  });

  test('holds what belongs to nobody', {
    skip: process.getuid?.() !== 0 && 'SKIPPED: only root can give files away',
  }, async () => {
    const here = await machine([], { userOf: () => undefined });
    await here.call(['-odq', 'b@y.example'], letter);
    const { stderr } = await here.call(['-q']);
    assert.match(stderr, /belongs to nobody; it is put on hold/);
    assert.equal(here.arrived.length, 0);
    assert.match(here.files().join(' '), /\.h\d+ /);
    await here[Symbol.asyncDispose]();
  });

  test('puts a flood on hold, and says so once', {
    skip: process.getuid?.() !== 0 && 'SKIPPED: only root can give files away',
  }, async () => {
    const here = await machine(['QueueUserMessages=3']);
    for (let number = 1; number <= 8; number += 1) {
      writeFileSync(join(here.queue, name(number)), entry(asked));
      execFileSync('chown', ['12345', join(here.queue, name(number))]);
    }
    await here.call(['-odq', 'honest@y.example'], letter);
    const { stderr } = await here.call(['-q']);
    assert.equal(
      stderr,
      'ssmtp: Cannot take more messages of user id 12345: those beyond the limits are put on hold\n',
    );
    assert.equal(here.arrived.length, 4);
    assert.equal(here.files().filter((each) => each.includes('.h')).length, 5);
    await here[Symbol.asyncDispose]();
  });

  test('keeps a message that cannot be read now', async () => {
    const here = await machine();
    await here.call(['-odq', 'b@y.example'], letter);
    const [file = ''] = here.files();
    const isRoot = process.getuid?.() === 0;
    if (!isRoot) {
      chmodSync(join(here.queue, file), 0o000);
      const { stderr } = await here.call(['-q']);
      assert.match(stderr, /Cannot read message/);
    }
    assert.ok(existsSync(join(here.queue, file)));
    await here[Symbol.asyncDispose]();
  });
});

describe('a queue directory', () => {
  test('is not used when others may remove files there', async () => {
    const here = await machine();
    chmodSync(here.queue, 0o777);
    await here.setHub(false);
    const { status, stderr } = await here.call(['b@y.example'], letter);
    assert.equal(status, 73);
    assert.match(stderr, /others may remove files there; its mode must be 3733, or 700/);
    await here[Symbol.asyncDispose]();
  });
});

describe('a file with the ID of another message', { skip: notRoot }, () => {
  const mallory = 12_345;
  const lay = (path: string, text: string) => {
    writeFileSync(path, text);
    chownSync(path, mallory, mallory);
  };
  /** Of a message that b@ has, and that later@ does not have yet. */
  const halfServed = async (...changes: Parameters<typeof machine>) => {
    const here = await machine(...changes);
    await here.call(['b@y.example', 'later@y.example'], letter);
    const file = here.files().find((each) => each.includes('.d')) ?? '';
    return { here, file, id: file.slice(0, 16) };
  };
  const copies = ({ arrived }: Machine, recipient: string) =>
    arrived.filter(({ recipients }) => recipients.includes(recipient)).length;

  test('takes no notes from it: nobody gets a second copy', async () => {
    const { here, file, id } = await halfServed();
    for (const [index, name] of [
      `${id}.n1`,
      `${id}.d1`,
      `${id}-aaaaaaaaaaaaaaaa.n1`,
      file.replace(/-.*\./, '.'),
    ].entries())
      lay(join(here.queue, name), entry({ ...asked, operands: [`later-m${index}@y.example`] }));
    for (let run = 0; run < 4; run += 1) {
      here.wait(3600);
      await here.call(['-q']);
    }
    assert.equal(copies(here, 'b@y.example'), 1);
    assert.equal(here.files().filter((each) => each.endsWith('.s')).length, 5);
    await here[Symbol.asyncDispose]();
  });

  test('keeps no notes from being written', async () => {
    const { here, id } = await halfServed();
    for (const name of [`${id}.s`, `${id}.s~`]) {
      mkdirSync(join(here.queue, name));
      lay(join(here.queue, name, 'x'), '');
    }
    for (let run = 0; run < 3; run += 1) {
      here.wait(3600);
      assert.equal((await here.call(['-q'])).stderr, '');
    }
    assert.equal(copies(here, 'b@y.example'), 1);
    await here[Symbol.asyncDispose]();
  });

  for (const action of ['hold', 'release', 'delete', 'show'] as const) {
    test(`is not meant by queue ${action}, and takes away nothing from the message`, async () => {
      const { here, file, id } = await halfServed([], {
        uidOf: (name) => ({ alice: 0, mallory })[name],
        userOf: (uid) => ({ uid, name: uid === 0 ? 'alice' : 'mallory', fullName: '', home: undefined }),
      });
      lay(join(here.queue, `${id}.n1`), entry({ ...asked, operands: ['m@y.example'] }, 'Subject: stranger\n\nx\n'));
      mkdirSync(join(here.queue, `${id}.s`));
      const before = here.files();
      const { status, stderr } = await here.call(['queue', action, id]);
      assert.equal(status, 66);
      assert.match(
        stderr,
        new RegExp(`^ssmtp: Cannot ${action} ${id}: several users have a message with this ID: write `),
      );
      for (const choice of [`${id}:alice`, `${id}:mallory`]) assert.ok(stderr.includes(choice), stderr);
      assert.deepEqual(here.files(), before);
      assert.equal((await here.call(['queue', action, `${id}:mallory`])).status, 0);
      assert.ok(here.files().includes(file));
      assert.equal((await here.call(['queue', action, `${id}:${action === 'delete' ? 0 : 'alice'}`])).status, 0);
      assert.equal(here.files().length, action === 'delete' ? 1 : 4);
      await here[Symbol.asyncDispose]();
    });
  }

  test('is told apart by mailq, where it is one', async () => {
    const { here, id } = await halfServed();
    assert.doesNotMatch((await here.call(['-bp'])).stdout, /several/);
    lay(join(here.queue, `${id}.n1`), entry(asked));
    const { stdout } = await here.call(['-bp']);
    assert.equal(stdout.match(/^\(one of several with this ID: this one is [0-9A-F]{16}:(0|12345)\)$/gm)?.length, 2);
    await here[Symbol.asyncDispose]();
  });

  test('is not delivered in its place by -odb, nor besides', async () => {
    let file: string | undefined;
    const here = await machine([], {
      fileToDeliver: () => file,
      startAgain: (name) => {
        file = name;
      },
    });
    await here.call(['-odb', 'b@y.example'], letter);
    const id = file?.slice(0, 16);
    const due = /\.(.*)$/.exec(file ?? '')?.[1];
    for (const name of [`${id}.${due}`, `${id}.n1`, `${id}-0000000000000000.${due}`])
      lay(join(here.queue, name), entry({ ...asked, operands: ['m@y.example'] }));
    assert.equal((await here.call([`-qI${id}`])).status, 0);
    assert.deepEqual([copies(here, 'b@y.example'), copies(here, 'm@y.example')], [1, 0]);
    // It has left: nothing else is taken for it.
    assert.equal((await here.call([`-qI${id}`])).status, 0);
    assert.equal(copies(here, 'm@y.example'), 0);
    await here[Symbol.asyncDispose]();
  });

  test('is not meant by -qI with the ID, which names the choices', async () => {
    const { here, id } = await halfServed();
    lay(join(here.queue, `${id}.n1`), entry({ ...asked, operands: ['m@y.example'] }));
    const { status, stderr } = await here.call([`-qI${id}`]);
    assert.equal(status, 66);
    assert.match(stderr, /^ssmtp: Cannot deliver [0-9A-F]{16}: several users have a message with this ID: write /);
    assert.equal((await here.call([`-qI${id}:${mallory}`])).status, 0);
    assert.deepEqual([copies(here, 'm@y.example'), copies(here, 'b@y.example')], [1, 1]);
    assert.equal((await here.call(['-qIAAAA'])).status, 0, 'a part of an ID may mean several');
    await here[Symbol.asyncDispose]();
  });
});

describe('mailq and the commands of the queue', () => {
  test('do not stumble over the name of a property', async () => {
    const here = await machine();
    writeFileSync(
      join(here.queue, name(1)),
      entry({ ...asked, operands: ['constructor'], envelopeSender: 'a b@x.example' }),
    );
    const { status, stdout, stderr } = await here.call(['-bp']);
    assert.deepEqual([status, stderr], [0, '']);
    assert.match(stdout, /constructor/);
    assert.equal((await here.call(['-q'])).stderr, '');
    await here[Symbol.asyncDispose]();
  });

  test('serve the other messages when one cannot be removed', async () => {
    const here = await machine();
    mkdirSync(join(here.queue, name(1)));
    await here.call(['-odq', 'b@y.example'], letter);
    const { status, stderr } = await here.call(['queue', 'delete', 'ALL']);
    assert.notEqual(status, 70);
    assert.match(stderr, /^ssmtp: Cannot delete 00000001AAAAAAAA: /);
    assert.deepEqual(here.files(), [name(1)]);
    await here[Symbol.asyncDispose]();
  });

  test('end, though a message has another name each time', async () => {
    let change = () => {};
    const here = await machine([], {
      isRunning() {
        change();
        return false;
      },
    });
    await here.call(['-odq', 'b@y.example'], letter);
    const id = here.files()[0]?.slice(0, 16);
    let number = 0;
    here.rename(/$/, (file) => `${file}=2.2.2.2`);
    change = () => {
      number += 1;
      here.rename(/=/, (file) => file.replace(/=.*/, `=2.2.2.${number}`));
    };
    const { status, stderr } = await here.call(['queue', 'delete', 'ALL']);
    assert.deepEqual([status, stderr], [75, `ssmtp: Cannot delete ${id}: it is being delivered\n`]);
    await here[Symbol.asyncDispose]();
  });

  test('leave alone what is being delivered, and show it', async () => {
    const here = await machine([], { isRunning: () => true });
    await here.call(['-odq', 'b@y.example'], letter);
    here.rename(/$/, (file) => `${file}=2.2.2.2`);
    const before = here.files();
    const id = before[0]?.slice(0, 16) ?? '';
    for (const action of ['hold', 'release', 'delete']) {
      const { status, stderr } = await here.call(['queue', action, id]);
      assert.deepEqual([status, stderr], [75, `ssmtp: Cannot ${action} ${id}: it is being delivered\n`]);
    }
    assert.equal((await here.call(['queue', 'show', id])).stdout, letter);
    assert.deepEqual(here.files(), before);
    await here[Symbol.asyncDispose]();
  });

  test('know the users that they are told of', async () => {
    const here = await machine();
    await here.call(['-odq', 'b@y.example'], letter);
    const id = here.files()[0]?.slice(0, 16);
    for (const words of [['queue', 'show', `${id}:nobody-here`], [`-qI${id}:nobody-here`]]) {
      const { status, stderr } = await here.call(words);
      assert.deepEqual(
        [status, stderr],
        [66, 'ssmtp: Cannot find a message of "nobody-here": there is no such user\n'],
      );
    }
    const { status, stderr } = await here.call(['queue', 'show', `${id}:54321`]);
    assert.deepEqual([status, stderr], [66, `ssmtp: Cannot show ${id}: there is no such message in the queue\n`]);
    assert.equal(here.files().length, 1);
    await here[Symbol.asyncDispose]();
  });

  test('say what is no message', async () => {
    const here = await machine();
    writeFileSync(join(here.queue, name(1, 'h')), 'x');
    const { status, stderr } = await here.call(['queue', 'show', '00000001AAAAAAAA']);
    assert.deepEqual(
      [status, stderr],
      [65, 'ssmtp: Cannot show 00000001AAAAAAAA: it is no whole message of this queue\n'],
    );
    await here[Symbol.asyncDispose]();
  });

  test('show the others when one cannot be read', { skip: notRoot }, async () => {
    await using directory = await temporaryDirectory('queue');
    chownSync(directory.path, 12_345, 12_345);
    chmodSync(directory.path, 0o3733);
    for (const number of [1, 2]) {
      writeFileSync(join(directory.path, name(number)), entry(asked));
      chownSync(join(directory.path, name(number)), 12_346, 12_345);
      chmodSync(join(directory.path, name(number)), number === 1 ? 0o000 : 0o640);
    }
    const place = { path: directory.path, owner: 12_345 };
    const list = asUser(12_345, () => [...queueList({ place, settings: undefined, system: fakeSystem() })].join(''));
    assert.match(list, /^00000001AAAAAAAA .* uid12346\n\(Cannot read the message: permission denied\)\n/m);
    assert.match(list, /^00000002AAAAAAAA .*\n.*b@y\.example\n/m);
    assert.match(list, /^-- 1 Kbytes in 2 Requests\.$/m);
  });
});

test('openEntry() leaves a message that cannot be read now as it was', { skip: notRoot }, async () => {
  await using directory = await temporaryDirectory('queue');
  chownSync(directory.path, 12_345, 12_345);
  const text = '6B0571789654F581-0123456789abcdef.d1';
  writeFileSync(join(directory.path, text), entry(asked));
  chmodSync(join(directory.path, text), 0o000);
  const parsed = parseName(text);
  assert.ok(parsed);
  const place = { path: directory.path, owner: 12_345 };
  const open = () => openEntry(parsed, { place, settings: { queueUserMegabytes: 1 }, system: fakeSystem() });
  assert.throws(() => asUser(12_345, open), /Cannot read message 6B0571789654F581 of the queue: permission denied/);
  assert.deepEqual(readdirSync(directory.path), [text]);
});

describe('a message that cannot be read', { skip: notRoot }, () => {
  const [runner, mallory] = [12_345, 12_346];
  const text = '6B0571789654F581-0123456789abcdef.n1';
  const opened = async (change: (path: string) => void) => {
    await using directory = await temporaryDirectory('queue');
    const file = join(directory.path, text);
    writeFileSync(file, entry(asked));
    chownSync(directory.path, runner, runner);
    chownSync(file, mallory, runner);
    chmodSync(directory.path, 0o3733);
    change(directory.path);
    const parsed = parseName(text);
    assert.ok(parsed);
    const place = { path: directory.path, owner: runner };
    const context = { place, settings: { queueUserMegabytes: 1 }, system: fakeSystem() };
    const found = asUser(runner, () => {
      try {
        return openEntry(parsed, context);
      } catch (error) {
        return error instanceof Error ? error.message : '';
      }
    });
    const files = readdirSync(directory.path).toSorted();
    return { found, files, list: [...queueList({ place, settings: undefined, system: fakeSystem() })].join('') };
  };
  const notes = text.replace('.n1', '.s');
  const changes: Readonly<Record<string, (path: string) => void>> = {
    'the mode of its file': (path) => chmodSync(join(path, text), 0),
    'the group of its file': (path) => {
      chownSync(join(path, text), mallory, mallory);
      chmodSync(join(path, text), 0o640);
    },
    'notes of its own': (path) => {
      writeFileSync(join(path, notes), '{}');
      chownSync(join(path, notes), mallory, runner);
      chmodSync(join(path, notes), 0);
    },
  };
  for (const [what, change] of Object.entries(changes)) {
    test(`is put on hold when its owner has seen to that by ${what}`, async () => {
      const { found, files, list } = await opened(change);
      const why = 'its owner keeps it from being read (permission denied)';
      assert.deepEqual(found, { refused: `6B0571789654F581: ${why}; it is put on hold` });
      assert.deepEqual(files, [text.replace('.n1', '.h1'), notes]);
      if (what !== 'notes of its own') assert.ok(list.includes(why), list);
    });
  }

  for (const [what, change] of [
    ["the queue has a group that is not its runner's", (path: string) => chownSync(path, runner, 0)],
    ['new files do not take the group of the queue', (path: string) => chmodSync(path, 0o1733)],
    ["the file is root's", (path: string) => chownSync(join(path, text), 0, 0)],
  ] as const) {
    test(`waits, and the trouble is reported, when ${what}`, async () => {
      const { found, files } = await opened((path) => {
        chmodSync(join(path, text), 0o600);
        change(path);
        if (what.startsWith('the queue')) chmodSync(path, 0o3733);
      });
      assert.equal(found, 'Cannot read message 6B0571789654F581 of the queue: permission denied');
      assert.deepEqual(files, [text]);
    });
  }

  test('makes no run fail while its owner has a lease on it', async () => {
    const here = await machine();
    await here.call(['-odq', 'b@y.example'], letter);
    const [file = ''] = here.files();
    chownSync(join(here.queue, file), mallory, 0);
    const line =
      'import fcntl,sys,time; f=open(sys.argv[1],"r+"); fcntl.fcntl(f,1024,1); print("held",flush=True); time.sleep(60)';
    const holder = spawn('python3', ['-c', line, join(here.queue, file)], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(holder.stdout, 'data');
    const { status, stderr } = await here.call(['-q']);
    holder.kill();
    assert.match(stderr, /: its owner keeps it from being read \(.*\); it is put on hold$/m);
    assert.equal(status, 0);
    await here[Symbol.asyncDispose]();
  });
});

describe('a file that changes', () => {
  test('is not read beyond what its user may queue', { skip: notRoot }, async () => {
    await using directory = await temporaryDirectory('queue');
    const text = '6B0571789654F581-0123456789abcdef.n1';
    const path = join(directory.path, text);
    // It has grown since the runner looked at its size.
    writeFileSync(path, `ssmtp-queue 1 900000000000000 ${JSON.stringify(asked)}\n`);
    truncateSync(path, 2 ** 42);
    chownSync(path, 12_345, 12_345);
    const parsed = parseName(text);
    assert.ok(parsed);
    const place = { path: directory.path, owner: 0 };
    const opened = openEntry(parsed, { place, settings: { queueUserMegabytes: 1 }, system: fakeSystem() });
    assert.deepEqual(opened, {
      refused: '6B0571789654F581: it is larger than its user may queue; it is put on hold',
    });
    assert.deepEqual(readdirSync(directory.path), [text.replace('.n', '.h')]);
  });

  for (const size of [2000, 1_500_000]) {
    test(`is not sent as a message when it is cut short at ${size} octets`, async () => {
      let cut = () => {};
      const here = await machine([], {
        userOf: (uid) => {
          cut();
          return { uid, name: 'alice', fullName: '', home: undefined };
        },
      });
      await here.call(['-odq', 'b@y.example'], `Subject: x\n\n${'x'.repeat(70).concat('\n').repeat(30_000)}`);
      // The runner has it in hand.
      cut = () => truncateSync(join(here.queue, here.files()[0] ?? ''), size);
      await here.call(['-q']);
      assert.equal(here.arrived.length, 0);
      assert.equal(here.files().filter((each) => parseName(each)).length, 1);
      await here[Symbol.asyncDispose]();
    });
  }
});

describe('notes of a user', { skip: notRoot }, () => {
  for (const [what, notes] of [
    ['empty', ''],
    ['of the right form', '{"attempts":1,"done":[],"reason":"","reasons":{},"isWarned":false}'],
  ]) {
    test(`do not lift the limits when they are ${what}`, async () => {
      const here = await machine(['QueueUserMessages=3']);
      for (let number = 1; number <= 8; number += 1) {
        const stem = `0000000${number}AAAAAAAA-aaaaaaaaaaaaaaaa`;
        for (const [file, text] of [
          [`${stem}.d1`, entry(asked)],
          [`${stem}.s`, notes],
        ] as const) {
          writeFileSync(join(here.queue, file), text ?? '');
          chownSync(join(here.queue, file), 12_345, 12_345);
        }
      }
      await here.call(['-q']);
      assert.equal(here.files().filter((each) => each.includes('.h')).length, 5);
      await here[Symbol.asyncDispose]();
    });
  }
});

test('a directory in the place of what the runner remembers is put aside', async () => {
  const here = await machine();
  for (const each of ['told', 'told~']) mkdirSync(join(here.queue, each, 'x'), { recursive: true });
  for (const recipient of ['no@y.example', 'no2@y.example']) await here.call(['-odq', recipient], letter);
  await here.call(['-q']);
  assert.equal(JSON.parse(readFileSync(join(here.queue, 'told'), 'utf8')).length, 1);
  await here[Symbol.asyncDispose]();
});

test('parseRequest() takes no other options of the program', () => {
  const json = '{"operands":["b"],"recipientsFromHeader":false,"configFile":"/x","__proto__":{"a":1},"verbose":true}';
  const found = parseRequest(Buffer.from(`ssmtp-queue 1 000000000000001 ${json}`))?.asked;
  assert.deepEqual(Object.entries(found ?? {}), [
    ['operands', ['b']],
    ['recipientsFromHeader', false],
  ]);
  assert.equal(Object.getPrototypeOf(found), Object.prototype);
});

test('parseName() and parseRequest() take any text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      parseName(text);
      parseRequest(Buffer.from(text));
      parseRequest(Buffer.from(`ssmtp-queue 1 000000000000001 {${text}}`));
    }),
  );
});

test('parseRequest() reads what requestLine() writes', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: 'binary' })),
      fc.boolean(),
      fc.string({ unit: 'binary' }),
      (operands, isFromHeader, sender) => {
        const request = { operands, recipientsFromHeader: isFromHeader, envelopeSender: sender };
        const line = requestLine({
          ...request,
          fullName: undefined,
          notify: undefined,
          returns: 'FULL',
          envelopeId: undefined,
        });
        assert.deepEqual(parseRequest(line.subarray(0, -1))?.asked, { ...request, returns: 'FULL' });
      },
    ),
  );
});
