import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hubSyntax, isSameHost, parseHub, whatHubMustBe } from '../../src/config/hub-address.ts';

const hubs: readonly [string, { host: string; port: number | undefined } | undefined][] = [
  ['mail', { host: 'mail', port: undefined }],
  ['mail.example.org:587', { host: 'mail.example.org', port: 587 }],
  ['mail:', { host: 'mail', port: undefined }],
  ['NO_SUCH_HUB:25', { host: 'NO_SUCH_HUB', port: 25 }],
  ['192.0.2.1:25', { host: '192.0.2.1', port: 25 }],
  ['[2001:db8::1]:25', { host: '2001:db8::1', port: 25 }],
  ['[::1]', { host: '::1', port: undefined }],
  ['[::1]:', { host: '::1', port: undefined }],
  ['[fe80::1%eth0]:25', { host: 'fe80::1%eth0', port: 25 }],
  ['2001:db8::1', { host: '2001:db8::1', port: undefined }],
  ['bücher.example', { host: 'xn--bcher-kva.example', port: undefined }],
  ['ｍail。example:25', { host: 'mail.example', port: 25 }],
  ['mail.example.', { host: 'mail.example.', port: undefined }],
  ['', undefined],
  [':25', undefined],
  ['[]:25', undefined],
  ['[mail]:25', undefined],
  ['[::1]25', undefined],
  ['[::1', undefined],
  ['a:b:c', undefined],
  ['[a:b]:25', undefined],
  ['2001:db8:0:0:0:0:0:1', { host: '2001:db8::1', port: undefined }],
  ['[2001:DB8::00:1]', { host: '2001:db8::1', port: undefined }],
  ['::1%lo', { host: '::1%lo', port: undefined }],
  ['[0::1%lo]:25', { host: '::1%lo', port: 25 }],
  ['[192.0.2.1]:25', { host: '192.0.2.1', port: 25 }],
  ['[::FFFF:c000:201]', { host: '192.0.2.1', port: undefined }],
  ['1::2::3', undefined],
  ['2001:db8::1::', undefined],
  ['::1%', undefined],
  ['ü／x.example', undefined],
  ['ü＠example.org', undefined],
  ['.', undefined],
  ['mail..', undefined],
  ['1.2.3.4.5', undefined],
  ['256.1.1.1', undefined],
  ['mail.0x1', undefined],
  ['4294967296', undefined],
  ['::ffff:192.0.2.1', { host: '192.0.2.1', port: undefined }],
  ['mail:0', undefined],
  ['mail:65536', undefined],
  ['mail:25x', undefined],
  ['mail/', undefined],
  ['mail"', undefined],
  ['a.example;', undefined],
  ['mail:1e3', undefined],
  ['mail:0x19', undefined],
  ['mail: 25', undefined],
  ['[192.0.2.1', undefined],
  ['192.0.2.1]:25', undefined],
  ['me@mail', undefined],
  ['two words', undefined],
  ['-mail', undefined],
  ['"mail"', undefined],
];

for (const [text, hub] of hubs) test(`parseHub() reads "${text}"`, () => assert.deepEqual(parseHub(text), hub));

for (const text of [
  '127.1',
  '127.0.1:25',
  '2130706433',
  '0x7f.1',
  '0X7f000001:25',
  '0177.0.0.1',
  '127.0.0.1.',
  '127.0.0.01',
  '１２７.０.０.１',
  '127。0。0。1',
  '[127.1]:25',
]) {
  test(`parseHub() takes "${text}" for no host, and names the address that it means`, () => {
    assert.equal(parseHub(text), undefined);
    assert.equal(whatHubMustBe(text, hubSyntax), 'written as 127.0.0.1, the address that it means');
    assert.equal(whatHubMustBe(`mail, ${text}`, hubSyntax), 'written as 127.0.0.1, the address that it means');
  });
}

test('whatHubMustBe() names the syntax for what means no address', () => {
  for (const text of ['256.1.1.1', 'two words', '', 'a:b:c', '192.0.2.1:x']) {
    assert.equal(whatHubMustBe(text, hubSyntax), hubSyntax);
  }
});

test('isSameHost() knows a name by its letters, whatever their case and the dot behind them', () => {
  assert.ok(isSameHost('Mail.example.', 'mail.example'));
  assert.ok(!isSameHost('mail.example', 'mail.example.org'));
});
