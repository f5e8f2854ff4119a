/** Reply policy: what each kind of trouble with the hub means for the message. The only place that decides it. */

import { Failure, type FailureKind, reasonOf } from '../failure.ts';
import type { Plan } from './plan.ts';
import type { Presented } from './presented.ts';
import { isTemporary, isUnintelligible, parseReply, type Reply } from './reply.ts';
import { tlsTrouble } from './tls-trouble.ts';

/** How far the conversation had come. */
export type Stage = 'greeting' | 'hello' | 'tls' | 'login' | 'sender' | 'recipients' | 'data' | 'message' | 'dot';

interface StageRow {
  /** Completes "Cannot …". */
  readonly action: string;
  /** The kind of failure when the hub answers 5xx here. */
  readonly refused: FailureKind;
}

const stages: Readonly<Record<Stage, StageRow>> = {
  greeting: { action: 'talk to', refused: 'unavailable' },
  hello: { action: 'talk to', refused: 'protocol' },
  tls: { action: 'start TLS with', refused: 'protocol' },
  login: { action: 'log in at', refused: 'login' },
  sender: { action: 'send through', refused: 'malformed' },
  recipients: { action: 'send through', refused: 'recipient' },
  data: { action: 'send through', refused: 'malformed' },
  message: { action: 'send through', refused: 'malformed' },
  dot: { action: 'send through', refused: 'malformed' },
};

const noStartTls = 'The hub offers no STARTTLS here: try port 587, or UseTLS=YES alone with port 465';

/** Replies whose code alone tells more than the stage they come at. */
const hints: Readonly<Record<number, { kind?: FailureKind; hint: string }>> = {
  530: { kind: 'login', hint: 'The hub wants a login: set AuthUser= and AuthPass=, or UseSTARTTLS=YES' },
  534: { hint: 'The hub wants another login mechanism: see AuthMethod=' },
  538: { kind: 'login', hint: 'The hub wants TLS before the login: set UseSTARTTLS=YES' },
  552: { hint: 'The message is larger than the hub takes' },
};

/** Replies to EHLO and HELO that may mean the name that they say (RFC 5321 §4.1.1.1). */
const nameRefused: readonly number[] = [501, 504, 550, 553, 554];
const nameHint =
  "The hub may not accept the name of this machine: set hostname= in ssmtp.conf to the machine's full name";

/** A reply that ends the attempt. */
export function refusal(stage: Stage, reply: Reply, plan: Plan): Failure {
  const { action, refused } = stages[stage];
  const cannot = `Cannot ${action} mail hub ${plan.host}`;
  if (isTemporary(reply)) return new Failure('temporary', `${cannot}: ${reply.text}`);
  if (reply.code < 500) return unexpected(stage, reply, plan);
  if (stage === 'tls') return new Failure(refused, `${cannot}: ${reply.text}`, { hint: noStartTls });
  if (stage === 'hello' && nameRefused.includes(reply.code))
    return new Failure(refused, `${cannot}: ${reply.text}`, { hint: nameHint });
  const known = reply.code === 535 ? { hint: loginHint(plan) } : hints[reply.code];
  return new Failure(known?.kind ?? refused, `${cannot}: ${reply.text}`, { hint: known?.hint });
}

function unexpected(stage: Stage, reply: Reply, plan: Plan): Failure {
  return new Failure(
    'protocol',
    `Cannot ${stages[stage].action} mail hub ${plan.host}: unexpected answer "${reply.text}"`,
    { hint: stage === 'dot' && isUnintelligible(reply) ? mayBeTaken : undefined },
  );
}

const mayBeTaken = 'The whole message had been sent: the hub may have accepted it all the same';

function loginHint({ login }: Plan): string {
  return `Check AuthUser= and ${login?.pass.source ?? 'AuthPass='}`;
}

/** The hub is not there, or has no time or room now: another address, or a little later, may do. */
export function isBusy(error: unknown): error is Failure {
  return error instanceof Failure && (error.kind === 'unavailable' || error.kind === 'temporary');
}

export const timeIsUp = 'the time for the whole delivery is up (DeliveryTimeout)';

/** A connection that was lost or a deadline that passed. */
export function interruption(stage: Stage, reason: string, plan: Plan): Failure {
  const kind = stage === 'greeting' ? 'unavailable' : stage === 'tls' ? 'protocol' : 'temporary';
  const message = `Cannot ${stages[stage].action} mail hub ${plan.host}: ${reason}`;
  if (stage !== 'dot') return new Failure(kind, message);
  return new Failure(kind, message, { hint: mayBeTaken });
}

export interface Circumstance {
  readonly plan: Plan;
  /** Tells of the certificate that the hub has shown, which takes a millisecond; undefined when there was none yet. */
  readonly presented: (() => Presented) | undefined;
  readonly now: Date;
  /** Takes out of the hub's words what nobody may be shown. */
  readonly masked: (text: string) => string;
}

/** A Failure for an error of the connection, with the hub's reply or without one; any other error is given back. */
export function troubleOf(error: unknown, stage: Stage, { plan, presented, now, masked }: Circumstance): unknown {
  if (error instanceof Failure) return error;
  const { code, response, originalCode, reason } = detailsOf(error);
  // A bug of ours is not the hub's fault.
  if (code === undefined) return error;
  // In TLS 1.3 a refused client certificate is told after the handshake.
  const isTls = stage === 'tls' || (stage !== 'dot' && originalCode?.startsWith('ERR_SSL_'));
  if (isTls && !response) {
    const known = { code: originalCode ?? code, reason: reason ?? reasonOf(error), presented: presented?.(), now };
    return tlsTrouble(known, plan);
  }
  // A reply to nothing refuses nothing, whatever its code is; after the 354, a refusal is one of the message.
  const isUnasked = stage !== 'data' && reasonOf(error).startsWith('Unexpected Response');
  if (response && isUnasked) return unexpected(stage, parseReply(response, masked), plan);
  if (response) return refusal(stage, parseReply(response, masked), plan);
  if (code === 'EPROTOCOL')
    return new Failure('protocol', `Cannot ${stages[stage].action} mail hub ${plan.host}: ${reasonOf(error)}`);
  if (code === 'ECONNECTION') return interruption(stage, 'the hub closed the connection', plan);
  return interruption(stage, reasonOf(error), plan);
}

function detailsOf(error: unknown): { code?: string; response?: string; originalCode?: string; reason?: string } {
  if (!(error instanceof Error)) return {};
  const text = (key: string): string | undefined => {
    const value: unknown = Reflect.get(error, key);
    return typeof value === 'string' ? value : undefined;
  };
  const names = ['code', 'response', 'originalCode', 'reason'] as const;
  return Object.fromEntries(names.flatMap((name) => (text(name) ? [[name, text(name)]] : [])));
}
