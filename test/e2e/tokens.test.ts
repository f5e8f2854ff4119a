/** XOAUTH2 and OAUTHBEARER against Dovecot, which verifies signed access tokens: good ones, long ones, bad ones. */

import assert from 'node:assert/strict';
import { describeWithPostfix, type Letter } from '../rig/suite.ts';
import { tokenFor } from '../rig/tokens.ts';

/** Why Dovecot takes none of them. */
const refused: Readonly<Record<string, () => string>> = {
  'has expired': () => tokenFor('alice', { exp: Math.floor(Date.now() / 1000) - 1 }),
  'is for somebody else': () => tokenFor('mallory'),
  'is signed by somebody else': () => `${tokenFor('alice').slice(0, -20)}AAAAAAAAAAAAAAAAAAAA`,
  'is no token': () => 'open-sesame',
};

describeWithPostfix('a token', { alice: 'open-sesame' }, (rig) => {
  for (const mechanism of ['XOAUTH2', 'OAUTHBEARER'] as const) {
    const letter = (token: string, more: Partial<Letter> = {}): Letter => ({
      port: 'startTlsLogin',
      ...more,
      lines: ['AuthUser=alice', `AuthMethod=${mechanism}`, ...(more.lines ?? [`AuthPass=${token}`])],
    });

    rig.test(`${mechanism}: it is taken, and no better mechanism in its place`, async () => {
      const { received } = await rig.deliver(letter(tokenFor('alice')));
      assert.match(received, /Authenticated sender: alice\)/);
      assert.match(await rig.hub.log(), new RegExp(`sasl_method=${mechanism}, sasl_username=alice`));
    });

    rig.test(`${mechanism}: over TLS from the start`, () =>
      rig.deliver(letter(tokenFor('alice'), { port: 'implicitTlsLogin' })),
    );

    rig.test(`${mechanism}: one of more than 8 kB is taken`, async () => {
      const token = tokenFor('alice', { groups: 'x'.repeat(8_000) });
      assert.ok(token.length > 8_192);
      await rig.deliver(letter('', { lines: ['AuthPassFile=$HOME/token'], files: { token } }));
    });

    // Dovecot hangs up on Postfix then.
    rig.test(`${mechanism}: one that is too long for the hub is no refusal`, async () => {
      const { status, stderr } = await rig.send(letter(tokenFor('alice', { groups: 'x'.repeat(30_000) })));
      assert.equal(status, 75);
      assert.match(
        stderr,
        /^sendmail: Cannot log in at mail hub 127\.0\.0\.1: 454 4\.7\.0 Temporary authentication failure/,
      );
    });

    for (const [why, tokenOf] of Object.entries(refused)) {
      rig.test(
        `${mechanism}: one that ${why} is refused in the hub's words, and the hint is about tokens`,
        async () => {
          const { status, stderr } = await rig.send(letter(tokenOf()));
          assert.equal(status, 77);
          assert.match(
            stderr,
            /^sendmail: Cannot log in at mail hub 127\.0\.0\.1: 535 5\.7\.8 Error: authentication failed: .*\nsendmail: .* access token /,
          );
        },
      );
    }

    rig.test(`${mechanism}: the source is asked once more for one that is refused`, async () => {
      const files = {
        source: 'cd "$1" && /bin/cat token && { [ ! -e next ] || /bin/mv next token; }',
        token: refused['has expired']?.() ?? '',
        next: tokenFor('alice'),
      };
      const lines = ['AuthPassCommand=/bin/sh $HOME/source $HOME'];
      await rig.deliver(letter('', { lines, files }));
      assert.match(await rig.hub.log(), new RegExp(`SASL ${mechanism} authentication failed`));
    });
  }
});
