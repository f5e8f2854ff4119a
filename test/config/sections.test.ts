/** Accounts and profiles: which settings count for whom. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { domainOf } from '../../src/address.ts';
import { keyNamed } from '../../src/config/keys.ts';
import { profileNames, profiles } from '../../src/config/profiles.ts';
import { accountNamed, isMatch } from '../../src/config/sections.ts';
import { loadSettings, readSettings } from '../../src/config/settings.ts';
import { surroundingsWith } from './surroundings.ts';

const file = '/etc/ssmtp/ssmtp.conf';

function load(text: string, options = {}) {
  return loadSettings(options, surroundingsWith({ [file]: text }, {}));
}

describe('isMatch()', () => {
  for (const [pattern, address, isServed] of [
    ['*@work.example', 'a@work.example', true],
    ['*@Work.Example', 'a@WORK.example', true],
    ['*@work.example', 'a@other.example', false],
    ['*@work.example', 'a@work.example.net', false],
    ['a@b', 'a@b', true],
    ['a@b', 'aa@b', false],
    ['a*@*.example', 'anna@x.example', true],
    ['a*a@b', 'a@b', false],
    ['*', 'anybody@x', true],
    ['**', 'anybody@x', true],
    ['.*@x', 'a@x', false],
  ] as const) {
    test(`isMatch() ${isServed ? 'takes' : 'refuses'} ${address} for ${pattern}`, () => {
      assert.equal(isMatch(pattern, address), isServed);
    });
  }

  test('isMatch() is done soon, whatever the pattern', () => {
    assert.equal(isMatch('*a'.repeat(5000), 'a'.repeat(300)), false);
  });
});

test('accountNamed() wants the word account and a name', () => {
  assert.equal(accountNamed('[account work]'), 'work');
  assert.equal(accountNamed('[ Account  a.b-1 ]'), 'a.b-1');
  assert.equal(accountNamed('[account]'), undefined);
  assert.equal(accountNamed('[account a b]'), undefined);
});

test('an account with a secret of its own takes none from above, wherever either is kept', () => {
  const top = 'mailhub=a\nUseSTARTTLS=YES\nAuthUser=me\nAuthPass=above\nUseTLSCert=YES\nTLSKey=/k\nTLSKeyPass=above\n';
  const secrets = (lines: string) => {
    const files = { [file]: `${top}[account x]\nmatch=*\n${lines}`, '/own': 'own\n' };
    const [account] = loadSettings({}, surroundingsWith(files, {})).accounts;
    return [account?.settings.authPass, account?.settings.tlsKeyPass].map((secret) => secret?.().toString());
  };
  assert.deepEqual(secrets('AuthUser=other\nAuthPassFile=/own\n'), ['own', 'above']);
  assert.deepEqual(secrets('TLSKeyPassFile=/own\n'), ['above', 'own']);
  assert.deepEqual(secrets('TLSKey=/other\n'), ['above', undefined]);
  assert.deepEqual(secrets(''), ['above', 'above']);
});

describe('an account', () => {
  const text = `mailhub=hub.example:25
AuthUser=main
AuthPass=main-secret
UseSTARTTLS=YES
SendAs=main@example.org
[account work]
match = *@work.example, boss@example.org
mailhub=smtp.work.example:587
AuthUser=me
[account plain]
match=*@plain.example
SendAs=
`;

  test('takes what stands above, but no login for a hub of its own', () => {
    const [work, plain] = load(text).accounts;
    assert.deepEqual(work?.patterns, ['*@work.example', 'boss@example.org']);
    assert.equal(work?.hasOwnHub, true);
    const { mailhub, tls, authUser, authPass, sendAs } = work.settings;
    assert.deepEqual([mailhub, tls, authUser], [{ host: 'smtp.work.example', port: 587 }, 'starttls', 'me']);
    assert.deepEqual([authPass, sendAs], [undefined, undefined]);
    assert.equal(plain?.hasOwnHub, false);
    assert.deepEqual([plain?.settings.authUser, plain?.settings.sendAs], ['main', undefined]);
    assert.equal(plain?.settings.authPass?.().toString(), 'main-secret');
  });

  test('changes nothing for everybody else', () => {
    const { mailhub, authUser, sendAs } = load(text);
    assert.deepEqual([mailhub.host, authUser, sendAs], ['hub.example', 'main', 'main@example.org']);
  });

  test('takes a login from the command line', () => {
    assert.equal(load(text, { authUser: 'typed' }).accounts[0]?.settings.authUser, 'typed');
  });

  test('with an error is an error, by line', () => {
    const { errors, settings } = readSettings({}, surroundingsWith({ [file]: `${text}UseTLS=perhaps\n` }, {}));
    assert.equal(settings, undefined);
    assert.match(errors[0]?.message ?? '', /^\/etc\/ssmtp\/ssmtp\.conf:13: Cannot use UseTLS="perhaps"/);
    assert.equal(errors.length, 1);
  });

  test('shows no password in what --check reads', () => {
    const reading = readSettings({}, surroundingsWith({ [file]: `${text}AuthPass=plain-secret\n` }, {}));
    assert.doesNotMatch(JSON.stringify(reading), /plain-secret|main-secret/);
  });
});

describe('a profile', () => {
  test('stands in the table once, with a source', () => {
    assert.deepEqual(
      profiles.map(({ name }) => name),
      profileNames,
    );
    for (const { source, presets } of profiles) {
      assert.match(source, /^https:\/\//);
      for (const { key } of presets) assert.ok(keyNamed(key));
    }
  });

  for (const { name, presets } of profiles) {
    const hasHub = presets.some(({ key }) => key === 'mailhub');
    const sendsAsLogin = presets.some(({ value }) => value === 'login');
    test(`${name} encrypts, ${sendsAsLogin ? 'sends as the login' : 'leaves the sender'}, ${hasHub ? 'and knows the hub' : 'and lets the hub be named'}`, () => {
      const { mailhub, tls, sendAs, warnings } = load(
        `Profile=${name}\nAuthUser=me@example.org\nAuthPass=x\n${hasHub ? '' : 'mailhub=hub.example\n'}`,
      );
      assert.notEqual(tls, 'none');
      assert.equal(mailhub.port, tls === 'implicit' ? 465 : 587);
      assert.equal(mailhub.host === 'hub.example', !hasHub);
      assert.equal(sendAs, sendsAsLogin ? 'me@example.org' : undefined);
      assert.deepEqual(warnings, []);
    });
  }

  test('counts less than any line', () => {
    const { mailhub, tls, sendAs } = load(
      'mailhub=other.example:2525\nUseSTARTTLS=NO\nSendAs=\nProfile=gmail\nAuthUser=me@example.org\n',
    );
    assert.deepEqual([mailhub, tls, sendAs], [{ host: 'other.example', port: 2525 }, 'none', undefined]);
  });

  test('sends as nobody when the login is no address', () => {
    assert.equal(load('Profile=generic\nmailhub=x\nAuthUser=me\n').sendAs, undefined);
  });

  test('may be that of an account, which has a hub of its own then', () => {
    const [account] = load('mailhub=x\nAuthUser=main\n[account g]\nmatch=*@gmail.com\nProfile=gmail\n').accounts;
    assert.equal(account?.hasOwnHub, true);
    assert.deepEqual([account?.settings.mailhub.host, account?.settings.authUser], ['smtp.gmail.com', undefined]);
    assert.equal(domainOf(account?.settings.sendAs ?? ('' as never)), undefined);
  });

  test('that is not known is an error: without it, mail may leave in clear', () => {
    assert.throws(() => load('Profile=hotmail\n'), /Cannot use Profile="hotmail": it must be one of gmail, office365/);
  });
});
