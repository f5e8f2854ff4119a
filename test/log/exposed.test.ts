/** A secret that every user may read: a line in the log, the words of --check, and nothing on standard error. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmod, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { SMTPServer } from 'smtp-server';
import { runProgram } from '../rig/program.ts';

describe('the log', () => {
  let hub: SMTPServer;
  let port = 0;
  before(async () => {
    hub = new SMTPServer({ disabledCommands: ['AUTH', 'STARTTLS'], disableReverseLookup: true });
    hub.listen(0, '127.0.0.1');
    await once(hub.server, 'listening');
    const address = hub.server.address();
    if (address !== null && typeof address === 'object') port = address.port;
  });
  after(() => hub.close());

  interface Wish {
    readonly lines?: readonly string[];
    /** Of the configuration, and of `password` and `passphrase` beside it. */
    readonly modes?: { readonly 'ssmtp.conf'?: number; readonly password?: number; readonly passphrase?: number };
    readonly words?: readonly string[];
    readonly stdin?: string;
    readonly shell?: string;
  }

  const send = async ({ lines = [], modes = {}, words = ['b@y.example'], stdin, shell }: Wish) => {
    let log = '';
    const outcome = await runProgram({
      words,
      conf: [`mailhub=127.0.0.1:${port}`, 'Aliases=NO', 'Log=file', 'LogFile=$HOME/log', ...lines, ''].join('\n'),
      files: { password: 'kept-in-a-file', passphrase: 'kept-in-another' },
      stdin: stdin ?? 'Subject: hi\n\nhello\n',
      ...(shell !== undefined && { shell }),
      prepare: async (home) => {
        await mkdir(join(home, 'queue'), { mode: 0o700 });
        for (const [name, mode] of Object.entries(modes)) await chmod(join(home, name), mode);
      },
      afterwards: async (home) => {
        log = (await readFile(join(home, 'log'), 'latin1').catch(() => '')).replaceAll(home, '$HOME');
      },
    });
    return { ...outcome, told: log.split('\n').filter((line) => line.includes('secret')) };
  };

  const inFile = 'AuthPass=written-here';
  const passwordFile = 'AuthPassFile=$HOME/password';
  const passphraseFile = ['UseTLSCert=YES', 'TLSCert=/none', 'TLSKeyPassFile=$HOME/passphrase'];
  const check = async (wish: Wish) => {
    const { stdout } = await send({ ...wish, words: ['--check', '--json'] });
    const { warnings }: { readonly warnings: readonly string[] } = JSON.parse(stdout);
    return warnings.filter((line) => line.includes('secret'));
  };

  for (const { what, says, ...wish } of [
    {
      what: 'the configuration holds a password, mode 0644',
      lines: [inFile],
      modes: { 'ssmtp.conf': 0o644 },
      says: '$HOME/ssmtp.conf:5: Cannot keep AuthPass secret: every user may read the file (mode 0644)',
    },
    {
      what: 'AuthPassFile, mode 0604',
      lines: [passwordFile],
      modes: { password: 0o604 },
      says: '$HOME/ssmtp.conf:5: Cannot keep the password secret: every user may read $HOME/password (mode 0604)',
    },
    {
      what: 'TLSKeyPassFile, mode 0644, for one hub',
      lines: ['[hub 127.0.0.1]', ...passphraseFile],
      modes: { passphrase: 0o644 },
      says: '$HOME/ssmtp.conf:8: Cannot keep the passphrase secret: every user may read $HOME/passphrase (mode 0644)',
    },
    {
      what: 'two of them',
      lines: [inFile, passwordFile],
      modes: { 'ssmtp.conf': 0o644, password: 0o644 },
      says: '$HOME/ssmtp.conf:5: Cannot keep AuthPass secret: every user may read the file (mode 0644); ssmtp --check tells of 1 more',
    },
  ] satisfies readonly (Wish & { readonly what: string; readonly says: string })[]) {
    test(`${what}: one line`, async () => {
      const { status, stderr, told } = await send(wish);
      assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
      assert.deepEqual(
        told.map((line) => line.replace(/^\S+ ssmtp\[\d+\]: /, '')),
        [says],
      );
      assert.equal((await check(wish))[0], says.replace(/;.*/, ''));
    });
  }

  for (const { what, ...wish } of [
    { what: 'the configuration holds none, mode 0644', modes: { 'ssmtp.conf': 0o644 } },
    { what: 'a group shares the configuration, mode 0640', lines: [inFile], modes: { 'ssmtp.conf': 0o640 } },
    {
      what: 'a group shares the file, mode 0440',
      lines: [passwordFile],
      modes: { password: 0o440, 'ssmtp.conf': 0o644 },
    },
    { what: 'nobody else may read it, mode 0600', lines: [inFile, passwordFile] },
  ] satisfies readonly (Wish & { readonly what: string })[]) {
    test(`${what}: not a word`, async () => {
      const { status, stderr, told } = await send(wish);
      assert.deepEqual({ status, stderr, told }, { status: 0, stderr: '', told: [] });
      assert.deepEqual(await check(wish), []);
    });
  }

  const exposed = { lines: [inFile], modes: { 'ssmtp.conf': 0o644 } } as const;

  test('a message that fails: exit status and standard error are the same', async () => {
    const lines = [...exposed.lines, 'mailhub=127.0.0.1:1'];
    const plain = await send({ lines });
    const { status, stderr, told } = await send({ lines, modes: exposed.modes });
    assert.equal(status, 69);
    assert.deepEqual([plain.told.length, told.length], [0, 1]);
    assert.deepEqual([status, stderr], [plain.status, plain.stderr]);
  });

  test('-bs: one line for a conversation, however many messages', async () => {
    const message = 'MAIL FROM:<a@x.example>\r\nRCPT TO:<b@y.example>\r\nDATA\r\nSubject: hi\r\n\r\nhello\r\n.\r\n';
    const stdin = `EHLO me\r\n${message}${message}QUIT\r\n`;
    const { status, told } = await send({ ...exposed, words: ['-bs'], stdin });
    assert.equal(status, 0);
    assert.equal(told.length, 1);
  });

  test('-q: one line for a run of the queue, however many messages', async () => {
    const shell = 'for each in b c; do "$@" -odq $each@y.example <<<"hello"; done; : >"$HOME/log"; "$@" -q';
    const { status, stderr, told } = await send({
      ...exposed,
      lines: [...exposed.lines, 'Queue=$HOME/queue'],
      words: [],
      shell,
      stdin: '',
    });
    assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
    assert.equal(told.length, 1);
  });
});
