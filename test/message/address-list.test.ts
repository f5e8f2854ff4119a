import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import addressparser from 'nodemailer/lib/addressparser';
import { type AddressList, addressesIn, addressesInArgument } from '../../src/message/address-list.ts';

/** What is found: addresses as they are, malformed pieces with `!` in front. */
const table: [value: string, ...found: string[]][] = [
  [''],
  [' a@x', 'a@x'],
  ['a@x, b@y', 'a@x', 'b@y'],
  ['a@x,b@y,', 'a@x', 'b@y'],
  [',, a@x,,b@y ,', 'a@x', 'b@y'],
  ['root', 'root'],
  ['root (Cron Daemon)', 'root'],
  ['(who) root', 'root'],
  ['<root>', 'root'],
  ['Alice <a@x>', 'a@x'],
  ['Alice<a@x>', 'a@x'],
  ['< a@x >', 'a@x'],
  ['Alice B. Carroll <a@x>, Bob <b@y>', 'a@x', 'b@y'],
  ['"Carroll, Alice" <a@x>', 'a@x'],
  ['"<no@x>, \\"b@y\\"" <a@x>', 'a@x'],
  ['"a b"@x', '"a b"@x'],
  ['"a,b"@x, "c@d"@y', '"a,b"@x', '"c@d"@y'],
  ['"a\\"b"@x', '"a\\"b"@x'],
  ['<"a>b"@x>', '"a>b"@x'],
  ['Alice (one (two, b@y) <c@z>) <a@x> (three)', 'a@x'],
  ['a@x (comment with \\) in it, b@y)', 'a@x'],
  ['undisclosed-recipients:;'],
  ['undisclosed-recipients: ;, a@x', 'a@x'],
  ['Team: a@x, Bob <b@y>;', 'a@x', 'b@y'],
  ['Team: a@x; c@z', 'a@x', 'c@z'],
  ['"Team, old": a@x, b@y;, c@z', 'a@x', 'b@y', 'c@z'],
  ['Team (a@x): b@y', 'b@y'],
  ['One: a@x;, Two: b@y;', 'a@x', 'b@y'],
  ['a@x; b@y', 'a@x', 'b@y'],
  ['a . b @ x . y', 'a.b@x.y'],
  ['a (one) . b (two) @ (three) x', 'a.b@x'],
  ['a@x.\r\n y', 'a@x.y'],
  ['Alice\r\n <a@x>,\r\n\tb@y\r\n', 'a@x', 'b@y'],
  ['<@a,@b.example:user@c>, d@e', 'user@c', 'd@e'],
  ['Name <@a:user@c>', 'user@c'],
  ['a@[127.0.0.1], b@[IPv6:2001:db8::1]', 'a@[127.0.0.1]', 'b@[IPv6:2001:db8::1]'],
  ['<b@ [IPv6:::1]>', 'b@[IPv6:::1]'],
  ['[ticket] <a@x>', 'a@x'],
  ['Re: a\\b <a@x>', 'a@x'],
  ["O'Brien <o'b@x>", "o'b@x"],
  ['a@x <b@y>', 'b@y'],
  ['<a@x> <b@y>', 'a@x', 'b@y'],
  ['<a@x> trailing words', 'a@x'],
  ['<>'],
  ['Nobody <>, a@x', 'a@x'],
  ['Alice <a@x, b@y', 'a@x', 'b@y'],
  ['a@x.', 'a@x'],
  ['J\xc3\xbcrgen <j\xc3\xbcrgen@m\xc3\xbcller.example>', 'jürgen@müller.example'],
  ['Alice Carroll', '!Alice Carroll'],
  ['Alice a@x', '!Alice a@x'],
  ['a@x b@y, c@z', '!a@x b@y', 'c@z'],
  ['a@b@c', '!a@b@c'],
  ['a@', '!a@'],
  ['@x', '!@x'],
  ['a@x: b@y', '!a@x: b@y'],
  ['Team a@x: b@y, c;', '!Team a@x: b@y', 'c'],
  ['<a@x>: b, c', '!<a@x>: b', 'c'],
  ['a@x\rX: b, c', '!a@x\rX: b', 'c'],
  ['a@x,\r\n b\r\r\n', 'a@x', 'b'],
  ['a@x\r', 'a@x'],
  ['N\0 <a@x>', '!N\0 <a@x>'],
  ['N \x1b$B <a@x>', 'a@x'],
  ['a>b', '!a>b'],
  ['<<a@x>>', '!<a@x'],
  ['<a:b@x>', '!a:b@x'],
  ['<Alice Carroll>', '!Alice Carroll'],
  ['a@x (oops, b@y', '!a@x (oops, b@y'],
  ['Joe "Smith <a@x>, b@y', '!Joe "Smith <a@x>, b@y'],
  ['a@x, <b@y (oops>', 'a@x', '!b@y (oops>'],
  ['Joe <a@x> "oops, b@y', 'a@x', '!"oops, b@y'],
  ['<a@x> (oops, b@y', 'a@x', '!(oops, b@y'],
  ['"oops <a@x>, b@y', '!"oops <a@x>, b@y'],
  ['a@x, "oops\\"', 'a@x', '!"oops\\"'],
  ['a\0b@x', '!a\0b@x'],
  ['a\x7f@x', '!a\x7f@x'],
  ['j\xfcrgen@x', '!j\ufffdrgen@x'],
  ['[ticket]', '![ticket]'],
];

