/** watchOver: a deadline for every step, and where the conversation stands. Time is the test's own. */

import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { Failure } from '../../src/failure.ts';
import { connectionClosed } from '../../src/hub/connection.ts';
import type { Plan } from '../../src/hub/plan.ts';
import type { Stage } from '../../src/hub/trouble.ts';
import { type Watch, watchOver } from '../../src/hub/watch.ts';
import { planWith } from './pieces.ts';

const usual = planWith({ host: 'hub.test', commandTimeout: 1000, dataTimeout: 5000 });
const never = () => new Promise<never>(() => undefined);

/** A watch over work that never ends; `ended` gives the failure. */
function watched(context: TestContext, plan: Plan = usual) {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const lines: string[] = [];
  const watch = watchOver(plan, (line) => lines.push(line));
  let failure: Failure | undefined;
  const ended = watch.guard(never()).catch((error: unknown) => {
    assert.ok(error instanceof Failure);
    failure = error;
    return error;
  });
  const tick = async (milliseconds: number) => {
    context.mock.timers.tick(milliseconds);
    // An answer that is there already is heard before a deadline counts.
    for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  };
  return { watch, lines, ended, tick, failure: () => failure };
}

const client = (watch: Watch, text: string) => watch.logger.debug({ tnx: 'client' }, text);
const server = (watch: Watch, text: string) => watch.logger.debug({ tnx: 'server' }, text);

/** Where the conversation stands is seen in what a failure would say. */
async function stageAfter(context: TestContext, happen: (watch: Watch) => void, plan?: Plan): Promise<string> {
  const { watch, ended } = watched(context, plan);
  happen(watch);
  watch.fail(Object.assign(new Error('x'), { code: 'EPROTOCOL', response: '554 x' }));
  const { kind, message } = await ended;
  return `${kind}: ${message.replace(/ mail hub.*/, '')}`;
}

