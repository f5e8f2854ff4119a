import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkReport } from '../../src/admin/check.ts';
import { keys } from '../../src/config/keys.ts';
import { realFiles } from '../config/real-files.ts';
import { surroundingsWith, systemError } from '../config/surroundings.ts';

const file = '/etc/ssmtp/ssmtp.conf';

function report(text: string | Error, more: Parameters<typeof surroundingsWith>[1] & { revaliases?: string } = {}) {
  const { revaliases = '', ...rest } = more;
  return checkReport({}, surroundingsWith({ [file]: text, '/etc/ssmtp/revaliases': revaliases }, rest));
}

test('checkReport() shows every setting with its place', () => {
  const environment = { SSMTP_AUTHPASS: 'hunter2', SSMTP_DEBUG: 'YES' };
  const options = { authUser: 'me' };
  const surroundings = surroundingsWith({ [file]: 'mailhub=mail:587\nUseSTARTTLS=YES\nroot=\n' }, { environment });
  const { text, status } = checkReport(options, surroundings);
  assert.equal(status, 0);
  for (const { name } of keys) assert.match(text, new RegExp(`^  ${name} `, 'm'));
  assert.match(text, /^ {2}mailhub +mail:587 +\/etc\/ssmtp\/ssmtp\.conf:1$/m);
  assert.match(text, /^ {2}root +\(empty: mail for system users is not redirected\) +\/etc\/ssmtp\/ssmtp\.conf:3$/m);
  assert.match(text, /^ {2}AuthPass +\*{8} +SSMTP_AUTHPASS$/m);
  assert.match(text, /^ {2}AuthUser +me +-au$/m);
  assert.match(text, /^ {2}MinUserId +1000 +default$/m);
  assert.match(text, /^ {2}hostname +\(not set: the machine's own name\)$/m);
  assert.match(text, /^Mail goes to mail port 587, STARTTLS required, login as "me" with a password$/m);
  assert.match(text, /\nNo errors\n$/);
  assert.ok(!text.includes('hunter2'));
});

test('checkReport() collects all errors and gives status 2', () => {
  const { text, status } = report('RemotePort=x\nUseTLS=perhaps\nConnectTimeout=never\n');
  assert.equal(status, 2);
  const [, errors = ''] = text.split('\nErrors\n');
  assert.deepEqual(errors.match(/ssmtp\.conf:[123]: Cannot use (RemotePort|UseTLS|ConnectTimeout)=/g)?.length, 3);
  assert.ok(!text.includes('Mail goes to'));
  assert.match(text, /\/etc\/ssmtp\/ssmtp\.conf cannot be used\n$/);
});

test('checkReport() says why the file cannot be read, with the hint', () => {
  const { text, status } = report(systemError('EACCES'));
  assert.equal(status, 2);
  assert.match(text, /\nErrors\n {2}Cannot read \/etc\/ssmtp\/ssmtp\.conf: permission denied\n {4}Whoever sends mail/);
});

test('checkReport() tells by line what sSMTP did otherwise, without the password', () => {
  const { text } = report('mailhub = mail\nAuthPass=hun#ter2\n');
  assert.match(
    text,
    /Read differently by sSMTP\n {2}\S+:1: sSMTP took mailhub for empty.*\n {2}\S+:2: sSMTP lost AuthPass/,
  );
  assert.ok(!text.includes('hun') && !text.includes('ter2'));
});

test('checkReport() warns when every user may read a password in the file', () => {
  const readable = report('mailhub=a\nAuthPass=x\n', { mode: 0o644 });
  assert.match(readable.text, /ssmtp\.conf:2: Cannot keep AuthPass secret: every user may read the file \(mode 0644\)/);
  assert.equal(readable.status, 1);
  assert.ok(!report('mailhub=a\nAuthPass=x\n', { mode: 0o640 }).text.includes('secret:'));
  assert.ok(!report('mailhub=a\n', { mode: 0o644 }).text.includes('secret:'));
  const elsewhere = report('mailhub=a\n', { mode: 0o644, environment: { SSMTP_AUTHPASS: 'x' } });
  assert.ok(!elsewhere.text.includes('secret:'));
});

test('checkReport() warns of variables that are no settings and of faults in revaliases', () => {
  const environment = { SSMTP_MAILHOST: 'a', SSMTP_TLSCERT_FILE: '/a', PATH: '/bin' };
  const { text } = report('', { environment, revaliases: 'alice:a b\n' });
  assert.match(text, /SSMTP_MAILHOST: Cannot use the variable: there is no such setting/);
  assert.match(text, /SSMTP_TLSCERT_FILE: Cannot use the variable/);
  assert.match(text, /\/etc\/ssmtp\/revaliases:1: Cannot use the line/);
});

test('checkReport() accepts every file found in the wild and holds no control characters', () => {
  for (const [name, text] of Object.entries(realFiles)) {
    const checked = report(text);
    assert.ok(checked.status < 2, name);
    assert.match(checked.text, /^[^\x00-\x09\x0b-\x1f\x7f]+$/, name);
  }
  assert.match(report('AuthUser=\x1b[2J\n').text, /^[^\x00-\x09\x0b-\x1f\x7f]+$/);
});
