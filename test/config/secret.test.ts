/** Where the password comes from. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inspectSettings } from '../../src/config/inspection.ts';
import { loadSettings, readSettings } from '../../src/config/settings.ts';
import { laterOutputOf, outputOf } from '../../src/world/output-of.ts';
import { surroundingsWith, systemError } from './surroundings.ts';

const file = '/etc/ssmtp/ssmtp.conf';
const login = 'AuthUser=me\nUseTLS=YES\n';

function passIn(conf: string, files: Record<string, string | Error> = {}, more = {}) {
  return loadSettings({}, surroundingsWith({ [file]: login + conf, ...files }, more)).authPass;
}

describe('a secret', () => {
  for (const [what, octets, secret] of [
    ['without a line end', 'pa ss', 'pa ss'],
    ['with one', 'pa ss \n', 'pa ss '],
    ['with CRLF', 'pass\r\n', 'pass'],
    ['with an empty line behind', 'pass\n\n', 'pass\n'],
    ['of octets', '\xff\xfe\n', '\xff\xfe'],
    ['that is long', 'x'.repeat(100_000), 'x'.repeat(100_000)],
  ] as const) {
    test(`is what stands in AuthPassFile, ${what}`, () => {
      const pass = passIn('AuthPassFile=/etc/pw\n', { '/etc/pw': octets });
      assert.equal(pass?.().toString('latin1'), secret);
    });
  }

  test('is what the program prints, asked once, and once more when it was refused', () => {
    const asked: (readonly string[])[] = [];
    const tokens = ['one\n', 'two\n'];
    const pass = passIn(
      'AuthPassCommand=/bin/get "a b" \'c d\' e\n',
      {},
      {
        outputOf: (words: readonly string[]) => {
          asked.push(words);
          return Buffer.from(tokens[asked.length - 1] ?? '');
        },
      },
    );
    assert.equal(asked.length, 0);
    assert.deepEqual([pass?.().toString(), pass?.().toString()], ['one', 'one']);
    pass?.forget?.();
    assert.equal(pass?.().toString(), 'two');
    assert.deepEqual(asked[0], ['/bin/get', 'a b', 'c d', 'e']);
  });

  test('is printed once for all who wait for it at the same time, and again when it was refused', async () => {
    let asked = 0;
    const outputOf = () => {
      asked += 1;
      return Buffer.from(`token ${asked}\nmore\n`);
    };
    const pass = passIn('AuthPassCommand=/bin/get\n', {}, { outputOf });
    await Promise.all([pass?.ready?.(), pass?.ready?.()]);
    await pass?.ready?.();
    assert.equal(pass?.().toString(), 'token 1');
    pass?.forget?.();
    await pass?.ready?.();
    assert.deepEqual([pass?.().toString(), asked], ['token 2', 2]);
  });

  test('is asked for again after a program that failed', async () => {
    const answers = ['', 'pw\n'];
    const pass = passIn('AuthPassCommand=/bin/get\n', {}, { outputOf: () => Buffer.from(answers.shift() ?? '') });
    await assert.rejects(async () => pass?.ready?.(), { kind: 'temporary', message: /its first line is empty/ });
    await pass?.ready?.();
    assert.equal(pass?.().toString(), 'pw');
  });

  test('of a program is the first line that it prints', () => {
    for (const printed of ['pw\nuser: me\n', 'pw\r\nx', 'pw']) {
      const pass = passIn('AuthPassCommand=/bin/get\n', {}, { outputOf: () => Buffer.from(printed) });
      assert.equal(pass?.().toString(), 'pw');
    }
  });

  test('that is empty is none, and its source is named', () => {
    const environment = { CREDENTIALS_DIRECTORY: '/run/c' };
    const files = { '/e': '\n', '/run/c/ssmtp.authpass': '' };
    const outputOf = () => Buffer.from('\nsecond line\n');
    for (const [conf, kind, message] of [
      ['AuthPassFile=/e\n', 'config', 'Cannot use AuthPassFile /e: it is empty'],
      ['', 'config', 'Cannot use the credential /run/c/ssmtp.authpass: it is empty'],
      ['AuthPassCommand=/bin/get a\n', 'temporary', 'Cannot use AuthPassCommand /bin/get: its first line is empty'],
    ] as const) {
      const pass = passIn(conf, files, { environment, outputOf });
      assert.throws(() => pass?.(), { name: 'Failure', kind, message });
    }
  });

  test('is the credential of systemd where nothing else is said', () => {
    const environment = { CREDENTIALS_DIRECTORY: '/run/credentials/x.service' };
    const files = { '/run/credentials/x.service/ssmtp.authpass': 'from systemd\n' };
    assert.equal(passIn('', files, { environment })?.().toString(), 'from systemd');
    assert.equal(passIn('AuthPass=here\n', files, { environment })?.().toString(), 'here');
    assert.equal(passIn('', {}, { environment }), undefined);
    assert.equal(passIn('', files, { environment: { CREDENTIALS_DIRECTORY: 'run/credentials/x.service' } }), undefined);
  });

  test('counts in the order AuthPass, AuthPassFile, AuthPassCommand', () => {
    const files = { '/etc/pw': 'file' };
    assert.equal(passIn('AuthPassFile=/etc/pw\nAuthPass=here\n', files)?.().toString(), 'here');
    assert.equal(passIn('AuthPassCommand=/bin/x\nAuthPassFile=/etc/pw\n', files)?.().toString(), 'file');
  });

  test('of the key comes from places of its own, and only with UseTLSCert', () => {
    const environment = { CREDENTIALS_DIRECTORY: '/run/c' };
    const outputOf = (words: readonly string[], key: string) => Buffer.from(`${key}: ${words.join(' ')}\n`);
    const files = {
      '/p': 'of file\n',
      '/run/c/ssmtp.tlskeypass': 'of systemd\n',
      '/run/c/ssmtp.authpass': 'password\n',
    };
    const keyPass = (lines: string) =>
      loadSettings({}, surroundingsWith({ [file]: lines, ...files }, { environment, outputOf }))
        .tlsKeyPass?.()
        .toString();
    const all = ['TLSKeyPass=itself\n', 'TLSKeyPassFile=/p\n', 'TLSKeyPassCommand=/bin/get x\n', 'AuthPass=other\n'];
    const given = [0, 1, 2, 3].map((from) => keyPass(`UseTLSCert=YES\n${all.slice(from).join('')}`));
    assert.deepEqual(given, ['itself', 'of file', 'TLSKeyPassCommand: /bin/get x', 'of systemd']);
    assert.equal(keyPass(all.join('')), undefined);
  });

  test('of the key stays with its key in the sections of hubs and accounts', () => {
    const top = 'mailhub=a,b\nUseSTARTTLS=YES\nUseTLSCert=YES\nTLSKey=/k\nTLSKeyPass=one\n';
    const second = (lines: string) => {
      const { otherHubs } = loadSettings({}, surroundingsWith({ [file]: `${top}[hub b]\n${lines}`, '/p': 'three' }));
      return otherHubs.map(({ tlsKey, tlsKeyPass }) => [tlsKey, tlsKeyPass?.().toString()])[0];
    };
    assert.deepEqual(second('RemotePort=26\n'), ['/k', 'one']);
    assert.deepEqual(second('TLSKeyPassFile=/p\n'), ['/k', 'three']);
    assert.deepEqual(second('TLSKey=/other\n'), ['/other', undefined]);
    assert.deepEqual(second('UseTLSCert=YES\nTLSCert=/c\n'), [undefined, undefined]);
    const account = `${top}[account x]\nmatch=*\nmailhub=c\nUseTLSCert=YES\n`;
    const { accounts } = loadSettings({}, surroundingsWith({ [file]: account }));
    assert.equal(accounts[0]?.settings.tlsKeyPass, undefined);
  });

  test('that cannot be read is told when it is needed', () => {
    const pass = passIn('AuthPassFile=/etc/pw\n', { '/etc/pw': systemError('EACCES') });
    assert.throws(() => pass?.(), { kind: 'config', message: /^Cannot read AuthPassFile \/etc\/pw: / });
  });

  test('is warned about when everybody may read it', () => {
    const own = 'AuthPassFile=/etc/pw\nUseTLSCert=YES\nTLSKeyPassFile=/etc/pp\nTLSKey=/etc/key\n';
    const files = {
      [file]: login + own,
      '/etc/pw': 'x',
      '/etc/pp': 'x',
      '/etc/key': 'x',
      '/etc/ssl/certs/ssmtp.pem': '',
    };
    const warnings = (mode: number) => inspectSettings({}, surroundingsWith(files, { mode })).warnings;
    assert.deepEqual(warnings(0o600), []);
    assert.deepEqual(warnings(0o644), [
      `${file}:5: Cannot keep the passphrase secret: every user may read /etc/pp (mode 0644)`,
      `${file}:3: Cannot keep the password secret: every user may read /etc/pw (mode 0644)`,
      '/etc/key: Cannot keep the key secret: every user may read it (mode 0644)',
    ]);
  });

  for (const value of ['get-it', 'bin/x', '/bin/x "a', "/bin/x a'b'", '/bin/"x"']) {
    test(`is not asked of AuthPassCommand=${value}`, () => {
      const { errors } = readSettings({}, surroundingsWith({ [file]: `AuthPassCommand=${value}\n` }));
      assert.match(errors[0]?.message ?? '', /Cannot use AuthPassCommand=.*: it must be the path of a program/);
    });
  }

  test('is asked of no program that the environment names', () => {
    const environment = { SSMTP_AUTHPASSCOMMAND: '/bin/x', SSMTP_MAILHUB: 'hub' };
    const { settings } = readSettings({}, surroundingsWith({ [file]: login }, { environment }));
    assert.equal(settings?.authPass, undefined);
  });
});

describe('laterOutputOf()', () => {
  test('laterOutputOf() gives what the program prints, which reads nothing, has no shell and nothing of the environment', async () => {
    assert.equal((await laterOutputOf(['/bin/echo', '$HOME; x'], 'AuthPassCommand')).toString(), '$HOME; x\n');
    assert.equal((await laterOutputOf(['/bin/cat'], 'AuthPassCommand')).toString(), '');
    const environment = (await laterOutputOf(['/usr/bin/env'], 'AuthPassCommand')).toString();
    assert.doesNotMatch(environment, /SSMTP_|NODE_|LD_/);
  });

  const failures: readonly (readonly [readonly string[], string, RegExp])[] = [
    [['/nonexistent/x'], 'config', /no such file/],
    [['/bin/false'], 'temporary', /it ended with status 1$/],
    [['/bin/sh', '-c', 'kill -9 $$'], 'temporary', /it ended with SIGKILL$/],
    [['/bin/sh', '-c', 'exec cat /dev/zero'], 'config', /it printed more than 1048576 octets$/],
  ];
  for (const [words, kind, message] of failures) {
    test(`laterOutputOf() fails as ${kind}: ${message.source}`, async () => {
      await assert.rejects(laterOutputOf(words, 'AuthPassCommand'), { kind, message });
    });
  }

  test('laterOutputOf() waits 30 s, and ends the program then', async (context) => {
    context.mock.timers.enable({ apis: ['setTimeout'] });
    const waiting = laterOutputOf(['/bin/sleep', '600'], 'AuthPassCommand');
    const failed = assert.rejects(waiting, { kind: 'temporary', message: /it took longer than 30 s$/ });
    context.mock.timers.tick(29_999);
    assert.equal(
      await Promise.race([waiting.catch(() => 'failed'), new Promise((resolve) => setImmediate(resolve, 'waits'))]),
      'waits',
    );
    context.mock.timers.tick(1);
    await failed;
  });
});

describe('outputOf()', () => {
  test('outputOf() gives what the program prints, which reads nothing and has no shell', () => {
    assert.equal(outputOf(['/bin/echo', '$HOME; x', '`id`'], 'AuthPassCommand').toString(), '$HOME; x `id`\n');
    assert.equal(outputOf(['/bin/cat'], 'AuthPassCommand').toString(), '');
  });

  test('outputOf() hands on nothing of the environment', () => {
    process.env.SSMTP_TEST_SECRET = 'x';
    try {
      assert.doesNotMatch(outputOf(['/usr/bin/env'], 'AuthPassCommand').toString(), /SSMTP_|NODE_|LD_/);
    } finally {
      delete process.env.SSMTP_TEST_SECRET;
    }
  });

  test('outputOf() fails as config without such a program, and as temporary when it fails', () => {
    assert.throws(() => outputOf(['/nonexistent/x'], 'AuthPassCommand'), { kind: 'config', message: /no such file/ });
    assert.throws(() => outputOf(['/bin/false'], 'AuthPassCommand'), {
      kind: 'temporary',
      message: /it ended with status 1/,
    });
    assert.throws(() => outputOf(['/bin/sh', '-c', 'kill -9 $$'], 'AuthPassCommand'), {
      kind: 'temporary',
      message: /it ended with SIGKILL/,
    });
    // execve(2): no argument may be longer than 128 KiB.
    assert.throws(() => outputOf(['/bin/true', 'x'.repeat(200_000)], 'AuthPassCommand'), {
      kind: 'temporary',
      message: /^Cannot run AuthPassCommand \/bin\/true: (?!it ended)/,
    });
  });

  test('outputOf() fails as config when the program prints without end', () => {
    const failure = { kind: 'config', message: /it printed more than 1048576 octets$/ };
    assert.throws(() => outputOf(['/usr/bin/yes'], 'AuthPassCommand'), failure);
  });
});
