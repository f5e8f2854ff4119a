import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { wireEncoder } from '../../src/message/wire.ts';
import { cutInto, cuts, octetsOf } from './pieces.ts';

const table: [message: string, wire: string][] = [
  ['', '.\r\n'],
  ['a', 'a\r\n.\r\n'],
  ['a\n', 'a\r\n.\r\n'],
  ['a\r\n', 'a\r\n.\r\n'],
  ['a\r', 'a\r\n.\r\n'],
  ['a\n\n', 'a\r\n\r\n.\r\n'],
  ['\n', '\r\n.\r\n'],
  ['.', '..\r\n.\r\n'],
  ['.\n', '..\r\n.\r\n'],
  ['..\n.a\n', '...\r\n..a\r\n.\r\n'],
  ['a\r\r\nb', 'a\r\nb\r\n.\r\n'],
  ['a\r\r\rb', 'a\r\n\r\n\r\nb\r\n.\r\n'],
  ['a\n\rb', 'a\r\n\r\nb\r\n.\r\n'],
  ['a\r.\r\nMAIL', 'a\r\n..\r\nMAIL\r\n.\r\n'],
  ['a\n.\rMAIL', 'a\r\n..\r\nMAIL\r\n.\r\n'],
  ['a\r\n.\r\nb', 'a\r\n..\r\nb\r\n.\r\n'],
  ['a\0\n.\0\n\xff', 'a\0\r\n..\0\r\n\xff\r\n.\r\n'],
];

test('wireEncoder() makes every line end a CRLF and doubles every leading dot', () => {
  for (const [message, wire] of table) {
    assert.equal(encoded([Buffer.from(message, 'latin1')]), wire, JSON.stringify(message));
    assert.equal(encoded(octetsOf(message)), wire, `octet by octet: ${JSON.stringify(message)}`);
  }
});

test('wireEncoder() does what the naive one does, however the message is cut', () => {
  fc.assert(
    fc.property(message, cuts, (text, lengths) => {
      assert.equal(encoded(cutInto(text, lengths)), naive(text));
    }),
    { numRuns: 3000 },
  );
});

test('wireEncoder() gives the hub nothing to misread', () => {
  fc.assert(
    fc.property(message, cuts, (text, lengths) => {
      const wire = encoded(cutInto(text, lengths));
      assert.doesNotMatch(wire, /\r(?!\n)/);
      assert.doesNotMatch(wire, /(?<!\r)\n/);
      assert.equal(`\r\n${wire}`.indexOf('\r\n.\r\n'), wire.length - 3);
      const lines = wire.slice(0, -3).split('\r\n');
      const decoded = lines.map((line) => (line.startsWith('.') ? line.slice(1) : line)).join('\n');
      const wanted = text.replaceAll(/\r*\n/g, '\n').replaceAll('\r', '\n');
      assert.equal(decoded, wanted === '' || wanted.endsWith('\n') ? wanted : `${wanted}\n`);
    }),
    { numRuns: 3000 },
  );
});

test('wireEncoder() survives endless runs of CR and of dots', () => {
  const run = 300_000;
  assert.equal(encoded(cutInto('\r'.repeat(run), [4096])), `${'\r\n'.repeat(run)}.\r\n`);
  assert.equal(encoded(cutInto('\n.'.repeat(run), [4095])), `\r\n${'..\r\n'.repeat(run)}.\r\n`);
  assert.equal(encoded(octetsOf(`${'\r'.repeat(5000)}\n`)), '\r\n.\r\n');
});

const message = fc.string({
  unit: fc.constantFrom('\r', '\n', '.', '\r\n', '\n.', '\r\n.\r\n', 'a', '\0', '\xff'),
  maxLength: 40,
});

function encoded(chunks: Iterable<Buffer>): string {
  const encoder = wireEncoder();
  const wire = [...chunks].map((chunk) => encoder.encode(chunk));
  return wire.join('') + encoder.end();
}

/** One octet after the other, as the definition reads. */
function naive(text: string): string {
  let wire = '';
  let line = '';
  const endLine = () => {
    wire += `${line.startsWith('.') ? '.' : ''}${line}\r\n`;
    line = '';
  };
  for (let at = 0; at < text.length; at += 1) {
    let end = at;
    while (text[end] === '\r') end += 1;
    if (text[end] === '\n') at = end;
    if (text[at] === '\n' || text[at] === '\r') endLine();
    else line += text[at];
  }
  if (line !== '') endLine();
  return `${wire}.\r\n`;
}
