/** fitted: random messages of many parts say the same afterwards, by the reading of Python's email package. */

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
const text = fc
  .array(
    fc.array(fc.constantFrom(...words), { maxLength: 6 }).map((line) => line.join(' ')),
    { maxLength: 6 },
  )
  .map((lines) => lines.join('\n'));

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
    body: text,
    isTyped: fc.boolean(),
    file: fc.constantFrom(undefined, undefined, 'a.txt', 'ü b.txt'),
    encoding: fc.constantFrom(undefined, '7bit', '8bit', 'binary', 'quoted-printable', 'base64'),
  })
  .map(({ body, isTyped, file, encoding }): Entity => {
    const fields = [
      ...(isTyped ? ['Content-Type: text/plain; charset=utf-8'] : []),
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

const script = `
import email.policy, json, sys
from email import message_from_bytes
def said(text):
    message = message_from_bytes(text.encode('latin1').replace(b'\\n', b'\\r\\n'), policy=email.policy.default)
    found = []
    for part in message.walk():
        octets = None if part.is_multipart() else part.get_payload(decode=True).replace(b'\\r\\n', b'\\n').rstrip(b'\\n').decode('latin1')
        found.append([part.get_content_type(), part.get_filename(), octets])
    return found
json.dump([[said(text) for text in pair] for pair in json.load(sys.stdin)], sys.stdout)
`;

describe('fitted() of random messages', () => {
  const isMissing = spawnSync('python3', ['-c', '']).error !== undefined && 'SKIPPED: there is no python3';

  test('fitted() changes nothing that Python finds in them, and leaves lines of 998 octets of ASCII', {
    skip: isMissing,
  }, () => {
    const messages = fc.sample(entity, 400).map(({ fields, body }) => {
      const whole = ['Subject: x', 'MIME-Version: 1.0', ...fields, '', body].join('\n');
      return Buffer.from(whole).toString('latin1');
    });
    const pairs = messages.map((before) => {
      const message = rewrite(messageOf(before), routeWith(), { passage });
      const after = textOf(mustBeFitted(message, false) ? fitted(message, false) : message);
      assert.doesNotMatch(after, /[\x80-\xff]|[^\n]{999}/);
      return [before, after];
    });
    const { stdout, stderr } = spawnSync('python3', ['-c', script], {
      input: JSON.stringify(pairs),
      maxBuffer: 1 << 29,
      encoding: 'utf8',
    });
    assert.equal(stderr, '');
    const found: [unknown, unknown][] = JSON.parse(stdout);
    assert.equal(found.length, pairs.length);
    for (const [index, [before, after]] of found.entries()) assert.deepEqual(after, before, messages[index]);
  });
});
