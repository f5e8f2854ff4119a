import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { headerBlockOf, headerLimit } from '../../src/message/header-block.ts';

/** A message, the `raw` of its fields, and its body. */
const table: [message: string, raws: string[], body: string][] = [
  ['', [], ''],
  ['A: 1\nB: 2\n\nbody\n', ['A: 1\n', 'B: 2\n'], 'body\n'],
  ['A: 1\r\nB: 2\r\n\r\nbody\r\n', ['A: 1\r\n', 'B: 2\r\n'], 'body\r\n'],
  ['A: 1\r\r\n\r\r\nbody', ['A: 1\r\r\n'], 'body'],
  ['A: 1\n 2\n\t3\n\nbody', ['A: 1\n 2\n\t3\n'], 'body'],
  ['A: 1\n \t\nB: 2\n \r\n\nbody', ['A: 1\n \t\n', 'B: 2\n \r\n'], 'body'],
  ['A: 1', ['A: 1'], ''],
  ['A: 1\n', ['A: 1\n'], ''],
  ['A: 1\n 2', ['A: 1\n 2'], ''],
  ['A: 1\n\n', ['A: 1\n'], ''],
  ['A: 1\n\n\nbody', ['A: 1\n'], '\nbody'],
  ['A: 1\nno field\nB: 2\n\nbody', ['A: 1\n'], 'no field\nB: 2\n\nbody'],
  ['A: 1\n: no name\n', ['A: 1\n'], ': no name\n'],
  ['A \t: 1\nB:\n\nbody', ['A \t: 1\n', 'B:\n'], 'body'],
  ['A: 1\n.\nB: 2\n', ['A: 1\n'], '.\nB: 2\n'],
  ['A: 1\rB: 2\n\nbody', ['A: 1\rB: 2\n'], 'body'],
  ['A: 1\n\rB: 2\n', ['A: 1\n'], '\rB: 2\n'],
  ['A: \0\xff\n\n\0', ['A: \0\xff\n'], '\0'],
  ['\nA: 1\n', [], 'A: 1\n'],
  ['\r\nbody', [], 'body'],
  ['just text\n', [], 'just text\n'],
  ['just text', [], 'just text'],
  [' A: 1\n\nbody', [], ' A: 1\n\nbody'],
  ['A\xfc: 1\n\nbody', [], 'A\xfc: 1\n\nbody'],
  ['From alice Sun Nov 22 07:05:13 2026\nA: 1\n\nbody', ['A: 1\n'], 'body'],
  ['>From alice Sun Nov 22 07:05:13 2026\r\nA: 1\r\n\r\nbody', ['A: 1\r\n'], 'body'],
  ['From alice today\n>From bob today\nA: 1\n\nbody', ['A: 1\n'], 'body'],
  ['\xef\xbb\xbfA: 1\n\nbody', ['A: 1\n'], 'body'],
  ['\xef\xbb\xbfFrom alice today\nA: 1\n', ['A: 1\n'], ''],
  ['\xef\xbb\xbfjust text', [], '\xef\xbb\xbfjust text'],
  ['A: 1\n\n\xef\xbb\xbfB: 2\n', ['A: 1\n'], '\xef\xbb\xbfB: 2\n'],
  ['From : alice\n\nbody', ['From : alice\n'], 'body'],
  ['From here on it is text\nand more\n', [], 'From here on it is text\nand more\n'],
  ['From here\n\nmore\n', [], 'From here\n\nmore\n'],
  ['From here', [], 'From here'],
  ['A: 1\nFrom alice today\nB: 2\n', ['A: 1\n'], 'From alice today\nB: 2\n'],
];

test('headerBlockOf() tells fields from body', () => {
  for (const [message, raws, body] of table) {
    const found = read(message);
    assert.deepEqual(found.raws, raws, JSON.stringify(message));
    assert.equal(found.body, body, JSON.stringify(message));
  }
});

test('headerBlockOf() gives names as written', () => {
  const { fields } = headerBlockOf(Buffer.from('Subject: x\nX-odd!{}~ \t: y\nto:z\n'));
  assert.deepEqual(
    fields.map(({ name }) => name),
    ['Subject', 'X-odd!{}~', 'to'],
  );
});

test('headerBlockOf() loses no octet', () => {
  const bricks = fc.constantFrom(
    'A',
    ':',
    ': ',
    'From ',
    '>',
    ' ',
    '\t',
    '\n',
    '\r',
    '\r\n',
    '\n\n',
    'A: b\n',
    '\n c',
    '\0',
    '\xff',
  );
  fc.assert(
    fc.property(fc.string({ unit: bricks, maxLength: 20 }), (message) => {
      const { raws, body } = read(message);
      const block = raws.join('');
      const head = message.slice(0, message.length - body.length);
      const mboxLines = [head, head.replace(/\r*\n$/, '')]
        .filter((lines) => lines.endsWith(block))
        .map((lines) => lines.slice(0, lines.length - block.length));
      assert.ok(mboxLines.some((lines) => /^(?:>?From [^\n]*\n)*$/.test(lines)));
      for (const raw of raws) assert.match(raw, /^[!-9;-~]+[ \t]*:[^\n]*(?:\n[ \t][^\n]*)*\n?$/);
    }),
    { numRuns: 5000 },
  );
});

test('headerBlockOf() leaves to the body what the limit cuts', () => {
  const field = `A: ${'x'.repeat(95)}\n`;
  const message = `${field.repeat(20_000)}\nbody`;
  const { fields, bodyStart } = headerBlockOf(Buffer.from(message));
  const size = fields.length * field.length;
  assert.equal(bodyStart, size);
  assert.ok(size <= headerLimit && size > headerLimit - 2 * field.length);
});

test('headerBlockOf() calls a field without end body', () => {
  assert.deepEqual(headerBlockOf(Buffer.alloc(headerLimit + 1, 'A: x\n ')), { fields: [], bodyStart: 0 });
  assert.equal(headerBlockOf(Buffer.alloc(headerLimit, 'A: x\n ')).fields.length, 1);
});

test('headerBlockOf() needs no more than linear time', () => {
  for (const wall of ['A', ' ', '\r', '\n ', 'A ', 'A:\n', 'From \n', '>From a\n', 'A:\r', 'A: \n\t\n']) {
    const started = performance.now();
    headerBlockOf(Buffer.alloc(headerLimit, wall));
    headerBlockOf(Buffer.concat([Buffer.from('A: b\n'), Buffer.alloc(headerLimit, wall)]));
    // Quadratic time would be minutes.
    assert.ok(performance.now() - started < 20_000, JSON.stringify(wall));
  }
});

function read(message: string): { raws: string[]; body: string } {
  const octets = Buffer.from(message, 'latin1');
  const { fields, bodyStart } = headerBlockOf(octets);
  return { raws: fields.map(({ raw }) => raw), body: octets.toString('latin1', bodyStart) };
}
