/** Log=: real sockets, files and pipes, in a mount namespace of their own; whatever is wrong with them, the message is sent. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { SMTPServer } from 'smtp-server';
import { runProgram } from '../rig/program.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../rig/temporary.ts';

/** An own /dev with nothing in it that logs, and an own /run. */
const ownMachine = [
  'set -e',
  'mkdir "$HOME/dev" && mount --rbind /dev "$HOME/dev" && mount -t tmpfs none /dev',
  'for each in null zero full urandom random; do : >/dev/$each; mount --bind "$HOME/dev/$each" /dev/$each; done',
  'mount -t tmpfs none /run && mkdir -p /run/systemd/journal',
  'cd "$HOME"',
].join('\n');

/** Takes one datagram and prints it; `ready` is there when it listens. */
const receiver = `import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
import os
os.chmod(sys.argv[1], 0o666)
s.settimeout(15)
open('ready', 'w').close()
sys.stdout.buffer.write(s.recv(65536))`;

const receiving = (socket: string) =>
  `python3 receiver.py ${socket} & until [ -e ready ]; do sleep 0.01; done; "$@"; status=$?; wait; exit $status`;

/** Its queue is full, and nobody reads it. */
const deafSocket = `python3 - <<'END' &
import socket, time
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind('/dev/log')
c = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
c.setblocking(False)
try:
    while True: c.sendto(b'x', '/dev/log')
except BlockingIOError: pass
open('ready', 'w').close()
time.sleep(60)
END
deaf=$!; until [ -e ready ]; do sleep 0.01; done; "$@"; status=$?; kill $deaf; exit $status`;

const missing = reasonToSkip();

function reasonToSkip(): string | false {
  if (process.getuid?.() !== 0 || spawnSync('unshare', ['-m', 'true']).status !== 0)
    return 'SKIPPED: namespaces need root on Linux';
  const absent = ['python3', 'logger'].filter((name) => spawnSync('sh', ['-c', `command -v ${name}`]).status !== 0);
  return absent.length > 0 && `SKIPPED: not installed: ${absent.join(', ')}`;
}

const hasJournal = spawnSync('logger', ['--help'], { encoding: 'utf8' }).stdout?.includes('--journald');

