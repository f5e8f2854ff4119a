/** Which login mechanism is used, and its conversation with the hub. */

import type { SMTPConnectionCustomAuthHandler } from 'nodemailer/lib/smtp-connection';
import { Failure } from '../failure.ts';
import { mechanisms } from './mechanisms.ts';
import type { Login, Plan } from './plan.ts';
import { parseReply } from './reply.ts';
import type { ChannelBinding } from './scram.ts';
import { refusal } from './trouble.ts';
import type { Watch } from './watch.ts';

/**
 * The mechanism to use: the best that the hub offers, or the one that AuthMethod= names if it is offered. Without TLS there
 * is none, except CRAM-MD5 named by AuthMethod= (its password does not travel) or anything with AuthInsecure=yes.
 * Throws Failure login with the reason.
 */
export function chooseMechanism(
  offered: readonly string[],
  { login, secure, plan, canBind = false }: { login: Login; secure: boolean; plan: Plan; canBind?: boolean },
): string {
  const wanted = login.method?.toUpperCase();
  const known = mechanisms.filter(({ name, onlyNamed, needsBinding }) => {
    if (needsBinding && !canBind) return false;
    return wanted === undefined ? !onlyNamed : name === wanted || name === `${wanted}-PLUS`;
  });
  const where = `Cannot log in at mail hub ${plan.host}`;
  // Neither what is tied to nothing, nor another mechanism, is what was asked for.
  if (wanted?.endsWith('-PLUS') && !canBind) {
    throw new Failure('login', `${where}: there is nothing in this connection that ${wanted} could tie the login to`, {
      hint: secure
        ? 'The hub needs a certificate whose signature names a hash (RFC 5929)'
        : 'Set UseSTARTTLS=YES or UseTLS=YES',
    });
  }
  const usable = known.filter(({ name }) => offered.includes(name));
  const [best] = usable;
  if (!best) {
    const offers = offered.length > 0 ? `it offers ${offered.join(' ')}` : 'it offers no login';
    const ours =
      wanted ??
      mechanisms
        .filter((each) => !each.onlyNamed && !each.needsBinding)
        .map(({ name }) => name)
        .join(', ');
    throw new Failure('login', `${where}: ${offers}, not ${ours}`, { hint: noLoginHint(plan, offered) });
  }
  const isAllowedInClear = login.insecure || (wanted !== undefined && !best.sendsPassword);
  if (!secure && !isAllowedInClear) {
    throw new Failure('login', `${where}: the connection is not encrypted`, {
      hint: 'Set UseSTARTTLS=YES or UseTLS=YES',
    });
  }
  return best.name;
}

function endedEarly({ host }: Plan): Failure {
  return new Failure('protocol', `Cannot log in at mail hub ${host}: it takes the login before it has been said`);
}

/** In every form in which a hub might repeat it, be it that it heard the password in another session. */
export function concealPassword({ pass }: Login, { conceal }: Pick<Watch, 'conceal'>): void {
  for (const form of ['utf8', 'latin1', 'base64'] as const) conceal(pass().toString(form));
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
  binding: () => ChannelBinding | undefined = () => undefined,
): Record<string, SMTPConnectionCustomAuthHandler> {
  const handlers = mechanisms.map(({ name, hint, speak }): [string, SMTPConnectionCustomAuthHandler] => [
    name,
    async ({ sendCommand }) => {
      let code = 0;
      const say = async (words: string) => {
        // What comes behind its 235, the hub takes for a command, and may log it.
        if (code === 235) throw endedEarly(plan);
        const secret = words.replace(/^AUTH \S+ ?/, '');
        // Some hubs repeat a command that they do not understand.
        watch.conceal(secret);
        const { response } = await sendCommand(words);
        code = Number(response.slice(0, 3));
        if (code !== 334 && code !== 235) {
          const failure = refusal('login', parseReply(response, watch.masked), plan);
          throw code === 535 && hint ? new Failure(failure.kind, failure.message, { hint }) : failure;
        }
        return response.slice(4);
      };
      try {
        await speak({ login, plan, say, binding: binding(), isDone: () => code === 235 });
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
