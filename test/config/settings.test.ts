import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { loadSettings, readSettings, type SettingsOptions } from '../../src/config/settings.ts';
import type { Settings } from '../../src/config/types.ts';
import { Failure } from '../../src/failure.ts';
import { realFiles } from './real-files.ts';
import { surroundingsWith, systemError } from './surroundings.ts';

const file = '/etc/ssmtp/ssmtp.conf';

function load(text: string, environment: Record<string, string> = {}, options: SettingsOptions = {}): Settings {
  return loadSettings(options, surroundingsWith({ [file]: text }, { environment }));
}

test('loadSettings() has a default for everything', () => {
  assert.deepEqual(load(''), {
    root: undefined,
    mailhub: { host: 'mailhub', port: 25 },
    otherHubs: [],
    elsewhere: undefined,
    hostName: undefined,
    localDomains: undefined,
    log: { file: '/var/log/ssmtp.log', isJson: false, to: 'syslog' },
    rewriteDomain: undefined,
    fromLineOverride: false,
    rewriteHeaders: true,
    sendAs: undefined,
    encodeForHub: true,
    discardedKeywords: [],
    recipientLimit: 100,
    maxHeaderLength: 1_048_576,
    authWarnings: false,
    trustedUsers: [],
    accounts: [],
    secretFiles: [],
    minUserId: 1000,
    obstacles: [],
    addHeaders: [],
    tls: 'none',
    tlsCaFile: undefined,
    tlsCaDir: undefined,
    minTls: 'TLSv1.2',
    tlsCiphers: undefined,
    tlsPins: [],
    tlsCert: undefined,
    tlsKey: undefined,
    tlsKeyPass: undefined,
    authUser: undefined,
    authPass: undefined,
    authMethod: undefined,
    authInsecure: false,
    sourceAddresses: [],
    connectTimeout: 30_000,
    commandTimeout: 60_000,
    dataTimeout: 600_000,
    deliveryTimeout: 3_600_000,
    aliases: { path: '/etc/aliases', isNamed: false },
    queue: { path: '/var/spool/ssmtp', isNamed: false },
    deliveryMode: 'interactive',
    minimalBackoff: 300_000,
    maximalBackoff: 14_400_000,
    queueLifetime: 432_000_000,
    queueUserMessages: 10_000,
    queueUserMegabytes: 1024,
    delayWarning: 0,
    temporaryStatus: 75,
    debug: false,
    revaliasesFile: '/etc/ssmtp/revaliases',
    warnings: [],
  });
});

for (const [name, text] of Object.entries(realFiles)) {
  test(`loadSettings() loads the file "${name}" unaltered`, () => {
    assert.ok(load(text).mailhub.host.length > 0);
    for (const warning of load(text).warnings) assert.match(warning, /^\/etc\/ssmtp\/ssmtp\.conf:[0-9]+: Cannot /);
  });
}

test('loadSettings() understands the files of Debian and Arch', () => {
  const debian = load(realFiles.debian ?? '');
  assert.deepEqual([debian.root, debian.mailhub.host, debian.hostName], ['postmaster', 'mail', 'box.example.org']);
  assert.deepEqual(debian.warnings, []);
  const arch = load(realFiles.arch ?? '');
  assert.deepEqual(
    [arch.tls, arch.mailhub, arch.authMethod],
    ['starttls', { host: 'smtp.gmail.com', port: 587 }, 'LOGIN'],
  );
  assert.equal(arch.authPass?.().toString('latin1'), 'password');
});

test('loadSettings() cleans the host names of files in the wild', () => {
  assert.equal(load(realFiles.gmailTutorial ?? '').hostName, 'smtp.gmail.com');
  assert.equal(load(realFiles.mailboxAsHostname ?? '').hostName, 'example.org');
});

const encryptions: readonly [string, Settings['tls'], number][] = [
  ['mailhub=a', 'none', 25],
  ['mailhub=a:465', 'none', 465],
  ['mailhub=a\nUseTLS=YES', 'implicit', 465],
  ['mailhub=a:25\nUseTLS=YES', 'implicit', 25],
  ['mailhub=a\nRemotePort=2525\nUseTLS=YES', 'implicit', 2525],
  ['mailhub=a\nUseSTARTTLS=YES', 'starttls', 25],
  ['mailhub=a:587\nUseTLS=YES\nUseSTARTTLS=YES', 'starttls', 587],
  ['mailhub=a:587\nUseSTARTTLS=YES\nUseTLS=NO', 'starttls', 587],
  ['mailhub=a:587\nUseTLS=NO\nUseSTARTTLS=YES', 'starttls', 587],
  ['mailhub=a:587\nUseTLS=YES\nUseSTARTTLS=NO', 'implicit', 587],
  ['mailhub=a:587\nRemotePort=26', 'none', 26],
  ['RemotePort=26\nmailhub=a:587', 'none', 587],
  ['RemotePort=26\nmailhub=a', 'none', 26],
  ['mailhub=a:587\nRemotePort=', 'none', 587],
];