describe('watchOver() deadlines', () => {
  test('watchOver() gives up when the greeting does not come', async (context) => {
    const { failure, tick } = watched(context);
    await tick(999);
    assert.equal(failure(), undefined);
    await tick(1);
    assert.deepEqual(
      [failure()?.kind, failure()?.message],
      ['unavailable', 'Cannot talk to mail hub hub.test: no answer within 1 s'],
    );
  });

  test('watchOver() hears an answer that came before its deadline passed, though nobody has read it yet', async (context) => {
    context.mock.timers.enable({ apis: ['setTimeout'] });
    const watch = watchOver(usual, () => undefined);
    watch.hurry(1000);
    let hear: (answer: string) => void = () => undefined;
    const guarded = watch.guard(new Promise<string>((resolve) => (hear = resolve)));
    context.mock.timers.tick(1000);
    await new Promise(setImmediate);
    server(watch, '250 ok');
    hear('250 ok');
    assert.equal(await guarded, '250 ok');
  });

  test('watchOver() gives up when the time for the whole delivery is up, however lively the hub is', async (context) => {
    const { watch, failure, tick } = watched(context);
    watch.hurry(2000);
    for (let time = 0; time < 1500; time += 500) {
      server(watch, '250 ok');
      await tick(500);
    }
    assert.equal(failure(), undefined);
    server(watch, '250 ok');
    await tick(500);
    assert.match(failure()?.message ?? '', /^Cannot .*: the time for the whole delivery is up \(DeliveryTimeout\)$/);
  });

  test('watchOver() lets no deadline run at rest, until the next command', async (context) => {
    const { watch, failure, tick } = watched(context);
    server(watch, '250 ok');
    watch.rest();
    await tick(100_000);
    assert.equal(failure(), undefined);
    client(watch, 'DATA');
    await tick(1000);
    assert.equal(failure()?.kind, 'temporary');
  });

  test('watchOver() looks into the certificate for trouble with TLS alone: a good session ends with a closed connection, too', async (context) => {
    const { watch, failure, tick } = watched(context);
    watch.saw(() => assert.fail('it was looked into'));
    client(watch, 'MAIL FROM:<>');
    watch.fail(connectionClosed());
    await tick(0);
    assert.match(failure()?.message ?? '', /the hub closed the connection$/);
  });

  const restarts: readonly (readonly [string, (watch: Watch) => void])[] = [
    ['a command', (watch) => client(watch, 'NOOP')],
    ['a reply', (watch) => server(watch, '250 ok')],
  ];
  for (const [what, restart] of restarts) {
    test(`watchOver() starts anew with ${what}`, async (context) => {
      const { watch, failure, tick } = watched(context);
      for (let turn = 0; turn < 5; turn += 1) {
        await tick(999);
        restart(watch);
      }
      assert.equal(failure(), undefined);
      await tick(1000);
      assert.ok(failure());
    });
  }

  test('watchOver() gives each block of the message 180 s, or DataTimeout when that is shorter', async (context) => {
    for (const [dataTimeout, seconds] of [
      [600_000, 180],
      [5000, 5],
    ] as const) {
      const { watch, failure, tick } = watched(context, { ...usual, dataTimeout });
      watch.progress();
      await tick(seconds * 1000 - 1);
      assert.equal(failure(), undefined);
      await tick(1);
      assert.match(failure()?.message ?? '', new RegExp(`no answer within ${seconds} s`));
      context.mock.timers.reset();
    }
  });

  test('watchOver() shows no secret that the hub repeats', (context) => {
    const { watch, lines } = watched(context);
    watch.conceal('hunter22');
    server(watch, '501 what is "AUTH PLAIN hunter22"?');
    assert.deepEqual(lines, ['[<-] 501 what is "AUTH PLAIN ********"?']);
  });

  test('watchOver() tells each piece of work how far it had come itself', async (context) => {
    const { watch, ended } = watched(context);
    client(watch, 'DATA');
    const other = watch.guard(never(), () => 'dot').catch((error: unknown) => error);
    watch.fail(Object.assign(new Error('gone'), { code: 'ECONNECTION' }));
    const [own, others] = await Promise.all([ended, other]);
    assert.ok(others instanceof Failure);
    assert.deepEqual([own.hint, /accepted it all the same/.test(others.hint ?? '')], [undefined, true]);
  });

  test('watchOver() waits DataTimeout as long as a message has no answer, whatever is said behind it', async (context) => {
    const { watch, failure, tick } = watched(context);
    watch.dotSent(0);
    client(watch, 'MAIL FROM:<a@x.example>');
    await tick(4999);
    assert.equal(failure(), undefined);
    server(watch, '250 ok');
    await tick(1000);
    assert.ok(failure());
  });

  test('watchOver() waits CommandTimeout for what the hub has to say before its answer to the message', async (context) => {
    const { watch, failure, tick } = watched(context);
    client(watch, 'MAIL FROM:<a@x.example>');
    watch.dotSent(2);
    server(watch, '250 ok');
    await tick(999);
    assert.equal(failure(), undefined);
    server(watch, '250 ok');
    await tick(4999);
    assert.equal(failure(), undefined);
    server(watch, '250 taken');
    await tick(1000);
    assert.match(failure()?.message ?? '', /: no answer within 1 s$/);
  });

  test('watchOver() waits DataTimeout for the answer to the final dot', async (context) => {
    const { watch, failure, tick } = watched(context);
    client(watch, 'DATA');
    watch.dotSent(0);
    await tick(4999);
    assert.equal(failure(), undefined);
    await tick(1);
    assert.deepEqual(
      [failure()?.kind, failure()?.message],
      ['temporary', 'Cannot send through mail hub hub.test: no answer within 5 s'],
    );
    assert.match(failure()?.hint ?? '', /may have accepted/);
  });

  test('watchOver() says nothing after its end', async (context) => {
    const { watch, failure, tick } = watched(context);
    watch.end();
    await tick(100_000);
    assert.equal(failure(), undefined);
  });

  test('watchOver() waits for nothing after its end, whatever is still said', async (context) => {
    const { watch, failure, tick } = watched(context);
    watch.end();
    client(watch, 'QUIT');
    server(watch, '221 bye');
    watch.progress();
    await tick(100_000);
    assert.equal(failure(), undefined);
  });
});