test('addressesIn() finds what a header field says', () => {
  for (const [value, ...found] of table) assert.deepEqual(spoken(addressesIn(value)), found, JSON.stringify(value));
});

test('addressesIn() gives the place of the addr-spec alone', () => {
  const places: [value: string, spec: string][] = [
    [' "Carroll, A" (x) < a@x > (y)', 'a@x'],
    [' root (Cron Daemon)\r\n', 'root'],
    [' a (one) . b @ x (two)', 'a (one) . b @ x'],
    [' <@r,@s:user@c>', 'user@c'],
    [' Team: "a b"@x;', '"a b"@x'],
    [' J\xc3\xbc <j\xc3\xbc@x>', 'j\xc3\xbc@x'],
  ];
  for (const [value, spec] of places) {
    const [place] = addressesIn(value).places;
    assert.equal(value.slice(place?.start, place?.end), spec);
  }
});

const argumentTable: [word: string, ...found: string[]][] = [
  [''],
  ['root', 'root'],
  ['a@x,b@y', 'a@x', 'b@y'],
  ['a@x, Bob <b@y>', 'a@x', 'b@y'],
  ['<a@x>', 'a@x'],
  ['<>'],
  ['Jürgen <jürgen@müller.example>', 'jürgen@müller.example'],
  ['@a,@b:user@c', 'user@c'],
  ['"a b"@x', '"a b"@x'],
  ['a;b@x', '!a;b@x'],
  ['Team: a@x;', '!Team: a@x;'],
  ['a b@x', '!a b@x'],
  ['a@x\r\nRCPT TO:<b@y>', '!a@x\r\nRCPT TO:<b@y>'],
  ['a@x,\n b@y', '!a@x,\n b@y'],
  ['a\u0085@x', '!a\u0085@x'],
  ['a\u00a0b@x', '!a\u00a0b@x'],
];

test('addressesInArgument() reads a word of the command line', () => {
  for (const [word, ...found] of argumentTable) {
    assert.deepEqual(spoken(addressesInArgument(word)), found, JSON.stringify(word));
  }
});

const atom = fc.string({
  unit: fc.constantFrom(...'abcXYZ019!#$%&*+-/=?^_{|}~', 'ü', 'é'),
  minLength: 1,
  maxLength: 6,
});
const domain = fc.array(fc.string({ unit: fc.constantFrom(...'abc019-'), minLength: 1, maxLength: 4 }), {
  minLength: 1,
  maxLength: 3,
});
const blank = fc.constantFrom(' ', '\t', '\r\n ', '\n\t', '  ');
const quoted = fc
  .array(fc.constantFrom('a', 'B', ' ', ',', ';', ':', '<', '>', '@', '(', ')', '[', '\\"', '\\\\'), {
    minLength: 1,
    maxLength: 8,
  })
  .map((parts) => `"x${parts.join('')}"`);