for (const [text, tls, port] of encryptions) {
  test(`loadSettings() understands ${JSON.stringify(text)}`, () => {
    const settings = load(text);
    assert.deepEqual([settings.tls, settings.mailhub.port], [tls, port]);
  });
}

const warned: readonly [string, string][] = [
  ['mailhub=a:25\nRemotePort=26', 'f:2: Cannot use RemotePort and the port in mailhub: the later of them, 26, is used'],
  ['mailhub=a:465\nUseSTARTTLS=YES', 'f:2: Cannot expect STARTTLS on port 465: '],
  ['AuthPass=x', 'f:1: Cannot use AuthPass: there is no login without AuthUser='],
  ['AuthPassFile=/x', 'f:1: Cannot use AuthPassFile: there is no login without AuthUser='],
  ['UseTLS=YES\nAuthUser=me', 'f:2: Cannot use AuthUser without a password: '],
  ['MinTLS=TLSv1.3', 'f:1: Cannot use MinTLS: nothing is encrypted without UseSTARTTLS=YES or UseTLS=YES'],
  ['TLSCert=/a', 'f:1: Cannot use TLSCert: it takes effect only with UseTLSCert=YES'],
  ['TLS_CA_File=/none', 'f:1: Cannot use TLS_CA_File="/none": it does not exist'],
  ['TLSKey=/k', 'f:1: Cannot use TLSKey: it takes effect only with UseTLSCert=YES'],
  ['TLSKeyPass=secret', 'f:1: Cannot use TLSKeyPass: it takes effect only with UseTLSCert=YES'],
  ['TLSKeyPassFile=/p', 'f:1: Cannot use TLSKeyPassFile: it takes effect only with UseTLSCert=YES'],
  ['TLSKeyPassCommand=/p', 'f:1: Cannot use TLSKeyPassCommand: it takes effect only with UseTLSCert=YES'],
  ['TLS_CA_Dir=/none', 'f:1: Cannot use TLS_CA_Dir="/none": it does not exist'],
  [
    'TLS_CA_File=/etc/pki/tls/certs/ca-bundle.crt',
    `f:1: Cannot use TLS_CA_File="/etc/pki/tls/certs/ca-bundle.crt": it does not exist, the system's authorities are used`,
  ],
];

for (const [text, warning] of warned) {
  test(`loadSettings() warns of ${JSON.stringify(text)}`, () => {
    const { warnings } = loadSettings({ configFile: 'f' }, surroundingsWith({ f: text }));
    assert.equal(warnings.length, 1);
    assert.ok(warnings[0]?.startsWith(warning), warnings[0]);
  });
}

const pin = 'AB'.repeat(32);

const obstructed: readonly [string, string | undefined][] = [
  ['AuthUser=me', 'f:1: Cannot send the password without TLS: '],
  ['AuthUser=me\nAuthInsecure=yes', undefined],
  ['AuthUser=me\nAuthMethod=cram-md5', undefined],
  ['AuthUser=me\nUseTLS=YES', undefined],
  [`TLSPin=${pin}`, 'f:1: Cannot use TLSPin: nothing is encrypted without UseSTARTTLS=YES or UseTLS=YES'],
  [`TLSPin=${pin}\nUseSTARTTLS=YES`, undefined],
  [`mailhub=a,b\nTLSPin=${pin}\nUseTLS=YES\n[hub b]\nUseTLS=NO`, 'f:2: Cannot use TLSPin: nothing is encrypted'],
  [`mailhub=a,b\nTLSPin=${pin}\nUseTLS=YES\n[hub b]\nUseTLS=NO\nTLSPin=`, undefined],
  ['UseTLS=YES\nTLS_CA_File=/none', 'f:2: Cannot use TLS_CA_File="/none": it does not exist'],
];

for (const [text, obstacle] of obstructed) {
  test(`loadSettings() knows whether mail can leave with ${JSON.stringify(text)}`, () => {
    const { obstacles } = loadSettings({ configFile: 'f' }, surroundingsWith({ f: text }));
    assert.equal(obstacles.length, obstacle === undefined ? 0 : 1);
    assert.ok(obstacle === undefined || obstacles[0]?.startsWith(obstacle), obstacles[0]);
  });
}

