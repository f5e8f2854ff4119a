/** What must be true of every line that a hub is told. */

import assert from 'node:assert/strict';
import { type Address, parseAddress } from '../../../src/address.ts';

/** What follows 354: one end, at the end, and nothing that another server could take for a line end or a final dot. */
export function assertWire(wire: string): void {
  assert.doesNotMatch(wire, /\r(?!\n)|(?<!\r)\n/);
  assert.equal(`\r\n${wire}`.indexOf('\r\n.\r\n'), wire.length - 3);
}

/** An address stays one when it is read again, and holds nothing that ends a command or an angle bracket. */
export function assertAddress(address: Address): void {
  assert.equal(parseAddress(address), address);
  assert.doesNotMatch(address, /[\x00-\x1f\x7f-\x9f\u2028\u2029]/);
  assert.ok(Buffer.byteLength(address) <= 320);
  // A blank or a bracket stands within quotes, or nowhere.
  assert.doesNotMatch(address.replace(/^"(?:[^"\\]|\\.)*"/, ''), /[\s<>]/);
}
