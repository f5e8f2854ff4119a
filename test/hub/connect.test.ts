/** connectTo: from a name to an open connection, over every address. */

import assert from 'node:assert/strict';
import dns from 'node:dns';
import { once } from 'node:events';
import { syncBuiltinESMExports } from 'node:module';
import { createServer } from 'node:net';
import { after, describe, type TestContext, test } from 'node:test';
import { wayTo } from '../../src/hub/connect.ts';
import type { Plan } from '../../src/hub/plan.ts';
import { deliverTo, greeting, letterTo, planWith, timeOf } from './pieces.ts';
import { scriptedPeer } from './scripted-peer.ts';

/** A port of the loopback interface where nobody listens. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  assert.ok(address !== null && typeof address !== 'string');
  return address.port;
}

interface Question {
  readonly host: string;
  readonly family: unknown;
  readonly all: unknown;
  readonly order: unknown;
}

/** The name service answers what the test says; gives the questions. A hub must listen before: that asks it as well. */
function namesAre(context: TestContext, answer: readonly string[] | { readonly code: string } | 'silence'): Question[] {
  const questions: Question[] = [];
  const lookup = (
    host: string,
    options: Record<string, unknown>,
    done: (error: Error | null, found?: object[]) => void,
  ) => {
    questions.push({ host, family: options.family, all: options.all, order: options.order });
    if (answer === 'silence') return;
    if ('code' in answer) done(Object.assign(new Error(`getaddrinfo ${answer.code} ${host}`), answer));
    else
      done(
        null,
        answer.map((address) => ({ address, family: 4 })),
      );
  };
  context.mock.method(dns, 'lookup', lookup);
  syncBuiltinESMExports();
  context.after(() => {
    context.mock.restoreAll();
    syncBuiltinESMExports();
  });
  return questions;
}

after(() => syncBuiltinESMExports());

const connectTo = (plan: Plan) => wayTo(plan).connect();

