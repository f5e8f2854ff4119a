import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  fieldNamed,
  fieldsNamed,
  fieldValue,
  headerBlockOf,
  headerOctets,
  makeField,
  unfolded,
  withValue,
} from '../../src/message/header-block.ts';
import type { HeaderField } from '../../src/message/types.ts';

test('fieldValue() is what stands between the colon and the last line end', () => {
  const values: [raw: string, value: string, onOneLine: string][] = [
    ['A: b\n', ' b', 'b'],
    ['A: b\r\r\n', ' b', 'b'],
    ['A: b', ' b', 'b'],
    ['A: b\r', ' b', 'b'],
    ['A:\n', '', ''],
    ['A :b:c \n', 'b:c ', 'b:c'],
    ['A: b\r\n c\n\td\n', ' b\r\n c\n\td', 'b c\td'],
    ['A: b\r\r\n \n', ' b\r\r\n ', 'b'],
    ['A: b\rc\n', ' b\rc', 'b c'],
    ['A: \xc3\xa0\n', ' \xc3\xa0', '\xc3\xa0'],
  ];
  for (const [raw, value, onOneLine] of values) {
    assert.equal(fieldValue(only(raw)), value, JSON.stringify(raw));
    assert.equal(unfolded(only(raw)), onOneLine, JSON.stringify(raw));
  }
});

test('fieldNamed() and fieldsNamed() look at names without case', () => {
  const { fields } = headerBlockOf(Buffer.from('to: a\nCC: b\nTo: c\n'));
  assert.equal(fieldNamed(fields, 'to'), fields[0]);
  assert.equal(fieldNamed(fields, 'cc'), fields[1]);
  assert.equal(fieldNamed(fields, 'bcc'), undefined);
  assert.deepEqual(fieldsNamed(fields, 'to'), [fields[0], fields[2]]);
  assert.deepEqual(fieldsNamed(fields, 'bcc'), []);
});

test('withValue() keeps name, blanks and line end', () => {
  assert.equal(withValue(only('To \t:a\r\n'), ' b,\r\n c').raw, 'To \t: b,\r\n c\r\n');
  assert.equal(withValue(only('To: a'), ' b').raw, 'To: b');
  assert.equal(withValue(only('To: a\n'), ' \u4f8b').raw, 'To: \xe4\xbe\x8b\n');
});

test('withValue() lets no value bring a field of its own', () => {
  fc.assert(
    fc.property(anyValue, (value) => {
      const field = withValue(only('To: a\r\n'), value);
      assert.deepEqual(headerBlockOf(headerOctets([field])).fields.length, 1);
      assert.equal(headerBlockOf(Buffer.from(field.raw, 'latin1')).fields[0]?.raw, field.raw);
    }),
  );
});

test('withValue() gives the field back for its own value', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', ' ', '\r', '\n ', '\r\n\t', '\xff'), maxLength: 12 }),
      (value) => {
        const field = only(`To:${value}\n`);
        assert.deepEqual(withValue(field, fieldValue(field)), field);
      },
    ),
  );
});

test('makeField() makes a field that ends in LF', () => {
  const made: [value: string, raw: string][] = [
    ['b', 'A: b\n'],
    ['', 'A: \n'],
    [' b\t c ', 'A: b\t c\n'],
    ['b\r\nBcc: c', 'A: b Bcc: c\n'],
    ['b\0\x7fc', 'A: b c\n'],
    ['\xc3\xa0', 'A: \xc3\xa0\n'],
    ['\u010ax', 'A: \xc4\x8ax\n'],
    [`${'x'.repeat(40)} ${'y'.repeat(34)} z`, `A: ${'x'.repeat(40)} ${'y'.repeat(34)}\n z\n`],
    [`${'x'.repeat(100)}  z`, `A: ${'x'.repeat(100)}\n  z\n`],
  ];
  for (const [value, raw] of made) assert.deepEqual(makeField('A', value), { name: 'A', raw });
});

test('makeField() makes one field that unfolds to its value, whatever the value', () => {
  fc.assert(
    fc.property(anyValue, (value) => {
      const field = makeField('Subject', value);
      assert.deepEqual(headerBlockOf(Buffer.from(field.raw, 'latin1')).fields, [field]);
      assert.equal(unfolded(field), unfolded({ name: 'Subject', raw: field.raw.replaceAll('\n', '') }));
      const lines = field.raw.split('\n').slice(0, -1);
      for (const line of lines) {
        assert.match(line, /[^ \t]/);
        assert.ok(line.length <= 78 || !/[^ \t][ \t]/.test(line.replace(/^Subject: /, '')), line);
      }
    }),
    { numRuns: 1000 },
  );
});

test('makeField() refuses a name that is none', () => {
  for (const name of ['', 'a b', 'a:', 'a\n', '\xfc']) {
    assert.throws(() => makeField(name, 'x'), { name: 'Failure', kind: 'bug' });
  }
});

test('headerOctets() ends every field and the block', () => {
  const { fields } = headerBlockOf(Buffer.from('A: 1\r\nB: 2\r\r\nC: \xff\r', 'latin1'));
  assert.equal(headerOctets(fields).toString('latin1'), 'A: 1\r\nB: 2\r\r\nC: \xff\r\n\n');
  assert.equal(headerOctets([]).toString(), '\n');
});

test('headerOctets() makes a blank of a CR that ends no line', () => {
  const { fields } = headerBlockOf(Buffer.from('A: 1\r\rBcc: x\n 2\r3\r\n'));
  assert.equal(headerOctets(fields).toString(), 'A: 1 Bcc: x\n 2 3\r\n\n');
});

const anyValue = fc.oneof(
  fc.string({
    unit: fc.constantFrom('a', ' ', '\t', '\r', '\n', 'Bcc: x', '\0', '\x7f', '\xc3\xa0', '\u010a', '🐈'),
    maxLength: 12,
  }),
  fc
    .array(fc.string({ unit: fc.constantFrom('x', 'yyyy', ','), maxLength: 30 }), { maxLength: 20 })
    .map((words) => words.join(' ')),
);

function only(raw: string): HeaderField {
  const [field] = headerBlockOf(Buffer.from(raw, 'latin1')).fields;
  assert.equal(field?.raw, raw);
  return field;
}
