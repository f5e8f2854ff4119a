/** Asks the hub commands and gives its replies, one per call; what is no reply to the command ends the session. */

import type { Part } from './connection.ts';
import { isAccepted, isUnintelligible, parseReply, type Reply } from './reply.ts';
import type { Session } from './session.ts';
import { refusal, type Stage } from './trouble.ts';

/** A command, or what gives it when it is to be said. */
export type Said = string | (() => Part);

export interface ReplierOptions {
  readonly isPipelining: boolean;
  /** Called when the hub hangs up in words before the last command has its answer. */
  readonly hangsUp?: () => void;
}

/**
 * Gives the replies to the commands, one per call. With PIPELINING (RFC 2920) all of them leave in one write, whatever their
 * number; without, each leaves when its reply is asked for.
 */
export function replier(
  { connection, plan, watch }: Session,
  commands: readonly Said[],
  { isPipelining, hangsUp }: ReplierOptions,
): (stage: Stage) => Promise<Reply> {
  const ask = (some: readonly Said[]) => {
    connection.refuseSurplus();
    // Nobody is told that something is about to be said when it cannot be.
    connection.openSocket();
    return connection.ask(some.map((said) => (typeof said === 'string' ? said : said())));
  };
  const asked = isPipelining ? ask(commands) : [];
  let next = 0;
  return async (stage) => {
    const answer = isPipelining ? asked[next] : ask(commands.slice(next, next + 1))[0];
    next += 1;
    const reply = parseReply((await answer) ?? '', watch.masked);
    // RFC 5321 §3.8: with 421 the hub is about to hang up, whatever it was asked, and some hubs say 221 without a QUIT; to a message
    // both are answers like others.
    const isFarewell = stage !== 'message' && (reply.code === 421 || reply.code === 221);
    const isExpected = stage === 'data' ? reply.code === 354 : isAccepted(reply);
    // The carriage knows what an answer that says nothing means for the message.
    const isAnswer = reply.code >= 400 || isExpected || (stage === 'message' && isUnintelligible(reply));
    if (isAnswer && !isFarewell) return reply;
    connection.close();
    if (isFarewell) hangsUp?.();
    throw refusal(stage, reply, plan);
  };
}
