import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type KeyName, keyNamed } from '../../src/config/keys.ts';
import { parseValue } from '../../src/config/kinds.ts';
import { octetsOf } from '../../src/octets.ts';

function parse(name: KeyName, text: string) {
  const key = keyNamed(name);
  assert.ok(key);
  return parseValue(octetsOf(text), key);
}

const good: readonly [KeyName, string, unknown][] = [
  ['UseTLS', 'YES', true],
  ['UseTLS', 'yes', true],
  ['UseTLS', 'True', true],
  ['UseTLS', 'on', true],
  ['UseTLS', '1', true],
  ['UseTLS', 'No', false],
  ['UseTLS', 'FALSE', false],
  ['UseTLS', 'off', false],
  ['UseTLS', '0', false],
  ['RemotePort', '1', 1],
  ['RemotePort', '65535', 65535],
  ['RemotePort', '0025', 25],
  ['MinUserId', '0', 0],
  ['TemporaryStatus', '125', 125],
  ['ConnectTimeout', '30', 30_000],
  ['ConnectTimeout', '500ms', 500],
  ['ConnectTimeout', '30S', 30_000],
  ['ConnectTimeout', '10m', 600_000],
  ['ConnectTimeout', '24h', 86_400_000],
  ['AuthMethod', 'cram-md5', 'CRAM-MD5'],
  ['AuthMethod', 'Login', 'LOGIN'],
  ['mailhub', 'mail', { host: 'mail', port: undefined }],
  [
    'mailhub',
    'a:587, [::1]:25 ,b',
    {
      host: 'a',
      port: 587,
      others: [
        { host: '::1', port: 25 },
        { host: 'b', port: undefined },
      ],
    },
  ],
  ['mailhub', 'bücher.example:25', { host: 'xn--bcher-kva.example', port: 25 }],
  ['SourceAddress', '192.0.2.7', ['192.0.2.7']],
  ['SourceAddress', '::ffff:192.0.2.7, 2001:DB8::0:7', ['192.0.2.7', '2001:db8::7']],
  ['SourceAddress', '192.0.2.7 , 2001:db8::7', ['192.0.2.7', '2001:db8::7']],
  ['hostname', '_HOSTNAME_', '_HOSTNAME_'],
  ['hostname', '[IPv6:2001:db8::1]', '[IPv6:2001:db8::1]'],
  ['RewriteDomain', 'bücher.example', 'bücher.example'],
  ['root', 'admin@example.org', 'admin@example.org'],
  ['AuthUser', 'two words', 'two words'],
  ['TLSCert', '/etc/my certs/a#b.pem', '/etc/my certs/a#b.pem'],
  ['AddHeader', 'X-Site: a\tb', 'X-Site: a\tb'],
];

for (const [name, text, value] of good) {
  test(`parseValue() reads ${name}=${text}`, () => assert.deepEqual(parse(name, text), { value }));
}

const odd: readonly [KeyName, string, unknown, RegExp][] = [
  ['UseTLS', 'YES please', true, /^it must be one word; what follows "YES" is ignored$/],
  ['mailhub', 'mail:25 ; old', { host: 'mail', port: 25 }, /what follows "mail:25"/],
  ['RewriteDomain', 'me@example.org', 'example.org', /only "example.org" is used/],
  ['hostname', 'me@a.example b', 'a.example', /one word; what follows .* only "a.example" is used$/],
  ['RewriteDomain', 'me@', undefined, /it is ignored/],
  ['hostname', 'smtp.example.org:587', 'smtp.example.org', /only "smtp.example.org" is used/],
  ['AuthMethod', 'TLS', undefined, /must be one of SCRAM-SHA-256-PLUS, .*, PLAIN, .*; it is ignored/],
  ['Log', 'bogus', undefined, /^it must be one of syslog, journal, file, stderr, none; it is ignored$/],
  ['LogFormat', 'xml json', undefined, /one word; .*it must be one of text, json; it is ignored$/],
  ['root', 'a@example.org,b@example.org', 'a@example.org,b@example.org', /must be one address/],
];

for (const [name, text, value, warning] of odd) {
  test(`parseValue() reads ${name}=${text} with a warning`, () => {
    const parsed = parse(name, text);
    assert.ok('value' in parsed);
    assert.deepEqual(parsed.value, value);
    assert.match(parsed.warning ?? '', warning);
  });
}

const wrong: readonly [KeyName, string, RegExp][] = [
  ['UseTLS', 'Y', /YES or NO/],
  ['MinTLS', '1.3', /^it must be one of TLSv1\.2, TLSv1\.3$/],
  ['Profile', 'gmial', /^it must be one of gmail, /],
  ['RemotePort', 'x', /^it must be a number from 1 to 65535$/],
  ['RemotePort', '0', /1 to 65535/],
  ['RemotePort', '65536', /1 to 65535/],
  ['RemotePort', '-1', /1 to 65535/],
  ['RemotePort', '1e3', /1 to 65535/],
  ['TemporaryStatus', '126', /1 to 125/],
  ['ConnectTimeout', '0', /from 1ms to 24h/],
  ['ConnectTimeout', '25h', /from 1ms to 24h/],
  ['ConnectTimeout', '1w', /such as 500ms/],
  ['ConnectTimeout', '2d', /from 1ms to 24h/],
  ['SourceAddress', '127.1', /an IPv4 address, an IPv6 address, or one of each/],
  ['mailhub', '127.1:25', /it must be written as 127\.0\.0\.1, the address that it means$/],
  ['mailhub', 'a.example, 0x7f.1', /it must be written as 127\.0\.0\.1, the address that it means$/],
  ['SourceAddress', 'eth0', /an IPv4 address, an IPv6 address, or one of each/],
  ['SourceAddress', '192.0.2.7,192.0.2.8', /one of each with a comma/],
  ['Queue', 'spool', /begins with "\/", or NO/],
  ['mailhub', 'a,,b', /^it must be a host, host:port or/],
  ['mailhub', 'a,b:x', /several of them with commas between/],
  ['mailhub', 'mail:x', /^it must be a host, host:port or/],
  ['mailhub', 'smtps://mail', /host:port/],
  ['RewriteDomain', '<example.org>', /domain name/],
  ['AddHeader', 'X-Site', /Name: text/],
  ['AddHeader', 'X Site: x', /Name: text/],
  ['AuthPass', 'a\0b', /control character/],
  ['AuthUser', 'a\rb', /control character/],
];

for (const [name, text, why] of wrong) {
  test(`parseValue() refuses ${name}=${JSON.stringify(text)}`, () => {
    const parsed = parse(name, text);
    assert.ok('wrong' in parsed);
    assert.match(parsed.wrong, why);
  });
}

test('parseValue() keeps header fields as octets', () => {
  assert.deepEqual(parse('AddHeader', 'X-Site: é'), { value: 'X-Site: Ã©' });
});

test('parseValue() takes text that is not UTF-8 for latin1', () => {
  const key = keyNamed('AuthUser');
  assert.ok(key);
  assert.deepEqual(parseValue('ren\xe9', key), { value: 'rené' });
});
