/** Asks the hub commands and gives its replies, one per call; what is no reply to the command ends the session. */

import type { Part } from './connection.ts';
import { isAccepted, parseReply, type Reply } from './reply.ts';
import type { Session } from './session.ts';
import { refusal, type Stage } from './trouble.ts';

/** A command, or what gives it when it is to be said. */
export type Said = string | (() => Part);

/**
 * Gives the replies to the commands, one per call. With PIPELINING (RFC 2920) all of them leave in one write, whatever their
 * number; without, each leaves when its reply is asked for.
 */
export function replier(
  { connection, plan, watch }: Session,
  commands: readonly Said[],
  isPipelining: boolean,
): (stage: Stage) => Promise<Reply> {
  const ask = (some: readonly Said[]) => {
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
    const isAnswer = reply.code >= 400 || (stage === 'data' ? reply.code === 354 : isAccepted(reply));
    // RFC 5321 §3.8: with 421 the hub is about to hang up, whatever it was asked; to a message it is an answer like others.
    if (!isAnswer || (reply.code === 421 && stage !== 'message')) {
      connection.close();
      throw refusal(stage, reply, plan);
    }
    return reply;
  };
}
