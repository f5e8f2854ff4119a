/** addressLiteralOf: how an address stands in EHLO. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressLiteralOf } from '../../src/hub/client-name.ts';

for (const [address, literal] of [
  ['192.0.2.1', '[192.0.2.1]'],
  ['::ffff:192.0.2.1', '[192.0.2.1]'],
  ['2001:db8::1', '[IPv6:2001:db8::1]'],
  ['::ffff:1', '[IPv6:::ffff:1]'],
  ['fe80::1%eth0', '[IPv6:fe80::1]'],
  [undefined, '[127.0.0.1]'],
] as const) {
  test(`addressLiteralOf() makes ${literal} of ${address}`, () => {
    assert.equal(addressLiteralOf(address), literal);
  });
}
