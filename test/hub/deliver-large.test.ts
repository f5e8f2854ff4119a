/** deliver: a large message leaves as fast as the hub takes it, and no faster. */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import net, { type Socket } from 'node:net';
import { describe, type TestContext, test } from 'node:test';
import { makeField } from '../../src/message/make-field.ts';
import type { Body } from '../../src/message/types.ts';
import { deliverInVain, deliverTo, greeting, letterOf } from './pieces.ts';
import { type Scene, scriptedPeer } from './scripted-peer.ts';

const pieceSize = 64 * 1024;
const pieceCount = 512;
const size = pieceSize * pieceCount;
const piece = Buffer.from('0123456789abcdef'.repeat(4093).concat('0123456\n'.repeat(6)), 'latin1');
const opening = [...greeting, 'S: 250-hub.test', 'S: 250 PIPELINING'];
const envelope = [
  'C: MAIL FROM:<a@x.example>',
  'C: RCPT TO:<b@y.example>',
  'C: DATA',
  'S: 250 ok',
  'S: 250 ok',
  'S: 354 go',
];

/** Up to DATA; `goOn` answers. */
const hearEnvelope: Scene = async (talk) => {
  talk.say('220 hub');
  await talk.line();
  talk.say('250-hub', '250 PIPELINING');
  for (let command = 0; command < 3; command += 1) await talk.line();
};
const goOn = ['250 ok', '250 ok', '354 go'];

const takeMessage: Scene = async (talk) => {
  await hearEnvelope(talk);
  talk.say(...goOn);
  await talk.content();
  talk.say('250 ok');
  await talk.gone();
};

/** 32 MiB that are made while they are read; `given` counts them. */
function largeBody(given: (octets: number) => void = () => undefined): Body {
  assert.equal(piece.length, pieceSize);
  function* chunks() {
    for (let number = 0; number < pieceCount; number += 1) {
      given(piece.length);
      yield piece;
    }
  }
  return { size, eightBit: false, hasLongLine: false, hasUnsafeOctet: false, chunks };
}

/** From now on the socket tells that the system has taken what was written one turn after the hub's reply, as it may with TLS. */
function delayWritten(socket: Socket | undefined): void {
  if (!socket) throw new Error('there is no socket');
  const write = socket.write.bind(socket);
  const late: typeof socket.write = (octets: string | Uint8Array, ...more: unknown[]) => {
    const done = more.find((each) => typeof each === 'function');
    return write(octets, (error) => void socket.once('data', () => setImmediate(() => done?.(error))));
  };
  socket.write = late;
}

/** The sockets that the program opens from now on. */
function watchedSockets(context: TestContext): Socket[] {
  const sockets: Socket[] = [];
  const original = net.connect;
  context.mock.method(net, 'connect', (...given: Parameters<typeof original>) => {
    const socket = Reflect.apply(original, net, given);
    sockets.push(socket);
    return socket;
  });
  syncBuiltinESMExports();
  context.after(() => {
    context.mock.restoreAll();
    syncBuiltinESMExports();
  });
  return sockets;
}

