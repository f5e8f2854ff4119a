/** Answers the client's commands one after the other: what may follow what (RFC 5321 §4.1.4), and what each does. */

import { Failure } from '../failure.ts';
import type { ClientInput, Line } from './client-input.ts';
import { type Command, isChunk, lostCount, parseCommand } from './command.ts';
import { type Inbox, inbox } from './inbox.ts';
import { longestLine, maximumRecipients } from './limits.ts';
import type { Mailing, Relay } from './relay.ts';
import { type Answer, answerFor, mistake, ours, tooLarge } from './reply.ts';

export interface Dialogue {
  /** undefined when the client went away in the middle of a message: nothing has been sent then. */
  answerTo(line: Exclude<Line, { kind: 'end' }>): Promise<Answer | undefined>;
  /** The hub has the end of a message, and has not answered. */
  isUncertain(): boolean;
  /** Gives up what is under way; a reason goes to the log. */
  abandon(reason?: Answer): void;
}

export interface Client {
  readonly hostName: string;
  readonly input: ClientInput;
  readonly say: (answer: Answer) => Promise<void>;
}

/** What EHLO offers. Our SIZE has no number: the hub's limit is known when it has been asked for a recipient. */
const extensions = ['PIPELINING', 'SIZE', '8BITMIME', 'SMTPUTF8', 'DSN', 'CHUNKING', 'ENHANCEDSTATUSCODES', 'HELP'];

export const senderTaken = ours(250, '2.1.0', 'Ok');
const cutOff = ours(451, '4.4.2', 'The client went away in the middle of the message');

export function dialogue({ hostName, input, say }: Client, relay: Relay): Dialogue {
  let mailing: Mailing | undefined;
  let asked = 0;
  let accepted = 0;
  /** The message as far as it came with BDAT. */
  let chunks: Inbox | undefined;
  let bareLineFeeds = false;
  let isUncertain = false;

  function begin(request: Parameters<Relay['begin']>[0]): Answer {
    if (mailing) return mistake(503, '5.5.1', 'One message at a time: RSET gives this one up');
    try {
      mailing = relay.begin(request);
      return senderTaken;
    } catch (error) {
      if (error instanceof Failure) return answerFor(error);
      throw error;
    }
  }

  async function ask(request: Parameters<Mailing['recipient']>[0]): Promise<Answer> {
    if (!mailing) return mistake(503, '5.5.1', 'MAIL comes first');
    if (chunks) return mistake(503, '5.5.1', 'The message has begun');
    if (asked >= maximumRecipients) return ours(452, '4.5.3', 'Too many recipients');
    asked += 1;
    const answer = await mailing.recipient(request);
    if (answer.code < 300) accepted += 1;
    return answer;
  }

  /** Why no message can follow; undefined when one can. */
  function objection(): Answer | undefined {
    if (!mailing) return mistake(503, '5.5.1', 'MAIL comes first');
    if (asked === 0) return mistake(503, '5.5.1', 'RCPT comes first');
    return accepted === 0 ? ours(554, '5.5.1', 'No valid recipients') : undefined;
  }

  async function data(): Promise<Answer | undefined> {
    const wrong = chunks ? mistake(503, '5.5.1', 'BDAT has begun') : objection();
    if (wrong) return wrong;
    await say(ours(354, undefined, 'End with a line that holds only a dot'));
    const box = inbox(mailing?.sizeLimit() ?? 0, mailing?.file());
    const isWhole = await input.message(box.write, { bareLineFeeds });
    return isWhole ? finish(box) : abandon(cutOff);
  }

  /** The octets are read whatever the answer: they are no commands (RFC 3030 §2). */
  async function bdat(size: number, isLast: boolean): Promise<Answer | undefined> {
    const wrong = objection();
    if (!wrong) chunks ??= inbox(mailing?.sizeLimit() ?? 0, mailing?.file());
    const box = wrong ? undefined : chunks;
    const isWhole = await input.octets(size, (piece) => box?.write(piece));
    if (!isWhole) return abandon(cutOff);
    if (wrong || !box) return wrong;
    return isLast ? finish(box) : ours(250, '2.0.0', `${size} octets received`);
  }

  async function finish(box: Inbox): Promise<Answer | undefined> {
    const message = box.message();
    if (!message) abandon(tooLarge);
    if (!message) return tooLarge;
    const answer = await mailing?.send(message, () => {
      isUncertain = true;
    });
    isUncertain = false;
    mailing = undefined;
    abandon();
    return answer;
  }

  function abandon(reason?: Answer): undefined {
    mailing?.abandon(reason);
    mailing = undefined;
    chunks = undefined;
    asked = 0;
    accepted = 0;
  }

  async function perform(command: Command): Promise<Answer | undefined> {
    switch (command.verb) {
      case 'EHLO':
        abandon();
        return ours(250, undefined, hostName, ...extensions);
      case 'HELO':
        abandon();
        return ours(250, undefined, hostName);
      case 'MAIL':
        return begin(command.request);
      case 'RCPT':
        return ask(command.request);
      case 'DATA':
        return data();
      case 'BDAT':
        return bdat(command.size, command.isLast);
      case 'RSET':
        abandon();
        return ours(250, '2.0.0', 'Ok');
      case 'QUIT':
        return ours(221, '2.0.0', 'Bye');
      case 'none':
        return command.answer;
      default:
        return command satisfies never;
    }
  }

  return {
    async answerTo(line) {
      if (line.kind === 'tooLong') {
        return isChunk(line.start) ? lostCount : mistake(500, '5.5.2', `A command has at most ${longestLine} octets`);
      }
      bareLineFeeds ||= line.bareLineFeed;
      return perform(parseCommand(line.octets));
    },
    isUncertain: () => isUncertain,
    abandon,
  };
}
