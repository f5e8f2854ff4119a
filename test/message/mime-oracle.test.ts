/**
 * fitted: random messages of many parts say the same afterwards, octet for octet, by the reading of Python's email package, and are
 * declared as what they are (RFC 2045 §6.4).
 */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { fitted } from '../../src/message/fit.ts';
import { mustBeFitted } from '../../src/message/fitness.ts';
import { rewrite } from '../../src/route/rewrite.ts';
import { messageOf, passage, routeWith, textOf } from '../route/pieces.ts';

const words = [
  'Grüße',
  'hello',
  '=3D',
  'x'.repeat(50),
  '.',
  '..',
  '日本語',
  'From',
  '--b',
  '--b--',
  '=',
  '',
  '\t',
  'y'.repeat(1200),
  'ü'.repeat(400),
  '-- ',
];
const text = linesOf(words);
/** What no hub takes as it is; a CR before "--" would be the end of a line for Python. */
const unsafe = linesOf([...words, '\0', 'a\rb', '\r\r', '\u0080\0', '10%\r20%']);

function linesOf(from: readonly string[]): fc.Arbitrary<string> {
  const line = fc.array(fc.constantFrom(...from), { maxLength: 6 }).map((found) => found.join(' '));
  return fc.array(line, { maxLength: 6 }).map((lines) => lines.join('\n'));
}

interface Entity {
  readonly fields: readonly string[];
  readonly body: string;
}

function encoded(body: string, encoding: string | undefined): string {
  if (encoding === 'base64') return Buffer.from(body).toString('base64');
  if (encoding !== 'quoted-printable') return body;
  const escaped = (octet: number) => `=${octet.toString(16).toUpperCase().padStart(2, '0')}`;
  return body.replaceAll(/[^\x0a\x20-\x3c\x3e-\x7e]|[ \t](?=\n|$)/g, (found) =>
    [...Buffer.from(found)].map(escaped).join(''),
  );
}

const leaf = fc
  .record({
    body: fc.oneof(text, unsafe),
    type: fc.constantFrom(undefined, 'text/plain; charset=utf-8', 'application/octet-stream'),
    file: fc.constantFrom(undefined, undefined, 'a.txt', 'ü b.txt'),
    encoding: fc.constantFrom(undefined, '7bit', '8bit', 'Binary', 'quoted-printable', 'base64', 'utf-8', '7BIT'),
  })
  .map(({ body, type, file, encoding }): Entity => {
    const fields = [
      ...(type === undefined ? [] : [`Content-Type: ${type}`]),
      ...(file === undefined ? [] : [`Content-Disposition: attachment; filename="${file}"`]),
      ...(encoding === undefined ? [] : [`Content-Transfer-Encoding: ${encoding}`]),
    ];
    return { fields, body: encoded(body, encoding) };
  });

const { entity } = fc.letrec<{ entity: Entity }>((tie) => ({
  entity: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    leaf,
    fc
      .tuple(
        fc.array(tie('entity'), { minLength: 1, maxLength: 3 }),
        fc.nat(),
        fc.constantFrom('', 'preamble\n'),
        fc.constantFrom('', '\n', '\nend\n'),
      )
      .map(([parts, number, preamble, epilogue]): Entity => {
        const boundary = `bound${number} '${number}`;
        const inner = parts.map(
          ({ fields, body }) => `--${boundary}\n${fields.map((field) => `${field}\n`).join('')}\n${body}\n`,
        );
        const type = `Content-Type: multipart/mixed; boundary="${boundary}"`;
        return { fields: [type], body: `${preamble}${inner.join('')}--${boundary}--${epilogue}` };
      }),
    tie('entity').map(
      ({ fields, body }): Entity => ({
        fields: ['Content-Type: message/rfc822'],
        body: ['Subject: inner', 'MIME-Version: 1.0', ...fields, '', body].join('\n'),
      }),
    ),
  ),
}));

/** Text may change its line ends; what is no text, or was encoded because it holds NUL, is the same to the octet. */
const script = `
import email.policy, json, re, sys
from email import message_from_bytes
def read(text):
    return message_from_bytes(text.encode('latin1'), policy=email.policy.compat32)
def said(message):
    found = []
    for part in message.walk():
        octets = None if part.is_multipart() else part.get_payload(decode=True)
        is_exact = octets is not None and (part.get_content_maintype() != 'text' or b'\\0' in octets)
        if is_exact:
            # Python takes a CR before a delimiter for a part of it, even where lines end in LF.
            octets = octets.rstrip(b'\\r')
        elif octets is not None:
            octets = re.sub(b'\\r*\\n', b'\\n', octets).rstrip(b'\\r\\n')
        found.append([part.get_content_type(), part.get_filename() and True, octets.decode('latin1') if octets is not None else None])
    return found
def undeclared(part):
    encoding = part.get('content-transfer-encoding', '7bit').lower()
    if part.is_multipart():
        inner = [undeclared(each) for each in part.get_payload()]
        found = sum([each for each, _ in inner], [])
        is_eight_bit = any(each for _, each in inner)
    else:
        found = []
        is_eight_bit = bool(re.search(b'[\\x80-\\xff]', part._payload.encode('ascii', 'surrogateescape')))
    if is_eight_bit and encoding != '8bit':
        found = found + [[part.get_content_type(), encoding]]
    return found, is_eight_bit
result = []
for before, after in json.load(sys.stdin):
    result.append([said(read(before)), said(read(after)), undeclared(read(after))[0]])
json.dump(result, sys.stdout)
`;

describe('fitted() of random messages', () => {
  const isMissing = spawnSync('python3', ['-c', '']).error !== undefined && 'SKIPPED: there is no python3';

  for (const takesEightBit of [false, true]) {
    test(`fitted() changes nothing that Python finds in them, and leaves what a hub takes, with 8BITMIME ${takesEightBit}`, {
      skip: isMissing,
    }, () => {
      const messages = fc.sample(entity, 500).map(({ fields, body }) => {
        const whole = ['Subject: x', 'MIME-Version: 1.0', ...fields, '', body].join('\n');
        return Buffer.from(whole).toString('latin1');
      });
      const pairs = messages.map((before) => {
        const message = rewrite(messageOf(before), routeWith(), { passage });
        const leaving = textOf(mustBeFitted(message, takesEightBit) ? fitted(message, takesEightBit) : message);
        // As wireEncoder() has it.
        const after = leaving.replaceAll(/\r+\n/g, '\n');
        const untaken =
          /[^\n]{0,99}(?:[\0\r]|[^\n]{999})/.exec(after) ?? (takesEightBit ? null : /.*[\x80-\xff]/.exec(after));
        assert.equal(untaken?.[0], undefined, before);
        return [before, after];
      });
      const { stdout, stderr } = spawnSync('python3', ['-c', script], {
        input: JSON.stringify(pairs),
        maxBuffer: 1 << 29,
        encoding: 'utf8',
      });
      assert.equal(stderr, '');
      const found: [unknown, unknown, unknown][] = JSON.parse(stdout);
      assert.equal(found.length, pairs.length);
      for (const [index, [before, after, undeclared]] of found.entries()) {
        assert.deepEqual(after, before, messages[index]);
        assert.deepEqual(undeclared, [], messages[index]);
      }
    });
  }
});
