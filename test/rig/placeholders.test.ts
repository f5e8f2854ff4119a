import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fillIn } from './placeholders.ts';

const rows: readonly { expected: string[]; actual: string[]; isAsExpected: boolean }[] = [
  { expected: [], actual: [], isAsExpected: true },
  { expected: [], actual: ['a'], isAsExpected: false },
  { expected: ['a'], actual: [], isAsExpected: false },
  { expected: ['a.c'], actual: ['abc'], isAsExpected: false },
  { expected: ['id $NUMBER at $HOST'], actual: ['id 42 at mail.example.org'], isAsExpected: true },
  { expected: ['id $NUMBER'], actual: ['id x'], isAsExpected: false },
  { expected: ['$DATE'], actual: ['Sun, 22 Nov 2026 07:05:13 +0000'], isAsExpected: true },
  { expected: ['$DATE'], actual: ['Tue, 1 Dec 2026 07:05:13 +1400'], isAsExpected: true },
  { expected: ['$DATE'], actual: ['Tue,  1 Dec 2026 07:05:13 -1100'], isAsExpected: true },
  { expected: ['$DATE'], actual: ['Tue, 01 Dec 2026 07:05:13 +0545'], isAsExpected: true },
  { expected: ['$DATE'], actual: ['Tue, 001 Dec 2026 07:05:13 +0000'], isAsExpected: false },
  { expected: ['$DATE'], actual: ['Sun, 22 Nov 2026 07:05:13 GMT'], isAsExpected: false },
  { expected: ['$UNKNOWN'], actual: ['$UNKNOWN'], isAsExpected: true },
  { expected: ['...'], actual: [], isAsExpected: true },
  { expected: ['...'], actual: ['a', 'b'], isAsExpected: true },
  { expected: ['a', '...', 'z'], actual: ['a', 'b', 'c', 'z'], isAsExpected: true },
  { expected: ['a', '...', 'z'], actual: ['a', 'z'], isAsExpected: true },
  { expected: ['a', '...', 'z'], actual: ['a', 'b'], isAsExpected: false },
  { expected: ['a', '...', 'z'], actual: ['a', 'z', 'b'], isAsExpected: false },
  { expected: ['C: ...', 'C: .', 'S: 250 ok'], actual: ['C: x', 'C: .', 'S: 250 ok'], isAsExpected: true },
  { expected: ['C: ...', 'C: .', 'S: 250 ok'], actual: ['C: x', 'S: 250 ok'], isAsExpected: false },
];

for (const { expected, actual, isAsExpected } of rows) {
  const verb = isAsExpected ? 'matches' : 'does not match';
  test(`fillIn() says that ${JSON.stringify(expected)} ${verb} ${JSON.stringify(actual)}`, () => {
    assert.equal(JSON.stringify(fillIn(expected, actual)) === JSON.stringify(actual), isAsExpected);
  });
}

test('fillIn() keeps what does not match, so that a diff shows nothing else', () => {
  assert.deepEqual(fillIn(['id $NUMBER', 'b', 'c'], ['id 1', 'x', 'c']), ['id 1', 'b', 'c']);
});
