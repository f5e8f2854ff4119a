/** The conversation of `-bs`: SMTP (RFC 5321) with the client on standard input and output, in front of the relay. */

import { Failure, reasonOf } from '../failure.ts';
import { traceNameOf } from '../route/host-name.ts';
import type { System } from '../system.ts';
import { clientInput, withinIdleTime } from './client-input.ts';
import { dialogue, senderTaken } from './dialogue.ts';
import { maximumMistakes } from './limits.ts';
import type { Relay } from './relay.ts';
import { type Answer, ours, replyText } from './reply.ts';

/**
 * Gives the exit status: 0 when the client said QUIT or closed standard input, or was sent away for its mistakes; otherwise
 * that of what ended the conversation, which the client was told with 421. A message counts only when the client has finished
 * it. Whatever is wrong with configuration or hub is told in answers, in words, and never on standard error.
 */
export async function serve(system: System, relay: Relay): Promise<number> {
  const say = (answer: Answer) => withinIdleTime(system.say(replyText(answer)).catch(cannotAnswer), 'read');
  const input = clientInput(system.liveInput());
  const hostName = traceNameOf(system.hostName());
  const talk = dialogue({ hostName, input, say }, relay);
  let mistakes = 0;
  /** False at the end of the conversation. */
  const exchange = async (): Promise<boolean> => {
    const line = await input.line();
    const answer = line.kind === 'end' ? undefined : await talk.answerTo(line);
    if (answer === undefined) return false;
    mistakes = mistakesAfter(answer, mistakes);
    const isEnough = mistakes >= maximumMistakes;
    await say(isEnough ? ours(421, '4.7.0', 'Too many mistakes; closing') : answer);
    return !(isEnough || answer.code === 221 || answer.code === 421);
  };
  let isStopping = false;
  let current: Promise<boolean> | undefined;
  const loop = async () => {
    await say(ours(220, undefined, `${hostName} ESMTP ssmtp`));
    do current = exchange();
    while ((await current) && !isStopping);
  };
  try {
    await Promise.race([loop(), system.interruption()]);
    talk.abandon();
    return 0;
  } catch (error) {
    const failure = error instanceof Failure ? error : undefined;
    isStopping = true;
    // Once the hub has the end of a message, the client should hear what became of it.
    if (failure && talk.isUncertain()) await Promise.race([current?.catch(onlyFailures), later(answerTimeout)]);
    const farewell = ours(421, '4.3.0', `${failure?.message ?? 'A defect of ssmtp'}; closing`);
    talk.abandon(farewell);
    // A client that does not read any more must not keep us.
    await Promise.race([say(farewell).catch(onlyFailures), later(farewellTimeout)]);
    if (!failure) throw error;
    return failure.status;
  } finally {
    await relay.close();
  }
}

/** Milliseconds. */
const farewellTimeout = 1000;
/** Below the 90 s after which systemd kills. */
const answerTimeout = 60_000;

function later(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Whoever is gone does not hear it. */
function onlyFailures(error: unknown): void {
  if (!(error instanceof Failure)) throw error;
}

/** Whoever comes as far as another message starts anew. */
function mistakesAfter({ isMistake, enhanced }: Answer, mistakes: number): number {
  if (isMistake) return mistakes + 1;
  return enhanced === senderTaken.enhanced ? 0 : mistakes;
}

function cannotAnswer(error: unknown): never {
  throw new Failure('io', `Cannot write to standard output: ${reasonOf(error)}`, { cause: error });
}