describe('Log=', { skip: missing }, () => {
  let hub: SMTPServer;
  let port = 0;
  let directory: TemporaryDirectory;
  before(async () => {
    directory = await temporaryDirectory('log');
    hub = new SMTPServer({ disabledCommands: ['AUTH', 'STARTTLS'], disableReverseLookup: true });
    hub.listen(0, '127.0.0.1');
    await once(hub.server, 'listening');
    const address = hub.server.address();
    if (address !== null && typeof address === 'object') port = address.port;
  });
  after(async () => {
    hub.close();
    await directory[Symbol.asyncDispose]();
  });

  interface Wish {
    readonly lines: readonly string[];
    /** Bash on the own machine; the program is "$@". */
    readonly script?: string;
    readonly user?: { readonly uid: number; readonly gid: number };
    readonly words?: readonly string[];
  }

  const send = ({ lines, script = '"$@"', user, words = ['b@y.example'] }: Wish) => {
    const as = user === undefined ? '' : `set -- setpriv --reuid=${user.uid} --regid=${user.gid} --clear-groups "$@"\n`;
    return runProgram({
      words,
      conf: [`mailhub=127.0.0.1:${port}`, 'hostname=client.test', 'Aliases=NO', ...lines, ''].join('\n'),
      files: {
        'receiver.py': receiver,
        'machine.sh': `${ownMachine}\n${user ? 'chmod 644 *.conf *.py\n' : ''}${as}${script}\n`,
      },
      stdin: 'Message-ID: <1@x.example>\nSubject: hi\n\nhello\n',
      shell: 'exec unshare -m bash machine.sh "$@"',
      environment: { PATH: process.env.PATH ?? '' },
    });
  };

  const isLine =
    /Sent mail for \S+@client\.test \(250 .*\) uid=\d+ username=\S+ outbytes=\d+ status=0 id=[0-9A-F]{16} relay=127\.0\.0\.1:\d+ delay=\d+(\.\d)? to=b@y\.example message-id=<1@x\.example>/;

  test('syslog: a datagram to /dev/log, of facility mail', async () => {
    const { status, stdout } = await send({ lines: [], script: receiving('/dev/log') });
    assert.equal(status, 0);
    // mail.info is 2 * 8 + 6.
    assert.match(stdout, /^<22>.* ssmtp\[\d+\]: Sent mail/);
    assert.match(stdout, isLine);
  });

  test('file: a disk that has no room for the whole line gets none of it, and the next one whole', async () => {
    const place = '/dev/shm';
    const { stdout } = await send({
      lines: ['Log=file', `LogFile=${place}/log`, 'LogFormat=json'],
      script: `mkdir ${place}; mount -t tmpfs -o size=4k none ${place}
{ head -c 4000 /dev/zero | tr '\\0' '\\n'; } >${place}/log; cat >message
"$@" <message; mount -o remount,size=64k ${place}; "$@" <message; tr -s '\\n' <${place}/log`,
    });
    const [empty, line = '', ...more] = stdout.split('\n');
    assert.deepEqual([empty, JSON.parse(line).outcome, more], ['', 'sent', ['']]);
  });

  test('syslog: JSON in a line that a packet takes', async () => {
    const { stdout } = await send({ lines: ['LogFormat=json'], script: receiving('/dev/log') });
    const { id, recipients, outcome } = JSON.parse(stdout.slice(stdout.indexOf('{')));
    assert.match(id, /^[0-9A-F]{16}$/);
    assert.deepEqual({ recipients, outcome }, { recipients: ['b@y.example'], outcome: 'sent' });
    assert.ok(stdout.length < 1024);
  });

  for (const [what, wish] of Object.entries<Wish>({
    'syslog: nobody reads the socket': { lines: [], script: deafSocket },
    'syslog: logger is missing': {
      lines: [],
      script: `: >"$HOME/none"; mount --bind "$HOME/none" /usr/bin/logger; "$@"`,
    },
    'journal: there is none': { lines: ['Log=journal'] },
    'file: its directory is missing': { lines: ['Log=file', 'LogFile=/no/such/log'] },
    'file: it is a directory': { lines: ['Log=file', 'LogFile=/run'] },
    'file: it is a pipe': { lines: ['Log=file', 'LogFile=$HOME/pipe'], script: 'mkfifo pipe; "$@"' },
    'file: the disk is full': {
      lines: ['Log=file', 'LogFile=/dev/shm/log'],
      script: 'mkdir /dev/shm; mount -t tmpfs -o size=4k none /dev/shm; head -c 4096 /dev/zero >/dev/shm/log; "$@"',
    },
    'stderr: nobody reads the pipe': {
      lines: ['Log=stderr'],
      script: 'mkfifo pipe; exec 3<>pipe; head -c 65536 /dev/zero >&3; "$@" 2>&3',
    },
    'stderr: it is closed': { lines: ['Log=stderr'], script: '"$@" 2>&-' },
    'stderr: it is full': { lines: ['Log=stderr'], script: '"$@" 2>/dev/full' },
    none: { lines: ['Log=none'] },
  })) {
    test(`${what}: the message is sent all the same, without a word`, async () => {
      const { status, stdout, stderr, deadLetter } = await send(wish);
      assert.deepEqual(
        { status, stdout, stderr, deadLetter },
        { status: 0, stdout: '', stderr: '', deadLetter: undefined },
      );
    });
  }

  test('journal: an entry with fields', { skip: hasJournal ? false : 'SKIPPED: logger knows no journal' }, async () => {
    const script = receiving('/run/systemd/journal/socket');
    const { status, stdout } = await send({ lines: ['Log=journal'], script, words: ['-L', 'backup', 'b@y.example'] });
    assert.equal(status, 0);
    const fields = new Map(
      stdout.split('\n').map((line) => [line.split('=', 1)[0], line.slice(line.indexOf('=') + 1)]),
    );
    assert.match(fields.get('MESSAGE') ?? '', isLine);
    const expected = { PRIORITY: '6', SYSLOG_IDENTIFIER: 'backup', SYSLOG_FACILITY: '2' };
    const message = { SSMTP_RECIPIENTS: 'b@y.example', SSMTP_MESSAGE_ID: '<1@x.example>', SSMTP_OUTCOME: 'sent' };
    for (const [name, value] of Object.entries({ ...expected, ...message, SSMTP_STATUS: '0' })) {
      assert.equal(fields.get(name), value, name);
    }
    for (const name of ['ID', 'SENDER', 'RELAY', 'REPLY', 'SIZE', 'DELAY', 'UID', 'USER'])
      assert.ok(fields.get(`SSMTP_${name}`), name);
  });

  test('file: each message appends a line, with time and program', async () => {
    const path = join(directory.path, 'log');
    for (const words of [['b@y.example'], ['-L', 'cron', 'c@y.example']]) {
      assert.equal((await send({ lines: ['Log=file', `LogFile=${path}`], words })).status, 0);
    }
    const [first = '', second = '', ...more] = (await readFile(path, 'utf8')).split('\n');
    assert.match(first, /^\d{4}-\d\d-\d\dT[\d:.]+Z ssmtp\[\d+\]: Sent mail for /);
    assert.match(first, isLine);
    assert.match(second, / cron\[\d+\]: .* to=c@y\.example /);
    assert.deepEqual(more, ['']);
    assert.equal((await stat(path)).mode & 0o777, 0o640);
  });

  test('file: JSON, an object a line', async () => {
    const path = join(directory.path, 'log.json');
    await send({ lines: ['Log=file', `LogFile=${path}`, 'LogFormat=json'] });
    const { time, size, delay, reply, message_id: messageId } = JSON.parse(await readFile(path, 'utf8'));
    assert.match(time, /^\d{4}-\d\d-\d\dT/);
    assert.ok(size > 0 && delay >= 0);
    assert.match(reply, /^250 /);
    assert.equal(messageId, '<1@x.example>');
  });

  test('file: links and second names are refused, and what they lead to stays as it is', async () => {
    for (const link of ['ln -s victim log', 'ln victim log']) {
      const script = `echo old >victim; ${link}; "$@"; status=$?; cat victim; exit $status`;
      const { status, stdout } = await send({ lines: ['Log=file', 'LogFile=$HOME/log'], script });
      assert.deepEqual({ status, stdout }, { status: 0, stdout: 'old\n' });
    }
  });

  test('file: the line of a user who may not write there is in the system log', async () => {
    const user = { uid: 65534, gid: 65534 };
    const script = `: >/run/log; ${receiving('/dev/log')}`;
    const { status, stdout } = await send({ lines: ['Log=file', 'LogFile=/run/log'], script, user });
    assert.equal(status, 0);
    assert.match(stdout, isLine);
  });

  test('stderr: the line, and nothing else', async () => {
    const { stderr } = await send({ lines: ['Log=stderr'] });
    assert.match(stderr, /^\d{4}\S+ ssmtp\[\d+\]: Sent mail/);
    assert.match(stderr, isLine);
    assert.equal(stderr.split('\n').length, 2);
  });
});
