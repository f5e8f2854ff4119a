import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readConfig } from '../../src/config/reader.ts';

function valuesIn(text: string): string[] {
  return readConfig(text, 'f').assignments.map(({ key, octets, place }) => `${place} ${key.name}=${octets}`);
}

const readings: readonly [string, string, string[]][] = [
  ['a setting', 'mailhub=mail\n', ['f:1 mailhub=mail']],
  ['a key in any case', 'MAILHUB=mail\n', ['f:1 mailhub=mail']],
  ['blanks around key, "=" and value', ' \tmailhub \t= \t mail \t\n', ['f:1 mailhub=mail']],
  ['a last line without newline', 'root=a\nmailhub=mail', ['f:1 root=a', 'f:2 mailhub=mail']],
  ['CRLF', 'root=a\r\n\r\nmailhub=mail\r\n', ['f:1 root=a', 'f:3 mailhub=mail']],
  ['a byte order mark', '\xef\xbb\xbfmailhub=mail\n', ['f:1 mailhub=mail']],
  ['comments', '# root=x\n \t# root=y\nroot=a # b\n', ['f:3 root=a']],
  ['a comment behind nothing', 'rewriteDomain= # example.org\n', ['f:1 RewriteDomain=']],
  ['a commented "="', 'root # = x\n', []],
  ['an empty value', 'root=\n', ['f:1 root=']],
  ['repeated keys', 'root=a\nROOT=b\n', ['f:1 root=a', 'f:2 root=b']],
  ['words that ini would change', 'AuthPass=true\nAuthUser=null\n', ['f:1 AuthPass=true', 'f:2 AuthUser=null']],
  ['no sections', 'root=a\n[account x]\nmailhub=b\n[other]\nroot=c\n', ['f:1 root=a']],
  ['octets above 127 at the ends', 'AuthPass=\xa0x\xa0\n', ['f:1 AuthPass=\xa0x\xa0']],
];

for (const [what, text, values] of readings)
  test(`readConfig() reads ${what}`, () => assert.deepEqual(valuesIn(text), values));

const passwords = [
  'pa#ss;w"ord=\\',
  '#start',
  'pa=ss',
  'a;b',
  '"x"',
  "'x'",
  'two words',
  'back\\slash\\',
  '\\;\\#',
  '[]',
  '[x]',
  '$HOME',
  '%41',
  '\xe9\xfc\xff\x80',
  '__proto__',
  '{"a":1}',
];

for (const password of passwords) {
  test(`readConfig() reads AuthPass=${password} as written`, () => {
    assert.deepEqual(valuesIn(`AuthPass=${password}\n`), [`f:1 AuthPass=${password}`]);
  });
}

const octet = fc.integer({ min: 0x21, max: 0xff }).filter((code) => code !== 0x7f);
const octets = fc.array(fc.oneof({ weight: 8, arbitrary: octet }, { weight: 1, arbitrary: fc.constant(0x20) }), {
  minLength: 1,
});

test('readConfig() gives back any password', () => {
  const password = octets
    .map((codes) => String.fromCharCode(...codes))
    .filter((text) => !text.startsWith(' ') && !text.endsWith(' ') && !text.includes(' #'));
  fc.assert(
    fc.property(password, fc.constantFrom('\n', '\r\n', '', ' \n', '\t# comment\n'), (text, end) => {
      assert.deepEqual(valuesIn(`AuthPass=${text}${end}`), [`f:1 AuthPass=${text}`]);
    }),
    { numRuns: 2000 },
  );
});

const complaints: readonly [string, string][] = [
  ['no equals sign\n', 'f:1: Cannot use the line: it has no "="'],
  ['AuthPass hunter2\n', 'f:1: Cannot use the line: it has no "="; write AuthPass=…'],
  ['AuthPass:hunter2\n', 'f:1: Cannot use the line: it has no "="; write AuthPass=…'],
  ['mailhubb=x\n', 'f:1: Cannot use mailhubb: there is no such key; did you mean mailhub?'],
  ['UserTLS=YES\n', 'f:1: Cannot use UserTLS: there is no such key; did you mean UseTLS?'],
  ['AuthLogin=YES\n', 'f:1: Cannot use AuthLogin: there is no such key'],
  ['AuthPass hunter2=x\n', 'f:1: Cannot use the line: what stands before "=" is not a key'],
  ['=x\n', 'f:1: Cannot use the line: what stands before "=" is not a key'],
  ['; root=x\n', 'f:1: Cannot use the line: what stands before "=" is not a key'],
  [
    '[hubs x]\nrubbish\n',
    'f:1: Cannot use the section: it must be [account name] or [hub name], so its lines are ignored',
  ],
  ['[hub x]\nroot=a\n', 'f:2: Cannot use root in the section of a hub: it counts for all hubs alike'],
  ['[hub x]\nmatch=a\n', 'f:2: Cannot use match: there is no such key'],
  [
    '[account x]\nroot=a\nmatch=*@x\n',
    'f:2: Cannot use root in the section of an account: it counts for all accounts alike',
  ],
  ['[account x]\nmailhub=a\n', 'f:1: Cannot use account x: it has no match='],
  ['match=*@x\n', 'f:1: Cannot use match: there is no such key'],
  ['root=a\nroot=b\n', 'f:1: Cannot use this root: it is set again at f:2'],
  ['AuthPass=hunter2\nAuthPass=x\n', 'f:1: Cannot use this AuthPass: it is set again at f:2'],
];

for (const [text, warning] of complaints) {
  test(`readConfig() warns about ${JSON.stringify(text)}`, () => {
    assert.deepEqual(readConfig(text, 'f').warnings, [warning]);
  });
}

test('readConfig() lets AddHeader be repeated', () => {
  assert.deepEqual(readConfig('AddHeader=A: 1\nAddHeader=B: 2\n', 'f').warnings, []);
});

test('readConfig() throws for no text, and begins every warning with file and line', () => {
  const word = fc.constantFrom(
    'root',
    'AuthPass',
    '=',
    ' ',
    '#',
    '[',
    ']',
    '\n',
    '\r',
    '\t',
    '\0',
    'x',
    '"',
    '\\',
    ';',
  );
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(word).map((words) => words.join('')),
  );
  fc.assert(
    fc.property(text, (content) => {
      for (const warning of readConfig(content, '/etc/f').warnings) assert.match(warning, /^\/etc\/f:[0-9]+: /);
    }),
    { numRuns: 2000 },
  );
});
