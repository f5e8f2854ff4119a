/** traceNameOf: a domain of whatever a machine is called. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { smtpDomainOf, traceNameOf } from '../../src/route/host-name.ts';

for (const [hostName, name] of [
  ['box.example.org', 'box.example.org'],
  ['Box.Example.ORG.', 'Box.Example.ORG'],
  ['müller-pc.example.org', 'xn--mller-pc-65a.example.org'],
  ['[192.0.2.1]', '[192.0.2.1]'],
  ['(none)', 'none'],
  ["Joe's-PC", 'Joe-s-PC'],
  ['my host', 'my-host'],
  ['app_web_1', 'app-web-1'],
  ['_x_.example..org', 'x.example.org'],
  ['a\r\nX: y', 'a-X-y'],
  ['日本 語', 'localhost'],
  ['', 'localhost'],
  ['x'.repeat(300), 'x'.repeat(63)],
  ['x.'.repeat(300), 'localhost'],
] as const) {
  test(`traceNameOf() makes ${name.slice(0, 40)} of ${JSON.stringify(hostName.slice(0, 40))}`, () => {
    assert.equal(traceNameOf(hostName), name);
  });
}

test('traceNameOf() gives a domain, and the same one again', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (hostName) => {
      const name = traceNameOf(hostName);
      assert.equal(smtpDomainOf(name), name);
      assert.equal(traceNameOf(name), name);
    }),
  );
});
