import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileVariableOf, keyNamed, keys, variableOf } from '../../src/config/keys.ts';
import { parseValue, syntaxOf } from '../../src/config/kinds.ts';
import { octetsOf } from '../../src/octets.ts';

test('keys have names that differ in more than case', () => {
  assert.equal(new Set(keys.map(({ name }) => name.toLowerCase())).size, keys.length);
});

test('keys have environment variables that are all different', () => {
  const variables = keys.flatMap((key) => [variableOf(key), fileVariableOf(key)]).filter((name) => name !== undefined);
  assert.equal(new Set(variables).size, variables.length);
});

for (const key of keys) {
  test(`keys: ${key.name} has what the manual needs`, () => {
    for (const text of [key.help, key.note, key.otherwise, key.whenEmpty]) {
      assert.ok(text === undefined || text.trim() !== '', 'no empty text');
    }
    assert.ok(!key.help.endsWith('.'), 'help is one sentence without its full stop');
    assert.match(key.help, /^[A-Z]/);
    if (key.note) assert.match(key.note, /\.$/);
    assert.ok(
      (key.default === undefined) !== (key.otherwise === undefined),
      'either a default or what happens without',
    );
    assert.ok(syntaxOf(key).length > 0 && !/undefined|NaN/.test(syntaxOf(key)));
  });

  test(`keys: ${key.name} has default and example of its own kind`, () => {
    for (const text of [key.default, key.example]) {
      if (text === undefined) continue;
      const parsed = parseValue(octetsOf(text), key);
      assert.ok('value' in parsed && parsed.value !== undefined && parsed.warning === undefined, text);
    }
  });

  test(`keys: ${key.name} has limits, choices and repetition only where its kind uses them`, () => {
    const isCounted = key.kind === 'number' || key.kind === 'duration';
    assert.equal(key.from !== undefined && key.to !== undefined, isCounted);
    assert.equal(key.choices !== undefined, key.kind === 'choice' || key.kind === 'lenient-choice');
    assert.equal(key.repeatable === true, key.kind === 'header' || key.kind === 'pin');
  });

  test(`keyNamed() finds ${key.name} in any case`, () => {
    for (const name of [key.name, key.name.toLowerCase(), key.name.toUpperCase()]) assert.equal(keyNamed(name), key);
  });
}

test('keyNamed() knows the keys of sSMTP, its patches and no others', () => {
  const words =
    'Root MailHub RemotePort HostName RewriteDomain FromLineOverride UseTLS UseSTARTTLS UseTLSCert TLSCert AuthUser AuthPass ' +
    'AuthMethod UseOldAUTH AddHeader Debug TLS_CA_File TLS_CA_Dir TLSKey MinUserId';
  for (const word of words.split(' ')) assert.ok(keyNamed(word), word);
  for (const word of ['', 'AuthLogin', 'constructor', '__proto__', ' root'])
    assert.equal(keyNamed(word), undefined, word);
});