const comment = fc.letrec((tie) => ({
  comment: fc
    .array(
      fc.oneof({ maxDepth: 3 }, fc.constantFrom('a', ' ', ',', '<', '@', '"', ':', '\\)', '\\('), tie('comment')),
      { maxLength: 5 },
    )
    .map((parts) => `(${parts.join('')})`),
})).comment as fc.Arbitrary<string>;
const spec = fc
  .tuple(fc.array(atom, { minLength: 1, maxLength: 2 }), domain)
  .map(([atoms, labels]) => `${atoms.join('.')}@${labels.join('.')}`);
const name = fc.array(fc.oneof(atom, quoted, comment), { minLength: 1, maxLength: 3 });
const mailbox = fc.oneof(
  spec.map((address) => ({ text: address, address })),
  fc.tuple(spec, blank, comment).map(([address, gap, note]) => ({ text: `${address}${gap}${note}`, address })),
  fc
    .tuple(name, blank, spec)
    .map(([words, gap, address]) => ({ text: `${words.join(gap)}${gap}<${address}>`, address })),
);
const listOf = fc.array(mailbox, { minLength: 1, maxLength: 4 });
const separator = fc.constantFrom(',', ', ', ',\r\n ', ' ,\t');
const group = fc.tuple(atom, listOf, separator).map(([title, members, comma]) => ({
  text: `${title}: ${members.map(({ text }) => text).join(comma)};`,
  addresses: members.map(({ address }) => address),
}));
const list = fc
  .tuple(
    fc.array(
      fc.oneof(
        mailbox.map(({ text, address }) => ({ text, addresses: [address] })),
        group,
      ),
      { maxLength: 5 },
    ),
    separator,
  )
  .map(([items, comma]) => ({
    value: Buffer.from(items.map(({ text }) => text).join(comma)).toString('latin1'),
    addresses: items.flatMap(({ addresses }) => addresses),
  }));

test('addressesIn() finds in every valid list what it was made of, as nodemailer does', () => {
  fc.assert(
    fc.property(list, ({ value, addresses }) => {
      assert.deepEqual(spoken(addressesIn(value)), addresses);
      const oracle = addressparser(Buffer.from(value, 'latin1').toString(), { flatten: true });
      assert.deepEqual(
        oracle.map(({ address }) => address),
        addresses,
      );
    }),
    { numRuns: 2000 },
  );
});

test('addressesIn() gives places that say the same when read alone, for any text', () => {
  const pieces = fc.constantFrom(...'ab@@..,,;:<<>>()"\\[] \t\r\n\0\xfc', 'a@x', '<a@x>', '\xc3\xbc');
  const texts = fc.oneof(fc.string({ unit: pieces, maxLength: 30 }), fc.string({ unit: 'binary', maxLength: 30 }));
  fc.assert(
    fc.property(texts, (text) => {
      const { places, malformed } = addressesIn(text);
      let last = 0;
      for (const { start, end } of [...places, ...malformed].sort((one, other) => one.start - other.start)) {
        assert.ok(start >= last && end > start && end <= text.length);
        last = end;
      }
      for (const { address, start, end } of places) {
        assert.deepEqual(spoken(addressesIn(text.slice(start, end))), [address]);
      }
      addressesInArgument(text);
    }),
    { numRuns: 5000 },
  );
});

test('addressesIn() needs no more than linear time', () => {
  const length = 500_000;
  const bricks = [
    '(',
    ')',
    '<',
    '>',
    ',',
    ';',
    ':',
    '"',
    '@',
    '.',
    '[',
    ']',
    '\\',
    ' ',
    '\r\n ',
    'a',
    'a ',
    'a.',
    'a . ',
    '@[',
    '@[a',
    '<@a,',
  ];
  const walls = [...bricks, ',@a', '<@', '()', '(\\', '""', '"\\', 'a@x,', '<a@x>', 'a:', ' @', '. ', '\xc3'];
  for (const wall of walls) {
    const value = wall.repeat(length / wall.length);
    const started = performance.now();
    addressesIn(value);
    addressesIn(`<@a${value}`);
    addressesIn(`"${value}`);
    // Quadratic time would be hours.
    assert.ok(performance.now() - started < 20_000, JSON.stringify(wall));
  }
});

function spoken({ places, malformed }: AddressList): string[] {
  const found = [
    ...places.map(({ address, start }) => ({ says: String(address), start })),
    ...malformed.map(({ text, start }) => ({ says: `!${text}`, start })),
  ];
  return found.sort((one, other) => one.start - other.start).map(({ says }) => says);
}
