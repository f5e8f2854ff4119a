/** parsePin: the two forms in which tools print a digest. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parsePin } from '../../src/config/pin.ts';

const digest = Buffer.alloc(32, 0xab);
const hex = digest.toString('hex');

describe('parsePin()', () => {
  for (const text of [hex, hex.toUpperCase(), hex.replaceAll(/..(?!$)/g, '$&:'), `sha256Fingerprint=${hex}`]) {
    test(`parsePin() takes ${text} for a certificate`, () => {
      assert.deepEqual(parsePin(text), { of: 'certificate', digest });
    });
  }

  test('parsePin() takes sha256// for a public key', () => {
    assert.deepEqual(parsePin(`sha256//${digest.toString('base64')}`), { of: 'public key', digest });
  });

  for (const text of [
    '',
    'sha256//',
    'sha256//AAAA=',
    hex.slice(2),
    `${hex}00`,
    `sha1//${digest.toString('base64')}`,
    'x'.repeat(64),
  ]) {
    test(`parsePin() refuses "${text}"`, () => assert.equal(parsePin(text), undefined));
  }
});
