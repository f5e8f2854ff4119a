/** revaliases and aliases. */

import assert from 'node:assert/strict';
import { parseAddress } from '../../../src/address.ts';
import { parseAliases, targetsInFile } from '../../../src/config/aliases.ts';
import { reverseAliasFaults, reverseAliasOf } from '../../../src/config/revaliases.ts';
import { printable } from '../../../src/printable.ts';
import type { Target } from '../target.ts';

export const aliases: Target = {
  name: 'aliases',
  promise:
    'reverseAliasOf() and parseAliases() throw for no file; an address is one, a port is from 1 to 65535; every line that is not used has a complaint of one line',
  words: [
    'root:',
    'alice:',
    ':',
    '::',
    '[::1]:465',
    'a@b.example',
    ':include:/etc/x',
    '|program',
    '/file',
    '\\root',
    '"',
    ', ',
    '#',
    '\n',
    '\n ',
    '\r\n',
    '\0',
    '\xc3\xbc',
    '65536',
    '__proto__: x',
    'default: ',
  ],
  check(octets) {
    const text = octets.toString('latin1');
    for (const login of ['root', 'alice', '__proto__', '']) {
      const { alias, warnings } = reverseAliasOf(text, login, 'f');
      warnings.forEach(assertComplaint);
      if (alias?.address !== undefined) assert.equal(parseAddress(alias.address), alias.address);
      if (alias?.port !== undefined) assert.ok(alias.port >= 1 && alias.port <= 65_535);
      if (alias?.host !== undefined) assert.match(alias.host, /^[^\x00-\x20\x7f]+$/);
    }
    reverseAliasFaults(text, 'f').forEach(assertComplaint);
    const { byName, complaints } = parseAliases(text, 'f');
    complaints.forEach(assertComplaint);
    for (const [key, { name, targets }] of byName) {
      assert.equal(key, name.toLowerCase());
      assert.ok(targets.length > 0 && targets.every((target) => target !== ''));
    }
    for (const { text: target } of targetsInFile(text)) assert.notEqual(target, '');
  },
};

function assertComplaint(complaint: string): void {
  // As it is shown.
  assert.match(printable(complaint), /^f:\d+: Cannot use .*$/);
  assert.doesNotMatch(complaint, /\n/);
}
