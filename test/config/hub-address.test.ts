import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseHub } from '../../src/config/hub-address.ts';

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
  ['bücher.example', { host: 'bücher.example', port: undefined }],
  ['', undefined],
  [':25', undefined],
  ['[]:25', undefined],
  ['[mail]:25', undefined],
  ['[::1]25', undefined],
  ['[::1', undefined],
  ['a:b:c', undefined],
  ['[a:b]:25', undefined],
  ['2001:db8:0:0:0:0:0:1', { host: '2001:db8:0:0:0:0:0:1', port: undefined }],
  ['::ffff:192.0.2.1', { host: '::ffff:192.0.2.1', port: undefined }],
  ['mail:0', undefined],
  ['mail:65536', undefined],
  ['mail:25x', undefined],
  ['me@mail', undefined],
  ['two words', undefined],
  ['-mail', undefined],
  ['"mail"', undefined],
];

for (const [text, hub] of hubs) test(`parseHub() reads "${text}"`, () => assert.deepEqual(parseHub(text), hub));
