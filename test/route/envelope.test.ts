/** envelopeOf: who receives, and who is named as sender. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { parseAddress } from '../../src/address.ts';
import type { Options } from '../../src/cli/options.ts';
import type { Settings } from '../../src/config/types.ts';
import { Failure } from '../../src/failure.ts';
import { type Envelope, envelopeOf } from '../../src/route/envelope.ts';
import type { Identity } from '../../src/route/identity.ts';
import { addressOf, identityWith, messageOf, optionsWith, routeWith, settingsWith } from './pieces.ts';

interface Given {
  readonly header?: string;
  readonly options?: Partial<Options>;
  readonly settings?: Partial<Settings>;
  readonly identity?: Partial<Identity>;
}

function envelope({ header = '', options, settings, identity }: Given): Envelope {
  const { fields } = messageOf(`${header}\n\n`);
  const more = { options: optionsWith(options), settings: settingsWith(settings), identity: identityWith(identity) };
  return envelopeOf(fields, routeWith(more));
}

const t = { recipientsFromHeader: true };

const lists: readonly { readonly what: string; readonly given: Given; readonly gives: readonly string[] }[] = [
  {
    what: 'takes exactly argv without -t',
    given: { header: 'To: b@y', options: { operands: ['a@x'] } },
    gives: ['a@x'],
  },
  {
    what: 'takes To, Cc and Bcc with -t',
    given: { header: 'Bcc: c@z\nTo: a@x\ncc: b@y', options: t },
    gives: ['a@x', 'b@y', 'c@z'],
  },
  {
    what: 'takes argv as well with -t',
    given: { header: 'To: a@x', options: { ...t, operands: ['b@y'] } },
    gives: ['b@y', 'a@x'],
  },
  {
    what: 'takes every To, Cc and Bcc',
    given: { header: 'To: a@x\nTo: b@y\nBcc: c@z\nBcc: d@z', options: t },
    gives: ['a@x', 'b@y', 'c@z', 'd@z'],
  },
  {
    what: 'ignores Reply-To, From and the rest',
    given: { header: 'To: a@x\nFrom: b@y\nReply-To: c@z\nX-To: d@z', options: t },
    gives: ['a@x'],
  },
  {
    what: 'lets a Resent block replace the plain fields',
    given: { header: 'Resent-To: a@x\nResent-Cc: b@y\nResent-Bcc: c@z\nTo: d@z\nBcc: e@z', options: t },
    gives: ['a@x', 'b@y', 'c@z'],
  },
  {
    what: 'lets a lone Resent-Bcc replace the plain fields',
    given: { header: 'To: d@z\nResent-Bcc: c@z', options: t },
    gives: ['c@z'],
  },
  {
    what: 'keeps the plain fields beside Resent-From',
    given: { header: 'Resent-From: a@x\nTo: d@z', options: t },
    gives: ['d@z'],
  },
  {
    what: 'reads groups, quoted commas and comments',
    given: { header: 'To: g: a@x, "B, b" <b@y>;, c@z (c, c)\n\t,\n d@z', options: t },
    gives: ['a@x', 'b@y', 'c@z', 'd@z'],
  },
  {
    what: 'reads lists and names in argv',
    given: { options: { operands: ['a@x,b@y', 'C c <c@z>', '<d@z>'] } },
    gives: ['a@x', 'b@y', 'c@z', 'd@z'],
  },
  {
    what: 'completes bare names',
    given: { options: { operands: ['alice', 'bob@y'] } },
    gives: ['alice@example.org', 'bob@y'],
  },
  {
    what: 'names each recipient once',
    given: { header: 'To: a@x, A@x, a@X, a@x\nCc: a@x', options: { ...t, operands: ['a@x'] } },
    gives: ['a@x', 'A@x'],
  },
  {
    what: 'names a bare and a complete recipient once',
    given: { options: { operands: ['alice', 'alice@EXAMPLE.org'] } },
    gives: ['alice@example.org'],
  },
  {
    what: 'sends the mail of root= once',
    given: { options: { operands: ['root', 'daemon', 'admin@Example.org'] } },
    gives: ['admin@example.org'],
  },
];

/** root= and MinUserId=: who is a system user? uids of the fake machine: root 0, daemon 1, www-data 33, alice 1000. */
const redirections: readonly {
  readonly operand: string;
  readonly settings?: Partial<Settings>;
  readonly gives: string;
}[] = [
  { operand: 'root', gives: 'admin@example.org' },
  { operand: 'ROOT', gives: 'admin@example.org' },
  { operand: 'www-data', gives: 'admin@example.org' },
  { operand: 'alice', gives: 'alice@example.org' },
  { operand: 'nobody-knows-me', gives: 'nobody-knows-me@example.org' },
  { operand: 'postmaster', gives: 'admin@example.org' },
  { operand: 'MAILER-DAEMON', gives: 'admin@example.org' },
  { operand: 'root@localhost', gives: 'admin@example.org' },
  { operand: 'root@LocalHost', gives: 'admin@example.org' },
  { operand: 'root@box.example.org', gives: 'admin@example.org' },
  { operand: 'root@BOX', gives: 'admin@example.org' },
  { operand: 'root@example.org', gives: 'root@example.org' },
  { operand: 'root@elsewhere.example', gives: 'root@elsewhere.example' },
  { operand: 'postmaster@elsewhere.example', gives: 'postmaster@elsewhere.example' },
  { operand: 'root', settings: { root: undefined }, gives: 'root@example.org' },
  { operand: 'postmaster', settings: { root: undefined }, gives: 'postmaster@example.org' },
  { operand: 'root', settings: { root: 'bob' }, gives: 'bob@example.org' },
  { operand: 'root', settings: { root: 'postmaster' }, gives: 'postmaster@example.org' },
  { operand: 'root', settings: { minUserId: 0 }, gives: 'root@example.org' },
  { operand: 'daemon', settings: { minUserId: 1 }, gives: 'daemon@example.org' },
  { operand: 'www-data', settings: { minUserId: 34 }, gives: 'admin@example.org' },
  { operand: 'alice', settings: { minUserId: 1001 }, gives: 'admin@example.org' },
];

