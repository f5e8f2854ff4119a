/** encodeField and foldField: what is beyond ASCII is encoded, everything else keeps its bytes. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { encodeField, foldField, type Syntax } from '../../src/message/encode-field.ts';
import { fieldValue, unfolded } from '../../src/message/header-block.ts';
import { decodedWords, fieldOf } from './pieces.ts';

const long = 'ü'.repeat(60);

const cases: readonly (readonly [Syntax, string, string])[] = [
  ['text', 'Subject: plain\n', 'Subject: plain\n'],
  ['text', 'Subject: ü\n', 'Subject: =?UTF-8?B?w7w=?=\n'],
  ['text', 'Subject: a ü b\n', 'Subject: a =?UTF-8?B?w7w=?= b\n'],
  ['text', 'Subject: ü ö z\r\n', 'Subject: =?UTF-8?B?w7wgw7Y=?= z\r\n'],
  ['text', 'Subject: a\n\tü\n', 'Subject: a\n\t=?UTF-8?B?w7w=?=\n'],
  ['text', 'Subject: =?utf-8?q?x?= ü\n', 'Subject: =?utf-8?q?x?= =?UTF-8?B?IMO8?=\n'],
  ['text', 'Subject: ü =?utf-8?q?x?=\n', 'Subject: =?UTF-8?B?w7wg?= =?utf-8?q?x?=\n'],
  ['addresses', 'To: Jürgen M <a@b>, root\n', 'To: =?UTF-8?Q?J=C3=BCrgen?= M <a@b>, root\n'],
  ['addresses', 'To: "Müller, A" <a@b>\n', 'To: =?UTF-8?Q?M=C3=BCller=2C_A?= <a@b>\n'],
  ['addresses', 'To: a@b (Jürgen (x) M)\n', 'To: a@b (=?UTF-8?Q?J=C3=BCrgen?= (x) M)\n'],
  ['addresses', 'To: a@b (ü\\(b \\) c)\n', 'To: a@b (=?UTF-8?Q?=C3=BC=28b?= \\) c)\n'],
  ['addresses', 'To: Gruppe ü: a@b, "x, y" <c@d>;\n', 'To: Gruppe =?UTF-8?B?w7w=?=: a@b, "x, y" <c@d>;\n'],
  ['addresses', 'To: jörg@b, N <jörg@b>\n', 'To: jörg@b, N <jörg@b>\n'],
  ['addresses', 'To: "ü\n', 'To: =?UTF-8?B?w7w=?=\n'],
  [
    'parameters',
    'Content-Disposition: attachment; filename="Übung 1.txt"; size=3\n',
    "Content-Disposition: attachment; filename*=UTF-8''%C3%9Cbung%201.txt; size=3\n",
  ],
];

const asOctets = (text: string) => Buffer.from(text).toString('latin1');

describe('encodeField()', () => {
  for (const [syntax, before, after] of cases) {
    test(`encodeField() makes ${JSON.stringify(after)}`, () => {
      assert.equal(encodeField(fieldOf(asOctets(before)), syntax, 'unknown-8bit').raw, asOctets(after));
    });
  }

  test('encodeField() gives back a field that needs nothing', () => {
    const field = fieldOf('To: "a" (b) <c@d>\n');
    assert.equal(encodeField(field, 'addresses', 'x'), field);
  });

  test('encodeField() counts the column from the last line end', () => {
    const { raw } = encodeField(fieldOf(asOctets(`Subject: ${'ü'.repeat(12)}\n a ü\n`)), 'text', 'x');
    assert.match(raw, /\n a =\?UTF-8\?B\?w7w=\?=\n$/);
  });

  test('encodeField() names the other charset for what is no UTF-8', () => {
    assert.equal(encodeField(fieldOf('S: \xe4\n'), 'text', 'iso-8859-1').raw, 'S: =?iso-8859-1?Q?=E4?=\n');
    assert.equal(encodeField(fieldOf('S: \xe4\n'), 'text', 'unknown-8bit').raw, 'S: =?unknown-8bit?Q?=E4?=\n');
  });

  test('encodeField() gives lines of at most 76 characters that decode to the text', () => {
    const { raw } = encodeField(fieldOf(asOctets(`Subject: ${long} ${long}\n`)), 'text', 'x');
    assert.ok(raw.split('\n').every((line) => line.length <= 76));
    assert.equal(decodedWords(unfolded(fieldOf(raw))), `${long} ${long}`);
  });

  test('encodeField() keeps the meaning of any text, and is done after one pass', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'ü', '€', '😀', '"', '(', '=', '?', '_', '.'), minLength: 1 });
    fc.assert(
      fc.property(fc.array(word, { minLength: 1 }), (words) => {
        const text = words.join(' ');
        if (/=\?|\?=/.test(text)) return;
        const { raw } = encodeField(fieldOf(asOctets(`Subject: ${text}\n`)), 'text', 'x');
        assert.doesNotMatch(raw, /[\x80-\xff]/);
        assert.equal(decodedWords(unfolded(fieldOf(raw))), text);
        assert.equal(encodeField(fieldOf(raw), 'text', 'x').raw, raw);
      }),
    );
  });

  test('encodeField() leaves no octet above 127 in any field but in addresses', () => {
    const octets = fc.string({ unit: fc.constantFrom(...'ab ü,;:<>()"\\@.=?ÿ\x01\n ') });
    fc.assert(
      fc.property(
        octets,
        fc.constantFrom<Syntax>('text', 'phrases', 'parameters', 'structured', 'uris', 'uri'),
        (text, syntax) => {
          const value = text.replaceAll(/\n(?! )/g, '\n ');
          const encoded = encodeField(fieldOf(`X: ${value}\n`), syntax, 'unknown-8bit');
          assert.doesNotMatch(fieldValue(encoded), /[\x80-\xff]/);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('foldField()', () => {
  for (const [what, value] of [
    ['998 octets', `${'x'.repeat(994)}`],
    ['blanks only', ' '.repeat(3000)],
    ['words', 'word '.repeat(1000)],
    ['one long word', 'x'.repeat(5000)],
    ['a list without blanks', Array.from({ length: 500 }, (_, index) => `user${index}@x.example`).join(',')],
    ['a long word between others', `a ${'x'.repeat(3000)} b`],
    ['a megabyte', 'x'.repeat(1_000_000)],
  ] as const) {
    test(`foldField() leaves no line too long in ${what}`, () => {
      const { raw } = foldField(fieldOf(`X: ${value}\n`));
      const lines = raw.slice(0, -1).split('\n');
      assert.ok(lines.every((line) => line.length <= 998));
      assert.ok(lines.slice(1).every((line) => /^[ \t]+[^ \t]/.test(line)));
      assert.equal(raw.replaceAll(/\s/g, ''), `X:${value}`.replaceAll(/\s/g, ''));
      assert.deepEqual(foldField(fieldOf(raw)).raw, raw);
    });
  }

  for (const length of [899, 900, 950, 997, 3000]) {
    for (const blanks of ['', ' ']) {
      test(`foldField() cuts no name of ${length} octets${blanks && ' with a blank behind it'}`, () => {
        const name = `${'x'.repeat(length)}${blanks}:`;
        for (const value of ['', 'y'.repeat(2000), ` ${'y'.repeat(200)}`, ' y'.repeat(2000)]) {
          const { raw } = foldField(fieldOf(`${name}${value}\n`));
          assert.ok(raw.startsWith(name));
          assert.equal(raw.replaceAll(/\s/g, ''), `${name}${value}`.replaceAll(/\s/g, ''));
          if (name.length <= 998) assert.ok(raw.split('\n').every((line) => line.length <= 998));
        }
      });
    }
  }

  test('foldField() cuts no address', () => {
    const list = Array.from({ length: 500 }, (_, index) => `user${index}@x.example`);
    const { raw } = foldField(fieldOf(`To: ${list.join(',')}\n`));
    assert.deepEqual(
      raw
        .slice(4)
        .split(',')
        .map((item) => item.trim()),
      list,
    );
  });

  test('foldField() leaves a field alone that has no long line', () => {
    const field = fieldOf(`X: a\n ${'y'.repeat(900)}\n z\n`);
    assert.equal(foldField(field), field);
  });
});
