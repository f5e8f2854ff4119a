import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readEnvironment } from '../../src/config/environment.ts';
import { surroundingsWith, systemError } from './surroundings.ts';

function valuesIn(environment: Record<string, string>, files: Record<string, string | Error> = {}): string[] {
  const { assignments, errors } = readEnvironment(surroundingsWith(files, { environment }));
  return [...assignments.map(({ key, octets, place }) => `${place} ${key.name}=${octets}`), ...errors];
}

test('readEnvironment() reads SSMTP_ variables in the order of the table', () => {
  assert.deepEqual(valuesIn({ SSMTP_USETLS: 'YES', SSMTP_MAILHUB: ' mail ', SSMTP_TLS_CA_FILE: '/a b' }), [
    'SSMTP_MAILHUB mailhub=mail',
    'SSMTP_USETLS UseTLS=YES',
    'SSMTP_TLS_CA_FILE TLS_CA_File=/a b',
  ]);
});

test('readEnvironment() takes an empty variable for none', () => {
  assert.deepEqual(valuesIn({ SSMTP_ROOT: '', SSMTP_AUTHPASS_FILE: '' }), []);
});

test('readEnvironment() keeps a password as it is, in UTF-8', () => {
  assert.deepEqual(valuesIn({ SSMTP_AUTHPASS: ' pä#ß ' }), ['SSMTP_AUTHPASS AuthPass= p\xc3\xa4#\xc3\x9f ']);
});

for (const [content, value] of [
  ['secret\n', 'secret'],
  ['secret\r\n', 'secret'],
  ['secret', 'secret'],
  [' se #cret \n', ' se #cret '],
  ['\xff\n', '\xff'],
] as const) {
  test(`readEnvironment() reads ${JSON.stringify(content)} from the file in SSMTP_AUTHPASS_FILE`, () => {
    const values = valuesIn({ SSMTP_AUTHPASS_FILE: '/run/secrets/p' }, { '/run/secrets/p': content });
    assert.deepEqual(values, [`SSMTP_AUTHPASS_FILE AuthPass=${value}`]);
  });
}

test('readEnvironment() says which file cannot be read and why', () => {
  const files = { '/b': systemError('EACCES') };
  assert.deepEqual(valuesIn({ SSMTP_MAILHUB_FILE: '/a', SSMTP_AUTHPASS_FILE: '/b' }, files), [
    'SSMTP_MAILHUB_FILE: Cannot read /a: no such file',
    'SSMTP_AUTHPASS_FILE: Cannot read /b: permission denied',
  ]);
});

test('readEnvironment() refuses a value that is given twice, without showing it', () => {
  assert.deepEqual(valuesIn({ SSMTP_AUTHPASS: 'hunter2', SSMTP_AUTHPASS_FILE: '/b' }, { '/b': 'x' }), [
    'SSMTP_AUTHPASS: Cannot use SSMTP_AUTHPASS and SSMTP_AUTHPASS_FILE: only one of them may be set',
  ]);
});