const commands: readonly (readonly [string, Stage, string])[] = [
  ['EHLO x', 'hello', 'protocol: Cannot talk to'],
  ['HELO x', 'hello', 'protocol: Cannot talk to'],
  ['STARTTLS', 'tls', 'protocol: Cannot start TLS with'],
  ['AUTH PLAIN /* secret */', 'login', 'login: Cannot log in at'],
  ['MAIL FROM:<a@x>', 'sender', 'malformed: Cannot send through'],
  ['RCPT TO:<b@y>', 'recipients', 'recipient: Cannot send through'],
  ['DATA', 'data', 'malformed: Cannot send through'],
];
const atGreeting = 'unavailable: Cannot talk to';

describe('watchOver() stages', () => {
  for (const [command, stage, said] of commands) {
    test(`watchOver() is at ${stage} after ${command}`, async (context) => {
      assert.equal(await stageAfter(context, (watch) => client(watch, command)), said);
    });
  }

  test('watchOver() begins with the greeting', async (context) => {
    assert.equal(await stageAfter(context, () => undefined), atGreeting);
  });

  test('watchOver() begins with TLS when TLS comes first', async (context) => {
    const plan = { ...usual, tls: 'implicit' } as const;
    assert.equal(await stageAfter(context, () => undefined, plan), 'protocol: Cannot start TLS with');
  });

  test('watchOver() is at the greeting when TLS has come first', async (context) => {
    const established = (watch: Watch) =>
      watch.logger.info({ tnx: 'network', remoteAddress: '127.0.0.1' }, '%s established to %s:%s');
    assert.equal(await stageAfter(context, established, { ...usual, tls: 'implicit' }), atGreeting);
  });

  test('watchOver() stays at login while secrets are sent', async (context) => {
    const speak = (watch: Watch) => {
      for (const each of ['AUTH LOGIN', '/* secret */']) client(watch, each);
    };
    assert.equal(await stageAfter(context, speak), 'login: Cannot log in at');
  });

  test('watchOver() stays at TLS when the connection is lost meanwhile', async (context) => {
    const lose = (watch: Watch) => {
      client(watch, 'STARTTLS');
      watch.logger.info({ tnx: 'network' }, 'Connection closed');
    };
    assert.equal(await stageAfter(context, lose), 'protocol: Cannot start TLS with');
  });
});

describe('watchOver() guard', () => {
  test('watchOver() gives what the work gives', async (context) => {
    assert.equal(await watched(context).watch.guard(Promise.resolve(7)), 7);
  });

  test('watchOver() makes a Failure of an error, by the stage', async (context) => {
    const { watch } = watched(context);
    client(watch, 'MAIL FROM:<a@x>');
    const work = Promise.reject(Object.assign(new Error('x'), { code: 'EENVELOPE', response: '550 no' }));
    await assert.rejects(watch.guard(work), {
      name: 'Failure',
      kind: 'malformed',
      message: 'Cannot send through mail hub hub.test: 550 no',
    });
  });

  test('watchOver() ends the work under way when the conversation fails, and all that comes later', async (context) => {
    const { watch, ended } = watched(context);
    watch.fail(Object.assign(new Error('boom'), { code: 'ESOCKET' }));
    watch.fail(Object.assign(new Error('too late'), { code: 'ESOCKET' }));
    const expected = { name: 'Failure', message: 'Cannot talk to mail hub hub.test: boom' };
    await assert.rejects(Promise.reject(await ended), expected);
    await assert.rejects(watch.guard(never()), expected);
  });

  test('watchOver() leaves a bug a bug', async (context) => {
    const bug = new TypeError('x is not a function');
    await assert.rejects(watched(context).watch.guard(Promise.reject(bug)), bug);
  });

  test('watchOver() lets nothing crash that fails while nobody waits', async (context) => {
    context.mock.timers.enable({ apis: ['setTimeout'] });
    const watch = watchOver(usual, () => undefined);
    watch.fail(Object.assign(new Error('boom'), { code: 'ESOCKET' }));
    await new Promise((resolve) => setImmediate(resolve));
    await assert.rejects(watch.guard(never()), /boom/);
  });

  test('watchOver() shows commands and each line of a reply', (context) => {
    const { watch, lines } = watched(context);
    client(watch, 'EHLO x');
    server(watch, '250-a\n250-b\r\n250 c');
    watch.logger.debug({ tnx: 'smtp' }, 'not part of the dialogue');
    assert.deepEqual(lines, ['[->] EHLO x', '[<-] 250-a', '[<-] 250-b', '[<-] 250 c']);
  });
});