test('loadSettings() uses the certificate only with UseTLSCert, and authorities that exist', () => {
  const text = 'UseTLSCert=YES\nTLSKey=/key\nTLS_CA_File=/ca\nTLS_CA_Dir=/dir\n';
  const { tlsCert, tlsKey, tlsCaFile, tlsCaDir } = loadSettings(
    {},
    surroundingsWith({ [file]: text, '/ca': '', '/dir': '' }),
  );
  assert.deepEqual([tlsCert, tlsKey, tlsCaFile, tlsCaDir], ['/etc/ssl/certs/ssmtp.pem', '/key', '/ca', '/dir']);
});

test('loadSettings() leaves authorities that cannot be looked at to the session', () => {
  const closed = {
    ...surroundingsWith({ [file]: 'TLS_CA_File=/root/ca\n' }),
    permissionsOf: () => {
      throw systemError('EACCES');
    },
  };
  assert.equal(loadSettings({}, closed).tlsCaFile, '/root/ca');
});

test('loadSettings() knows what empty values mean', () => {
  const { root, rewriteDomain, hostName, mailhub, authPass, authMethod, addHeaders } = load(
    'root=\nrewriteDomain=\nhostname=\nmailhub=\nAuthPass=\nAuthMethod=\nAddHeader=\nUseTLS=\n',
  );
  assert.deepEqual(
    { root, rewriteDomain, hostName, mailhub, authPass, authMethod, addHeaders },
    {
      root: undefined,
      rewriteDomain: undefined,
      hostName: undefined,
      mailhub: { host: 'mailhub', port: 25 },
      authPass: undefined,
      authMethod: undefined,
      addHeaders: [],
    },
  );
});

test('loadSettings() lets the last line win and collects AddHeader', () => {
  const settings = load('AuthPass=one\nroot=a\nAddHeader=A: 1\nroot=b\nAuthPass=two\nAddHeader=B: 2\n');
  assert.equal(settings.root, 'b');
  assert.equal(settings.authPass?.().toString(), 'two');
  assert.deepEqual(settings.addHeaders, ['A: 1', 'B: 2']);
});

test('loadSettings() lets the environment win over the file, and the command line over both', () => {
  const text = 'mailhub=a\nAuthUser=file\nAuthPass=file\nAuthMethod=LOGIN\nRemotePort=26\n';
  const environment = { SSMTP_MAILHUB: 'b:587', SSMTP_AUTHUSER: 'env', SSMTP_AUTHPASS: 'env' };
  const settings = load(text, environment, { authPass: 'wörd', authMethod: 'plain', authUser: undefined });
  assert.deepEqual(settings.mailhub, { host: 'b', port: 587 });
  assert.equal(settings.authUser, 'env');
  assert.equal(settings.authPass?.().toString('utf8'), 'wörd');
  assert.equal(settings.authMethod, 'PLAIN');
});

test('loadSettings() looks for revaliases beside the file', () => {
  for (const [configFile, expected] of [
    ['/home/me/my.conf', '/home/me/revaliases'],
    ['my.conf', 'revaliases'],
  ] as const) {
    assert.equal(loadSettings({ configFile }, surroundingsWith({ [configFile]: '' })).revaliasesFile, expected);
  }
});

function failureOf(load: () => unknown): Failure {
  try {
    load();
  } catch (error) {
    assert.ok(error instanceof Failure);
    assert.equal(error.kind, 'config');
    return error;
  }
  throw new Error('it did not fail');
}

test('loadSettings() says which file cannot be read, why, and what to do', () => {
  const cases: readonly [string, Error, string][] = [
    [file, systemError('ENOENT'), `Cannot read ${file}: no such file`],
    [file, systemError('EACCES'), `Cannot read ${file}: permission denied`],
    ['/x', systemError('EISDIR'), 'Cannot read /x: it is a directory'],
  ];
  for (const [path, error, message] of cases) {
    const options = path === file ? {} : { configFile: path };
    const failure = failureOf(() => loadSettings(options, surroundingsWith({ [path]: error })));
    assert.equal(failure.message, message);
    assert.ok(failure.hint);
  }
});

test('loadSettings() needs no file when the environment names the hub', () => {
  const environment = { SSMTP_MAILHUB: 'mail:26' };
  assert.deepEqual(loadSettings({}, surroundingsWith({}, { environment })).mailhub, { host: 'mail', port: 26 });
  failureOf(() => loadSettings({ configFile: file }, surroundingsWith({}, { environment })));
  failureOf(() => loadSettings({}, surroundingsWith({ [file]: systemError('EACCES') }, { environment })));
  failureOf(() => loadSettings({}, surroundingsWith({}, { environment: { SSMTP_ROOT: 'x' } })));
});