const senders: readonly { readonly what: string; readonly given: Given; readonly sender: string }[] = [
  { what: "is the user's own address", given: { header: 'From: b@y' }, sender: 'alice@example.org' },
  { what: 'is what -f asks for', given: { identity: { requestedSender: addressOf('a@x') } }, sender: 'a@x' },
  { what: 'is null when -f asks for it', given: { identity: { requestedSender: '' } }, sender: '' },
  {
    what: 'is the From address with FromLineOverride',
    given: { header: 'From: B <b@y>', settings: { fromLineOverride: true } },
    sender: 'b@y',
  },
  {
    what: 'is the first From address',
    given: { header: 'From: b@y, c@z', settings: { fromLineOverride: true } },
    sender: 'b@y',
  },
  {
    what: 'is a bare From address completed',
    given: { header: 'From: root (Cron)', settings: { fromLineOverride: true } },
    sender: 'root@example.org',
  },
  {
    what: 'is the own address when From names nobody',
    given: { header: 'From: <>', settings: { fromLineOverride: true } },
    sender: 'alice@example.org',
  },
  {
    what: 'is the own address when From is missing',
    given: { settings: { fromLineOverride: true } },
    sender: 'alice@example.org',
  },
  {
    what: 'is what -f asks for, even with FromLineOverride',
    given: { header: 'From: b@y', settings: { fromLineOverride: true }, identity: { requestedSender: '' } },
    sender: '',
  },
];

describe('envelopeOf() recipients', () => {
  for (const { what, given, gives } of lists) {
    test(`envelopeOf() ${what}`, () => assert.deepEqual(envelope(given).recipients, gives));
  }

  for (const { operand, settings = {}, gives } of redirections) {
    test(`envelopeOf() with ${JSON.stringify(settings)} sends ${operand} to ${gives}`, () => {
      assert.deepEqual(envelope({ options: { operands: [operand] }, settings }).recipients, [gives]);
    });
  }

  test('envelopeOf() goes on beside what is no address, and tells', () => {
    const options = { ...t, operands: ['a;b@x', 'c@z'] };
    const { recipients, malformed } = envelope({ header: 'To: d d@y, e@z', options });
    assert.deepEqual({ recipients, malformed }, { recipients: ['c@z', 'e@z'], malformed: ['a;b@x', 'd d@y'] });
  });

  for (const operands of [['root'], ['root', 'b@y']]) {
    test(`envelopeOf() tells when root= is no address, for ${operands.join(' and ')}`, () => {
      try {
        assert.notDeepEqual(envelope({ options: { operands }, settings: { root: 'not an address' } }).malformed, []);
      } catch (error) {
        assert.ok(error instanceof Failure && error.kind !== 'usage', String(error));
      }
    });
  }
});