describe('deliver() of a large message', { timeout: 60_000 }, () => {
  test('deliver() holds little of it in memory at any time, and sends all of it', async (context) => {
    const hash = createHash('md5');
    const scene: Scene = async (talk) => {
      await hearEnvelope(talk);
      talk.say(...goOn);
      await talk.content((octets) => hash.update(octets, 'latin1'));
      talk.say('250 queued');
      await talk.gone();
    };
    await using peer = await scriptedPeer(scene);
    const sockets = watchedSockets(context);
    let given = 0;
    let mostHeld = 0;
    const body = largeBody((octets) => {
      const [socket] = sockets;
      assert.ok(socket);
      // What was given and has not been handed to the kernel is held by streams and buffers of the program.
      mostHeld = Math.max(mostHeld, given - (socket.bytesWritten - socket.writableLength));
      given += octets;
    });
    const { delivery } = await deliverTo(peer, letterOf({ fields: [], body }));
    assert.deepEqual(delivery?.accepted, ['b@y.example']);
    assert.equal(given, size);
    assert.ok(mostHeld < 8 * pieceSize, `${mostHeld} octets were held`);
    const expected = createHash('md5').update('\r\n');
    const line = piece.toString('latin1').replaceAll('\n', '\r\n');
    for (let number = 0; number < pieceCount; number += 1) expected.update(line, 'latin1');
    assert.equal(hash.digest('hex'), expected.digest('hex'));
  });

  for (const { what, reply, kind } of [
    { what: 'a refusal', reply: '552 5.3.4 too large', kind: 'malformed' },
    { what: 'a refusal for now', reply: '452 4.3.1 disk full', kind: 'temporary' },
    { what: 'a farewell', reply: '421 4.3.2 shutting down', kind: 'temporary' },
    { what: 'a success that cannot be', reply: '250 queued', kind: 'protocol' },
  ]) {
    test(`deliver() makes ${kind} of ${what} in the middle of it, and stops`, async () => {
      await using peer = await scriptedPeer(async (talk) => {
        await hearEnvelope(talk);
        talk.say(...goOn);
        await talk.line();
        talk.say(reply);
        await talk.gone();
      });
      let given = 0;
      const body = largeBody((octets) => {
        given += octets;
      });
      const { delivery, failure } = await deliverTo(peer, letterOf({ fields: [], body }));
      assert.equal(delivery, undefined);
      assert.equal(failure?.kind, kind);
      assert.ok(failure?.message.includes(reply), failure?.message);
      assert.ok(given < size, 'the rest was not even read');
      assert.doesNotMatch(peer.heard().slice(-pieceSize), /\r\n\.\r\n|QUIT/, 'no end of the message was sent');
    });
  }

  test('deliver() does not wait for ever for a hub that stops reading', async (context) => {
    await using peer = await scriptedPeer(async (talk) => {
      await hearEnvelope(talk);
      talk.pause();
      talk.say(...goOn);
      await talk.gone();
    });
    // A second passes in each turn, until the kernel takes no more.
    const letter = letterOf({ fields: [], body: largeBody() });
    const { failure } = await deliverInVain(context, peer, letter, { deliveryTimeout: 1_000_000_000 });
    assert.deepEqual([failure?.kind, failure?.hint], ['temporary', undefined]);
    assert.match(failure?.message ?? '', /: no answer within 5 s$/);
  });

  for (const end of ['S: <close>', 'S: <reset>']) {
    test(`deliver() makes temporary of ${end} in the middle of it, and does not say it may have arrived`, async () => {
      await using peer = await scriptedPeer([...opening, ...envelope, 'C: …', 'C: …', end]);
      const { failure } = await deliverTo(peer, letterOf({ fields: [], body: largeBody() }));
      assert.deepEqual([failure?.kind, failure?.hint], ['temporary', undefined]);
    });
  }

  test('deliver() tells when the message cannot be read back', async () => {
    function* chunks() {
      yield piece;
      throw Object.assign(new Error('EIO: i/o error, read'), { errno: -5, code: 'EIO' });
    }
    await using peer = await scriptedPeer([...opening, ...envelope, 'C: <gone>']);
    const { failure } = await deliverTo(
      peer,
      letterOf({ fields: [], body: { size, eightBit: false, hasLongLine: false, hasUnsafeOctet: false, chunks } }),
    );
    assert.equal(failure?.temporary, true);
    assert.match(failure?.message ?? '', /i\/o error/);
    assert.doesNotMatch(peer.heard().slice(-100), /\r\n\.\r\n/);
  });

  test('deliver() sends a message whole that is longer than it said', async () => {
    const lines = Array.from({ length: 40 }, (_, index) => `${index}${'x'.repeat(60)}\n`);
    await using peer = await scriptedPeer(takeMessage);
    const body: Body = {
      size: 100,
      eightBit: false,
      hasLongLine: false,
      hasUnsafeOctet: false,
      chunks: () => lines.map((line) => Buffer.from(line)),
    };
    const { delivery } = await deliverTo(peer, letterOf({ fields: [], body }));
    assert.equal(delivery?.accepted.length, 1);
    assert.ok(peer.heard().includes(`\r\n${lines.join('').replaceAll('\n', '\r\n')}.\r\n`));
  });

  test('deliver() takes no answer for that to the message before the system has taken its last piece', async () => {
    const scene: Scene = async (talk) => {
      await hearEnvelope(talk);
      talk.say(...goOn, '552 5.3.4 too large');
      talk.pause();
      await talk.gone();
    };
    await using peer = await scriptedPeer(scene);
    const octets = Buffer.alloc(8 * 2 ** 20, piece);
    const body: Body = {
      size: octets.length,
      eightBit: false,
      hasLongLine: false,
      hasUnsafeOctet: false,
      chunks: () => [octets],
    };
    const { failure } = await deliverTo(peer, letterOf({ fields: [], body }));
    assert.match(failure?.message ?? '', /552 5\.3\.4 too large/);
    assert.ok(!peer.heard().includes('QUIT'));
  });

  test('deliver() believes a hub that has the end of the message before the system says that it is gone', async (context) => {
    const sockets = watchedSockets(context);
    await using peer = await scriptedPeer(takeMessage);
    const octets = Buffer.alloc(2 ** 17, piece);
    const body: Body = {
      size: octets.length,
      eightBit: false,
      hasLongLine: false,
      hasUnsafeOctet: false,
      chunks: () => [octets],
    };
    const ending = { before: () => delayWritten(sockets[0]), answered: () => undefined };
    const { delivery } = await deliverTo(peer, { ...letterOf({ fields: [], body }), ending });
    assert.equal(delivery?.accepted.length, 1);
  });

  test('deliver() believes a hub that hangs up behind its answer before the system says that the message is gone', async (context) => {
    const sockets = watchedSockets(context);
    await using peer = await scriptedPeer(async (talk) => {
      await hearEnvelope(talk);
      talk.say(...goOn);
      await talk.content();
      talk.say('250 taken', '221 bye');
      talk.close();
    });
    const octets = Buffer.alloc(2 ** 17, piece);
    const told: string[] = [];
    const before = () => {
      told.push('before');
      delayWritten(sockets[0]);
    };
    const body: Body = {
      size: octets.length,
      eightBit: false,
      hasLongLine: false,
      hasUnsafeOctet: false,
      chunks: () => [octets],
    };
    const ending = { before, answered: () => void told.push('answered') };
    const { delivery } = await deliverTo(peer, { ...letterOf({ fields: [], body }), ending });
    assert.deepEqual([delivery?.accepted.length, told], [1, ['before', 'answered']]);
  });

  test('deliver() hears a hub that refuses at the first octets, however fast the others leave', async () => {
    const scene: Scene = async (talk) => {
      await hearEnvelope(talk);
      talk.say(...goOn);
      await talk.anything();
      talk.say('552 5.3.4 too large');
      await talk.gone();
    };
    await using peer = await scriptedPeer(scene);
    const pieces = 64;
    const body: Body = {
      size: pieces * pieceSize,
      eightBit: false,
      hasLongLine: false,
      hasUnsafeOctet: false,
      chunks: () => Array(pieces).fill(piece),
    };
    const { failure } = await deliverTo(peer, letterOf({ fields: [], body }));
    await peer.played();
    assert.match(failure?.message ?? '', /552 5\.3\.4 too large/);
    assert.ok(peer.heard().length < (pieces / 4) * pieceSize, `${peer.heard().length} octets were sent`);
  });
});

