/** A message in one chunk (RFC 3030), which leaves together with its envelope: the hub need not say 354 first. */

import { Failure } from '../failure.ts';
import { memoryLimit } from '../message/body.ts';
import { unstuffed } from '../message/wire.ts';
import type { Carriage, Sent } from './carriage.ts';
import { isAccepted, isUnintelligible, type Reply } from './reply.ts';
import type { Session } from './session.ts';
import { blocksOf } from './transfer.ts';

/** undefined for a message that is too large to be at hand as a whole. */
export function inOneChunk(session: Session, sent: Sent): Carriage | undefined {
  const { connection, watch, plan } = session;
  const { body } = sent.message;
  if (body.size > memoryLimit) return undefined;
  const octets = unstuffed(Buffer.concat([sent.header, ...body.chunks()]));
  const [first = Buffer.alloc(0), ...others] = blocksOf(octets);

  /** Nothing that is said from now on can come between these octets. */
  let isGiven = false;

  function giveLast() {
    sent.ending?.before();
    isGiven = true;
  }

  async function sendOthers() {
    // What opens has been written by then.
    await undefined;
    for (const [index, block] of others.entries()) {
      if (index === others.length - 1) giveLast();
      await connection.write(block);
      watch.progress();
    }
    sent.whenSent();
  }

  return {
    stage: 'message',
    open() {
      if (others.length === 0) giveLast();
      sendOthers().catch((error: unknown) => {
        // The hub counts octets, and would take any other word for the rest of the message.
        watch.fail(error);
        connection.close();
      });
      return { command: `BDAT ${octets.length} LAST`, octets: first };
    },
    async finish(reply) {
      // The replies come in the order of the commands: what the hub says after this one takes nothing back.
      const isWhole = isGiven && (await connection.hasGivenAll());
      const isClear = !isUnintelligible(reply);
      if (isClear && (isWhole || !isAccepted(reply))) sent.ending?.answered();
      const isKnown = reply.code < 500 || reply.code > 504;
      if (!isKnown || !isWhole || !isClear) connection.close();
      if (!isKnown) throw noChunking(reply, plan.host);
      return { reply, size: octets.length, isWhole };
    },
    async dismiss(reply) {
      if (!isGiven || isUnintelligible(reply)) connection.close();
    },
  };
}

/** A hub that does not know BDAT takes the message for commands. */
function noChunking(reply: Reply, host: string): Failure {
  return new Failure('protocol', `Cannot send through mail hub ${host}: ${reply.text}`, {
    hint: 'The hub offers CHUNKING without being able to do it: set DiscardEhloKeywords=CHUNKING',
  });
}
