/** aliases(5): what is read, what is complained about, and that nothing makes the reader fail. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { aliasesOf, parseAliases, targetsInFile } from '../../src/config/aliases.ts';
import { Failure } from '../../src/failure.ts';

const file = '/etc/aliases';
const targetsOf = (text: string) =>
  Object.fromEntries([...parseAliases(text, file).byName].map(([name, { targets }]) => [name, targets]));

describe('parseAliases()', () => {
  for (const [text, means] of [
    ['', {}],
    ['# comment\n\n   \n', {}],
    ['postmaster: root', { postmaster: ['root'] }],
    ['Root :  a@x.example , b\r\n', { root: ['a@x.example', 'b'] }],
    ['team: a,\n  b,\n# between\n\tc\nnext: d\n', { team: ['a', 'b', 'c'], next: ['d'] }],
    ['"first last": a@x.example', { 'first last': ['a@x.example'] }],
    ['job: "|/usr/bin/vacation me, you", /var/mail/job', { job: ['|/usr/bin/vacation me, you', '/var/mail/job'] }],
    ['list: :include:/etc/list', { list: [':include:/etc/list'] }],
    ['me: \\me, you', { me: ['\\me', 'you'] }],
    ['q: "a b"@x.example', { q: ['"a b"@x.example'] }],
    [
      'name: Grüße <ü@x.example>'.replace('Grüße', 'Gr\xc3\xbc\xc3\x9fe').replace('ü@', '\xc3\xbc@'),
      { name: ['Grüße <ü@x.example>'] },
    ],
    ['a: b\na: c', { a: ['c'] }],
  ] as const) {
    test(`parseAliases() reads ${JSON.stringify(text)}`, () => {
      assert.deepEqual(targetsOf(text), means);
    });
  }

  for (const [text, complaint] of [
    ['nonsense', 'it must be "name: target, target"'],
    [': a', 'there is no name before the ":"'],
    ['a:', '"a" has no target'],
    ['a: "b', 'a quote is not closed'],
    ['a@x.example: b', '"a@x.example" must be a local name, without a domain'],
  ] as const) {
    test(`parseAliases() complains about ${JSON.stringify(text)}`, () => {
      const { byName, complaints } = parseAliases(`# first\n${text}\n`, file);
      assert.deepEqual([...byName], []);
      assert.deepEqual(complaints, [`/etc/aliases:2: Cannot use the entry: ${complaint}`]);
    });
  }

  test('parseAliases() tells which of two entries is not used', () => {
    assert.deepEqual(parseAliases('a: b\nA: c\n', file).complaints, [
      '/etc/aliases:1: Cannot use the entry: "A" is set again at /etc/aliases:2',
    ]);
  });

  test('parseAliases() takes any octets', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab:,"\\ \t\r\n#@|/\xc3\xbc\0') }), (text) => {
        for (const { name, targets } of parseAliases(text, file).byName.values()) {
          assert.notEqual(name, '');
          assert.ok(targets.length > 0);
        }
      }),
    );
  });
});

test('targetsInFile() reads lists', () => {
  assert.deepEqual(targetsInFile('# list\na@x.example, b\r\n\n"c d"@x.example\n"e, f\n  # g\n'), [
    { text: 'a@x.example', line: 2 },
    { text: 'b', line: 2 },
    { text: '"c d"@x.example', line: 4 },
    { text: '"e, f', line: 5 },
  ]);
});

describe('aliasesOf()', () => {
  const failing = (code: string) => ({
    readFile: () => {
      throw Object.assign(new Error(code), { code, errno: -2 });
    },
  });
  test('aliasesOf() does without the usual file where there is none', () => {
    assert.equal(aliasesOf({ aliases: { path: file, isNamed: false } }, failing('ENOENT')), undefined);
  });
  for (const { code, isNamed } of [
    { code: 'ENOENT', isNamed: true },
    { code: 'EACCES', isNamed: true },
    { code: 'EACCES', isNamed: false },
    { code: 'EPERM', isNamed: false },
    { code: 'ELOOP', isNamed: false },
  ]) {
    test(`aliasesOf() does not do without ${isNamed ? 'a file that is named' : 'the usual file'} at ${code}`, () => {
      assert.throws(
        () => aliasesOf({ aliases: { path: file, isNamed } }, failing(code)),
        (error) => {
          assert.ok(error instanceof Failure);
          return error.kind === 'config' && error.message.startsWith('Cannot read /etc/aliases: ');
        },
      );
    });
  }
  test('aliasesOf() reads nothing when there are none', () => {
    assert.equal(aliasesOf({ aliases: undefined }, failing('EIO')), undefined);
  });
});
