/** Where the password comes from. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inspectSettings } from '../../src/config/inspection.ts';
import { loadSettings, readSettings } from '../../src/config/settings.ts';
import { outputOf } from '../../src/world/output-of.ts';
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

  test('that cannot be read is told when it is needed', () => {
    const pass = passIn('AuthPassFile=/etc/pw\n', { '/etc/pw': systemError('EACCES') });
    assert.throws(() => pass?.(), { kind: 'config', message: /^Cannot read AuthPassFile \/etc\/pw: / });
  });

  test('is warned about when everybody may read it', () => {
    const files = { [file]: `${login}AuthPassFile=/etc/pw\n`, '/etc/pw': 'x' };
    const warnings = (mode: number) => inspectSettings({}, surroundingsWith(files, { mode })).warnings;
    assert.deepEqual(warnings(0o600), []);
    assert.deepEqual(warnings(0o644), [
      `${file}:3: Cannot keep the password secret: every user may read /etc/pw (mode 0644)`,
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

describe('outputOf()', () => {
  test('outputOf() gives what the program prints, which reads nothing and has no shell', () => {
    assert.equal(outputOf(['/bin/echo', '$HOME; x', '`id`']).toString(), '$HOME; x `id`\n');
    assert.equal(outputOf(['/bin/cat']).toString(), '');
  });

  test('outputOf() hands on nothing of the environment', () => {
    process.env.SSMTP_TEST_SECRET = 'x';
    try {
      assert.doesNotMatch(outputOf(['/usr/bin/env']).toString(), /SSMTP_|NODE_|LD_/);
    } finally {
      delete process.env.SSMTP_TEST_SECRET;
    }
  });

  test('outputOf() fails as config without such a program, and as temporary when it fails', () => {
    assert.throws(() => outputOf(['/nonexistent/x']), { kind: 'config', message: /no such file/ });
    assert.throws(() => outputOf(['/bin/false']), { kind: 'temporary', message: /it ended with status 1/ });
    assert.throws(() => outputOf(['/bin/sh', '-c', 'kill -9 $$']), {
      kind: 'temporary',
      message: /it ended with SIGKILL/,
    });
  });
});
