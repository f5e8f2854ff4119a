/** encodePhrase: a person's name in a generated From field. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { encodePhrase } from '../../src/message/phrase.ts';

const cases: readonly { readonly name: string; readonly gives: string }[] = [
  { name: 'Alice Example', gives: 'Alice Example' },
  { name: "O'Brien & Sons!", gives: "O'Brien & Sons!" },
  { name: 'John Q. Public', gives: '"John Q. Public"' },
  { name: 'Doe, Jane', gives: '"Doe, Jane"' },
  { name: 'a "b" \\c', gives: '"a \\"b\\" \\\\c"' },
  { name: 'a <b@c>', gives: '"a <b@c>"' },
  { name: '(Cron Daemon)', gives: '"(Cron Daemon)"' },
  { name: '=?UTF-8?Q?x?=', gives: '"=?UTF-8?Q?x?="' },
  { name: 'Jörg', gives: '=?UTF-8?Q?J=C3=B6rg?=' },
  { name: 'a\r\nBcc: b@c', gives: '"a Bcc: b@c"' },
  { name: ' \t ', gives: '' },
];

describe('encodePhrase()', () => {
  for (const { name, gives } of cases) {
    test(`encodePhrase() writes ${JSON.stringify(name)} as ${gives || 'nothing'}`, () =>
      assert.equal(encodePhrase(name), gives));
  }

  test('encodePhrase() gives printable ASCII that decodes back, in encoded words of at most 75 characters', () => {
    const unit = fc.constantFrom('grapheme', 'binary', 'binary-ascii', 'grapheme-ascii');
    const name = unit.chain((each) => fc.string({ unit: each, maxLength: 200 }));
    fc.assert(
      fc.property(name, (text) => {
        const phrase = encodePhrase(text);
        assert.match(phrase, /^[\x20-\x7e]*$/);
        assert.equal(decoded(phrase), text.replaceAll(/[\x00-\x1f\x7f]+/g, ' ').trim());
        for (const word of phrase.startsWith('=?') ? phrase.split(' ') : []) assert.ok(word.length <= 75, word);
      }),
      { numRuns: 500 },
    );
  });

  test('encodePhrase() replaces half a character, which no encoding can hold', () => {
    assert.equal(decoded(encodePhrase('a\ud83d')), 'a\ufffd');
  });
});

/** RFC 2047 §6.2 and RFC 5322 §3.2.4, written apart from the code: every word must be whole UTF-8 by itself. */
function decoded(phrase: string): string {
  if (phrase.startsWith('"')) return phrase.slice(1, -1).replaceAll(/\\(.)/g, '$1');
  if (!phrase.startsWith('=?')) return phrase;
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  return phrase
    .split(' ')
    .map((word) => decoder.decode(octetsIn(word)))
    .join('');
}

function octetsIn(word: string): Buffer {
  const [, base64] = /^=\?UTF-8\?B\?([A-Za-z0-9+/]+=*)\?=$/.exec(word) ?? [];
  if (base64 !== undefined) return Buffer.from(base64, 'base64');
  const [, q = ''] = /^=\?UTF-8\?Q\?((?:[A-Za-z0-9!*+/_-]|=[0-9A-F]{2})+)\?=$/.exec(word) ?? [];
  const text = q
    .replaceAll('_', ' ')
    .replaceAll(/=(..)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(text, 'latin1');
}
