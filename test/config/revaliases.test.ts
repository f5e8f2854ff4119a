import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { reverseAliasesOf, reverseAliasFaults, reverseAliasOf } from '../../src/config/revaliases.ts';
import { surroundingsWith, systemError } from './surroundings.ts';

type Fields = [address: string | undefined, host?: string | undefined, port?: number];

const readings: readonly [string, Fields | undefined][] = [
  ['', undefined],
  ['bob:b@example.org\n', undefined],
  ['alice:a@example.org\n', ['a@example.org']],
  ['alice:a@example.org:mail\n', ['a@example.org', 'mail']],
  ['alice:a@example.org:mail:587', ['a@example.org', 'mail', 587]],
  ['alice:a@example.org:[2001:db8::1]:587\n', ['a@example.org', '2001:db8::1', 587]],
  [' alice : a@example.org : mail : 587 \r\n', ['a@example.org', 'mail', 587]],
  ['# alice:x@example.org\nalice:a@example.org # home\n', ['a@example.org']],
  ['alice::mail:25\n', [undefined, 'mail', 25]],
  ['alice:a@example.org::25\n', ['a@example.org', undefined, 25]],
  ['alice:a@example.org:\n', ['a@example.org']],
  ['alice:postmaster\n', ['postmaster']],
  ['alice:a@example.org:mail:587\nbob:b@x\nalice:b@example.org\n', ['b@example.org', 'mail', 587]],
  ['alice:a@example.org:mail:587\nalice::other\n', ['a@example.org', 'other', 587]],
  ['alice:b\xc3\xbc@example.org\n', ['bü@example.org']],
  ['Alice:a@example.org\n', undefined],
  ['alice\n', undefined],
];

for (const [text, fields] of readings) {
  test(`reverseAliasOf() reads ${JSON.stringify(text)}`, () => {
    const expected = fields && { place: placeIn(text), address: fields[0], host: fields[1], port: fields[2] };
    assert.deepEqual(reverseAliasOf(text, 'alice', 'r'), { alias: expected, warnings: [] });
  });
}

/** The last line of the user. */
function placeIn(text: string): string {
  return `r:${text.split('\n').findLastIndex((line) => line.trim().startsWith('alice')) + 1}`;
}

const faults: readonly [string, RegExp][] = [
  ['alice:a b@example.org\n', /^r:2: Cannot use the line: "a b@example.org" is not an address$/],
  ['alice:Alice <a@example.org>\n', /is not an address$/],
];

for (const [line, fault] of faults) {
  test(`reverseAliasOf() passes over ${JSON.stringify(line)} with a warning`, () => {
    const { alias, warnings } = reverseAliasOf(`alice:good@example.org\n${line}`, 'alice', 'r');
    assert.deepEqual(alias, { place: 'r:1', address: 'good@example.org', host: undefined, port: undefined });
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? '', fault);
  });
}

for (const [hub, fault] of [
  ['mail:x', 'a host, host:port or [IPv6 address]:port'],
  ['mail:0', 'a host, host:port or [IPv6 address]:port'],
  ['ma il', 'a host, host:port or [IPv6 address]:port'],
  ['mail:25:more', 'a host, host:port or [IPv6 address]:port'],
  ['127.1', 'written as 127.0.0.1, the address that it means'],
] as const) {
  const line = `alice:a@example.org:${hub}\n`;
  const unusableHub = `r:2: Cannot use the line: the mail hub must be ${fault}`;

  test(`reverseAliasOf() tells of a mail hub that cannot be used: ${hub}`, () => {
    const good = { address: 'good@example.org', host: undefined, port: undefined };
    assert.deepEqual(reverseAliasOf(`alice:good@example.org\n${line}`, 'alice', 'r'), {
      alias: { place: 'r:1', ...good, unusableHub },
      warnings: [unusableHub],
    });
    assert.equal(reverseAliasOf(`\n${line}alice::mail`, 'alice', 'r').alias?.unusableHub, undefined);
    assert.equal(reverseAliasOf(`\n${line}alice:b@example.org`, 'alice', 'r').alias?.unusableHub, unusableHub);
  });
}

test('reverseAliasFaults() checks the lines of all users', () => {
  const text = 'alice:a@example.org\nbob:b b\n\nrubbish\n:x\n';
  assert.deepEqual(
    reverseAliasFaults(text, 'r').map((fault) => fault.slice(0, 4)),
    ['r:2:', 'r:4:', 'r:5:'],
  );
});

test('reverseAliasOf() never throws, and begins warnings with file and line', () => {
  const part = fc.constantFrom('alice', ':', 'a@b', '[', ']', '::1', '25', '\n', '\r', ' ', '#', '\0', '"', '\xff');
  fc.assert(
    fc.property(fc.array(part), (parts) => {
      const text = parts.join('');
      for (const warning of [...reverseAliasOf(text, 'alice', 'r').warnings, ...reverseAliasFaults(text, 'r')]) {
        assert.match(warning, /^r:[0-9]+: /);
      }
    }),
  );
});

test('reverseAliasesOf() reads the file beside the configuration, and does not do without one that is closed', () => {
  const settings = { revaliasesFile: '/etc/ssmtp/revaliases' };
  const present = surroundingsWith({ '/etc/ssmtp/revaliases': 'alice:a@example.org\n' });
  assert.equal(reverseAliasesOf(settings, present)('alice')?.address, 'a@example.org');
  assert.equal(reverseAliasesOf(settings, surroundingsWith({}))('alice'), undefined);
  const closed = surroundingsWith({ '/etc/ssmtp/revaliases': systemError('EACCES') });
  assert.throws(() => reverseAliasesOf(settings, closed)('alice'), {
    kind: 'config',
    message: 'Cannot read /etc/ssmtp/revaliases: permission denied',
  });
});
