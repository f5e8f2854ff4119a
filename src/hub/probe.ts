/** Goes the whole way to a hub and stops before the message: every step is told, with its time; nothing is ever sent. */

import type { Socket } from 'node:net';
import type { Address } from '../address.ts';
import { Failure, reasonOf } from '../failure.ts';
import { sizeLimitOf } from './commands.ts';
import { addressesOf, openSocket } from './connect.ts';
import type { Plan } from './plan.ts';
import { isAccepted, type Reply } from './reply.ts';
import { closeSession, openSession, type Session } from './session.ts';
import { sessionSteps } from './session-steps.ts';
import { type Encryption, encryptionOf } from './shown-certificates.ts';
import { sayMail, sayRecipient, sayReset } from './steps.ts';
import { refusal, type Stage } from './trouble.ts';

export const stepNames = ['resolve', 'connect', 'greeting', 'ehlo', 'tls', 'login', 'mail', 'rcpt', 'rset'] as const;

export type StepName = (typeof stepNames)[number];

export interface Step {
  readonly step: StepName;
  /** `note`: worth saying, and no harm; `warning`: mail may suffer; `error`: it will. */
  readonly result: 'ok' | 'note' | 'warning' | 'error';
  /** What was found, or why it failed; printable. */
  readonly text: string;
  readonly milliseconds: number;
}

export interface Probed {
  readonly encryption: Encryption | undefined;
  /** EHLO keywords with their parameters, as the hub said them last. */
  readonly capabilities: Readonly<Record<string, readonly string[]>>;
  /** Octets; undefined when the hub names no limit. */
  readonly sizeLimit: number | undefined;
  /** Why mail would not get through; undefined when it would. */
  readonly failure: Failure | undefined;
}

export interface Look {
  readonly sender: Address | '';
  readonly recipients: readonly Address[];
  /** Milliseconds since any moment. */
  readonly clock: () => number;
  readonly note: (step: Step) => void;
  /** Told once, as soon as something is known, whether it is trusted or not. */
  readonly encrypted: (encryption: Encryption) => void;
}

/** Throws nothing that the hub is to blame for: `failure` says it. */
export async function probe(plan: Plan, look: Look): Promise<Probed> {
  const found: { session?: Session; encryption?: Encryption | undefined } = {};
  const tellOf = (encryption: Encryption) => {
    found.encryption = encryption;
    look.encrypted(encryption);
  };
  let failure: Failure | undefined;
  try {
    const { address, socket } = await reach(plan, look);
    const sockets = [socket];
    const see = () => encryptionOf(found.session?.connection._socket);
    const steps = sessionSteps(look, plan, { see, tell: tellOf });
    const begun = (session: Session) => {
      found.session = session;
      steps.start();
    };
    const view = { connect: async (each: Plan) => sockets.pop() ?? openSocket(address, each), begun };
    const session = await openSession(plan, steps.transcript, view).catch(async (error: unknown) => {
      steps.broken(error);
      const shown = plan.tls === 'none' || found.encryption ? undefined : await unverified(plan, address);
      if (shown) tellOf(shown);
      throw error;
    });
    // A pin counts as an authority does.
    if (found.encryption) found.encryption = { ...found.encryption, isTrusted: true };
    try {
      await rehearse(session, look);
    } finally {
      await closeSession(session);
    }
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    failure = error;
  }
  const { connection } = found.session ?? {};
  const limit = connection ? sizeLimitOf(connection) : Number.POSITIVE_INFINITY;
  return {
    encryption: found.encryption,
    capabilities: Object.fromEntries(connection?.capabilities() ?? []),
    sizeLimit: Number.isFinite(limit) ? limit : undefined,
    failure,
  };
}

/** Every address is tried, though sending stops at the first that answers. Gives that one, connected. */
async function reach(plan: Plan, { clock, note }: Look): Promise<{ address: string; socket: Socket }> {
  const since = timer(clock);
  const addresses = await addressesOf(plan).catch((error: unknown) => {
    note({ step: 'resolve', result: 'error', text: reasonIn(error), milliseconds: since() });
    throw error;
  });
  note({ step: 'resolve', result: 'ok', text: addresses.join(' '), milliseconds: since() });
  let reached: { address: string; socket: Socket } | undefined;
  const steps: Step[] = [];
  for (const address of addresses) {
    const since = timer(clock);
    try {
      const socket = await openSocket(address, plan);
      steps.push({ step: 'connect', result: 'ok', text: address, milliseconds: since() });
      if (reached) socket.destroy();
      else reached = { address, socket };
    } catch (error) {
      const text = `${address}: ${reasonOf(error)}`;
      steps.push({ step: 'connect', result: isOurs(error) ? 'note' : 'warning', text, milliseconds: since() });
    }
  }
  for (const step of steps) note(reached ? step : { ...step, result: 'error' });
  if (reached) return reached;
  const reasons = steps.map(({ text }) => text).join(', ');
  throw new Failure('unavailable', `Cannot reach mail hub ${plan.host}:${plan.port}: ${reasons}`);
}

/** A machine without IPv6 finds no way to an IPv6 address, and needs none while others answer. */
function isOurs(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENETUNREACH' || code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT';
}

/** MAIL, RCPT for each, RSET: the hub says whether it would take a message, and gets none. */
async function rehearse(session: Session, { sender, recipients, clock, note }: Look): Promise<void> {
  const offer = { sender, size: undefined, isEightBit: false, isInternational: false, notification: [] };
  const ask = async (step: StepName, stage: Stage, what: string, work: () => Promise<Reply>) => {
    const since = timer(clock);
    const reply = await work().catch((error: unknown) => {
      note({ step, result: 'error', text: what + reasonIn(error), milliseconds: since() });
      throw error;
    });
    const result = isAccepted(reply) ? 'ok' : reply.code < 500 ? 'warning' : 'error';
    note({ step, result, text: what + reply.text, milliseconds: since() });
    return isAccepted(reply) ? undefined : refusal(stage, reply, session.plan);
  };
  const refused = await ask('mail', 'sender', `${sender || '<>'}: `, () => sayMail(session, offer));
  if (refused) throw refused;
  const refusals: Failure[] = [];
  for (const recipient of recipients) {
    const why = await ask('rcpt', 'recipients', `${recipient}: `, () => sayRecipient(session, recipient, []));
    if (why) refusals.push(why);
  }
  await ask('rset', 'sender', '', () => sayReset(session));
  const [worst] = refusals.toSorted((one, other) => Number(one.temporary) - Number(other.temporary));
  if (worst) throw worst;
}

/** Without what the failure says of the hub, which stands above. */
export function reasonIn(error: unknown): string {
  return reasonOf(error).replace(/^Cannot [^:]+ mail hub (?:\S+): /, '');
}

/** A plan whose hub is never trusted: it is shown nothing but EHLO, and what it shows can be looked at. */
async function unverified(plan: Plan, address: string): Promise<Encryption | undefined> {
  let session: Session | undefined;
  let encryption: Encryption | undefined;
  const look = () => {
    encryption ??= encryptionOf(session?.connection._socket);
  };
  const nobody: Plan = { ...plan, login: undefined, pins: [{ of: 'certificate', digest: Buffer.alloc(32) }] };
  const begun = (each: Session) => {
    session = each;
  };
  try {
    await closeSession(await openSession(nobody, look, { connect: (each) => openSocket(address, each), begun }));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
  }
  return encryption;
}

function timer(clock: () => number): () => number {
  const start = clock();
  return () => Math.max(0, Math.round(clock() - start));
}
