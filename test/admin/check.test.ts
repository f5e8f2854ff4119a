import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkReport } from '../../src/admin/check.ts';
import { defaultOptions, type Options } from '../../src/cli/options.ts';
import { keys } from '../../src/config/keys.ts';
import { octal } from '../../src/config/permissions.ts';
import { Failure } from '../../src/failure.ts';
import type { System } from '../../src/system.ts';
import { realFiles } from '../config/real-files.ts';
import { surroundingsWith, systemError } from '../config/surroundings.ts';
import { temporaryDirectory } from '../rig/temporary.ts';
import { fakeSystem } from '../system/fake-system.ts';

const file = '/etc/ssmtp/ssmtp.conf';

interface World extends NonNullable<Parameters<typeof surroundingsWith>[1]> {
  readonly revaliases?: string;
  readonly system?: Partial<System>;
  readonly options?: Partial<Options>;
}

async function report(text: string | Error, { revaliases = '', system, options, ...more }: World = {}) {
  const world = surroundingsWith({ [file]: text, '/etc/ssmtp/revaliases': revaliases }, more);
  let printed = '';
  const status = await checkReport(
    { ...defaultOptions, mode: 'check', ...options },
    fakeSystem({ ...world, userOf: accountOf, ...system }),
    {
      print: (piece) => (printed += piece),
      resolve: async ({ host }) => {
        if (host === 'nowhere') throw new Failure('unknownHost', `Cannot find mail hub "${host}": no such host`);
        return ['192.0.2.1'];
      },
    },
  );
  // Complaints are told in lines of 80 characters; what follows of one is indented.
  return { text: printed, flat: printed.replaceAll(/\n {4}(?! )/g, ' '), status };
}

/** The queue's owners in these tests. */
function accountOf(uid: number) {
  const name = new Map([
    [0, 'root'],
    [101, 'ssmtp'],
  ]).get(uid);
  return name === undefined ? undefined : { uid, name, fullName: '', home: undefined };
}

