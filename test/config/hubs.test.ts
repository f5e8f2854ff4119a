/** `[hub NAME]`: what counts for one of several hubs, and what must not reach the others. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { hubKeys, hubNamed } from '../../src/config/hubs.ts';
import { keyNamed } from '../../src/config/keys.ts';
import { loadSettings, readSettings } from '../../src/config/settings.ts';
import type { CommonSettings } from '../../src/config/types.ts';
import { surroundingsWith } from './surroundings.ts';

const file = '/etc/ssmtp/ssmtp.conf';

function load(text: string, options = {}) {
  return loadSettings(options, surroundingsWith({ [file]: text }, {}));
}

const read = (text: string) => readSettings({}, surroundingsWith({ [file]: text }, {}));

const shown = ({ mailhub, tls, authUser, authPass }: CommonSettings) =>
  `${mailhub.host} ${mailhub.port} ${tls} ${authUser ?? '-'} ${authPass?.().toString() ?? '-'}`;

const every = (text: string, options = {}) => {
  const settings = load(text, options);
  return [settings, ...settings.otherHubs].map(shown);
};

const top = 'mailhub=a:587, b:465, [2001:db8::1]:2525\nUseSTARTTLS=YES\nAuthUser=me\nAuthPass=main\n';

describe('hubNamed()', () => {
  for (const [heading, name] of [
    ['[hub smtp.example.org]', 'smtp.example.org'],
    ['[ Hub smtp.example.org:465 ]', 'smtp.example.org:465'],
    ['[hub [2001:db8::1]:465]', '[2001:db8::1]:465'],
    ['[hub 2001:db8::1]', '2001:db8::1'],
    ['[hub]', undefined],
    ['[hub a b]', undefined],
    ['[hub a:b:c]', undefined],
    ['[hub a:99999]', undefined],
  ] as const) {
    test(`hubNamed() gives ${name} for ${heading}`, () => assert.equal(hubNamed(heading), name));
  }
});

describe('the section of a hub', () => {
  test('counts for that hub alone, wherever it stands in the list', () => {
    assert.deepEqual(every(top), [
      'a 587 starttls me main',
      'b 465 implicit me main',
      '2001:db8::1 2525 starttls me main',
    ]);
    assert.deepEqual(every(`${top}[hub b]\nAuthUser=other\nAuthPass=second\n[hub A:587]\nAuthPass=first\n`), [
      'a 587 starttls me first',
      'b 465 implicit other second',
      '2001:db8::1 2525 starttls me main',
    ]);
    assert.equal(every(`${top}[hub [2001:db8::1]:2525]\nUseTLS=YES\n`)[2], '2001:db8::1 2525 implicit me main');
  });

  for (const [lines, second] of [
    ['AuthUser=other\n', 'b 465 implicit other -'],
    ['AuthUser=\n', 'b 465 implicit - -'],
    ['AuthPass=second\n', 'b 465 implicit me second'],
    ['RemotePort=587\n', 'b 587 starttls me main'],
    ['RemotePort=2525\nUseTLS=YES\n', 'b 2525 implicit me main'],
    ['UseSTARTTLS=YES\n', 'b 465 starttls me main'],
  ] as const) {
    test(`with ${JSON.stringify(lines)} gives ${second}`, () => {
      assert.equal(every(`${top}[hub b]\n${lines}`)[1], second);
    });
  }

  test('replaces pins and authorities as a whole', () => {
    const pin = (letter: string) => `TLSPin=${letter.repeat(64)}\n`;
    const { tlsPins, otherHubs } = load(`${top}${pin('a')}${pin('b')}[hub b]\n${pin('c')}`);
    assert.deepEqual(
      [tlsPins, ...otherHubs.map((hub) => hub.tlsPins)].map((pins) => pins.length),
      [2, 1, 2],
    );
  });

  test('of another port does not count', () => {
    assert.equal(every(`${top}[hub b:25]\nAuthUser=other\n`)[1], 'b 465 implicit me main');
  });

  test('counts less than the command line, and for the hubs of accounts', () => {
    const text = `${top}[hub b]\nAuthUser=other\nAuthPass=second\n[account x]\nmatch=*@x\nmailhub=c,b:465\n`;
    assert.equal(every(text, { authUser: 'typed', authPass: 'typed too' })[1], 'b 465 implicit typed typed too');
    assert.deepEqual(load(text).accounts[0]?.settings.otherHubs.map(shown), ['b 465 implicit other second']);
  });

  test('of the first hub does not count for a hub that mailhub does not name', () => {
    const { elsewhere } = load(`${top}[hub a]\nAuthUser=other\nAuthPass=second\n`);
    assert.deepEqual([elsewhere?.authUser, elsewhere?.authPass?.().toString()], ['me', 'main']);
    assert.equal(load(top).elsewhere, undefined);
  });

  test('that no mailhub names, or that is wrong, is told by line', () => {
    assert.deepEqual(read(`${top}[hub z]\nAuthUser=x\n`).warnings, [
      `${file}:5: Cannot use the section of hub z: no mailhub= names it`,
    ]);
    const { errors, settings } = read(`${top}[hub b]\nSourceAddress=eth0\n`);
    assert.equal(settings, undefined);
    assert.deepEqual(
      errors.map(({ message }) => message.slice(0, 60)),
      [`${file}:6: Cannot use SourceAddress="eth0": it must be an IP`.slice(0, 60)],
    );
  });

  test('without TLS sends no password', () => {
    const { obstacles } = load('mailhub=a,b\n[hub b]\nAuthUser=me\nAuthPass=x\n');
    assert.match(obstacles.join('\n'), /ssmtp\.conf:3: Cannot send the password without TLS/);
  });

  test('shows no password in what --check reads', () => {
    const reading = read(`${top}[hub b]\nAuthUser=other\nAuthPass=hidden-word\n`);
    assert.doesNotMatch(JSON.stringify(reading), /hidden-word/);
    assert.deepEqual(
      reading.hubs.map(({ name, entries }) => [name, ...entries.map(({ key }) => key.name)]),
      [['b', 'AuthUser', 'AuthPass']],
    );
  });

  test('takes only keys that there are, and no mailhub', () => {
    for (const name of hubKeys) assert.ok(keyNamed(name));
    assert.ok(!hubKeys.includes('mailhub'));
  });
});