describe('envelopeOf() without recipients', () => {
  const nobody: readonly Given[] = [
    {},
    { options: { operands: ['', ' ', ','] } },
    { options: t },
    { header: 'To: undisclosed-recipients:;', options: t },
    { header: 'To: b@y' },
    { header: 'Resent-To:\nTo: b@y', options: t },
  ];
  for (const given of nobody) {
    test(`envelopeOf() refuses ${JSON.stringify(given)} with 64`, () => {
      assert.throws(() => envelope(given), { name: 'Failure', kind: 'usage', message: 'Cannot send: no recipient' });
    });
  }

  for (const operand of ['a b@x', 'a@x\r\nDATA', 'a@', '"a@x', 'a;b@x']) {
    test(`envelopeOf() refuses ${JSON.stringify(operand)} alone with 65`, () => {
      assert.throws(() => envelope({ options: { operands: [operand] } }), { name: 'Failure', kind: 'malformed' });
    });
  }
});

describe('envelopeOf() sender', () => {
  for (const { what, given, sender } of senders) {
    test(`envelopeOf() sender ${what}`, () => {
      const options = { operands: ['z@z'] };
      assert.equal(envelope({ options, ...given }).sender, sender);
    });
  }
});

describe('envelopeOf()', () => {
  test('envelopeOf() gives complete addresses, each once, whatever it reads', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('root', 'a@x', '<b@y>', 'c, d', 'g: e@z;'));
    fc.assert(
      fc.property(fc.array(text), text, text, (operands, to, from) => {
        const latin1 = Buffer.from(`To: ${to}\nFrom: ${from}`, 'utf8').toString('latin1');
        const found = quietly(() =>
          envelope({ header: latin1, options: { ...t, operands }, settings: { fromLineOverride: true } }),
        );
        if (!found) return;
        assert.ok(found.recipients.length > 0);
        for (const address of [...found.recipients, found.sender]) {
          assert.equal(parseAddress(address), address);
          assert.match(address, /@/);
        }
        assert.equal(new Set(found.recipients).size, found.recipients.length);
      }),
    );
  });
});

function quietly(make: () => Envelope): Envelope | undefined {
  try {
    return make();
  } catch (error) {
    assert.ok(error instanceof Failure, String(error));
    return undefined;
  }
}

describe('envelopeOf() with a domain that makes no address', () => {
  const identity: Partial<Identity> = { domain: '(none)', ownAddress: undefined };
  const sender = { requestedSender: addressOf('a@x'), plainSender: addressOf('a@x') };
  const noAddress = { name: 'Failure', kind: 'config' };

  test('envelopeOf() takes a complete sender and complete recipients', () => {
    const found = envelope({ options: { operands: ['b@y'] }, identity: { ...identity, ...sender } });
    assert.deepEqual([found.sender, found.recipients], ['a@x', ['b@y']]);
  });

  test('envelopeOf() takes the From that FromLineOverride names', () => {
    const settings = { fromLineOverride: true };
    const found = envelope({ header: 'From: c@z', options: { operands: ['b@y'] }, settings, identity });
    assert.equal(found.sender, 'c@z');
    for (const header of ['From: c', 'From: c@localhost', 'X: y'])
      assert.throws(() => envelope({ header, options: { operands: ['b@y'] }, settings, identity }), noAddress);
  });

  for (const recipient of ['carol', 'carol@localhost', '"a b"']) {
    test(`envelopeOf() refuses ${recipient}, which it cannot complete`, () => {
      const given = { options: { operands: ['b@y', recipient] }, identity: { ...identity, ...sender } };
      assert.throws(() => envelope(given), noAddress);
    });
  }

  test('envelopeOf() refuses a sender that it cannot make', () => {
    assert.throws(() => envelope({ options: { operands: ['b@y'] }, identity }), noAddress);
  });
});