const refused: readonly [string, string][] = [
  ['\nRemotePort=x', 'f:2: Cannot use RemotePort="x": it must be a number from 1 to 65535'],
  ['UseTLS=maybe', 'f:1: Cannot use UseTLS="maybe": it must be YES or NO (or true, false, on, off, 1, 0)'],
  ['AuthPass=hun\x01ter2', 'f:1: Cannot use AuthPass: it holds a control character'],
  [
    'mailhub=me:hunter2@mail',
    'f:1: Cannot use mailhub: it must be a host, host:port or [IPv6 address]:port, or several of them with commas between',
  ],
  ...['SCRAM-SHA-512', 'scram-sha256', 'SCRAM-SHA-256-PLUS-PLUS'].map((method): [string, string] => [
    `AuthMethod=${method}`,
    `f:1: Cannot use AuthMethod="${method}": it must be one of SCRAM-SHA-256-PLUS, SCRAM-SHA-1-PLUS, SCRAM-SHA-256, ` +
      'SCRAM-SHA-1, CRAM-MD5, PLAIN, LOGIN, XOAUTH2, OAUTHBEARER, EXTERNAL',
  ]),
  ['AuthUser=a\x1bb', 'f:1: Cannot use AuthUser="a?b": it holds a control character'],
];

for (const [text, message] of refused) {
  test(`loadSettings() refuses ${JSON.stringify(text)}`, () => {
    assert.equal(failureOf(() => loadSettings({ configFile: 'f' }, surroundingsWith({ f: text }))).message, message);
  });
}

test('loadSettings() names variable and flag in complaints', () => {
  assert.match(
    failureOf(() => load('', { SSMTP_REMOTEPORT: 'x' })).message,
    /^SSMTP_REMOTEPORT: Cannot use RemotePort="x": /,
  );
  assert.match(
    failureOf(() => load('', {}, { authPass: 'a\nb' })).message,
    /^-ap: Cannot use AuthPass: it holds a control/,
  );
});

test('loadSettings() forgives a wrong line that a later one replaces', () => {
  assert.equal(load('RemotePort=x\nRemotePort=26\n').mailhub.port, 26);
});

test('loadSettings() points to --check when there is more than one error', () => {
  assert.equal(failureOf(() => load('RemotePort=x\nUseTLS=x\n')).hint, 'ssmtp --check shows all 2 errors');
});

test('readSettings() holds a secret nowhere but in the function', () => {
  const secret = 'hunter2';
  const texts = [
    `AuthPass=${secret}`,
    `AuthPass=${secret}\nAuthPass=${secret}`,
    `AuthPass=\x01${secret}`,
    `AuthPass ${secret}`,
  ];
  const environment = { SSMTP_AUTHPASS: `${secret}\x02` };
  for (const text of texts) {
    for (const surroundings of [
      surroundingsWith({ [file]: text }),
      surroundingsWith({ [file]: text }, { environment }),
    ]) {
      for (const options of [{}, { authPass: secret }]) {
        const reading = readSettings(options, surroundings);
        const everything = inspect(reading, { depth: Infinity, showHidden: true }) + JSON.stringify(reading);
        assert.ok(!everything.includes(secret));
      }
    }
  }
});

test('readSettings() throws for no file and begins every complaint with file and line', () => {
  const line = fc
    .tuple(
      fc.constantFrom(
        'root',
        'mailhub',
        'RemotePort',
        'UseTLS',
        'AuthPass',
        'AddHeader',
        'AuthMethod',
        'ConnectTimeout',
        'x',
      ),
      fc.constantFrom('=', ' = ', ''),
      fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('YES', '25', 'a@b', '[::1]:25', 'a b', '[]')),
    )
    .map((parts) => parts.join(''));
  const octets = fc.array(line).map((lines) => Buffer.from(lines.join('\n'), 'utf8').toString('latin1'));
  fc.assert(
    fc.property(octets, (text) => {
      const { warnings, errors } = readSettings({}, surroundingsWith({ [file]: text }));
      for (const complaint of [...warnings, ...errors.map(({ message }) => message)]) {
        assert.match(complaint, /^\/etc\/ssmtp\/ssmtp\.conf:[0-9]+: Cannot [^\x00-\x1f]+$/);
      }
    }),
  );
});

for (const [lines, tls] of [
  ['', ['none', 'none', 'none']],
  ['UseSTARTTLS=YES\n', ['starttls', 'implicit', 'starttls']],
  ['UseTLS=YES\n', ['implicit', 'implicit', 'starttls']],
] as const) {
  test(`loadSettings() encrypts to every hub of a list with "${lines.trim()}"`, () => {
    const { tls: first, mailhub, otherHubs } = load(`mailhub=a:2525, b:465,c:587\n${lines}`);
    assert.deepEqual([first, ...otherHubs.map((hub) => hub.tls)], tls);
    assert.deepEqual(
      [mailhub, ...otherHubs.map((hub) => hub.mailhub)],
      [
        { host: 'a', port: 2525 },
        { host: 'b', port: 465 },
        { host: 'c', port: 587 },
      ],
    );
  });
}
