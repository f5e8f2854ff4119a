/** Addresses, in header fields and on the command line. */

import assert from 'node:assert/strict';
import { domainOf, localPartOf, parseAddress, qualify } from '../../../src/address.ts';
import { addressesIn, addressesInArgument } from '../../../src/message/address-list.ts';
import type { Target } from '../target.ts';
import { assertAddress } from './wire.ts';

export const address: Target = {
  name: 'address',
  promise:
    'whatever is taken for an address is one when read again, and holds no control character, bracket or bare blank; places lie within the text, in order; a word with a control character names nobody',
  words: [
    '@',
    '@a,@b:',
    'a@b.example',
    '<',
    '>',
    '"',
    '\\',
    '\\"',
    '(',
    ')',
    ',',
    ';',
    ':',
    '.',
    ' ',
    '\t',
    '\r\n ',
    '\r\n',
    '\0',
    '[127.0.0.1]',
    'Name <',
    'group: ',
    ' RCPT TO:<x@y>',
    'xn--',
    '\xc3\xbc',
    '\xe2\x80\xa8',
    '\xff',
    'x'.repeat(64),
  ],
  check(octets) {
    const unicode = octets.toString('utf8');
    const whole = parseAddress(unicode);
    if (whole !== undefined) {
      assertAddress(whole);
      const domain = domainOf(whole);
      assert.equal(domain === undefined ? localPartOf(whole) : `${localPartOf(whole)}@${domain}`, whole);
      const qualified = qualify(whole, 'example.org');
      if (qualified) assertAddress(qualified);
    }
    const inWord = addressesInArgument(unicode);
    for (const place of inWord.places) assertAddress(place.address);
    if (/[\x00-\x1f\x7f]/.test(unicode)) assert.deepEqual(inWord.places, []);
    for (const [text, list] of [
      [unicode, inWord],
      [octets.toString('latin1'), addressesIn(octets.toString('latin1'))],
    ] as const) {
      let end = 0;
      for (const place of list.places) {
        assertAddress(place.address);
        assert.ok(place.start >= end && place.end > place.start && place.end <= text.length, 'places are in order');
        end = place.end;
      }
    }
  },
};