test('checkReport() shows every setting with its place', async () => {
  const environment = { SSMTP_AUTHPASS: 'hunter2', SSMTP_DEBUG: 'YES' };
  const options = { authUser: 'me' };
  const { text, status } = await report('mailhub=mail:587\nUseSTARTTLS=YES\nroot=\n', { environment, options });
  assert.equal(status, 0);
  for (const { name } of keys) assert.match(text, new RegExp(`^  ${name} `, 'm'));
  assert.match(text, /^ {2}mailhub +mail:587 +line 1$/m);
  assert.match(text, /^ {2}root +\(empty: mail for system users is not redirected\) +line 3$/m);
  assert.match(text, /^ {2}AuthPass +\*{8}\n +\(SSMTP_AUTHPASS\)$/m);
  assert.match(text, /^ {2}AuthUser +me +-au$/m);
  assert.match(text, /^ {2}MinUserId +1000 +default$/m);
  assert.match(text, /^ {2}hostname +\(not set: the machine's own name\)$/m);
  assert.match(text, /^Mail goes to mail port 587, STARTTLS required, login as "me" with a password$/m);
  assert.match(text, /\nNo errors\n$/);
  assert.ok(!text.includes('hunter2'));
});

test('checkReport() collects all errors and gives status 2', async () => {
  const { text, status } = await report('RemotePort=x\nUseTLS=perhaps\nConnectTimeout=never\n');
  assert.equal(status, 2);
  const [, errors = ''] = text.split('\nErrors\n');
  assert.deepEqual(errors.match(/ssmtp\.conf:[123]: Cannot use (RemotePort|UseTLS|ConnectTimeout)=/g)?.length, 3);
  assert.ok(!text.includes('Mail goes to'));
  assert.match(text, /\/etc\/ssmtp\/ssmtp\.conf cannot be used\n$/);
});

test('checkReport() says why the file cannot be read, with the hint', async () => {
  const { text, status } = await report(systemError('EACCES'));
  assert.equal(status, 2);
  assert.match(
    text,
    /\nErrors\n {2}Cannot read \/etc\/ssmtp\/ssmtp\.conf: permission denied\n {4}Users who may not read it send through the queue/,
  );
});

test('checkReport() tells by line what sSMTP did otherwise, without the password', async () => {
  const { text, flat } = await report('mailhub = mail\nAuthPass=hun#ter2\n');
  assert.match(
    flat,
    /Read differently by sSMTP\n {2}\S+:1: sSMTP took mailhub for empty.*\n {2}\S+:2: sSMTP lost AuthPass/,
  );
  assert.ok(!text.includes('hun') && !text.includes('ter2'));
});

test('checkReport() warns when every user may read a password in the file', async () => {
  const readable = await report('mailhub=a\nAuthPass=x\n', { mode: 0o644 });
  assert.match(readable.flat, /ssmtp\.conf:2: Cannot keep AuthPass secret: every user may read the file \(mode 0644\)/);
  assert.equal(readable.status, 1);
  assert.ok(!(await report('mailhub=a\nAuthPass=x\n', { mode: 0o640 })).text.includes('secret:'));
  assert.ok(!(await report('mailhub=a\n', { mode: 0o644 })).text.includes('secret:'));
  const elsewhere = await report('mailhub=a\n', { mode: 0o644, environment: { SSMTP_AUTHPASS: 'x' } });
  assert.ok(!elsewhere.text.includes('secret:'));
});

test('checkReport() warns of variables that are no settings and of faults in revaliases', async () => {
  const environment = { SSMTP_MAILHOST: 'a', SSMTP_TLSCERT_FILE: '/a', PATH: '/bin' };
  const { text } = await report('', { environment, revaliases: 'alice:a b\n' });
  assert.match(text, /SSMTP_MAILHOST: Cannot use the variable: there is no such setting/);
  assert.match(text, /SSMTP_TLSCERT_FILE: Cannot use the variable/);
  assert.match(text, /\/etc\/ssmtp\/revaliases:1: Cannot use the line/);
});

test('checkReport() accepts every file found in the wild and holds no control characters', async () => {
  for (const [name, text] of Object.entries(realFiles)) {
    const checked = await report(text);
    assert.ok(checked.status < 2, name);
    assert.match(checked.text, /^[^\x00-\x09\x0b-\x1f\x7f]+$/, name);
  }
  assert.match((await report('AuthUser=\x1b[2J\n')).text, /^[^\x00-\x09\x0b-\x1f\x7f]+$/);
});

test('checkReport() looks into what is named for TLS and login', async () => {
  await using directory = await temporaryDirectory('check-files');
  const authorities = join(directory.path, 'ca.pem');
  await writeFile(authorities, 'nothing\n');
  const ciphers = 'TLSCiphers=ECDHE+AESGCM:garbage:!aNULL:TLS_NONE:TLS_AES_256_GCM_SHA384\n';
  const text = `mailhub=127.0.0.1\nroot=a@example.org\nUseTLS=YES\n${ciphers}TLS_CA_File=${authorities}\nAuthUser=me\nAuthPassFile=/pw\n`;
  const filesWith = (secret: string) => ({
    permissionsOf: () => ({ mode: 0o640, uid: 0, gid: 0 }),
    readFile: (path: string) => (path === '/pw' ? secret : path === file ? text : ''),
  });
  const odd = await report(text, { system: filesWith('hunter2\n\n') });
  assert.equal(odd.status, 2);
  assert.match(odd.text, /FAIL {2}authorities Cannot use\n +TLS_CA_File="/);
  assert.deepEqual(odd.flat.match(/Cannot use "\w+" in TLSCiphers=/g), [
    'Cannot use "garbage" in TLSCiphers=',
    'Cannot use "TLS_NONE" in TLSCiphers=',
  ]);
  assert.match(odd.text, /warn {2}password +The password of AuthPassFile= begins or ends with a/);
  assert.ok(!odd.text.includes('hunter2'));
  const empty = await report(text, { system: filesWith('\n') });
  assert.match(empty.text, /FAIL {2}password +Cannot use AuthPassFile \/pw: it is empty/);
});

const conf = 'mailhub=127.0.0.1\nroot=a@example.org\n';

test('checkReport() asks for the name of each hub, accounts included', async () => {
  const some = await report('mailhub=hub.example,nowhere\n');
  assert.match(some.text, /ok {4}hub +hub\.example 192\.0\.2\.1\n {2}warn {2}hub +Cannot find mail hub "nowhere"/);
  assert.match(some.text, /\nNo errors, but see the warnings\n$/);
  assert.equal(some.status, 1);
  const own = await report('mailhub=hub.example,nowhere\n[account work]\nmatch=*@work.example\nmailhub=nowhere\n');
  assert.match(own.text, /ok {4}hub +hub\.example 192\.0\.2\.1\n {2}FAIL {2}hub +Cannot find mail hub "nowhere"/);
  assert.equal(own.status, 2);
  const none = await report('mailhub=nowhere\n');
  assert.equal(none.status, 2);
  assert.match(none.text, /but mail would not leave\n$/);
});

test('checkReport() tells who is called sendmail, unless another file is asked about', async () => {
  const programAt = (path: string) => {
    if (path === '/usr/sbin/sendmail') return { path: '/opt/ssmtp', isThis: true };
    return path === '/usr/bin/mailq' ? { path: '/opt/other', isThis: false } : undefined;
  };
  const { text, status } = await report(conf, { system: { programAt } });
  assert.match(text, /ok {4}sendmail +\/usr\/sbin\/sendmail is this program\n/);
  assert.match(text, /note {2}sendmail +\/usr\/lib\/sendmail does not exist\n/);
  assert.match(text, /warn {2}mailq +\/usr\/bin\/mailq is another program, \/opt\/other\n/);
  assert.equal(status, 1);
  const named = await report(conf, { system: { programAt }, options: { configFile: file } });
  assert.doesNotMatch(named.text, /mailq/);
  assert.equal(named.status, 0);
});

test('checkReport() warns root of a sendmail that is missing', async () => {
  const user = () => ({ uid: 0, name: 'root', fullName: '', home: undefined });
  const { flat, status } = await report(conf, { system: { user } });
  assert.match(
    flat,
    /warn {2}sendmail +\/usr\/sbin\/sendmail does not exist: whatever sends mail looks\s+for it there\n/,
  );
  assert.match(flat, /note {2}sendmail +\/usr\/lib\/sendmail does not exist\n/);
  assert.equal(status, 1);
});

const timer = '/etc/systemd/system/timers.target.wants/ssmtp-queue.timer';
const table = '/etc/cron.d/ssmtp';

for (const { by, files, tables, processes, says } of [
  { by: 'a timer', files: ['/run/systemd/system', timer], says: /ok {4}runner +ssmtp-queue\.timer\n/ },
  { by: 'a timer where systemd does not run', files: [timer], says: /warn {2}runner +nothing runs the queue/ },
  {
    by: 'cron',
    tables: { [table]: '*/5 * * * * ssmtp /usr/sbin/ssmtp -q\n' },
    says: /ok {4}runner +\/etc\/cron\.d\/ssmtp\n/,
  },
  { by: 'cron, in a remark', tables: { [table]: '#* * * * * ssmtp ssmtp -q\n' }, says: /warn {2}runner / },
  {
    by: 'cron, unless systemd runs, which does',
    files: ['/run/systemd/system'],
    tables: { [table]: '* * * * * ssmtp [ -d /run/systemd/system ] || ssmtp -q\n' },
    says: /warn {2}runner /,
  },
  { by: 'a process', processes: [['/usr/sbin/ssmtp', '-q5m']], says: /ok {4}runner +a process that goes on/ },
  { by: 'a script', processes: [['node', '/opt/ssmtp.cjs', '-q1h']], says: /ok {4}runner +a process that goes on/ },
  { by: 'a process that ends', processes: [['/usr/sbin/ssmtp', '-q']], says: /warn {2}runner / },
] as const as readonly {
  by: string;
  files?: readonly string[];
  tables?: Readonly<Record<string, string>>;
  processes?: string[][];
  says: RegExp;
}[]) {
  test(`checkReport() tells whether the queue is run by ${by}`, async () => {
    await using directory = await temporaryDirectory('check');
    const world = surroundingsWith({ [file]: `${conf}Queue=${directory.path}\n`, ...tables });
    const permissionsOf = (path: string) => {
      if (path === directory.path) return { mode: 0o3733, uid: 1000, gid: 1000 };
      return files?.includes(path) ? { mode: 0o644, uid: 0, gid: 0 } : world.permissionsOf(path);
    };
    const system = { ...world, permissionsOf, commandLines: () => processes ?? [] };
    assert.match((await report('', { system })).flat, says);
  });
}

for (const { owner, runner, says } of [
  {
    owner: 12_345,
    runner: 101,
    says: /warn {2}queue .* of user id 12345, .*there is no such user, so only root can run it/s,
  },
  { owner: 101, runner: 101, says: /ok {4}queue .* of ssmtp/ },
  { owner: 1000, runner: undefined, says: /ok {4}queue .* of user id 1000/ },
]) {
  test(`checkReport() judges a queue of user id ${owner} where ${runner} runs it`, async () => {
    await using directory = await temporaryDirectory('check');
    const permissionsOf = (path: string) =>
      path === directory.path ? { mode: 0o3733, uid: owner, gid: owner } : undefined;
    const found = await report(`${conf}Queue=${directory.path}\n`, { system: { permissionsOf, uidOf: () => runner } });
    assert.match(found.flat.replaceAll(/\n {20}/g, ' '), says);
  });
}

test('checkReport() warns of files that others may change, and of a key that they may read', async () => {
  const open = await report(conf, { mode: 0o646 });
  assert.match(open.flat, /ssmtp\.conf: Cannot trust the file: every user may change it \(mode 0646\)/);
  assert.match(open.flat, /revaliases: Cannot trust the file/);
  const permissionsOf = (path: string) => ({ mode: path.endsWith('.key') ? 0o644 : 0o600, uid: 0, gid: 0 });
  const key = await report(`${conf}UseTLSCert=YES\nTLSKey=/etc/hub.key\n`, { system: { permissionsOf } });
  assert.match(key.flat, /\/etc\/hub\.key: Cannot keep the key secret: every user may read it \(mode 0644\)/);
});

test('checkReport() opens the client certificate, once for all hubs that are shown it, where there is TLS', async () => {
  const certificate = 'mailhub=a:465,b:465\nUseTLSCert=YES\nTLSCert=/none.pem\n';
  const { flat, status } = await report(`${certificate}UseTLS=YES\n`);
  assert.equal(status, 2);
  assert.deepEqual(flat.match(/^ {2}FAIL {2}certificate +Cannot read TLSCert="\/none\.pem": /gm)?.length, 1);
  assert.match(flat, /but mail would not leave\n$/);
  assert.doesNotMatch((await report(certificate)).text, / certificate +Cannot/);
});

const now = new Date('2026-11-25T12:00:00Z');

for (const { what, mode, files, says, status } of [
  { what: 'an empty queue', mode: 0o1733, files: [], says: /ok {4}queue .*mode 1733: empty/, status: 0 },
  {
    what: 'a backlog',
    mode: 0o700,
    files: [nameAt(7200, 'd', 600), nameAt(60, 'h', 60)],
    says: /ok {4}queue .*mode 0700: 2 messages, 1 on hold, the oldest 2 hours old/,
    status: 0,
  },
  {
    what: 'a queue that nobody runs',
    mode: 0o700,
    files: [nameAt(200_000, 'n', 190_000)],
    says: /warn {2}queue .*1 message, the oldest 2 days old; 1 should have been tried: nobody runs it/,
    status: 1,
  },
  {
    what: 'a queue that others may empty',
    mode: 0o777,
    files: [],
    says: /warn {2}queue .*others may remove/,
    status: 1,
  },
  { what: 'a queue that others may list', mode: 0o1777, files: [], says: /warn {2}queue .*others may see/, status: 1 },
]) {
  test(`checkReport() tells of ${what}`, async () => {
    await using directory = await temporaryDirectory('check');
    for (const name of files) await writeFile(join(directory.path, name), '');
    await chmod(directory.path, mode);
    const permissionsOf = (path: string) =>
      path === directory.path ? { mode: statSync(path).mode, uid: 0, gid: 0 } : undefined;
    const found = await report(`${conf}Queue=${directory.path}\n`, { system: { permissionsOf, now: () => now } });
    assert.match(found.text.replaceAll(/\n {20}/g, ' '), says);
    assert.equal(found.status, status, found.text);
  });
}

for (const { mode, owners, isClosed } of [
  { mode: 0o600, owners: { uid: 0, gid: 0 }, isClosed: true },
  { mode: 0o600, owners: { uid: 0, gid: 101 }, isClosed: true },
  { mode: 0o640, owners: { uid: 0, gid: 0 }, isClosed: true },
  { mode: 0o640, owners: { uid: 0, gid: 101 }, isClosed: false },
  { mode: 0o640, owners: { uid: 0, gid: 8 }, isClosed: false },
  { mode: 0o644, owners: { uid: 0, gid: 0 }, isClosed: false },
  { mode: 0o400, owners: { uid: 101, gid: 0 }, isClosed: false },
]) {
  const { uid, gid } = owners;
  test(`checkReport() ${isClosed ? 'warns' : 'does not warn'} that the queue's owner cannot read a configuration of ${uid}:${gid}, mode ${octal(mode)}`, async () => {
    await using directory = await temporaryDirectory('check');
    const permissionsOf = (path: string) => {
      if (path === directory.path) return { mode: 0o3733, uid: 101, gid: 101 };
      return path === file ? { mode, ...owners } : undefined;
    };
    const text = `${conf}Queue=${directory.path}\n`;
    const found = await report(text, { system: { permissionsOf } });
    assert.equal(/warn {2}queue .* cannot\s+read\s+\/etc\/ssmtp\/ssmtp\.conf/s.test(found.text), isClosed, found.text);
    assert.equal(found.status, isClosed ? 1 : 0);
    const named = await report(text, { system: { permissionsOf }, options: { configFile: file } });
    assert.equal(named.status, 0);
  });
}

for (const { what, modes, withQueue, says, status } of [
  {
    what: 'says nothing of aliases that all may read',
    modes: [0o644, 0o644],
    withQueue: true,
    says: undefined,
    status: 0,
  },
  {
    what: 'says nothing of aliases as closed as the configuration',
    modes: [0o600, 0o600],
    withQueue: false,
    says: undefined,
    status: 0,
  },
  {
    what: 'warns of aliases that the queue cannot read',
    modes: [0o640, 0o600],
    withQueue: true,
    says: /warn {2}aliases +ssmtp, who runs the queue, cannot read \/etc\/aliases/,
    status: 1,
  },
  {
    what: 'notes aliases that only the queue may read',
    modes: [0o644, 0o640],
    withQueue: true,
    says: /note {2}aliases +\/etc\/aliases is closed to some users: their mail goes through/,
    status: 0,
  },
  {
    what: 'warns of closed aliases without a queue',
    modes: [0o644, 0o640],
    withQueue: false,
    says: /warn {2}aliases +\/etc\/aliases is closed to some users, who have no queue/,
    status: 1,
  },
]) {
  test(`checkReport() ${what}`, async () => {
    await using directory = await temporaryDirectory('check');
    const [mode = 0, aliasesMode = 0] = modes;
    const permissionsOf = (path: string) => {
      if (path === directory.path) return withQueue ? { mode: 0o3733, uid: 101, gid: 101 } : undefined;
      if (path === '/etc/aliases') return { mode: aliasesMode, uid: 0, gid: aliasesMode === 0o640 ? 101 : 0 };
      return path === file ? { mode, uid: 0, gid: 101 } : undefined;
    };
    const place = withQueue ? directory.path : 'NO';
    const found = await report(`${conf}Queue=${place}\n`, { system: { permissionsOf } });
    const text = found.text.replaceAll(/\n {20}/g, ' ');
    if (says) assert.match(text, says);
    else assert.doesNotMatch(text, /(ok|note|warn) +aliases/);
    // A configuration that the queue's owner cannot read is warned of in its own words.
    if (mode !== 0o600) assert.equal(found.status, status);
  });
}

/** Seconds since it came in, and since it was due. */
function nameAt(age: number, state: string, overdue: number): string {
  const seconds = Math.floor(now.getTime() / 1000);
  return `${(seconds - age).toString(16).toUpperCase()}00000000.${state}${seconds - overdue}`;
}

test('checkReport() fits into 80 columns, whatever the configuration says', async () => {
  const long = `${'x'.repeat(200)} `.repeat(3);
  const { text } = await report(`${conf}TLSCert=${long}\nAddHeader=X: ${long}\nTypo${'o'.repeat(100)}=1\n`);
  for (const line of text.split('\n')) assert.ok(line.length <= 80, line);
});

test('checkReport() answers machines in JSON', async () => {
  const { text, status } = await report(`${conf}AuthPass=secret\nTypo=1\n`, { options: { json: true } });
  const found = JSON.parse(text);
  assert.deepEqual([found.state, found.status, status, found.file], ['warning', 1, 1, file]);
  assert.deepEqual(found.settings[0], { key: 'root', value: 'a@example.org', place: `${file}:2` });
  assert.deepEqual(found.findings[0], { what: 'hub', result: 'ok', text: '127.0.0.1 192.0.2.1' });
  assert.match(found.warnings[0], /Cannot use Typo/);
  assert.doesNotMatch(text, /secret/);
  const wrong = await report('RemotePort=x\n', { options: { json: true } });
  assert.equal(JSON.parse(wrong.text).errors.length, 1);
});

for (const { what, lines, modes, says } of [
  { what: 'no system log', lines: '', modes: {}, says: /note {2}log +none: \/dev\/log does not exist/ },
  { what: 'a system log', lines: '', modes: { '/dev/log': 0o666 }, says: /ok {4}log +syslog\n/ },
  { what: 'no journal', lines: 'Log=journal\n', modes: {}, says: /note {2}log +no journal runs here/ },
  { what: 'a file', lines: 'Log=file\n', modes: { '/var/log/ssmtp.log': 0o640 }, says: /ok {4}log +.*\(mode 0640\)/ },
  {
    what: 'an open file',
    lines: 'Log=file\n',
    modes: { '/var/log/ssmtp.log': 0o666 },
    says: /warn {2}log .*every user/,
  },
] as const) {
  test(`checkReport() tells of ${what}`, async () => {
    const known: Readonly<Record<string, number>> = modes;
    const permissionsOf = (path: string) => (path in known ? { mode: known[path] ?? 0, uid: 0, gid: 0 } : undefined);
    assert.match((await report(conf + lines, { system: { permissionsOf } })).text, says);
  });
}
