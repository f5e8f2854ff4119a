/** What can go wrong, as rows: each kind of failure has one exit status and is temporary or permanent. */

import { getSystemErrorMap } from 'node:util';

/**
 * Exit statuses follow sysexits(3). `temporary` says whether the same message may succeed later without anyone
 * changing it: a queue keeps those and bounces the others.
 */
export const failureKinds = {
  usage: { status: 64, temporary: false, help: 'wrong command line, or no recipient' },
  malformed: {
    status: 65,
    temporary: false,
    help: 'malformed address, or the hub refused the sender or the message for good',
  },
  unreadable: { status: 66, temporary: false, help: 'the message could not be read from standard input' },
  recipient: { status: 67, temporary: false, help: 'the hub refused at least one recipient for good' },
  unknownHost: { status: 68, temporary: true, help: 'the name of the mail hub does not exist' },
  unavailable: { status: 69, temporary: true, help: 'the mail hub cannot be reached' },
  bug: { status: 70, temporary: true, help: 'a defect of ssmtp itself' },
  system: { status: 71, temporary: true, help: 'the system refused something ssmtp needs' },
  spool: { status: 73, temporary: true, help: 'the queue cannot be written' },
  io: { status: 74, temporary: true, help: 'an error while reading or writing a file' },
  temporary: { status: 75, temporary: true, help: 'the hub refused for now; the message was not sent' },
  protocol: { status: 76, temporary: true, help: 'the hub broke the protocol, or TLS failed' },
  login: { status: 77, temporary: true, help: 'the hub refused the login, or a permission is missing' },
  config: { status: 78, temporary: true, help: 'the configuration is missing, unreadable or wrong' },
} as const satisfies Record<string, { status: number; temporary: boolean; help: string }>;

export type FailureKind = keyof typeof failureKinds;

/** The only error that rooms throw on purpose; anything else is a bug. */
export class Failure extends Error {
  readonly kind: FailureKind;
  /** One sentence that tells the reader what to do about it. */
  readonly hint: string | undefined;

  /** `message` reads "Cannot <do> <what>: <why>", holds no secret and ends without a full stop. */
  constructor(kind: FailureKind, message: string, more: { hint?: string | undefined; cause?: unknown } = {}) {
    super(message, { cause: more.cause });
    this.name = 'Failure';
    this.kind = kind;
    this.hint = more.hint;
  }

  get status(): number {
    return failureKinds[this.kind].status;
  }

  get temporary(): boolean {
    return failureKinds[this.kind].temporary;
  }
}

/** Why something thrown was thrown, on one line, for the tail of a message: "…: no such file or directory". */
export function reasonOf(error: unknown): string {
  const known = error instanceof Error && 'errno' in error ? getSystemErrorMap().get(Number(error.errno)) : undefined;
  if (known) return known[1];
  const text = error instanceof Error ? error.message : String(error);
  return text.replaceAll(/\s+/g, ' ').trim();
}
