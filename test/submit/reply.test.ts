/** What the client is answered: the hub's own words where there are any, and ours in the form of SMTP. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Failure, type FailureKind, failureKinds } from '../../src/failure.ts';
import { parseReply } from '../../src/hub/reply.ts';
import { answerFor, hubsOwn, ours, replyText } from '../../src/submit/reply.ts';

describe('hubsOwn()', () => {
  for (const [said, told] of [
    ['250 2.1.5 Ok', '250 2.1.5 Ok'],
    ['250 Ok', '250 2.0.0 Ok'],
    ['550-5.1.1 no such\r\n550 5.1.1 user', '550 5.1.1 no such user'],
    ['452 full', '452 4.0.0 full'],
    ['251 2.1.5 will forward', '251 2.1.5 will forward'],
    ['421 4.3.2 going down', '451 4.4.2 going down'],
    ['221 bye', '250 2.0.0 bye'],
    ['554', '554 5.0.0'],
  ] as const) {
    test(`hubsOwn() answers ${told} where the hub said ${JSON.stringify(said)}`, () => {
      assert.equal(replyText(hubsOwn(parseReply(said))), `${told}\r\n`);
    });
  }
});

describe('answerFor()', () => {
  for (const [kind, { temporary }] of Object.entries(failureKinds)) {
    test(`answerFor() says ${temporary ? '4xx' : '5xx'} to a failure of kind ${kind}, with its words and hint`, () => {
      // The keys of the table are the kinds.
      const answer = answerFor(new Failure(kind as FailureKind, 'Cannot x: y', { hint: 'Do z' }));
      assert.equal(Math.trunc(answer.code / 100), temporary ? 4 : 5);
      assert.equal(answer.enhanced?.charAt(0), temporary ? '4' : '5');
      assert.deepEqual(answer.lines, ['Cannot x: y', 'Do z']);
    });
  }
});

describe('replyText()', () => {
  test('replyText() puts codes in front of every line', () => {
    assert.equal(replyText(ours(451, '4.3.0', 'one', 'two')), '451-4.3.0 one\r\n451 4.3.0 two\r\n');
    assert.equal(replyText(ours(250, undefined, 'host', 'SIZE')), '250-host\r\n250 SIZE\r\n');
  });

  test('replyText() keeps to one line of at most 512 octets whatever the words are', () => {
    const text = replyText(ours(451, '4.3.0', `a\r\n250 ok\0${'ä'.repeat(1000)}`));
    assert.match(text, /^451 4\.3\.0 a 250 ok [^\r\n]*\r\n$/);
    assert.ok(Buffer.byteLength(text) <= 512);
  });
});
