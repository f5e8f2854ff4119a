/** One message of the client on its way to the hub: recipients are asked for at once, the message follows. */

import { isAscii } from 'node:buffer';
import type { Address } from '../address.ts';
import type { Options } from '../cli/options.ts';
import type { Settings } from '../config/types.ts';
import { Failure } from '../failure.ts';
import { type SenderOffer, sizeLimitOf } from '../hub/commands.ts';
import type { Delivery } from '../hub/deliver.ts';
import type { Plan } from '../hub/plan.ts';
import { isAccepted } from '../hub/reply.ts';
import { sayMessage } from '../hub/steps.ts';
import { refusal } from '../hub/trouble.ts';
import { verdictOf } from '../hub/verdict.ts';
import { headerOctets } from '../message/header-block.ts';
import type { Message } from '../message/types.ts';
import { type Envelope, envelopeOf } from '../route/envelope.ts';
import type { Identity } from '../route/identity.ts';
import { rewrite } from '../route/rewrite.ts';
import type { System } from '../system.ts';
import { asking } from './asking.ts';
import type { HubLine } from './hub-line.ts';
import { type Parameters, saidAgain } from './parameters.ts';
import type { Mailing } from './relay.ts';
import { type Answer, answerFor, hubsOwn, ours, tooLarge } from './reply.ts';

/** What the log is told of one message. */
export interface Mailed {
  readonly id: string;
  readonly settings?: Settings | undefined;
  readonly plan?: Plan;
  readonly envelope?: Envelope;
  readonly message?: Message | undefined;
  readonly delivery?: Delivery | undefined;
  readonly failure?: Failure | undefined;
}

/** All that is known before the first recipient. */
export interface Desk {
  readonly settings: Settings;
  readonly plan: Plan;
  readonly identity: Identity;
  readonly options: Options;
  readonly system: System;
  readonly id: string;
  readonly line: HubLine;
  readonly log: (mailed: Mailed) => void;
  readonly transcript: (line: string) => void;
}

/** `said` are the parameters of MAIL. Nothing is asked of the hub before the first recipient. */
export function mailing(desk: Desk, said: Parameters): Mailing {
  const { id, settings, plan, identity, system, line } = desk;
  const sender = identity.requestedSender ?? '';
  const asked = asking(() => line.begin(plan, offerOf(sender, said), desk.transcript));
  /** What broke the conversation with the hub: there is no other in this mailing. */
  let trouble: Failure | undefined;

  function recipientsFor(recipient: Address): readonly Address[] {
    return envelopeOf([], identity, { options: { ...desk.options, operands: [recipient] }, settings, system })
      .recipients;
  }

  async function transfer(message: Message): Promise<Answer> {
    const session = asked.opening()?.session;
    if (!session) throw new Failure('bug', 'Cannot send: nobody was asked for');
    if (headerOctets(message.fields).length + message.body.size > sizeLimitOf(session.connection)) {
      log({ message, failure: failureOf(tooLarge) });
      return tooLarge;
    }
    const { reply, size } = await sayMessage(session, message);
    if (isAccepted(reply)) line.finished();
    const failure = isAccepted(reply) ? undefined : refusal('message', reply, plan);
    log({ message, delivery: asked.deliveryWith(reply, size), failure });
    return hubsOwn(reply);
  }

  /** A failure is the end of the conversation with the hub, and the answer. */
  async function told(step: () => Promise<Answer>): Promise<Answer> {
    if (trouble) return answerFor(trouble);
    try {
      return await step();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      trouble = error;
      return answerFor(error);
    }
  }

  function log(more: Pick<Mailed, 'message' | 'delivery' | 'failure'>) {
    const notifications = { notify: undefined, returns: undefined, envelopeId: undefined, originals: new Map() };
    const envelope = { sender, recipients: asked.recipients(), malformed: [], notifications };
    const verdict = more.delivery && verdictOf(more.delivery, envelope);
    desk.log({ id, settings, plan, envelope, ...more, failure: more.failure ?? trouble ?? verdict?.failure });
  }

  return {
    async recipient({ recipient, parameters }) {
      const isForeign = !isAscii(Buffer.from(recipient)) && !said.has('SMTPUTF8');
      if (isForeign) return ours(553, '5.6.7', 'Say SMTPUTF8 with MAIL for an address like this');
      let recipients: readonly Address[];
      try {
        recipients = recipientsFor(recipient);
      } catch (error) {
        if (error instanceof Failure) return answerFor(error);
        throw error;
      }
      return told(async () => {
        const reply = await asked.replyFor(recipients, saidAgain(parameters, ['NOTIFY', 'ORCPT']));
        return reply ? hubsOwn(reply) : ours(550, '5.1.1', 'No such recipient');
      });
    },
    sizeLimit() {
      const opening = asked.opening();
      return opening ? sizeLimitOf(opening.session.connection) : Number.POSITIVE_INFINITY;
    },
    async send(message) {
      const rewritten = rewrite(message, identity, { settings, passage: { now: system.now(), id } });
      const answer = await told(() => transfer(rewritten));
      if (trouble) log({ message: rewritten });
      return answer;
    },
    abandon(reason) {
      const delivery = asked.deliveryWith(undefined, 0);
      // A client that only asked, and was refused nothing, has not tried to send.
      if (reason || trouble || delivery.refused.length > 0) log({ delivery, failure: reason && failureOf(reason) });
    },
  };
}

/** What will come is not known yet: 8-bit text, unless the client has promised that there is none. */
function offerOf(sender: Address | '', said: Parameters): SenderOffer {
  const size = said.get('SIZE');
  return {
    sender,
    size: size === undefined ? undefined : Number(size),
    isEightBit: said.get('BODY')?.toUpperCase() !== '7BIT',
    isInternational: said.has('SMTPUTF8'),
    notification: saidAgain(said, ['RET', 'ENVID']),
  };
}

function failureOf({ code, lines }: Answer): Failure {
  return new Failure(code < 500 ? 'temporary' : 'malformed', `Cannot send: ${lines[0]}`);
}
