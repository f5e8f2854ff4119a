/** identityOf: who sends, and under which addresses. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { parseAddress } from '../../src/address.ts';
import type { Options } from '../../src/cli/options.ts';
import type { ReverseAlias, Settings } from '../../src/config/types.ts';
import { Failure } from '../../src/failure.ts';
import { type Identity, identityOf, ownAddressOf } from '../../src/route/identity.ts';
import type { System } from '../../src/system.ts';
import { fakeSystem } from '../system/fake-system.ts';
import { addressOf, optionsWith, routeWith, settingsWith } from './pieces.ts';

interface Case {
  readonly what: string;
  readonly options?: Partial<Options>;
  readonly settings?: Partial<Settings>;
  readonly system?: Partial<System>;
  readonly alias?: ReverseAlias;
  readonly gives: Partial<Identity>;
}

function identity({ options, settings, system, alias }: Omit<Case, 'what' | 'gives'>): Identity {
  const more = { options: optionsWith(options), settings: settingsWith(settings), system: fakeSystem(system) };
  return identityOf(routeWith({ ...more, reverseAlias: alias }));
}

const aliasTo = (text: string): ReverseAlias => ({
  place: 'revaliases:1',
  address: addressOf(text),
  host: undefined,
  port: undefined,
});

const cases: readonly Case[] = [
  {
    what: "takes the machine's name and the user's login",
    gives: { hostName: 'box.example.org', domain: 'box.example.org', ownAddress: addressOf('alice@box.example.org') },
  },
  {
    what: 'lets hostname= stand for the machine',
    settings: { hostName: 'www1.example.com' },
    gives: {
      hostName: 'www1.example.com',
      domain: 'www1.example.com',
      ownAddress: addressOf('alice@www1.example.com'),
    },
  },
  {
    what: 'completes addresses with rewriteDomain=, and keeps the host name',
    settings: { hostName: 'www1.example.com', rewriteDomain: 'example.com' },
    gives: { hostName: 'www1.example.com', domain: 'example.com', ownAddress: addressOf('alice@example.com') },
  },
  {
    what: 'takes the address from revaliases',
    alias: aliasTo('news@example.net'),
    settings: { rewriteDomain: 'example.com' },
    gives: { domain: 'example.com', ownAddress: addressOf('news@example.net') },
  },
  {
    what: 'completes a bare address from revaliases',
    alias: aliasTo('news'),
    settings: { rewriteDomain: 'example.com' },
    gives: { ownAddress: addressOf('news@example.com') },
  },
  {
    what: 'keeps the own address where revaliases only names a hub',
    alias: { place: 'revaliases:1', address: undefined, host: 'hub.example.net', port: 26 },
    gives: { ownAddress: addressOf('alice@box.example.org') },
  },
  { what: 'gives no requested sender without -f', gives: { requestedSender: undefined } },
  {
    what: 'takes -f',
    options: { envelopeSender: 'a@x.example' },
    gives: { requestedSender: addressOf('a@x.example') },
  },
  {
    what: 'takes -f in brackets',
    options: { envelopeSender: ' < a@x.example > ' },
    gives: { requestedSender: addressOf('a@x.example') },
  },
  {
    what: 'takes -f with a name, as sendmail does',
    options: { envelopeSender: '"A, B" <a@x.example>' },
    gives: { requestedSender: addressOf('a@x.example') },
  },
  {
    what: 'completes a bare -f',
    options: { envelopeSender: 'cron' },
    gives: { requestedSender: addressOf('cron@box.example.org') },
  },
  { what: 'takes an empty -f for the null sender', options: { envelopeSender: '' }, gives: { requestedSender: '' } },
  { what: 'takes -f <> for the null sender', options: { envelopeSender: '<>' }, gives: { requestedSender: '' } },
  {
    what: 'does not change the own address for -f',
    options: { envelopeSender: 'a@x.example' },
    gives: { ownAddress: addressOf('alice@box.example.org') },
  },
  { what: 'takes the name from GECOS', gives: { fullName: 'Alice Example' } },
  { what: 'takes the name from -F', options: { fullName: 'Cron Daemon' }, gives: { fullName: 'Cron Daemon' } },
  { what: 'takes an empty -F for no name', options: { fullName: '' }, gives: { fullName: '' } },
];

describe('identityOf()', () => {
  for (const { what, gives, ...given } of cases) {
    test(`identityOf() ${what}`, () => {
      const found = identity(given);
      for (const [name, value] of Object.entries(gives)) assert.deepEqual(Reflect.get(found, name), value, name);
    });
  }

  for (const envelopeSender of ['a b@x', 'a@x,b@y', 'a@x\r\nRCPT TO:<b@y>', 'a@', '@x', '<<a@x>>', '\0']) {
    test(`identityOf() refuses -f ${JSON.stringify(envelopeSender)}`, () => {
      assert.throws(() => identity({ options: { envelopeSender } }), {
        name: 'Failure',
        kind: 'malformed',
        status: 65,
      });
    });
  }

  for (const hostName of ['bad host', 'a@b', 'evil\r\nX-Injected: 1', 'x>', '']) {
    test(`identityOf() makes no address with the host name ${JSON.stringify(hostName)}`, () => {
      const system = { hostName: () => hostName };
      const found = identity({ system });
      assert.equal(found.ownAddress, undefined);
      assert.throws(() => ownAddressOf(found), { name: 'Failure', kind: 'config' });
      for (const envelopeSender of ['www', 'www@localhost'])
        assert.throws(() => identity({ system, options: { envelopeSender } }), { name: 'Failure', kind: 'config' });
      const complete = identity({ system, options: { envelopeSender: 'a@x.example' } });
      assert.equal(complete.requestedSender, 'a@x.example');
    });
  }

  test('identityOf() gives only addresses, whatever -f and the host name are', () => {
    const text = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(text, text, text, (envelopeSender, hostName, login) => {
        const user = () => ({ uid: 1, name: login, fullName: '', home: undefined });
        const { ownAddress, requestedSender } = found();
        for (const address of [ownAddress, requestedSender]) {
          if (address) assert.equal(parseAddress(address), address);
        }

        function found(): Partial<Identity> {
          try {
            return identity({ options: { envelopeSender }, system: { hostName: () => hostName, user } });
          } catch (error) {
            assert.ok(error instanceof Failure, String(error));
            return {};
          }
        }
      }),
    );
  });
});
