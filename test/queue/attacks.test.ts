/** What a local user may lay into a queue that is open to all: none of it is followed, believed, or keeps other mail from leaving. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, linkSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { parseName } from '../../src/queue/entry-name.ts';
import { parseRequest, requestLine } from '../../src/queue/request.ts';
import { type Machine, machine } from '../delivery/machine.ts';

const letter = 'Subject: minutes\n\nhello\n';
const name = (number: number, state = 'n') => `0000000${number}AAAAAAAA.${state}1`;
const asked = { operands: ['b@y.example'], recipientsFromHeader: false };
const entry = (request: object, message = letter) =>
  `ssmtp-queue 1 ${String(message.length).padStart(15, '0')} ${JSON.stringify(request)}\n${message}`;

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
