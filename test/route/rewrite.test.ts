/** rewrite: what is added, what is removed, which bytes change. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Settings } from '../../src/config/types.ts';
import { formatDate } from '../../src/message/date.ts';
import { headerRules } from '../../src/route/header-rules.ts';
import type { Identity } from '../../src/route/identity.ts';
import { rewrite } from '../../src/route/rewrite.ts';
import { addressOf, identityWith, messageOf, passage, routeWith, settingsWith, textOf } from './pieces.ts';

interface Given {
  readonly message: string;
  readonly settings?: Partial<Settings>;
  readonly identity?: Partial<Identity>;
}

function rewritten({ message, settings, identity }: Given): string {
  const route = routeWith({ settings: settingsWith(settings), identity: identityWith(identity) });
  return textOf(rewrite(messageOf(message), route, { passage }));
}

const date = formatDate(passage.now);
const received = `Received: by box.example.org (ssmtp, from userid 1000)\n\tid A1B2C3D4E5F6; ${date}\n`;
const from = 'From: Alice Example <alice@example.org>\n';
const messageId = 'Message-ID: <A1B2C3D4E5F6@box.example.org>\n';
const complete = `From: a@x\nDate: ${date}\nMessage-ID: <1@x>\n`;

const cases: readonly (Given & { readonly what: string; readonly gives: string })[] = [
  {
    what: "adds what is missing, in sSMTP's order",
    message: 'Subject: s\n\nbody\n',
    settings: { addHeaders: ['X-Site: www1', 'X-Other:two'] },
    gives: `${received}${from}Date: ${date}\n${messageId}X-Site: www1\nX-Other: two\nSubject: s\n\nbody\n`,
  },
  {
    what: 'adds only Received to a complete message',
    message: `${complete}\nbody`,
    gives: `${received}${complete}\nbody`,
  },
  {
    what: 'knows fields in any case',
    message: `FROM: a@x\ndate: d\nmessage-id : m\n\n`,
    gives: `${received}FROM: a@x\ndate: d\nmessage-id : m\n\n`,
  },
  {
    what: 'replaces empty fields',
    message: 'From:\nDate: \nMessage-ID:\n \n\n',
    gives: `${received}${from}Date: ${date}\n${messageId}\n`,
  },
  {
    what: 'makes a header for a message that has none',
    message: 'just text',
    gives: `${received}${from}Date: ${date}\n${messageId}\njust text`,
  },
  {
    what: 'removes Bcc, Resent-Bcc and Return-Path in any case, wherever they stand',
    message: `bcc: c@z\n${complete}BCC: a@x,\n b@y\nResent-Bcc: d\nReturn-Path: <x>\nSubject: s\n\nBcc: body\n`,
    gives: `${received}${complete}Subject: s\n\nBcc: body\n`,
  },
  {
    what: 'keeps fields with the names of the notes in dead.letter',
    message: `X-Dead-Letter: r\nX-Dead-Letter-From: f\nX-Dead-Letter-To: t\n${complete}\n`,
    gives: `${received}X-Dead-Letter: r\nX-Dead-Letter-From: f\nX-Dead-Letter-To: t\n${complete}\n`,
  },
  {
    what: 'completes bare addresses and nothing else',
    message: `From: "Cron, D" <root> (c)\nDate: d\nMessage-ID: m\nTo: bob,\n a@x, C <carol>\nSubject: root\nX-To: root\n\nroot\n`,
    gives: `${received}From: "Cron, D" <root@example.org> (c)\nDate: d\nMessage-ID: m\nTo: bob@example.org,\n a@x, C <carol@example.org>\nSubject: root\nX-To: root\n\nroot\n`,
  },
  {
    what: 'keeps CRLF, odd folding, 8-bit text and the order of fields',
    settings: { encodeForHub: false },
    message: `From: a@x\r\nDate: d\r\nMessage-ID: m\r\nZ: 1\r\nSubject: \xe4\r\n\t\xc3\xa4  \r\nA:2\r\n\r\n\xff\0\r\n`,
    gives: `${received}From: a@x\r\nDate: d\r\nMessage-ID: m\r\nZ: 1\r\nSubject: \xe4\r\n\t\xc3\xa4  \r\nA:2\r\n\n\xff\0\r\n`,
  },
  {
    what: 'completes a UTF-8 address in its own bytes',
    message: `${complete}To: j\xc3\xb6rg\n\n`,
    gives: `${received}${complete}To: j\xc3\xb6rg@example.org\n\n`,
  },
  {
    what: 'names -f in a generated From',
    message: `Date: d\nMessage-ID: m\n\n`,
    identity: { requestedSender: addressOf('a@x') },
    gives: `${received}From: Alice Example <a@x>\nDate: d\nMessage-ID: m\n\n`,
  },
  {
    what: 'names the user when -f is null',
    message: `Date: d\nMessage-ID: m\n\n`,
    identity: { requestedSender: '' },
    gives: `${received}${from}Date: d\nMessage-ID: m\n\n`,
  },
  {
    what: 'names the bare address without a name',
    message: `Date: d\nMessage-ID: m\n\n`,
    identity: { fullName: '' },
    gives: `${received}From: alice@example.org\nDate: d\nMessage-ID: m\n\n`,
  },
];

describe('rewrite()', () => {
  for (const { what, gives, ...given } of cases) {
    test(`rewrite() ${what}`, () => assert.equal(rewritten(given), gives));
  }

  for (const { name } of headerRules.filter(({ addresses }) => addresses !== undefined && addresses !== 'others')) {
    test(`rewrite() completes a bare address in ${name}`, () => {
      assert.ok(rewritten({ message: `${name}: Root <root>\n\n` }).includes(`\n${name}: Root <root@example.org>\n`));
    });
  }

  for (const fullName of [
    'a\nBcc: e@x',
    'a\r\n\r\nbody',
    'a\rBcc: e@x',
    'a\u2028b',
    'a\0b',
    '"',
    '\\',
    'a <e@x>',
    '(',
    '\u010aBcc: e@x',
    '\ud800',
  ]) {
    test(`rewrite() gives the name ${JSON.stringify(fullName)} no line of its own`, () => {
      const { fields, body } = messageOf(rewritten({ message: 'Subject: s\n\nbody', identity: { fullName } }));
      assert.deepEqual(
        fields.map((field) => field.name),
        ['Received', 'From', 'Date', 'Message-ID', 'Subject'],
      );
      assert.equal(Buffer.concat([...body.chunks()]).toString(), 'body');
    });
  }

  test('rewrite() lets AddHeader bring From, Date and Message-ID once, and Bcc never', () => {
    const addHeaders = ['Date: d', 'From: a@x', 'Message-ID: m', 'Bcc: b@y', 'X-Site: www1'];
    const { fields } = messageOf(rewritten({ message: 'Subject: s\n\n', settings: { addHeaders } }));
    assert.deepEqual(fields.map(({ name }) => name).toSorted(), [
      'Date',
      'From',
      'Message-ID',
      'Received',
      'Subject',
      'X-Site',
    ]);
  });

  test('rewrite() says in Received which host and user it was', () => {
    const identity = { traceName: 'a.example', user: { uid: 7, name: 'x', fullName: '', home: undefined } };
    const [first = ''] = rewritten({ message: complete, identity }).split(/\n(?![ \t])/);
    assert.equal(first, `Received: by a.example (ssmtp, from userid 7)\n\tid A1B2C3D4E5F6; ${date}`);
  });
});

describe('encodedFields()', () => {
  for (const name of ['Message-ID', 'In-Reply-To', 'References', 'Resent-Message-ID', 'Content-ID', 'Received']) {
    test(`encodedFields() writes no encoded word in ${name}`, () => {
      const text = rewritten({ message: `${name}: <1@m\xc3\xbcller>\n\n`, settings: { encodeForHub: true } });
      assert.match(text, new RegExp(`^${name}: <1@m=C3=BCller>$`, 'm'));
    });
  }

  for (const [what, before, after] of [
    [
      'a comment in Date',
      'Date: Mon, 1 Jan 2024 00:00:00 +0000 (Mitteleuropäische Zeit)',
      'Date: Mon, 1 Jan 2024 00:00:00 +0000 (=?UTF-8?Q?Mitteleurop=C3=A4ische?= Zeit)',
    ],
    ['a comment in MIME-Version', 'MIME-Version: 1.0 (ü)', 'MIME-Version: 1.0 (=?UTF-8?B?w7w=?=)'],
    [
      'a comment in Content-Transfer-Encoding',
      'Content-Transfer-Encoding: quoted-printable (ü)',
      'Content-Transfer-Encoding: quoted-printable (=?UTF-8?B?w7w=?=)',
    ],
    [
      'a comment behind parameters',
      'Content-Type: text/plain; charset=utf-8 (Größe)',
      'Content-Type: text/plain; charset=utf-8 (=?UTF-8?Q?Gr=C3=B6=C3=9Fe?=)',
    ],
    [
      'URIs, and comments between them',
      'List-Unsubscribe: <https://x.example/ü(ö)>, ä (ü) <mailto:a@b?subject=ß>',
      'List-Unsubscribe: <https://x.example/%C3%BC(%C3%B6)>, =C3=A4 (=?UTF-8?B?w7w=?=) <mailto:a@b?subject=%C3%9F>',
    ],
    ['an address', 'Content-Location: https://x.example/ü', 'Content-Location: https://x.example/%C3%BC'],
    [
      'results',
      'Authentication-Results: x.example; spf=pass (ü) s=ü',
      'Authentication-Results: x.example; spf=pass (=?UTF-8?B?w7w=?=) s==C3=BC',
    ],
    ['tags', 'ARC-Seal: i=1; b=ü', 'ARC-Seal: i=1; b==C3=BC'],
    ['attributes', 'Autocrypt: addr=ü@b', 'Autocrypt: addr==C3=BC@b'],
    ['a language', 'Content-Language: dü', 'Content-Language: d=C3=BC'],
    [
      'a name before an identifier',
      'List-ID: "Größe, A" <ü.b>',
      'List-ID: =?UTF-8?Q?Gr=C3=B6=C3=9Fe=2C_A?= <=C3=BC.b>',
    ],
    ['references', 'References: <ü@b> (ü', 'References: <=C3=BC@b> (=C3=BC'],
    ['a field that nobody knows', 'X-Note: a (ü) <ü>', 'X-Note: a =?UTF-8?B?KMO8KSA8w7w+?='],
  ] as const) {
    test(`encodedFields() encodes ${what} where that may stand`, () => {
      const message = `${Buffer.from(before).toString('latin1')}\n\n`;
      const text = rewritten({ message, settings: { encodeForHub: true } })
        .replaceAll('(\n ', '(')
        .replaceAll('\n ', ' ');
      assert.ok(text.split('\n').includes(after), text);
    });
  }

  test('encodedFields() writes a blank for NUL', () => {
    const settings = { encodeForHub: true };
    assert.match(rewritten({ message: 'Subject: a\0b\n\n', settings }), /^Subject: a b$/m);
    assert.match(
      rewritten({ message: 'From: \0\n\n', settings }),
      /^From: alice@example.org$|^From: .*<alice@example.org>$/m,
    );
    assert.doesNotMatch(rewritten({ message: 'From: \0\n\n', settings }), /\0|^From:\s*$/m);
    assert.match(rewritten({ message: 'Subject: a\0b\n\n', settings: { encodeForHub: false } }), /^Subject: a\0b$/m);
  });
});

describe('headerRules', () => {
  test('headerRules have unique names and a reason each', () => {
    assert.equal(new Set(headerRules.map(({ name }) => name.toLowerCase())).size, headerRules.length);
    for (const { name, why } of headerRules) assert.match(why, /\S/, name);
  });

  test('headerRules never remove a field and edit it as well', () => {
    for (const rule of headerRules) assert.ok(!(rule.removed && (rule.addresses ?? rule.addedWhenMissing)), rule.name);
  });
});
