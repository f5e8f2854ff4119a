/** fitted: text is encoded where a hub need not take it, part by part; the rest keeps its bytes. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { fitted } from '../../src/message/fit.ts';
import { mustBeFitted } from '../../src/message/fitness.ts';
import type { Message } from '../../src/message/types.ts';
import { bodyOf, messageOf, textOf } from '../route/pieces.ts';

const utf8 = (text: string) => Buffer.from(text).toString('latin1');

function fit(text: string, takesEightBit = false): string {
  const message = messageOf(utf8(text));
  const result = mustBeFitted(message, takesEightBit) ? fitted(message, takesEightBit) : message;
  assert.equal(result.body.size, Buffer.concat([...result.body.chunks()]).length);
  return Buffer.from(textOf(result), 'latin1').toString();
}

const plain = 'MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n';
const mixed = 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b 1"\n';
/** What stands in the header of text that could not be taken apart. */
const asText = 'Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n';
const renamed = mixed.replace('Content-Type', 'X-Original-Content-Type');

describe('fitted()', () => {
  for (const [what, before, after] of [
    ['ASCII', 'A: b\n\ntext\n', 'A: b\n\ntext\n'],
    [
      '8-bit text that nothing declares',
      'A: b\n\nGrüße\n',
      `A: b\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\nGr=C3=BC=C3=9Fe\n`,
    ],
    [
      '8-bit text, in place of its 8bit',
      `${plain}content-transfer-encoding: 8bit\nX: y\n\nGrüße =\ntrailing \n.\n`,
      `${plain}Content-Transfer-Encoding: quoted-printable\nX: y\n\nGr=C3=BC=C3=9Fe =3D\ntrailing=20\n.\n`,
    ],
    [
      'mostly 8-bit text, in base64',
      `${plain}\nЖизнь прекрасна\nда\n`,
      `${plain}Content-Transfer-Encoding: base64\n\n${Buffer.from('Жизнь прекрасна\r\nда\r\n').toString('base64')}`,
    ],
    [
      'only the parts that need it',
      `${mixed}Content-Transfer-Encoding: 8bit\n\npreamble ü\n--b 1\nContent-Type: text/plain\n\nplain = text\n--b 1\nContent-Disposition: inline; filename="ü"\n\nGrüße\n\n--b 1--\nepilogue\n`,
      `${mixed}Content-Transfer-Encoding: 7bit\n\npreamble =C3=BC\n--b 1\nContent-Type: text/plain\n\nplain = text\n--b 1\nContent-Disposition: inline; filename*=UTF-8''%C3%BC\nContent-Transfer-Encoding: quoted-printable\n\nGr=C3=BC=C3=9Fe\n\n--b 1--\nepilogue\n`,
    ],
    [
      'a message within the message',
      `${mixed}\n--b 1\nContent-Type: message/rfc822\nContent-Transfer-Encoding: 8bit\n\nSubject: ü\n\nGrüße\n--b 1--\n`,
      `${mixed}\n--b 1\nContent-Type: message/rfc822\nContent-Transfer-Encoding: 7bit\n\nSubject: =?UTF-8?B?w7w=?=\nMIME-Version: 1.0\nContent-Transfer-Encoding: quoted-printable\n\nGr=C3=BC=C3=9Fe\n--b 1--\n`,
    ],
    [
      'all but a signed part',
      `${mixed}\n--b 1\nContent-Type: multipart/signed; boundary=s\n\n--s\n\nGrüße\n--s--\n--b 1\n\nGrüße\n--b 1--\n`,
      `${mixed}Content-Transfer-Encoding: 8bit\n\n--b 1\nContent-Type: multipart/signed; boundary=s\n\n--s\n\nGrüße\n--s--\n--b 1\nContent-Transfer-Encoding: quoted-printable\n\nGr=C3=BC=C3=9Fe\n--b 1--\n`,
    ],
    ['nothing of a signed message', 'DKIM-Signature: x\n\nGrüße\n', 'DKIM-Signature: x\n\nGrüße\n'],
    [
      'octets that quoted-printable must not hold',
      `${plain}Content-Transfer-Encoding: quoted-printable\n\na=3Dü=\nb\n`,
      `${plain}Content-Transfer-Encoding: quoted-printable\n\na=3D=C3=BC=\nb\n`,
    ],
    [
      'x-uuencode, which is text then',
      `${plain}Content-Transfer-Encoding: x-uuencode\n\nü\n`,
      `MIME-Version: 1.0\nX-Original-Content-Type: text/plain; charset=utf-8\nX-Original-Content-Transfer-Encoding: x-uuencode\n${asText}\n=C3=BC\n`,
    ],
    [
      'a part whose header is none',
      `${mixed}\n--b 1\nContent-Type: text/plain\nno field\n\nü\n--b 1\nGrüße\n--b 1--\n`,
      `${mixed}\n--b 1\n${asText}\nContent-Type: text/plain\nno field\n\n=C3=BC\n--b 1\n${asText}\nGr=C3=BC=C3=9Fe\n--b 1--\n`,
    ],
    [
      'a multipart with delimiters of another boundary',
      'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="=_abc"\n\n--abc\n\nGrüße\n--abc--\n',
      `MIME-Version: 1.0\nX-Original-Content-Type: multipart/mixed; boundary="=_abc"\n${asText}\n--abc\n\nGr=C3=BC=C3=9Fe\n--abc--\n`,
    ],
    [
      'a multipart with its last delimiter only',
      `${mixed}\nGrüße\n--b 1--\n`,
      `${renamed}${asText}\nGr=C3=BC=C3=9Fe\n--b 1--\n`,
    ],
    [
      'such a multipart within another',
      `${mixed}\n--b 1\nContent-Type: multipart/mixed; boundary=c\nContent-Transfer-Encoding: 8bit\n\nGrüße\n--b 1\n\nx\n--b 1--\n`,
      `${mixed}\n--b 1\nX-Original-Content-Type: multipart/mixed; boundary=c\n${asText}\nGr=C3=BC=C3=9Fe\n--b 1\n\nx\n--b 1--\n`,
    ],
    [
      'a multipart with a boundary beyond ASCII, and the parts in it',
      'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="ü"\n\n--ü\nX: ö\n\na\n--ü--\n',
      `MIME-Version: 1.0\nX-Original-Content-Type: multipart/mixed; boundary="ü"\n${asText}\n--=C3=BC\nX: =C3=B6\n\na\n--=C3=BC--\n`,
    ],
  ] as const) {
    test(`fitted() encodes ${what}`, () => assert.equal(fit(before), after));
  }

  test('fitted() leaves declared 8-bit text to a hub with 8BITMIME', () => {
    const text = `${plain}Content-Transfer-Encoding: 8bit\n\nGrüße\n`;
    assert.equal(fit(text, true), text);
  });

  test('fitted() declares text to a hub with 8BITMIME, and leaves it', () => {
    const declared =
      'MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\nGrüße\n';
    assert.equal(fit('\nGrüße\n', true), declared);
  });

  for (const length of [998, 999, 2047, 4096, 1_000_000]) {
    test(`fitted() leaves no line too long of one with ${length} octets`, () => {
      const line = 'x'.repeat(length);
      const text = fit(`${plain}\nfirst\n${line}\nlast\n`, true);
      assert.ok(text.split('\n').every((each) => each.length <= (length > 998 ? 76 : 998)));
      assert.equal(text.includes('quoted-printable'), length > 998);
      assert.equal(text.replaceAll('=\n', '').includes(`\n${line}\n`), true);
    });
  }

  test('fitted() takes no more than 10,000 parts apart', () => {
    const parts = '--b 1\n\nü\n'.repeat(10_100);
    assert.equal(
      fit(`${mixed}\n${parts}--b 1--\n`),
      `${renamed}${asText}\n${parts.replaceAll('ü', '=C3=BC')}--b 1--\n`,
    );
    const declared = 'Content-Transfer-Encoding: 8bit\n';
    assert.ok(fit(`${mixed}\n${parts}--b 1--\n`, true).startsWith(`${mixed}${declared}\n--b 1\n${declared}\nü\n`));
  });

  for (const [boundary, what] of [
    ['boundary*0=b; boundary*1=1', 'in two pieces'],
    ["boundary*=us-ascii'en'b%31", 'with a charset'],
    ["boundary*0*=''b; boundary*1*=%31", 'in two pieces with a charset'],
  ]) {
    test(`fitted() finds the parts between a boundary ${what}`, () => {
      const head = `MIME-Version: 1.0\nContent-Type: multipart/mixed; ${boundary}\n`;
      const encoding = 'Content-Transfer-Encoding: quoted-printable\n';
      assert.equal(fit(`${head}\n--b1\n\nGrüße\n--b1--\n`), `${head}\n--b1\n${encoding}\nGr=C3=BC=C3=9Fe\n--b1--\n`);
    });
  }

  for (const type of [
    'multipart/alternative',
    'multipart/mixed; boundary=""',
    'multipart/mixed; boundary=other',
    'message/partial; id=x; number=1; total=2',
    'message/external-body; access-type=x',
    'message/delivery-status',
    'message/rfc822',
  ]) {
    for (const takesEightBit of [false, true]) {
      test(`fitted() keeps every octet of ${type} that no hub takes, as text, with 8BITMIME ${takesEightBit}`, () => {
        const body = `no field ü =\r\n--b\0c\rd \r\n${'x'.repeat(1500)}\r\n\xff\r\r\n.\r\n`;
        const message = messageOf(`MIME-Version: 1.0\nContent-Type: ${type}\n\n${utf8(body)}`);
        const result = textOf(fitted(message, takesEightBit));
        assert.doesNotMatch(result, /[\0\r\x80-\xff]|.{999}/);
        if (type !== 'message/rfc822')
          assert.ok(result.includes(`\nX-Original-Content-Type: ${type}\nContent-Type: text/plain;`));
        const inner = type === 'message/rfc822' ? result.slice(result.indexOf('\n\n') + 2) : result;
        assert.equal(decoded(inner), utf8(body));
      });
    }
  }

  test('fitted() takes 50 multiparts in one another apart, and leaves deeper ones as text', () => {
    const opened = Array.from(
      { length: 60 },
      (_, at) => `Content-Type: multipart/mixed; boundary=b${at}\n\n--b${at}\n`,
    );
    const result = fit(`MIME-Version: 1.0\n${opened.join('')}\nGrüße\n`);
    assert.equal(
      result.match(/^X-Original-Content-Type: .*/gm)?.join(),
      'X-Original-Content-Type: multipart/mixed; boundary=b50',
    );
    assert.match(result, /^Gr=C3=BC=C3=9Fe$/m);
    assert.doesNotMatch(result, /8bit/);
  });

  for (const text of ['--b 1', 'ü'.repeat(12), `${'x'.repeat(75)}--b 1`, `${'x'.repeat(74)}--b 1`, '-'.repeat(1200)]) {
    test(`fitted() begins no line with a delimiter in the middle of ${text.slice(0, 20)}`, () => {
      const result = fit(`${mixed}\n${text}ü${text}\n--b 1\n\n${text}ü${text}\n--b 1--\n`);
      assert.equal(result.match(/^--b 1/gm)?.length, 2 + (text === '--b 1' ? 2 : 0));
    });
  }

  test('fitted() wraps base64 in one line', () => {
    const octets = Buffer.from(Array.from({ length: 5000 }, (_, index) => index % 251));
    const header = 'MIME-Version: 1.0\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n';
    const text = fit(`${header}\n${octets.toString('base64')}\n`);
    const [, body = ''] = text.split('\n\n');
    assert.ok(body.split('\n').every((line) => line.length <= 76));
    assert.deepEqual(Buffer.from(body, 'base64'), octets);
  });

  test('fitted() takes CRLF and a missing last line end for line ends, and CR for an octet', () => {
    const result = fit(`${plain}\nü\r\nb\rc`).split('\n\n')[1];
    assert.equal(result, '=C3=BC\nb=0Dc');
  });

  for (const [what, before, after] of [
    ['text without a transfer encoding', `${plain}\nGrüße\n`, `${plain}Content-Transfer-Encoding: 8bit\n\nGrüße\n`],
    [
      'text that is said to be 7bit, in the place of the field',
      `Content-Transfer-Encoding: 7bit\n${plain}\nGrüße\n`,
      `Content-Transfer-Encoding: 8bit\n${plain}\nGrüße\n`,
    ],
    [
      'text that is said to be binary',
      `${plain}Content-Transfer-Encoding: BINARY\n\nGrüße\n`,
      `${plain}Content-Transfer-Encoding: 8bit\n\nGrüße\n`,
    ],
    [
      'ASCII that is said to be binary',
      `${plain}Content-Transfer-Encoding: binary\n\nhello\n`,
      `${plain}Content-Transfer-Encoding: 7bit\n\nhello\n`,
    ],
    [
      'text in an encoding that does not exist',
      `${plain}Content-Transfer-Encoding: utf-8\n\nGrüße\n`,
      `${plain}Content-Transfer-Encoding: 8bit\n\nGrüße\n`,
    ],
    [
      'text with several fields, once',
      `${plain}Content-Transfer-Encoding: 7bit\nX: y\nContent-Transfer-Encoding: 7bit\n\nGrüße\n`,
      `${plain}Content-Transfer-Encoding: 8bit\nX: y\n\nGrüße\n`,
    ],
    [
      'text with Content-Type alone',
      'Content-Type: text/plain; charset=utf-8\n\nGrüße\n',
      'Content-Type: text/plain; charset=utf-8\nMIME-Version: 1.0\nContent-Transfer-Encoding: 8bit\n\nGrüße\n',
    ],
    [
      'text with MIME-Version alone',
      'MIME-Version: 1.0\n\nGrüße\n',
      'MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\nGrüße\n',
    ],
    [
      'text with Content-Transfer-Encoding alone',
      'Content-Transfer-Encoding: 8bit\n\nGrüße\n',
      'Content-Transfer-Encoding: 8bit\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\nGrüße\n',
    ],
    [
      'a part, and so what holds it',
      `${mixed}\n--b 1\nContent-Type: multipart/alternative; boundary=c\nContent-Transfer-Encoding: 7bit\n\n--c\n\nGrüße\n--c--\n--b 1\n\nx\n--b 1--\n`,
      `${mixed}Content-Transfer-Encoding: 8bit\n\n--b 1\nContent-Type: multipart/alternative; boundary=c\nContent-Transfer-Encoding: 8bit\n\n--c\nContent-Transfer-Encoding: 8bit\n\nGrüße\n--c--\n--b 1\n\nx\n--b 1--\n`,
    ],
    [
      'a message within, which gets its MIME-Version',
      'MIME-Version: 1.0\nContent-Type: message/rfc822\n\nSubject: x\n\nGrüße\n',
      'MIME-Version: 1.0\nContent-Type: message/rfc822\nContent-Transfer-Encoding: 8bit\n\nSubject: x\nMIME-Version: 1.0\nContent-Transfer-Encoding: 8bit\n\nGrüße\n',
    ],
    [
      'a multipart whose preamble and epilogue are 8-bit',
      `${mixed}\nü\n--b 1\n\nx\n--b 1--\nü\n`,
      `${mixed}Content-Transfer-Encoding: 8bit\n\nü\n--b 1\n\nx\n--b 1--\nü\n`,
    ],
    [
      'a multipart that holds a header with 8-bit text',
      `${mixed}\n--b 1\nContent-Disposition: inline; filename="ü"\n\nx\n--b 1--\n`,
      `${mixed}Content-Transfer-Encoding: 8bit\n\n--b 1\nContent-Disposition: inline; filename="ü"\n\nx\n--b 1--\n`,
    ],
    [
      'what holds a signed part, but not the part',
      `${mixed}\n--b 1\nContent-Type: multipart/signed; boundary=s\n\n--s\n\nGrüße\n--s--\n--b 1--\n`,
      `${mixed}Content-Transfer-Encoding: 8bit\n\n--b 1\nContent-Type: multipart/signed; boundary=s\n\n--s\n\nGrüße\n--s--\n--b 1--\n`,
    ],
    [
      'quoted-printable with octets that it must not hold, by encoding them',
      `${plain}Content-Transfer-Encoding: quoted-printable\n\na=3Dü\n`,
      `${plain}Content-Transfer-Encoding: quoted-printable\n\na=3D=C3=BC\n`,
    ],
  ] as const) {
    test(`fitted() declares ${what}`, () => assert.equal(fit(before, true), after));
    test(`fitted() finds nothing more to declare: ${what}`, () => assert.equal(fit(after, true), after));
  }

  for (const [what, text] of [
    ['x-uuencode', `${plain}Content-Transfer-Encoding: x-uuencode\n\nü\n`],
    [
      'a multipart that is declared',
      `${mixed}Content-Transfer-Encoding: 8bit\n\n--b 1\nContent-Transfer-Encoding: 8bit\n\nü\n--b 1--\n`,
    ],
    ['quoted-printable', `${plain}Content-Transfer-Encoding: quoted-printable\n\na=3D\n`],
    ['a signed message', `DKIM-Signature: x\n${plain}\nü\0\n`],
    ['a comment before the encoding', `${plain}Content-Transfer-Encoding: (not x) 8bit\n\nü\n`],
    ['ASCII that is declared as more', `${plain}Content-Transfer-Encoding: 8bit\n\nx\n`],
  ] as const) {
    test(`fitted() changes nothing of ${what}`, () => assert.equal(fit(text, true), text));
  }

  test('fitted() gives the message itself back when nothing is to be changed', () => {
    const message = messageOf(
      utf8(`${mixed}Content-Transfer-Encoding: 8bit\n\n--b 1\r\nContent-Transfer-Encoding: 8bit\n\nü\n--b 1--\n`),
    );
    assert.equal(mustBeFitted(message, true), true);
    assert.equal(fitted(message, true), message);
  });

  for (const takesEightBit of [false, true]) {
    for (const [what, header, body] of [
      ['NUL in text', plain, 'a\0b\r\nc\n'],
      ['a CR in text', plain, 'a\rb\n'],
      ['a CR at the end', plain, 'a\r'],
      ['UTF-16', 'MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-16\n', '\xff\xfea\0\n\0b\0'],
      ['data with CRs before a line end', 'MIME-Version: 1.0\nContent-Type: image/x\n', 'a\r\r\nb\n'],
      ['an image', 'MIME-Version: 1.0\nContent-Type: image/png\n', '\x89PNG\r\n\x1a\n\0\r\r\n\n'],
      [
        'a binary file',
        'MIME-Version: 1.0\nContent-Type: application/gzip\nContent-Transfer-Encoding: binary\n',
        'x\ny\r\n',
      ],
      ['quoted-printable with NUL and CR', `${plain}Content-Transfer-Encoding: quoted-printable\n`, 'a\0b\r=0D\n'],
    ] as const) {
      test(`fitted() keeps every octet of ${what}, with 8BITMIME ${takesEightBit}`, () => {
        const message = messageOf(`${header}\n${body}`);
        assert.equal(mustBeFitted(message, takesEightBit), true);
        const result = textOf(fitted(message, takesEightBit));
        assert.doesNotMatch(result, /[\0\r\x80-\xff]/);
        const isLines = /text.plain; charset=utf-8/.test(header) && !/\0/.test(body);
        const expected = header.includes('printable') ? 'a\0b\r\r\r\n' : body;
        assert.equal(decoded(result), isLines ? expected.replaceAll('\n', '\r\n') : expected);
      });
    }
  }

  test('fitted() takes NUL, and a line that is too long, out of the header of a part', () => {
    const long = `X: ${'x '.repeat(600)}y`;
    const result = fit(`${mixed}\n--b 1\nContent-Description: a\0b\n${long}\n\nx\n--b 1--\n`, true);
    assert.match(result, /^Content-Description: a b$/m);
    assert.doesNotMatch(result, /.{999}/);
    assert.ok(result.replaceAll('\n ', ' ').includes(long));
  });

  for (const [what, end, data, kept] of [
    ['LF', '\n', 'a\0\r', 'a\0\r'],
    ['CRLF', '\r\n', 'a\0', 'a\0'],
    ['CRLF, after data that end in CR', '\r\n', 'a\0\r', 'a\0\r'],
    ['CRLF, after data that end in LF', '\r\n', 'a\0\n', 'a\0\n'],
  ] as const) {
    test(`fitted() keeps the data before a delimiter whole: ${what}`, () => {
      const lines = [...mixed.trimEnd().split('\n'), '', '--b 1', 'Content-Type: image/png', '', data, '--b 1--', ''];
      const [, encoded = ''] =
        /base64\n\n([^\n\r]*)\r*\n--b 1--/.exec(fit(lines.join(end), true).replaceAll('\r\n', '\n')) ?? [];
      assert.equal(Buffer.from(encoded, 'base64').toString('latin1'), kept);
    });
  }

  test('fitted() leaves a part whose header is none to a hub with 8BITMIME', () => {
    const text = `${mixed}Content-Transfer-Encoding: 8bit\n\n--b 1\nContent-Type: text/plain\nno field\n\nü\n--b 1--\n`;
    assert.equal(fit(text, true), text);
  });

  test('fitted() gives a large body in pieces', () => {
    const message = messageOf(`${plain}\n${'\xff\n'.repeat(200_000)}`);
    const sizes = Array.from(fitted(message, false).body.chunks(), ({ length }) => length);
    assert.ok(sizes.length > 2 && Math.max(...sizes) < 200_000, String(sizes));
  });

  test('fitted() says 7bit of a message/rfc822 that is encoded', () => {
    const head = 'MIME-Version: 1.0\nContent-Type: message/rfc822\nContent-Transfer-Encoding: 8bit\n';
    const result = fit(`${head}\nSubject: ü\n\nü\n`);
    assert.ok(result.startsWith(head.replace('8bit', '7bit')), result);
  });

  for (const [what, octets] of [
    ['Latin-1', '\xfc\n'],
    ['UTF-8 that breaks off', '\xc3\xbc\xc3'],
  ] as const) {
    test(`fitted() names no charset that the text is not in: ${what}`, () => {
      assert.match(
        textOf(fitted(messageOf(`\n${octets}`), true)),
        /^Content-Type: text\/plain; charset=unknown-8bit$/m,
      );
    });
  }

  test('fitted() writes octets that a hub does not take as =XX in what readers ignore, and breaks long lines', () => {
    const text = `${mixed}\nü\0\na = b\n--b 1\n\nx\n--b 1--\nü\na\rb\n${'x'.repeat(1500)}`;
    const long = `${`${'x'.repeat(74)}=\n`.repeat(20)}${'x'.repeat(20)}`;
    const escaped = (kept: string) => `=C3=BC=00\na = b\n--b 1\n\nx\n--b 1--\n${kept}\na=0Db\n${long}`;
    assert.equal(fit(text), `${mixed}\n${escaped('=C3=BC')}`);
    assert.equal(fit(text, true), `${mixed}Content-Transfer-Encoding: 8bit\n\n${escaped('ü')}`);
  });

  test('fitted() keeps what a part says, whatever its octets and however they are cut', () => {
    const octets = fc.uint8Array({ maxLength: 300 }).map((each) => Buffer.from(each));
    fc.assert(
      fc.property(octets, fc.integer({ min: 1, max: 80 }), (body, size) => {
        const chunks: Buffer[] = [];
        for (let at = 0; at < body.length; at += size) chunks.push(body.subarray(at, at + size));
        const message: Message = {
          fields: messageOf(`${plain}\n`).fields,
          body: bodyOf([...chunks, Buffer.from('\xff')]),
        };
        const result = Buffer.from(textOf(fitted(message, false)), 'latin1').toString('latin1');
        assert.doesNotMatch(result, /[\x80-\xff]|.{999}/);
        const octetsOfPart = Buffer.concat([body, Buffer.from('\xff')]).toString('latin1');
        const canonical = octetsOfPart.replaceAll(/\r*\n/g, '\r\n');
        assert.equal(decoded(result), octetsOfPart.includes('\0') ? octetsOfPart : canonical);
      }),
      { numRuns: 300 },
    );
  });
});

/** The text that a part's encoding stands for, line ends as CRLF. */
function decoded(message: string): string {
  const at = message.indexOf('\n\n');
  const [header, body] = [message.slice(0, at), message.slice(at + 2)];
  if (/base64/.test(header)) return Buffer.from(body, 'base64').toString('latin1');
  return body
    .replaceAll('=\n', '')
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replaceAll('\n', '\r\n');
}
