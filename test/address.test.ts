import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Address } from '../src/address.ts';
import { domainOf, localPartOf, parseAddress, qualify, withDomain } from '../src/address.ts';

const accepted: [text: string, localPart: string, domain: string | undefined][] = [
  ['root', 'root', undefined],
  ['alice@example.org', 'alice', 'example.org'],
  ['Alice.B+tag@Example.ORG', 'Alice.B+tag', 'Example.ORG'],
  ['a..b.@example.org', 'a..b.', 'example.org'],
  ['.a@example.org', '.a', 'example.org'],
  ['a%b!c/d=e@host', 'a%b!c/d=e', 'host'],
  ["o'brien&co*#$?^`{|}~@x", "o'brien&co*#$?^`{|}~", 'x'],
  ['user@under_score.example', 'user', 'under_score.example'],
  ['user@-odd-.example', 'user', '-odd-.example'],
  ['user@1.2.3.4', 'user', '1.2.3.4'],
  ['user@example.org.', 'user', 'example.org'],
  ['"a b"@x', '"a b"', 'x'],
  ['"a@b"@x', '"a@b"', 'x'],
  ['"a@b"', 'a', 'b'],
  ['" alice@example.org "', 'alice', 'example.org'],
  ['"\\"a b\\"@example.org"', '"a b"', 'example.org'],
  ['"\\"a@b\\""', 'a', 'b'],
  ['"a\\"b\\\\"@x', '"a\\"b\\\\"', 'x'],
  ['"<a,b>;:"@x', '"<a,b>;:"', 'x'],
  ['user@[127.0.0.1]', 'user', '[127.0.0.1]'],
  ['user@[IPv6:2001:db8::1]', 'user', '[IPv6:2001:db8::1]'],
  ['jürgen@müller.example', 'jürgen', 'müller.example'],
  ['用户@例子.广告', '用户', '例子.广告'],
  ['🐈@x', '🐈', 'x'],
  ['@a,@b.example:user@c', 'user', 'c'],
  ['@a:user', 'user', undefined],
];

const refused = [
  '"@"',
  '"a@"',
  '"@b"',
  '"a @ b"',
  '"a@b, c@d"',
  '"Alice <a@b>"',
  '"@a:user"',
  '',
  ' ',
  '@',
  'a@',
  '@x',
  ' a@x',
  'a@x ',
  'a b@x',
  'a@b c',
  'a@b@c',
  'a@.x',
  'a@x..y',
  'a@x..',
  'a@.',
  '<a@x>',
  'a<b@x',
  'a>b@x',
  'a(b)@x',
  'a,b@x',
  'a;b@x',
  'a:b@x',
  'a[b]@x',
  'a\\b@x',
  '"a"b@x',
  '"a".b@x',
  '"a@x',
  '"a""b"@x',
  '"a\\"@x',
  '""@x',
  '"a\tb"@x',
  '"a\nb"@x',
  '"a\\\nb"@x',
  'a@x"y',
  'a@x/y',
  'a@x%y',
  'a@x!y',
  'a@x+y',
  'a@[127.0.0.1',
  'a@127.0.0.1]',
  'a@[]',
  'a@[a b]',
  'a@[a>b]',
  'a@[1]x',
  'a\0b@x',
  'a\x7f@x',
  'a\x80@x',
  'a\x9f@x',
  'a@\x85',
  'a\r\nRCPT TO:<b@x>',
  'a@x\n',
  'a@x\r',
  'a\u00a0b@x',
  'a@b\u3000c',
  'a\u2028@x',
  'a\ufeff@x',
  'a\ufffd@x',
  'a@\ufffd',
  'a\ud800@x',
  '\udc00',
  '@a,b:c@d',
  '@a user@c',
  '@a:',
  '@:a@x',
];

test('parseAddress() accepts what a hub can be told', () => {
  for (const [text, localPart, domain] of accepted) {
    const address = addressFrom(text);
    assert.equal(localPartOf(address), localPart, text);
    assert.equal(domainOf(address), domain, text);
    assert.equal(address, domain === undefined ? localPart : `${localPart}@${domain}`);
  }
});

test('parseAddress() refuses everything else', () => {
  for (const text of refused) assert.equal(parseAddress(text), undefined, JSON.stringify(text));
});

test('parseAddress() takes 320 octets and not one more', () => {
  assert.ok(parseAddress(`${'a'.repeat(318)}@x`));
  assert.equal(parseAddress(`${'a'.repeat(319)}@x`), undefined);
  assert.ok(parseAddress('ü'.repeat(160)));
  assert.equal(parseAddress(`${'ü'.repeat(160)}a`), undefined);
  assert.equal(parseAddress(`@${'r'.repeat(500)}:${'a'.repeat(318)}@x`)?.length, 320);
});

test('parseAddress() gives nothing that could leave the angle brackets', () => {
  const alphabet = fc.constantFrom(...'ab@@..""\\ \t\r\n\0<>()[],;:%ü\u0085\u00a0\u2028\ud800\ufffd', '🐈');
  const texts = fc.oneof(fc.string({ unit: alphabet, maxLength: 12 }), fc.string({ unit: 'binary', maxLength: 12 }));
  fc.assert(
    fc.property(texts, (text) => {
      const address = parseAddress(text);
      if (address === undefined) return;
      assert.doesNotMatch(address, /[\x00-\x1f\x7f-\x9f\ufffd]/);
      assert.ok(address.isWellFormed());
      const unquoted = address.replace(/"(?:[^"\\]|\\.)*"/, 'q');
      assert.doesNotMatch(unquoted, /[\s<>(),;\\"]/);
      assert.doesNotMatch(unquoted.replace(/\[[^\]]*\]$/, ''), /[[\]:]/);
      assert.equal(parseAddress(address), address);
    }),
    { numRuns: 2000 },
  );
});

test('qualify() gives a domain to bare local parts only', () => {
  assert.equal(qualify(addressFrom('root'), 'example.org'), 'root@example.org');
  assert.equal(qualify(addressFrom('"a b"'), 'example.org'), '"a b"@example.org');
  assert.equal(qualify(addressFrom('"a@b"'), 'example.org'), 'a@b');
  assert.equal(qualify(addressFrom('root@x'), 'example.org'), 'root@x');
  assert.equal(qualify(addressFrom('root@x'), 'no domain'), 'root@x');
});

test('withDomain() changes what stands behind the last @, and nothing else', () => {
  assert.equal(withDomain(addressFrom('root'), 'example.org'), 'root@example.org');
  assert.equal(withDomain(addressFrom('root@x'), 'example.org'), 'root@example.org');
  assert.equal(withDomain(addressFrom('"a@b"@x'), 'example.org'), '"a@b"@example.org');
  assert.equal(withDomain(addressFrom('root@x'), 'no domain'), undefined);
});

test('qualify() gives nothing when the domain is none', () => {
  for (const domain of ['', 'a b', 'a@b', 'x>\r\nDATA', 'a..b', 'x'.repeat(320)]) {
    assert.equal(qualify(addressFrom('root'), domain), undefined, domain);
  }
});

function addressFrom(text: string): Address {
  const address = parseAddress(text);
  assert.ok(address !== undefined, text);
  return address;
}
