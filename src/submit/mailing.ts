/** One message of the client on its way to the hub: recipients are asked for at once, the message follows. */

import { isAscii } from 'node:buffer';
import type { Address } from '../address.ts';
import type { Settings } from '../config/types.ts';
import { outcomeOf } from '../delivery/outcome.ts';
import { Failure } from '../failure.ts';
import { sizeLimitOf } from '../hub/commands.ts';
import type { Delivery, Ending } from '../hub/deliver.ts';
import type { Plan } from '../hub/plan.ts';
import { isAccepted, isTemporary } from '../hub/reply.ts';
import { sayMessage } from '../hub/steps.ts';
import { refusal } from '../hub/trouble.ts';
import { verdictOf } from '../hub/verdict.ts';
import { headerOctets } from '../message/header-block.ts';
import type { Message } from '../message/types.ts';
import { queuePlaceOf } from '../queue/safety.ts';
import { type Envelope, envelopeOf, senderOf } from '../route/envelope.ts';
import { refuseUnsendable } from '../route/hops.ts';
import { rewrite } from '../route/rewrite.ts';
import type { Route } from '../route/route.ts';
import { asking } from './asking.ts';
import type { RecipientRequest } from './command.ts';
import type { HubLine } from './hub-line.ts';
import { keeping } from './keeping.ts';
import { largestMessage } from './limits.ts';
import { offerOf, wishesOf } from './offer.ts';
import type { Parameters } from './parameters.ts';
import type { Mailing } from './relay.ts';
import { type Answer, answerFor, hubsOwn, ours, smtputf8Missing, tooLarge, willBeQueued } from './reply.ts';

/** What the log is told of one message. */
export interface Mailed {
  readonly id: string;
  readonly settings?: Settings | undefined;
  readonly plan?: Plan;
  readonly envelope?: Envelope;
  readonly message?: Message | undefined;
  readonly delivery?: Delivery | undefined;
  readonly failure?: Failure | undefined;
  readonly isQueued?: boolean;
}

/** All that is known before the first recipient. */
export interface Desk {
  readonly route: Route;
  readonly plan: Plan;
  readonly id: string;
  readonly line: HubLine;
  readonly log: (mailed: Mailed) => void;
  readonly transcript: (line: string) => void;
}