describe('deliver() encodes a large message in steps', { timeout: 60_000 }, () => {
  const line = Buffer.from(`${'\xff'.repeat(70)}\n`.repeat(900), 'latin1');
  const chunkCount = 100;
  const fields = [makeField('MIME-Version', '1.0'), makeField('Content-Type', 'text/plain; charset=latin1')];

  function bodyThat(read: (count: number) => void): Body {
    let count = 0;
    return {
      size: chunkCount * line.length,
      eightBit: true,
      hasLongLine: false,
      hasUnsafeOctet: false,
      *chunks() {
        for (let chunk = 0; chunk < chunkCount; chunk += 1) {
          count += 1;
          read(count);
          yield line;
        }
      },
    };
  }

  test('so that others have a turn in all of its passes', async () => {
    const scene: Scene = async (talk) => {
      await hearEnvelope(talk);
      talk.say(...goOn);
      await talk.content();
      talk.say('250 ok');
      await talk.gone();
    };
    await using peer = await scriptedPeer(scene);
    let last = 0;
    let longest = 0;
    let read = 0;
    let isOver = false;
    const turn = () => {
      longest = Math.max(longest, read - last);
      last = read;
      if (!isOver) setImmediate(turn);
    };
    turn();
    const body = bodyThat((count) => {
      read = count;
    });
    const { delivery } = await deliverTo(peer, letterOf({ fields, body }));
    isOver = true;
    assert.equal(delivery?.accepted.length, 1);
    assert.ok(read >= 3 * chunkCount, `${read} chunks were read`);
    assert.ok(longest <= 40, `${longest} chunks without a turn`);
  });

  test('and no further when the hub hangs up meanwhile', async () => {
    let hangUp: () => void = () => undefined;
    const scene: Scene = async (talk) => {
      hangUp = talk.reset;
      talk.say('220 hub.test ESMTP');
      await talk.line();
      talk.say('250 hub.test');
      await new Promise(() => undefined);
    };
    await using peer = await scriptedPeer(scene);
    let read = 0;
    const body = bodyThat((count) => {
      read = count;
      if (count === 20) hangUp();
    });
    const { failure } = await deliverTo(peer, letterOf({ fields, body }));
    assert.equal(failure?.kind, 'temporary');
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.ok(read < chunkCount, `${read} chunks were read`);
    assert.doesNotMatch(peer.heard(), /MAIL/);
  });

  test('and no further when the time for the whole delivery is up', async () => {
    await using peer = await scriptedPeer([...greeting, 'S: 250 hub.test', 'C: <gone>']);
    let read = 0;
    const body = bodyThat((count) => {
      read = count;
      // A slow disk.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
    });
    const { failure } = await deliverTo(peer, letterOf({ fields, body }), { deliveryTimeout: 60 });
    assert.match(failure?.message ?? '', /DeliveryTimeout/);
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.ok(read < chunkCount, `${read} chunks were read`);
    assert.doesNotMatch(peer.heard(), /MAIL/);
  });
});
