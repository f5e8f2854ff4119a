/** Watches over one conversation: where it stands, a deadline for every step, the transcript, and what broke it. */

import type { Plan } from './plan.ts';
import type { Presented } from './presented.ts';
import { interruption, type Stage, timeIsUp, troubleOf } from './trouble.ts';

export interface Watch {
  /** nodemailer tells each command and reply here, secrets masked. */
  readonly logger: Record<
    'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal',
    (entry: LogEntry, text: string) => void
  >;
  /**
   * Gives what the work gives; rejects with a Failure when it fails, the hub vanishes or time is up. `own` says how far the work has
   * come, where others use the conversation, too.
   */
  readonly guard: <T>(work: Promise<T>, own?: () => Stage | undefined) => Promise<T>;
  /** The conversation is over, whatever step is under way. */
  readonly fail: (error: unknown) => void;
  /** The hub has shown a certificate: should it be of no use, people are told what is in it. */
  readonly saw: (presented: () => Presented) => void;
  /** From now on the words are shown nowhere, not even when the hub repeats them. */
  readonly conceal: (secret: string) => void;
  readonly masked: (text: string) => string;
  /** The hub took more of the message. */
  readonly progress: () => void;
  /** The hub has the end of a message, and this many replies to give before the one to it, which may take longer than others. */
  readonly dotSent: (repliesBefore: number) => void;
  /** The hub has greeted, and was answered. */
  readonly isGreeted: () => boolean;
  /** Something has ended it: whoever guards work next is told. */
  readonly isBroken: () => boolean;
  /** From now on the plan's DeliveryTimeout runs, or what is left of it. */
  readonly hurry: (milliseconds: number) => void;
  /** Nothing is asked of the hub until the next command: no deadline runs. */
  readonly rest: () => void;
  readonly end: () => void;
}

interface LogEntry {
  readonly tnx?: string;
  /** Told with the connection's beginning. */
  readonly remoteAddress?: string;
}

/** Milliseconds for one block of the message (RFC 5321 §4.5.3.2.5); DataTimeout when that is shorter. */
const dataBlockTimeout = 180_000;

/** The stage that a command opens, by its first word. */
const stageOfCommand: Readonly<Record<string, Stage>> = {
  EHLO: 'hello',
  HELO: 'hello',
  STARTTLS: 'tls',
  AUTH: 'login',
  MAIL: 'sender',
  RCPT: 'recipients',
  DATA: 'data',
  BDAT: 'message',
};

export function watchOver(plan: Plan, transcript: (line: string) => void): Watch {
  let stage: Stage = plan.tls === 'implicit' ? 'tls' : 'greeting';
  let timer: NodeJS.Timeout | undefined;
  let wholeTimer: NodeJS.Timeout | undefined;
  let isOver = false;
  /** Of each message that the hub has not answered to, how many replies come before that answer. */
  let dots: number[] = [];
  let isGreeted = false;
  let isBroken = false;
  let breakOff: (trouble: (at: Stage) => unknown) => void = () => undefined;
  // It may break when nobody guards anything: the next guard will tell.
  const broken = new Promise<(own: Stage | undefined) => unknown>((resolve) => {
    breakOff = (told) => {
      const then = stage;
      isBroken = true;
      resolve((own) => told(own ?? then));
    };
  });
  let presented: (() => Presented) | undefined;
  const secrets: string[] = [];
  const masked = (text: string) => secrets.reduce((shown, secret) => shown.replaceAll(secret, '********'), text);
  const trouble = (error: unknown, at: Stage) => troubleOf(error, at, { plan, presented, now: new Date(), masked });
  const fail = (error: unknown) => breakOff((at) => trouble(error, at));

  /** Two turns later, unless that deadline runs no more: an answer that has come already, and was not read yet, counts. */
  const unlessHeard = (running: () => NodeJS.Timeout | undefined, late: (at: Stage) => unknown) => {
    const passed = running();
    const giveUp = () => {
      if (running() === passed) breakOff(late);
    };
    setImmediate(() => setImmediate(giveUp));
  };

  const expectWithin = (milliseconds: number) => {
    clearTimeout(timer);
    if (isOver) return;
    const silence = `no answer within ${milliseconds / 1000} s`;
    timer = setTimeout(
      () =>
        unlessHeard(
          () => timer,
          (at) => interruption(at, silence, plan),
        ),
      milliseconds,
    );
  };
  const hurry = (milliseconds: number) => {
    clearTimeout(wholeTimer);
    wholeTimer = setTimeout(
      () =>
        unlessHeard(
          () => wholeTimer,
          (at) => interruption(at, timeIsUp, plan),
        ),
      milliseconds,
    );
  };
  const rest = () => {
    clearTimeout(timer);
    clearTimeout(wholeTimer);
    timer = undefined;
    wholeTimer = undefined;
  };
  const answerTo = () => expectWithin(dots.includes(0) ? plan.dataTimeout : plan.commandTimeout);
  const progress = () => expectWithin(Math.min(plan.dataTimeout, dataBlockTimeout));

  const told = ({ tnx, remoteAddress }: LogEntry, text: string) => {
    if (tnx === 'client') {
      isGreeted = true;
      stage = stageOfCommand[text.split(' ', 1)[0] ?? ''] ?? stage;
      answerTo();
      transcript(`[->] ${text}`);
    } else if (tnx === 'server') {
      dots = dots.map((before) => before - 1).filter((before) => before >= 0);
      answerTo();
      for (const line of masked(text).split(/\r?\n/)) transcript(`[<-] ${line}`);
    } else if (tnx === 'network' && remoteAddress !== undefined && stage === 'tls') {
      // The handshake of implicit TLS is over.
      stage = 'greeting';
    }
  };
  const ignored = () => undefined;

  answerTo();
  return {
    logger: { trace: ignored, debug: told, info: told, warn: ignored, error: ignored, fatal: ignored },
    guard: (work, own = () => undefined) =>
      Promise.race([
        work.catch((error: unknown) => {
          throw trouble(error, own() ?? stage);
        }),
        broken.then((told) => {
          throw told(own());
        }),
      ]),
    fail,
    saw: (certificate) => {
      presented = certificate;
    },
    conceal: (secret) => {
      // A few letters would hide half the dialogue, and tell more than they hide.
      if (secret.length >= 4 && !secrets.includes(secret)) secrets.push(secret);
    },
    masked,
    progress,
    isGreeted: () => isGreeted,
    isBroken: () => isBroken,
    dotSent: (repliesBefore) => {
      stage = 'dot';
      dots.push(repliesBefore);
      answerTo();
    },
    hurry,
    rest,
    end: () => {
      isOver = true;
      rest();
    },
  };
}
