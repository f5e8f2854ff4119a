import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { assertKept, secretsIn } from './secrets.ts';
import { temporaryDirectory } from './temporary.ts';

const secret = 'open-sesame';
const sweep = (directory: string, printed: string) =>
  assertKept([secret], { printed: [Buffer.from(printed)], directory, given: ['ssmtp.conf'] });

describe('assertKept()', () => {
  const leaks: Readonly<Record<string, string>> = {
    'as it is': `x${secret}y`,
    'in hexadecimal digits': Buffer.from(`x${secret}y`).toString('hex'),
    'in a URL': encodeURIComponent(secret),
    ...Object.fromEntries(
      ['', 'a', 'ab', '\0alice\0'].map((before) => [
        `in base64 behind ${JSON.stringify(before)}`,
        Buffer.from(`${before}${secret} and more`).toString('base64'),
      ]),
    ),
  };
  for (const [how, text] of Object.entries(leaks)) {
    test(`assertKept() finds a password ${how}`, async () => {
      await using directory = await temporaryDirectory('secrets');
      await assert.rejects(sweep(directory.path, text), /standard output holds a password/);
      await mkdir(join(directory.path, 'queue'));
      await writeFile(join(directory.path, 'queue/file'), text);
      await assert.rejects(sweep(directory.path, ''), /queue\/file holds a password/);
    });
  }

  test('assertKept() does not mind what the test has written', async () => {
    await using directory = await temporaryDirectory('secrets');
    await writeFile(join(directory.path, 'ssmtp.conf'), `AuthPass=${secret}`);
    await sweep(directory.path, 'AUTH PLAIN ********');
  });
});

test('secretsIn() finds what the program is told, wherever', () => {
  const given = {
    words: ['-au', 'me', '-ap', 'typed-password'],
    conf: 'AuthPass=written-password\r\nAuthPassFile=$HOME/file\nAuthPass=short\nTLSKeyPass=written-passphrase\nTLSKeyPassFile=$HOME/other\n',
    files: { file: 'password-of-file\n', other: 'passphrase-of-file\n' },
    environment: { SSMTP_AUTHPASS: 'password-of-environment', SSMTP_TLSKEYPASS: 'passphrase-of-environment' },
  };
  assert.deepEqual(secretsIn(given), [
    'typed-password',
    'written-password',
    'written-passphrase',
    'password-of-file',
    'passphrase-of-file',
    'password-of-environment',
    'passphrase-of-environment',
  ]);
  assert.deepEqual(secretsIn({ ...given, stdin: 'it is the typed-password' }).length, 6);
});
