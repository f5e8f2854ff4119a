/** Watches over one conversation: where it stands, a deadline for every step, the transcript, and what broke it. */

import type { Plan } from './plan.ts';
import { interruption, type Stage, troubleOf } from './trouble.ts';

export interface Watch {
  /** nodemailer tells each command and reply here, secrets masked. */
  readonly logger: Record<
    'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal',
    (entry: LogEntry, text: string) => void
  >;
  /** Gives what the work gives; rejects with a Failure when it fails, the hub vanishes or time is up. */
  readonly guard: <T>(work: Promise<T>) => Promise<T>;
  /** The conversation is over, whatever step is under way. */
  readonly fail: (error: unknown) => void;
  /** The hub took more of the message. */
  readonly progress: () => void;
  readonly dotSent: () => void;
  readonly end: () => void;
}

interface LogEntry {
  readonly tnx?: string;
  /** Told with the connection's beginning. */
  readonly remoteAddress?: string;
}

/** The stage that a command opens, by its first word. */
const stageOfCommand: Readonly<Record<string, Stage>> = {
  EHLO: 'hello',
  HELO: 'hello',
  STARTTLS: 'tls',
  AUTH: 'login',
  MAIL: 'sender',
  RCPT: 'recipients',
  DATA: 'data',
};

export function watchOver(plan: Plan, transcript: (line: string) => void): Watch {
  let stage: Stage = plan.tls === 'implicit' ? 'tls' : 'greeting';
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  let fail: (error: unknown) => void = () => undefined;
  const broken = new Promise<never>((_resolve, reject) => {
    fail = (error) => reject(troubleOf(error, stage, plan));
  });
  // It may break when nobody guards anything: the next guard will tell.
  broken.catch(() => undefined);

  const expectWithin = (milliseconds: number) => {
    clearTimeout(timer);
    if (isOver) return;
    timer = setTimeout(
      () => fail(interruption(stage, `no answer within ${milliseconds / 1000} s`, plan)),
      milliseconds,
    );
  };
  const progress = () => expectWithin(plan.commandTimeout);

  const told = ({ tnx, remoteAddress }: LogEntry, text: string) => {
    if (tnx === 'client') {
      stage = stageOfCommand[text.split(' ', 1)[0] ?? ''] ?? stage;
      progress();
      transcript(`[->] ${text}`);
    } else if (tnx === 'server') {
      progress();
      for (const line of text.split(/\r?\n/)) transcript(`[<-] ${line}`);
    } else if (tnx === 'network' && remoteAddress !== undefined && stage === 'tls') {
      // The handshake of implicit TLS is over.
      stage = 'greeting';
    }
  };
  const ignored = () => undefined;

  progress();
  return {
    logger: { trace: ignored, debug: told, info: told, warn: ignored, error: ignored, fatal: ignored },
    guard: (work) =>
      Promise.race([
        work.catch((error: unknown) => {
          throw troubleOf(error, stage, plan);
        }),
        broken,
      ]),
    fail,
    progress,
    dotSent: () => {
      stage = 'dot';
      expectWithin(plan.dataTimeout);
    },
    end: () => {
      isOver = true;
      clearTimeout(timer);
    },
  };
}
