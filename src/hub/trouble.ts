/** Reply policy: what each kind of trouble with the hub means for the message. The only place that decides it. */

import { Failure, type FailureKind, reasonOf } from '../failure.ts';
import type { Plan } from './plan.ts';
import { isTemporary, parseReply, type Reply } from './reply.ts';

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
  535: { hint: 'Check AuthUser= and AuthPass=' },
  538: { kind: 'login', hint: 'The hub wants TLS before the login: set UseSTARTTLS=YES' },
  552: { hint: 'The message is larger than the hub takes' },
};

/** A reply that ends the attempt. */
export function refusal(stage: Stage, reply: Reply, plan: Plan): Failure {
  const { action, refused } = stages[stage];
  const cannot = `Cannot ${action} mail hub ${plan.host}`;
  if (isTemporary(reply)) return new Failure('temporary', `${cannot}: ${reply.text}`);
  if (reply.code < 500) return new Failure('protocol', `${cannot}: unexpected answer "${reply.text}"`);
  if (stage === 'tls') return new Failure(refused, `${cannot}: ${reply.text}`, { hint: noStartTls });
  const known = hints[reply.code];
  return new Failure(known?.kind ?? refused, `${cannot}: ${reply.text}`, { hint: known?.hint });
}

/** A connection that was lost or a deadline that passed. */
export function interruption(stage: Stage, reason: string, plan: Plan): Failure {
  const kind = stage === 'greeting' ? 'unavailable' : stage === 'tls' ? 'protocol' : 'temporary';
  const message = `Cannot ${stages[stage].action} mail hub ${plan.host}: ${reason}`;
  if (stage !== 'dot') return new Failure(kind, message);
  return new Failure(kind, message, {
    hint: 'The whole message had been sent: the hub may have accepted it all the same',
  });
}

/** A Failure for an error of the connection, with the hub's reply or without one; any other error is given back. */
export function troubleOf(error: unknown, stage: Stage, plan: Plan): unknown {
  if (error instanceof Failure) return error;
  const { code, response, originalCode, reason } = detailsOf(error);
  // A bug of ours is not the hub's fault.
  if (code === undefined) return error;
  // In TLS 1.3 a refused client certificate is told after the handshake.
  const isTls = stage === 'tls' || originalCode?.startsWith('ERR_SSL_');
  if (isTls && !response) return tlsTrouble(originalCode ?? code, reason ?? reasonOf(error), plan);
  if (response) return refusal(stage, parseReply(response), plan);
  if (code === 'EPROTOCOL')
    return new Failure('protocol', `Cannot ${stages[stage].action} mail hub ${plan.host}: ${reasonOf(error)}`);
  if (code === 'ECONNECTION') return interruption(stage, 'the hub closed the connection', plan);
  return interruption(stage, reasonOf(error), plan);
}

const notTls = {
  reason: 'it does not speak TLS there',
  hint: 'For a port where encryption starts later, such as 587 or 25, set UseSTARTTLS=YES',
};

/** Certificate errors by OpenSSL's and Node's names; the remedy names the one setting that would help. */
const certificateErrors: Readonly<Record<string, { reason: string; hint: string }>> = {
  CERT_HAS_EXPIRED: {
    reason: 'its certificate has expired',
    hint: 'The hub needs a new certificate; check the clock of this machine',
  },
  CERT_NOT_YET_VALID: { reason: 'its certificate is not valid yet', hint: 'Check the clock of this machine' },
  ERR_SSL_WRONG_VERSION_NUMBER: notTls,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: notTls,
  ERR_TLS_CERT_ALTNAME_INVALID: {
    reason: 'its certificate is for another name',
    hint: 'Set mailhub= to a name that the certificate holds',
  },
};

const unknownAuthority = {
  reason: 'its certificate is signed by an unknown authority',
  hint: "Set TLS_CA_File= to the authority's certificate",
};

const unknownAuthorityCodes = [
  'CERT_SIGNATURE_FAILURE',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
];

function tlsTrouble(code: string | undefined, reason: string, plan: Plan): Failure {
  const known = code && unknownAuthorityCodes.includes(code) ? unknownAuthority : certificateErrors[code ?? ''];
  const message = `Cannot start TLS with mail hub ${plan.host}`;
  // Behind a semicolon Node gives advice about its own command line.
  const [bare = reason] = reason.replace(/^Error initiating TLS - /, '').split(';');
  if (known) return new Failure('protocol', `${message}: ${known.reason} (${bare})`, { hint: known.hint });
  return new Failure('protocol', `${message}: ${bare}`);
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
