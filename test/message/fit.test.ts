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
      `${mixed}Content-Transfer-Encoding: 7bit\n\npreamble ü\n--b 1\nContent-Type: text/plain\n\nplain = text\n--b 1\nContent-Disposition: inline; filename*=UTF-8''%C3%BC\nContent-Transfer-Encoding: quoted-printable\n\nGr=C3=BC=C3=9Fe\n\n--b 1--\nepilogue\n`,
    ],
    [
      'a message within the message',
      `${mixed}\n--b 1\nContent-Type: message/rfc822\nContent-Transfer-Encoding: 8bit\n\nSubject: ü\n\nGrüße\n--b 1--\n`,
      `${mixed}\n--b 1\nContent-Type: message/rfc822\nContent-Transfer-Encoding: 7bit\n\nSubject: =?UTF-8?B?w7w=?=\nContent-Transfer-Encoding: quoted-printable\n\nGr=C3=BC=C3=9Fe\n--b 1--\n`,
    ],
    [
      'all but a signed part',
      `${mixed}\n--b 1\nContent-Type: multipart/signed; boundary=s\n\n--s\n\nGrüße\n--s--\n--b 1\n\nGrüße\n--b 1--\n`,
      `${mixed}\n--b 1\nContent-Type: multipart/signed; boundary=s\n\n--s\n\nGrüße\n--s--\n--b 1\nContent-Transfer-Encoding: quoted-printable\n\nGr=C3=BC=C3=9Fe\n--b 1--\n`,
    ],
    ['nothing of a signed message', 'DKIM-Signature: x\n\nGrüße\n', 'DKIM-Signature: x\n\nGrüße\n'],
    [
      'octets that quoted-printable must not hold',
      `${plain}Content-Transfer-Encoding: quoted-printable\n\na=3Dü=\nb\n`,
      `${plain}Content-Transfer-Encoding: quoted-printable\n\na=3D=C3=BC=\nb\n`,
    ],
    [
      'no x-uuencode',
      `${plain}Content-Transfer-Encoding: x-uuencode\n\nü\n`,
      `${plain}Content-Transfer-Encoding: x-uuencode\n\nü\n`,
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
      assert.ok(text.split('\n').every((each) => each.length <= 998));
      assert.equal(text.includes('quoted-printable'), length > 998);
      assert.equal(text.replaceAll('=\n', '').includes(`\n${line}\n`), true);
    });
  }

  test('fitted() takes no more than 10,000 parts apart', () => {
    const result = fit(`${mixed}\n${'--b 1\n\nü\n'.repeat(10_100)}--b 1--\n`);
    assert.equal(result.match(/^w7w/gm)?.length ?? result.match(/^=C3=BC/gm)?.length, 9_999);
    assert.equal(result.match(/^ü/gm)?.length, 101);
  });

  test('fitted() wraps base64 in one line', () => {
    const octets = Buffer.from(Array.from({ length: 5000 }, (_, index) => index % 251));
    const header = 'MIME-Version: 1.0\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n';
    const text = fit(`${header}\n${octets.toString('base64')}\n`);
    const [, body = ''] = text.split('\n\n');
    assert.ok(body.split('\n').every((line) => line.length <= 76));
    assert.deepEqual(Buffer.from(body, 'base64'), octets);
  });

  test('fitted() takes CRLF, CR and a missing last line end for line ends', () => {
    const result = fit(`${plain}\nü\r\nb\rc`).split('\n\n')[1];
    assert.equal(result, '=C3=BC\nb\nc');
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
        const canonical = Buffer.concat([body, Buffer.from('\xff')])
          .toString('latin1')
          .replaceAll(/\r+\n|\r|\n/g, '\r\n');
        assert.equal(decoded(result), canonical);
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