describe('connectTo()', { timeout: 60_000 }, () => {
  test('connectTo() connects to an address without asking for it', async (context) => {
    await using peer = await scriptedPeer(['C: <gone>']);
    const questions = namesAre(context, 'silence');
    const socket = await connectTo(planWith({ port: peer.port }));
    assert.equal(socket.remotePort, peer.port);
    assert.deepEqual(questions, []);
    socket.destroy();
  });

  test('connectTo() asks the system for all addresses, in its order', async (context) => {
    await using peer = await scriptedPeer(['C: <gone>']);
    const questions = namesAre(context, ['127.0.0.1']);
    const socket = await connectTo(planWith({ host: 'hub.test', port: peer.port, addressFamily: 4 }));
    assert.deepEqual(questions, [{ host: 'hub.test', family: 4, all: true, order: 'verbatim' }]);
    socket.destroy();
  });

  test('connectTo() tries every address until one answers', { skip: onlyOnLinux() }, async (context) => {
    await using peer = await scriptedPeer(['C: <gone>']);
    namesAre(context, ['127.0.0.2', '127.0.0.3', '127.0.0.1']);
    const socket = await connectTo(planWith({ host: 'hub.test', port: peer.port }));
    assert.equal(socket.remoteAddress, '127.0.0.1');
    socket.destroy();
  });

  test('connectTo() takes the first address that answers', { skip: onlyOnLinux() }, async (context) => {
    await using peer = await scriptedPeer(['C: <gone>']);
    namesAre(context, ['127.0.0.1', '127.0.0.2']);
    const socket = await connectTo(planWith({ host: 'hub.test', port: peer.port }));
    assert.deepEqual([socket.remoteAddress, peer.connections()], ['127.0.0.1', 1]);
    socket.destroy();
  });

  test('connectTo() tells the reason of every address', { skip: onlyOnLinux() }, async (context) => {
    const port = await closedPort();
    namesAre(context, ['127.0.0.1', '127.0.0.2', '127.0.0.3']);
    const reasons = '127.0.0.1 connection refused, 127.0.0.2 connection refused, 127.0.0.3 connection refused';
    const message = `Cannot reach mail hub hub.test:${port}: ${reasons}`;
    await assert.rejects(connectTo(planWith({ host: 'hub.test', port })), { kind: 'unavailable', status: 69, message });
  });

  test('connectTo() tells the one reason without an address', async () => {
    const port = await closedPort();
    const message = `Cannot reach mail hub 127.0.0.1:${port}: connection refused`;
    await assert.rejects(connectTo(planWith({ port })), { name: 'Failure', kind: 'unavailable', message });
  });

  for (const { code, kind, reason } of [
    { code: 'ENOTFOUND', kind: 'unknownHost', reason: 'no such host' },
    { code: 'ENODATA', kind: 'unknownHost', reason: 'no such host' },
    { code: 'EAI_AGAIN', kind: 'temporary', reason: 'the name service gives no answer' },
  ]) {
    test(`connectTo() makes ${kind} of ${code}`, async (context) => {
      namesAre(context, { code });
      const message = `Cannot find mail hub "hub.test": ${reason}`;
      await assert.rejects(connectTo(planWith({ host: 'hub.test' })), { name: 'Failure', kind, message });
    });
  }

  test('connectTo() does not wait longer than ConnectTimeout for the name service', async (context) => {
    namesAre(context, 'silence');
    context.mock.timers.enable({ apis: ['setTimeout'] });
    const connecting = connectTo(planWith({ host: 'hub.test', connectTimeout: 1000 }));
    context.mock.timers.tick(1000);
    await assert.rejects(connecting, { name: 'Failure', kind: 'temporary' });
  });

  test('connectTo() does not wait longer than ConnectTimeout for an address', async (context) => {
    // TEST-NET-1 (RFC 5737) belongs to nobody: no answer comes, or the system refuses at once.
    context.mock.timers.enable({ apis: ['setTimeout'] });
    const connecting = connectTo(planWith({ host: '192.0.2.1', connectTimeout: 1000 }));
    context.mock.timers.tick(1000);
    await assert.rejects(connecting, { name: 'Failure', kind: 'unavailable' });
  });

  test('connectTo() comes from SourceAddress', { skip: onlyOnLinux() }, async () => {
    await using peer = await scriptedPeer(['C: <gone>']);
    const socket = await connectTo(planWith({ port: peer.port, sourceAddresses: ['::1', '127.0.0.9'] }));
    assert.equal(socket.localAddress, '127.0.0.9');
    socket.destroy();
  });

  test('connectTo() uses no address of another family than SourceAddress', async (context) => {
    await using peer = await scriptedPeer(['C: <gone>']);
    namesAre(context, ['::1', '127.0.0.1']);
    const plan = planWith({ host: 'hub.test', port: peer.port, sourceAddresses: ['127.0.0.1'] });
    const socket = await connectTo(plan);
    assert.equal(socket.remoteAddress, '127.0.0.1');
    socket.destroy();
    const message = 'Cannot reach mail hub 127.0.0.1: SourceAddress= is of another family than 127.0.0.1';
    await assert.rejects(connectTo({ ...plan, host: '127.0.0.1', sourceAddresses: ['::1'] }), {
      kind: 'config',
      message,
    });
  });

  test('connectTo() says when SourceAddress belongs to another machine', async () => {
    const connecting = connectTo(planWith({ sourceAddresses: ['192.0.2.1'] }));
    await assert.rejects(connecting, {
      kind: 'unavailable',
      hint: 'SourceAddress= must be an address of this machine',
    });
  });

  for (const [what, first, more] of [
    ['is busy', ['S: 421 4.3.2 busy', 'C: <gone>'], 1],
    ['is closed for good', ['S: 554 5.3.2 no service', 'C: <gone>'], 1],
    ['hangs up', ['S: <close>'], 1],
    ['refuses the sender for now', [...greeting, 'S: 250 hub.test', 'C: MAIL…', 'S: 451 later', 'C: QUIT'], 0],
  ] as const) {
    test(`deliver() asks ${more ? 'the next' : 'no other'} address of a hub that ${what}, once`, {
      skip: onlyOnLinux(),
    }, async (context) => {
      await using peer = await scriptedPeer([...first]);
      const other = createServer((socket) => socket.end('421 4.3.2 busy as well\r\n')).listen(peer.port, '127.0.0.2');
      await once(other, 'listening');
      let asked = 0;
      other.on('connection', () => {
        asked += 1;
      });
      namesAre(context, ['127.0.0.1', '127.0.0.2']);
      const { failure } = await deliverTo(peer, letterTo('b@y.example'), { host: 'hub.test' });
      other.close();
      assert.deepEqual([asked, failure?.kind], [more, 'temporary']);
    });
  }

  test('connectTo() asks no more than twenty addresses', { skip: onlyOnLinux() }, async (context) => {
    const port = await closedPort();
    namesAre(
      context,
      Array.from({ length: 100 }, (_, index) => `127.0.1.${index}`),
    );
    await assert.rejects(connectTo(planWith({ host: 'hub.test', port })), ({ message }: Error) => {
      assert.equal(message.split(', ').length, 20);
      return true;
    });
  });

  test('connectTo() leaves a connection the time that the name service has left of the whole delivery', async (context) => {
    const time = timeOf(context);
    await using peer = await scriptedPeer(['C: <gone>']);
    const lookup = (_host: string, _options: object, done: (error: null, found: object[]) => void) => {
      time.pass(15);
      done(null, [{ address: '127.0.0.1', family: 4 }]);
    };
    context.mock.method(dns, 'lookup', lookup);
    syncBuiltinESMExports();
    context.after(() => {
      context.mock.restoreAll();
      syncBuiltinESMExports();
    });
    const plan = planWith({ host: 'hub.test', port: peer.port, connectTimeout: 30_000, deliveryTimeout: 20_000 });
    (await connectTo(plan)).destroy();
    assert.deepEqual(time.deadlines, [20_000, 5000]);
  });

  test('connectTo() opens a socket that does not hold writes back', async () => {
    await using peer = await scriptedPeer(['C: <gone>']);
    const socket = await connectTo(planWith({ port: peer.port }));
    const failed = new Promise((resolve) => socket.once('close', resolve));
    socket.destroy(new Error('lost later: nobody listens yet, and nothing crashes'));
    await failed;
  });
});

/** Other systems have only 127.0.0.1 on the loopback interface. */
function onlyOnLinux(): string | false {
  return process.platform === 'linux' ? false : 'needs 127.0.0.2';
}
