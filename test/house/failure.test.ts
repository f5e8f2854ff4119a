/** The table of failures: the exit statuses of the interface, section 9. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Failure, failureKinds, reasonOf } from '../../src/failure.ts';

/** Written from the specification, not from the table. */
const statuses: Readonly<Record<string, number>> = {
  usage: 64,
  malformed: 65,
  unreadable: 66,
  recipient: 67,
  unknownHost: 68,
  unavailable: 69,
  bug: 70,
  system: 71,
  spool: 73,
  io: 74,
  temporary: 75,
  protocol: 76,
  login: 77,
  config: 78,
};

/** What sending the same message again cannot mend. */
const permanent = ['usage', 'malformed', 'unreadable', 'recipient'];

describe('failureKinds', () => {
  test('failureKinds have the statuses of sysexits(3), each once', () => {
    const found = Object.entries(failureKinds).map(([kind, { status }]) => [kind, status]);
    assert.deepEqual(Object.fromEntries(found), statuses);
  });

  for (const [kind, { temporary, help }] of Object.entries(failureKinds)) {
    test(`failureKinds say that ${kind} is ${permanent.includes(kind) ? 'permanent' : 'temporary'}, and explain it`, () => {
      assert.equal(temporary, !permanent.includes(kind));
      assert.match(help, /^[a-z][^\n]*[^.\s]$/);
    });
  }
});

describe('Failure', () => {
  test('Failure knows status, hint and cause', () => {
    const cause = new Error('x');
    const failure = new Failure('config', 'Cannot x: y', { hint: 'Do z', cause });
    const { name, message, kind, status, temporary, hint } = failure;
    assert.deepEqual(
      { name, message, kind, status, temporary, hint },
      { name: 'Failure', message: 'Cannot x: y', kind: 'config', status: 78, temporary: true, hint: 'Do z' },
    );
    assert.equal(failure.cause, cause);
  });
});

describe('reasonOf()', () => {
  for (const { what, error, reason } of [
    {
      what: "the system's words for its own errors",
      error: Object.assign(new Error('ENOENT: x'), { errno: -2 }),
      reason: 'no such file or directory',
    },
    { what: 'the message of others, on one line', error: new Error(' two\n\tlines '), reason: 'two lines' },
    { what: 'the text of anything else', error: 'boom', reason: 'boom' },
    { what: 'nothing', error: undefined, reason: 'undefined' },
  ]) {
    test(`reasonOf() gives ${what}`, () => assert.equal(reasonOf(error), reason));
  }
});
