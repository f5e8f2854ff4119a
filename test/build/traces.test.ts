import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tracesIn } from './traces.ts';

const word = '/home/gärtner/ssmtp';

/** As a snapshot holds them: each piece with a header in front. */
const inPieces = (pieces: readonly string[], encoding: BufferEncoding = 'latin1', gap = 12) =>
  Buffer.concat(pieces.flatMap((piece) => [Buffer.alloc(gap, 1), Buffer.from(piece, encoding)]));

const rows: readonly { kept: string; content: Buffer; finds: readonly string[] }[] = [
  { kept: 'nothing of it', content: Buffer.from('abc /usr/lib/node'), finds: [] },
  { kept: 'all, as UTF-8', content: Buffer.from(`at ${word}/x.js`), finds: [word] },
  { kept: 'all, with one octet for each character', content: Buffer.from(`at ${word}`, 'latin1'), finds: [word] },
  { kept: 'all, with two octets for each character', content: Buffer.from(`at ${word}`, 'utf16le'), finds: [word] },
  { kept: 'all, in pieces', content: inPieces(['home', '/gärtner', '/ssmtp', '/lib']), finds: [word] },
  { kept: 'all, in pieces of two octets', content: inPieces(['home', '/gärtner', '/ssmtp'], 'utf16le'), finds: [word] },
  {
    kept: 'all, in pieces after other homes',
    content: inPieces(['home', '/home', '/gärtner', '/ssmtp']),
    finds: [word],
  },
  { kept: 'only the first pieces', content: inPieces(['home', '/gärtner', '/other']), finds: [] },
  { kept: 'the pieces in another order', content: inPieces(['ssmtp', '/gärtner', '/home']), finds: [] },
  { kept: 'the pieces far apart', content: inPieces(['home', '/gärtner', '/ssmtp'], 'latin1', 40), finds: [] },
];

for (const { kept, content, finds } of rows) {
  const verb = finds.length > 0 ? 'finds' : 'does not find';
  test(`tracesIn() ${verb} a path of which a file holds ${kept}`, () => {
    assert.deepEqual(tracesIn(content, [word]), finds);
  });
}

test('tracesIn() finds a word that is no path only as a whole', () => {
  assert.deepEqual(tracesIn(inPieces(['orch', 'ard', 'orchard2']), ['orchard', 'orch/ard', '/orch']), ['orchard']);
});
