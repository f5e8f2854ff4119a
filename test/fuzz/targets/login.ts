/** What a hub says during a login: challenges in base64, SCRAM, and anything else. */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { Failure } from '../../../src/failure.ts';
import { loginHandlers } from '../../../src/hub/login.ts';
import { mechanisms } from '../../../src/hub/mechanisms.ts';
import { loginWith, planWith } from '../../hub/pieces.ts';
import type { Target } from '../target.ts';

const password = 'correct-horse-battery';

export const login: Target = {
  name: 'login',
  promise:
    'whatever the hub answers, a mechanism ends with success or a Failure; it says single lines; the password is in none of them where it does not travel, and in no error; SCRAM succeeds with no hub that does not know the password',
  words: [
    '334 ',
    '235 2.7.0 ok',
    '535 5.7.8 no',
    '334 cj0=',
    'r=NONCE',
    ',s=QSXCR+Q6sek8bf92',
    ',i=4096',
    ',i=999999999',
    'v=',
    'e=other-error',
    '\n',
    '=',
    ',',
    'VXNlcm5hbWU6',
    password,
    '\0',
    '\xff',
  ],
  async check(octets) {
    const [first = 0, ...rest] = octets;
    const mechanism = mechanisms[first % mechanisms.length];
    if (!mechanism) return;
    const replies = Buffer.from(rest).toString('latin1').split('\n');
    const said: string[] = [];
    let failure: unknown;
    const watch = {
      fail: (error: unknown) => {
        failure ??= error;
      },
      conceal: () => undefined,
      masked: (text: string) => text,
    };
    const binding = { type: 'tls-exporter', data: createHash('sha256').digest() } as const;
    const handlers = loginHandlers(loginWith({ password }), planWith(), watch, () => binding);
    const sendCommand = async (words: string) => {
      said.push(words);
      const reply = replies.shift() ?? '421 4.3.2 closing';
      return { response: scramReply(reply, said) };
    };
    // nodemailer's context has more in it, which no mechanism of ours looks at.
    await handlers[mechanism.name]?.({ sendCommand } as unknown as Parameters<
      NonNullable<(typeof handlers)[string]>
    >[0]);
    assert.ok(failure === undefined || failure instanceof Failure, String(failure));
    for (const words of said) {
      assert.doesNotMatch(words, /[\r\n]/);
      const forms = [password, Buffer.from(password).toString('base64')];
      if (!mechanism.sendsPassword) for (const form of forms) assert.ok(!words.includes(form), words);
    }
    const told = failure instanceof Failure ? `${failure.message}${failure.hint}` : '';
    // A hub that repeats it is masked by the watch; here only what we make ourselves counts.
    if (!octets.includes(password)) assert.ok(!told.includes(password), told);
    if (failure === undefined && mechanism.name.startsWith('SCRAM'))
      assert.fail('a hub without the password was believed');
  },
};

/** `r=NONCE…` in a reply stands for a message in base64 that begins with the client's own nonce, as a SCRAM hub would send it. */
function scramReply(reply: string, said: readonly string[]): string {
  const at = reply.indexOf('r=NONCE');
  if (at < 0) return reply;
  const sent = said.map((words) => Buffer.from(words.split(' ').at(-1) ?? '', 'base64').toString('utf8'));
  const nonce = sent.map((each) => /,r=([^,]+)$/.exec(each)?.[1]).find(Boolean) ?? '';
  const message = reply.slice(at).replace('NONCE', nonce);
  // More would be allowed, and only cost time.
  const quick = message.replace(/i=(\d{5,7})(?!\d)/, 'i=9999');
  return reply.slice(0, at) + Buffer.from(quick, 'latin1').toString('base64');
}