/** `said` are the parameters of MAIL. Nothing is asked of the hub before the first recipient, or at all when the queue is to deliver. */
export function mailing(desk: Desk, said: Parameters): Mailing {
  const { id, route, plan, line } = desk;
  const { settings, options, system } = route;
  const sender = senderOf([], route);
  const offer = offerOf(sender, said, options);
  const asked = asking(() => line.begin(plan, offer, desk.transcript));
  const kept = keeping({ id, options, system, place: queuePlaceOf(options, settings) }, said);
  const mode = options.deliveryMode ?? settings.deliveryMode;
  const isHubAsked = mode === 'interactive' || !kept.isPossible;
  /** What broke the conversation with the hub: there is no other in this mailing. */
  let trouble: Failure | undefined;
  let isGivenUp = false;

  /** The next run of the queue makes up for a hub that cannot be asked now. */
  const canWait = () => kept.isPossible && trouble?.temporary === true;

  async function replyFor({ recipient, parameters }: RecipientRequest): Promise<Answer> {
    const recipients = addressesFor(recipient);
    if (recipients instanceof Failure) return answerFor(recipients);
    if (Number(said.get('SIZE') ?? 0) > largestMessage) return tooLarge;
    if (!isHubAsked || canWait()) return willBeQueued;
    const reply = await asked.replyFor(recipients, wishesOf(parameters, options));
    const opening = asked.opening();
    if (opening && Number(said.get('SIZE') ?? 0) > sizeLimitOf(opening.session.connection)) return tooLarge;
    const toSender = opening?.reply;
    if (kept.isPossible && toSender && isTemporary(toSender)) throw refusal('sender', toSender, plan);
    return reply ? hubsOwn(reply) : ours(550, '5.1.1', 'No such recipient');
  }

  /** What is wrong with one recipient is no trouble of the others. */
  function addressesFor(recipient: Address): readonly Address[] | Failure {
    try {
      return envelopeOf([], { ...route, options: { ...options, operands: [recipient] } }).recipients;
    } catch (error) {
      if (error instanceof Failure && (error.kind === 'malformed' || error.kind === 'config')) return error;
      throw error;
    }
  }

  /** Once the client has been told that the message is given up, the hub must not get its end. */
  function endingOf(entry: Ending | undefined, given: () => void): Ending {
    return {
      before() {
        if (isGivenUp) throw new Failure('temporary', 'Cannot send the end of the message: it was given back');
        entry?.before();
        given();
      },
      answered: () => entry?.answered(),
    };
  }

  async function transfer(message: Message, entry: Ending | undefined, given: () => void): Promise<Answer> {
    refuseUnsendable(message.fields, route);
    const session = asked.opening()?.session;
    if (!session) throw new Failure('bug', 'Cannot send: nobody was asked for');
    if (headerOctets(message.fields).length + message.body.size > sizeLimitOf(session.connection)) {
      log({ message, failure: failureOf(tooLarge) });
      return tooLarge;
    }
    const { reply, size } = await sayMessage(session, message, {
      isEightBitSaid: offer.isEightBit,
      ending: endingOf(entry, given),
    });
    if (isAccepted(reply)) line.finished();
    const failure = isAccepted(reply) ? undefined : refusal('message', reply, plan);
    if (failure?.temporary && entry) throw failure;
    log({ message, delivery: asked.deliveryWith(reply, size), failure });
    return hubsOwn(reply);
  }

  /** The client may forget the message when this says 250: it is on the disk. */
  function queue(message: Message): Answer {
    const failure = trouble;
    if (failure) kept.putOff(outcomeOf({ recipients: [failure.message], malformed: [] }, failure), settings);
    else kept.handOver(mode === 'background');
    log({ message, isQueued: true });
    return ours(250, '2.0.0', `Ok: queued as ${id}`);
  }

  /** A failure is the end of the conversation with the hub, and the answer. */
  async function told(step: () => Promise<Answer> | Answer): Promise<Answer> {
    try {
      return await step();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      trouble = error;
      return answerFor(error);
    }
  }

  function log(more: Pick<Mailed, 'message' | 'delivery' | 'failure' | 'isQueued'>) {
    const recipients = more.isQueued ? kept.recipients() : asked.recipients();
    const envelope = { sender, recipients, malformed: [], notifications: nothingAsked };
    const verdict = more.delivery && verdictOf(more.delivery, envelope);
    desk.log({ id, settings, plan, envelope, ...more, failure: more.failure ?? trouble ?? verdict?.failure });
  }

  return {
    async recipient(request) {
      const isForeign = !isAscii(Buffer.from(request.recipient)) && !said.has('SMTPUTF8');
      if (isForeign) return smtputf8Missing;
      const isTroubled = trouble !== undefined && !canWait();
      let answer = isTroubled && trouble ? answerFor(trouble) : await told(() => replyFor(request));
      if (canWait() && answer.code >= 400 && answer.code < 500) answer = willBeQueued;
      if (answer.code < 300) kept.add(request.recipient, wishesOf(request.parameters, options));
      return answer;
    },
    sizeLimit() {
      const opening = asked.opening();
      return Math.min(largestMessage, opening ? sizeLimitOf(opening.session.connection) : Number.POSITIVE_INFINITY);
    },
    file: kept.file,
    async send(message, given) {
      const entry = kept.entry();
      const rewritten = rewrite(message, route, { passage: { now: system.now(), id } });
      let answer = trouble && answerFor(trouble);
      if (isHubAsked && !trouble) answer = await told(() => transfer(rewritten, entry, given));
      if (!isHubAsked || canWait()) answer = await told(() => queue(rewritten));
      if (trouble && (answer?.code ?? 0) >= 400) log({ message: rewritten });
      kept.drop();
      return answer ?? willBeQueued;
    },
    abandon(reason) {
      isGivenUp = true;
      kept.drop();
      const delivery = asked.deliveryWith(undefined, 0);
      // A client that only asked, and was refused nothing, has not tried to send.
      if (reason || trouble || delivery.refused.length > 0) log({ delivery, failure: reason && failureOf(reason) });
    },
  };
}

const nothingAsked = {
  notify: undefined,
  returns: undefined,
  envelopeId: undefined,
  originals: new Map(),
  parameters: new Map(),
};

function failureOf({ code, lines }: Answer): Failure {
  return new Failure(code < 500 ? 'temporary' : 'malformed', `Cannot send: ${lines[0]}`);
}
