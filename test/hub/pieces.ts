/** A plan, a letter and a way to deliver it to a scripted peer, for tests of the hub. */

import type { TestContext } from 'node:test';
import { Failure } from '../../src/failure.ts';
import { type Delivery, type Draft, deliver, type Letter } from '../../src/hub/deliver.ts';
import type { Login, Plan } from '../../src/hub/plan.ts';
import type { Message } from '../../src/message/types.ts';
import { addressOf, messageOf } from '../route/pieces.ts';
import type { ScriptedPeer } from './scripted-peer.ts';

export function planWith(changes: Partial<Plan> = {}): Plan {
  return {
    host: '127.0.0.1',
    port: 25,
    addressFamily: 0,
    clientName: 'box.example.org',
    sourceAddresses: [],
    tls: 'none',
    tlsFiles: { ca: undefined, caDir: undefined, cert: undefined, key: undefined },
    keyPass: undefined,
    minTls: 'TLSv1.2',
    ciphers: undefined,
    pins: [],
    login: undefined,
    discarded: [],
    recipientLimit: 100,
    encodes: true,
    connectTimeout: 5_000,
    commandTimeout: 5_000,
    dataTimeout: 5_000,
    deliveryTimeout: 20_000,
    others: [],
    ...changes,
  };
}

export function loginWith(changes: Partial<Login> & { password?: string } = {}): Login {
  const { password = 'secret-word', ...rest } = changes;
  return { user: 'me', pass: () => Buffer.from(password, 'latin1'), method: undefined, insecure: false, ...rest };
}

/** Nobody asked for delivery status notifications. */
export const silent = {
  notify: undefined,
  returns: undefined,
  envelopeId: undefined,
  originals: new Map(),
  parameters: new Map(),
};

export function letterTo(...recipients: string[]): Letter {
  return letterOf(messageOf('Subject: s\n\nhello\n'), recipients);
}

export function letterOf(message: Message, recipients: readonly string[] = ['b@y.example']): Letter {
  const to = recipients.map(addressOf);
  return {
    message,
    envelope: { sender: addressOf('a@x.example'), recipients: to, malformed: [], notifications: silent },
  };
}

/** Its message is at hand. */
export function draftOf(letter: Letter): Draft {
  return { ...letter, message: () => letter.message };
}

/** The usual beginning of a dialogue. */
export const greeting = ['S: 220 hub.test ESMTP', 'C: EHLO box.example.org'];

export interface Outcome {
  readonly delivery?: Delivery;
  readonly failure?: Failure;
  readonly transcript: readonly string[];
}

/**
 * The same to a hub that falls silent (`C: <gone>`): from then on time flies, and it is the test's own, so that nobody waits
 * and a slow machine changes nothing.
 */
export async function deliverInVain(
  context: TestContext,
  peer: Pick<ScriptedPeer, 'port' | 'silent'>,
  letter: Letter,
  changes: Partial<Plan> = {},
): Promise<Outcome> {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  let isOver = false;
  const delivering = deliverTo(peer, letter, { connectTimeout: 1_000_000_000, ...changes }).finally(() => {
    isOver = true;
  });
  await peer.silent;
  while (!isOver) {
    context.mock.timers.tick(1000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return delivering;
}

/** Time can be made to pass, for all that measures it; gives the milliseconds of each deadline that is set from now on. */
export function timeOf(context: TestContext): { pass: (seconds: number) => void; deadlines: readonly number[] } {
  let now = 1000;
  const deadlines: number[] = [];
  const { setTimeout } = globalThis;
  context.mock.method(process, 'uptime', () => now);
  context.mock.method(globalThis, 'setTimeout', (work: () => void, milliseconds: number) => {
    deadlines.push(milliseconds);
    return setTimeout(work, milliseconds);
  });
  return {
    pass(seconds) {
      now += seconds;
    },
    deadlines,
  };
}

/** Delivers to the peer. A failure is given, anything else that is thrown is a bug and passes. */
export async function deliverTo(
  peer: Pick<ScriptedPeer, 'port'>,
  letter: Letter,
  changes: Partial<Plan> = {},
): Promise<Outcome> {
  const transcript: string[] = [];
  try {
    const plan = planWith({ port: peer.port, ...changes });
    const { delivery, closed } = await deliver(draftOf(letter), plan, (line) => transcript.push(line));
    await closed;
    return { delivery, transcript };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { failure: error, transcript };
  }
}
