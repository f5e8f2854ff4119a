/** The log line: sSMTP's facts first, then ours; one line, bounded. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type LogFacts, logLine } from '../../src/log/line.ts';

function factsWith(changes: Partial<LogFacts> = {}): LogFacts {
  return {
    sender: 'alice@example.org',
    recipients: ['b@y.example'],
    hub: 'hub.example.org:25',
    outcome: '250 2.0.0 Ok: queued as 4F2A',
    status: 0,
    uid: 1000,
    userName: 'alice',
    size: 123,
    messageId: '<1@example.org>',
    id: 'A1B2C3',
    delay: 0.3,
    ...changes,
  };
}

const many = Array.from({ length: 12 }, (_, number) => `r${number}@y.example`);

const forms: readonly { readonly what: string; readonly facts: Partial<LogFacts>; readonly holds: string }[] = [
  {
    what: "sSMTP's form for mail that was sent",
    facts: {},
    holds: 'Sent mail for alice@example.org (250 2.0.0 Ok: queued as 4F2A) uid=1000 username=alice outbytes=123 ',
  },
  { what: 'status, id and hub', facts: {}, holds: ' status=0 id=A1B2C3 relay=hub.example.org:25 ' },
  { what: 'recipients and Message-ID', facts: {}, holds: ' to=b@y.example message-id=<1@example.org>' },
  {
    what: 'a failure',
    facts: { status: 75, outcome: 'Cannot x: y' },
    holds: 'Cannot send mail for alice@example.org (Cannot x: y) ',
  },
  { what: 'the null sender', facts: { sender: '' }, holds: 'Sent mail for <> (' },
  { what: 'many recipients', facts: { recipients: many }, holds: `to=${many.slice(0, 10).join(',')},+2 ` },
  {
    what: 'ten recipients without a rest',
    facts: { recipients: many.slice(0, 10) },
    holds: 'r9@y.example message-id=',
  },
  { what: 'no recipient', facts: { recipients: [] }, holds: ' to= message-id=' },
  {
    what: 'no control character',
    facts: { outcome: 'a\r\nSent\0mail\x1b[2J\x9b\u2028b' },
    holds: '(a Sent mail [2J b)',
  },
];

describe('logLine()', () => {
  for (const { what, facts, holds } of forms) {
    test(`logLine() holds ${what}`, () => {
      const line = logLine(factsWith(facts));
      assert.ok(line.includes(holds), line);
    });
  }

  test('logLine() is one printable line that fits into a syslog packet, whatever it is told', () => {
    const text = fc.string({ unit: 'binary', maxLength: 1200 });
    const recipients = fc.array(text, { maxLength: 20 });
    const facts = fc.record({ sender: text, recipients, hub: text, outcome: text, userName: text, messageId: text });
    fc.assert(
      fc.property(facts, (changes) => {
        const line = logLine(factsWith({ ...changes, status: 67 }));
        // RFC 3164 §4.1: 1024 octets, of which syslog's own header needs some.
        assert.ok(Buffer.byteLength(line) <= 1024 - 40, String(Buffer.byteLength(line)));
        assert.doesNotMatch(line, /[\x00-\x1f\x7f-\x9f\u2028\u2029]/);
      }),
    );
  });

  test('logLine() keeps the facts that tools look for when the rest is long', () => {
    const long = 'ü€ '.repeat(400);
    const line = logLine(factsWith({ status: 67, outcome: long, sender: long, messageId: long, recipients: [long] }));
    assert.match(
      line,
      / uid=1000 username=alice outbytes=123 status=67 id=A1B2C3 relay=hub\.example\.org:25 delay=0\.3 to=/,
    );
    assert.ok(line.isWellFormed());
    assert.ok(Buffer.byteLength(line) <= 1024 - 40, String(Buffer.byteLength(line)));
  });
});
