/** planOf: where the message goes, with which TLS, as whom. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Options } from '../../src/cli/options.ts';
import type { ReverseAlias, Settings } from '../../src/config/types.ts';
import { type Plan, planOf, wayOf } from '../../src/hub/plan.ts';
import { identityWith, optionsWith, routeWith, settingsWith } from '../route/pieces.ts';
import { loginWith, planWith } from './pieces.ts';

interface Case {
  readonly what: string;
  readonly settings?: Partial<Settings>;
  readonly options?: Partial<Options>;
  readonly alias?: ReverseAlias;
  readonly hostName?: string;
  readonly gives: Partial<Plan>;
}

function plan({ settings, options, alias, hostName = 'box.example.org' }: Omit<Case, 'what' | 'gives'>): Plan {
  const more = { options: optionsWith(options), identity: identityWith({ hostName }), reverseAlias: alias };
  return planOf(routeWith({ ...more, settings: settingsWith(settings) }));
}

const cases: readonly Case[] = [
  {
    what: 'goes to mailhub=',
    gives: { host: 'hub.example.org', port: 25, tls: 'none', addressFamily: 0, login: undefined },
  },
  {
    what: "goes to revaliases' hub",
    alias: { place: 'revaliases:1', address: undefined, host: 'other', port: 26 },
    gives: { host: 'other', port: 26 },
  },
  {
    what: "keeps the port where revaliases' hub has none",
    alias: { place: 'revaliases:1', address: undefined, host: 'other', port: undefined },
    gives: { host: 'other', port: 25 },
  },
  {
    what: 'keeps the host where revaliases names a port',
    alias: { place: 'revaliases:1', address: undefined, host: undefined, port: 26 },
    gives: { host: 'hub.example.org', port: 26 },
  },
  { what: 'takes TLS as configured', settings: { tls: 'starttls' }, gives: { tls: 'starttls' } },
  { what: 'takes -4', options: { addressFamily: 4 }, gives: { addressFamily: 4 } },
  {
    what: 'takes the times',
    settings: { connectTimeout: 1, commandTimeout: 2, dataTimeout: 3, deliveryTimeout: 4 },
    gives: { connectTimeout: 1, commandTimeout: 2, dataTimeout: 3, deliveryTimeout: 4 },
  },
  {
    what: 'takes the files for TLS',
    settings: { tlsCaFile: 'a', tlsCaDir: 'b', tlsCert: 'c', tlsKey: 'd' },
    gives: { tlsFiles: { ca: 'a', caDir: 'b', cert: 'c', key: 'd' } },
  },
];

describe('planOf()', () => {
  for (const { what, gives, ...given } of cases) {
    test(`planOf() ${what}`, () => {
      const found = plan(given);
      for (const [name, value] of Object.entries(gives)) assert.deepEqual(Reflect.get(found, name), value, name);
    });
  }

  for (const [hostName, clientName] of [
    ['box.example.org', 'box.example.org'],
    ['box.example.org.', 'box.example.org'],
    ['box', 'box'],
    ['3f2a9c', '3f2a9c'],
    ['böx.example', 'xn--bx-fka.example'],
    ['192.0.2.1', '[192.0.2.1]'],
    ['[IPv6:2001:db8::1]', '[IPv6:2001:db8::1]'],
    ['my_box-1.example', undefined],
    ['-box', undefined],
    ['box-', undefined],
    ['', undefined],
    ['(none)', undefined],
    ["Joe's-PC", undefined],
    ['two words', undefined],
    ['a\r\nMAIL FROM:<x>', undefined],
    ['a..b', undefined],
    ['x'.repeat(64), undefined],
    [`${'x.'.repeat(127)}xx`, undefined],
  ] as const) {
    test(`planOf() says EHLO ${clientName ?? 'with the address of the connection'} for the host name ${JSON.stringify(hostName)}`, () => {
      assert.equal(plan({ hostName }).clientName, clientName);
    });
  }

  test('planOf() logs in with AuthUser and AuthPass', () => {
    const settings = { authUser: 'me', authPass: () => Buffer.from('pw'), authMethod: 'PLAIN', authInsecure: true };
    const { login } = plan({ settings });
    assert.deepEqual(
      [login?.user, login?.pass().toString(), login?.method, login?.insecure],
      ['me', 'pw', 'PLAIN', true],
    );
  });

  test('planOf() takes a missing password for an empty one', () => {
    assert.equal(plan({ settings: { authUser: 'me' } }).login?.pass().length, 0);
  });

  test('planOf() does not log in without AuthUser', () => {
    assert.equal(plan({ settings: { authPass: () => Buffer.from('pw') } }).login, undefined);
  });
});

test('wayOf() tells plans apart whose messages must not share a session', () => {
  const changes: Partial<Plan>[] = [
    { host: 'other' },
    { port: 26 },
    { tls: 'implicit' },
    { minTls: 'TLSv1.3' },
    { tlsFiles: { ca: '/a', caDir: undefined, cert: undefined, key: undefined } },
    { ciphers: 'A' },
    { sourceAddresses: ['::1'] },
    { login: loginWith() },
  ];
  const ways = [{}, ...changes].map((each) => wayOf(planWith(each)));
  assert.equal(new Set(ways).size, ways.length);
  assert.equal(wayOf(planWith({ dataTimeout: 1 })), wayOf(planWith()));
});
