/** Login mechanisms: which one to use, and what each says. */

import { createHmac } from 'node:crypto';
import type { SMTPConnectionCustomAuthHandler } from 'nodemailer/lib/smtp-connection';
import { Failure } from '../failure.ts';
import type { Login, Plan } from './plan.ts';
import { parseReply } from './reply.ts';
import { refusal } from './trouble.ts';
import type { Watch } from './watch.ts';

interface Mechanism {
  readonly name: string;
  /** The password itself crosses the network. */
  readonly sendsPassword: boolean;
  /** The client's part: given what to say and how to say it. */
  readonly speak: (login: Login, say: (words: string) => Promise<string>) => Promise<void>;
}

/** Best first. */
const mechanisms: readonly Mechanism[] = [
  { name: 'CRAM-MD5', sendsPassword: false, speak: speakCramMd5 },
  { name: 'PLAIN', sendsPassword: true, speak: speakPlain },
  { name: 'LOGIN', sendsPassword: true, speak: speakLogin },
];

/**
 * The mechanism to use: the best that the hub offers, or the one that AuthMethod= names if it is offered. Without TLS there
 * is none, except CRAM-MD5 named by AuthMethod= (its password does not travel) or anything with AuthInsecure=yes.
 * Throws Failure login with the reason.
 */
export function chooseMechanism(
  offered: readonly string[],
  { login, secure, plan }: { login: Login; secure: boolean; plan: Plan },
): string {
  const wanted = login.method?.toUpperCase();
  const known = mechanisms.filter(({ name }) => wanted === undefined || name === wanted);
  const usable = known.filter(({ name }) => offered.includes(name));
  const [best] = usable;
  const where = `Cannot log in at mail hub ${plan.host}`;
  if (!best) {
    const offers = offered.length > 0 ? `it offers ${offered.join(' ')}` : 'it offers no login';
    const ours = wanted ?? mechanisms.map(({ name }) => name).join(', ');
    throw new Failure('login', `${where}: ${offers}, not ${ours}`, { hint: noLoginHint(plan, offered) });
  }
  const isAllowedInClear = login.insecure || (best.name === wanted && !best.sendsPassword);
  if (!secure && !isAllowedInClear) {
    throw new Failure('login', `${where}: the connection is not encrypted`, {
      hint: 'Set UseSTARTTLS=YES or UseTLS=YES; AuthInsecure=yes logs in all the same',
    });
  }
  return best.name;
}

function noLoginHint(plan: Plan, offered: readonly string[]): string {
  if (offered.length > 0) return 'Change or remove AuthMethod=';
  return plan.tls === 'none'
    ? 'Many hubs offer a login only with UseSTARTTLS=YES'
    : 'Remove AuthUser= if the hub wants no login';
}

/**
 * One handler per mechanism, in nodemailer's form. Replies are judged here and trouble is told to the watch: an error thrown into
 * nodemailer would come back with its words changed. The transcript shows "AUTH <mechanism>" and hides the rest.
 */
export function loginHandlers(
  login: Login,
  plan: Plan,
  watch: Pick<Watch, 'fail' | 'conceal' | 'masked'>,
): Record<string, SMTPConnectionCustomAuthHandler> {
  const handlers = mechanisms.map(({ name, speak }): [string, SMTPConnectionCustomAuthHandler] => [
    name,
    async ({ sendCommand }) => {
      let code = 0;
      for (const form of ['utf8', 'latin1', 'base64'] as const) watch.conceal(login.pass().toString(form));
      const say = async (words: string) => {
        const secret = words.replace(/^AUTH \S+ ?/, '');
        // Some hubs repeat a command that they do not understand.
        watch.conceal(secret);
        const response = watch.masked((await sendCommand(words)).response);
        code = Number(response.slice(0, 3));
        if (code !== 334 && code !== 235) throw refusal('login', parseReply(response), plan);
        return response.slice(4);
      };
      try {
        await speak(login, say);
        if (code !== 235)
          throw new Failure(
            'protocol',
            `Cannot log in at mail hub ${plan.host}: it wants more than ${name} has to say`,
          );
      } catch (error) {
        watch.fail(error);
      }
    },
  ]);
  return Object.fromEntries(handlers);
}

/** RFC 2195: the challenge is bytes, whatever its charset; the digest is keyed with the password's own bytes. */
async function speakCramMd5({ user, pass }: Login, say: (words: string) => Promise<string>): Promise<void> {
  const challenge = Buffer.from(await say('AUTH CRAM-MD5'), 'base64');
  const digest = createHmac('md5', pass()).update(challenge).digest('hex');
  await say(base64(`${user} ${digest}`));
}

/** RFC 4616, with the initial response of RFC 4954 §4. */
async function speakPlain({ user, pass }: Login, say: (words: string) => Promise<string>): Promise<void> {
  const message = Buffer.concat([Buffer.from(`\0${user}\0`), pass()]).toString('base64');
  // RFC 4954 §4: a command line holds 512 octets at most; a longer response waits for the hub's 334.
  if (`AUTH PLAIN ${message}`.length <= 510) {
    await say(`AUTH PLAIN ${message}`);
    return;
  }
  await say('AUTH PLAIN');
  await say(message);
}

/** The obsolete draft-murchison-sasl-login: the prompts are not looked at, for hubs word them differently. */
async function speakLogin({ user, pass }: Login, say: (words: string) => Promise<string>): Promise<void> {
  await say('AUTH LOGIN');
  await say(base64(user));
  await say(pass().toString('base64'));
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}
