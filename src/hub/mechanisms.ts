/** Login mechanisms: what each says. */

import { createHmac } from 'node:crypto';
import { Failure } from '../failure.ts';
import type { Login, Plan } from './plan.ts';
import { type ChannelBinding, type ScramHash, scramClient } from './scram.ts';

export interface Mechanism {
  readonly name: string;
  /** The secret itself crosses the network. */
  readonly sendsPassword: boolean;
  /** It is used only when AuthMethod= names it: the secret is a token, or there is none. */
  readonly onlyNamed?: true;
  /** What to look at when the hub refuses it (535), unless that is user name and password. */
  readonly hint?: string;
  /** It needs TLS that a login can be tied to. */
  readonly needsBinding?: true;
  /** The client's part: given what to say and how to say it. */
  readonly speak: (talk: Talk) => Promise<void>;
}

interface Talk {
  readonly login: Login;
  readonly plan: Plan;
  readonly binding: ChannelBinding | undefined;
  /** Says a line and gives what the hub said behind its code. Throws Failure unless the code is 334 or 235. */
  readonly say: (words: string) => Promise<string>;
  /** The hub has said 235. */
  readonly isDone: () => boolean;
}

const scram = (hash: ScramHash, isBound: boolean): Mechanism => {
  const name = `SCRAM-${hash === 'sha1' ? 'SHA-1' : 'SHA-256'}${isBound ? '-PLUS' : ''}`;
  return {
    name,
    sendsPassword: false,
    ...(isBound ? { needsBinding: true } : {}),
    speak: (talk) => speakScram(name, hash, talk),
  };
};

const tokenHint = 'Check AuthUser=, and whether the access token is still valid, and made for sending mail';

/** Best first. */
export const mechanisms: readonly Mechanism[] = [
  scram('sha256', true),
  scram('sha1', true),
  scram('sha256', false),
  scram('sha1', false),
  { name: 'CRAM-MD5', sendsPassword: false, speak: speakCramMd5 },
  { name: 'PLAIN', sendsPassword: true, speak: speakPlain },
  { name: 'LOGIN', sendsPassword: true, speak: speakLogin },
  { name: 'XOAUTH2', sendsPassword: true, onlyNamed: true, hint: tokenHint, speak: speakXoauth2 },
  { name: 'OAUTHBEARER', sendsPassword: true, onlyNamed: true, hint: tokenHint, speak: speakOauthBearer },
  {
    name: 'EXTERNAL',
    sendsPassword: false,
    onlyNamed: true,
    hint: 'Check AuthUser= and the client certificate of TLSCert=',
    speak: speakExternal,
  },
];

/** RFC 2195: the challenge is bytes, whatever its charset; the digest is keyed with the password's own bytes. */
async function speakCramMd5({ login: { user, pass }, say }: Talk): Promise<void> {
  const challenge = Buffer.from(await say('AUTH CRAM-MD5'), 'base64');
  const digest = createHmac('md5', pass()).update(challenge).digest('hex');
  await say(base64(`${user} ${digest}`));
}

/** RFC 4616, with the initial response of RFC 4954 §4. */
async function speakPlain({ login: { user, pass }, say }: Talk): Promise<void> {
  await begin('PLAIN', Buffer.concat([Buffer.from(`\0${user}\0`), pass()]), say);
}

/** RFC 4954 §4: a command line holds 512 octets at most; a longer response waits for the hub's 334. */
async function begin(name: string, response: Buffer | string, say: Talk['say']): Promise<string> {
  const message = Buffer.from(response).toString('base64');
  const command = `AUTH ${name} ${message}`;
  if (command.length <= 510) return say(command);
  await say(`AUTH ${name}`);
  return say(message);
}

/** RFC 5802, RFC 7677. The signature of the hub comes with a 334, or behind its 235. */
async function speakScram(name: string, hash: ScramHash, { login, plan, binding, say, isDone }: Talk): Promise<void> {
  const isBound = name.endsWith('-PLUS');
  const client = scramClient(
    hash,
    { user: login.user, password: login.pass() },
    { binding: isBound ? binding : undefined, mayBind: !isBound && binding !== undefined },
  );
  // Some hubs put words before the base64: the last run of its letters is the message.
  const read = (reply: string) => Buffer.from(reply.split(/[^A-Za-z0-9+/=]/).at(-1) ?? '', 'base64').toString('utf8');
  /** RFC 5802 §5.1: a refusal may come as `e=…` in a 334; to an empty line the hub says then what it thinks of the login. */
  const unlessRefused = async (message: string) => {
    if (message.startsWith('e=') && !isDone()) await say('');
    return message;
  };
  try {
    const serverFirst = await unlessRefused(read(await begin(name, client.first, say)));
    const end = await say(base64(client.final(serverFirst)));
    client.check(await unlessRefused(read(end)));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new Failure('protocol', `Cannot log in at mail hub ${plan.host}: ${error.message}`, { cause: error });
  }
  if (!isDone()) await say('');
}

/** As Google and Microsoft want it: on refusal the hub says why in a 334, and waits for an empty line. */
async function speakXoauth2({ login, say, isDone }: Talk): Promise<void> {
  await begin(
    'XOAUTH2',
    Buffer.concat([Buffer.from(`user=${login.user}\x01auth=Bearer `), login.pass(), Buffer.from('\x01\x01')]),
    say,
  );
  if (!isDone()) await say('');
}

/** RFC 7628 §3.1; the answer to a refusal is a lone %x01 (§3.2.3). */
async function speakOauthBearer({ login, plan, say, isDone }: Talk): Promise<void> {
  const user = login.user.replaceAll('=', '=3D').replaceAll(',', '=2C');
  const start = `n,a=${user},\x01host=${plan.host}\x01port=${plan.port}\x01auth=Bearer `;
  await begin('OAUTHBEARER', Buffer.concat([Buffer.from(start), login.pass(), Buffer.from('\x01\x01')]), say);
  if (!isDone()) await say(base64('\x01'));
}

/** RFC 4422 appendix A: the client certificate says who it is, AuthUser= as whom it acts. */
async function speakExternal({ login, say }: Talk): Promise<void> {
  await say(`AUTH EXTERNAL ${login.user === '' ? '=' : base64(login.user)}`);
}

/** The obsolete draft-murchison-sasl-login: the prompts are not looked at, for hubs word them differently. */
async function speakLogin({ login: { user, pass }, say }: Talk): Promise<void> {
  await say('AUTH LOGIN');
  await say(base64(user));
  await say(pass().toString('base64'));
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}
