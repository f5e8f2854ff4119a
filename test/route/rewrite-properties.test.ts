/** rewrite for random messages: what is not documented to change comes out byte for byte. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { fieldValue, headerOctets } from '../../src/message/header-block.ts';
import type { HeaderField, Message } from '../../src/message/types.ts';
import { ruleFor } from '../../src/route/header-rules.ts';
import type { Identity } from '../../src/route/identity.ts';
import { rewrite } from '../../src/route/rewrite.ts';
import { identityWith, messageOf, passage, routeWith, settingsWith, textOf } from './pieces.ts';

const domain = 'added.by.rewrite.test';

function rewritten(message: Message, identity: Partial<Identity> = {}, encodeForHub = false): Message {
  const settings = settingsWith({ encodeForHub });
  return rewrite(message, routeWith({ settings, identity: identityWith({ domain, ...identity }) }), { passage });
}

const lineEnd = fc.constantFrom('\n', '\r\n');
const line = fc
  .array(
    fc.integer({ min: 0, max: 255 }).filter((octet) => octet !== 0x0a && octet !== 0x0d),
    { maxLength: 20 },
  )
  .map((octets) => Buffer.from(octets).toString('latin1'));
const gap = fc.constantFrom('', ' ', '  ', '\t', '\n ', '\r\n\t', ' (c, c) ');
const item = fc.constantFrom(
  'root',
  'bob',
  'a@x',
  '<root>',
  'N <bob>',
  '"n, n" <root>',
  'a <b@y>',
  'g: bob;',
  '',
  'not one',
  '"',
  '(',
);

const anyValue = fc
  .tuple(fc.array(line, { minLength: 1, maxLength: 3 }), lineEnd)
  .map(([lines, end]) => lines.join(`${end} `));
const addressValue = fc
  .array(fc.tuple(gap, item, gap), { maxLength: 4 })
  .map((items) => items.map((parts) => parts.join('')).join(','));
const name = fc.oneof(
  fc.constantFrom(
    'Subject',
    'X-Any',
    'received',
    'Resent-Date',
    'Date',
    'Message-ID',
    'Bcc',
    'bCC',
    'Return-Path',
    'X-Dead-Letter',
  ),
  fc.string({ unit: fc.constantFrom(...'aZ!~-_0'), minLength: 1, maxLength: 8 }),
);
const addressName = fc.constantFrom(
  'From',
  'To',
  'cc',
  'Reply-To',
  'Sender',
  'Resent-To',
  'Resent-From',
  'Resent-Sender',
  'Resent-Cc',
);
const field = fc
  .tuple(fc.oneof(fc.tuple(name, anyValue), fc.tuple(addressName, addressValue)), fc.constantFrom('', ' '), lineEnd)
  .map(([[fieldName, value], blank, end]) => `${fieldName}:${blank}${value}${end}`);
const message = fc
  .tuple(fc.array(field, { maxLength: 8 }), anyValue)
  .map(([fields, body]) => messageOf(`${fields.join('')}\n${body}`));

describe('rewrite() of any message', () => {
  test('rewrite() leaves alone what it does not document to change', () => {
    fc.assert(
      fc.property(message, (original) => {
        const kept = original.fields.filter(stays).map(({ raw }) => raw);
        const raws = rewritten(original).fields.map(({ raw }) => raw);
        const own = raws.slice(raws.length - kept.length);
        assert.deepEqual(
          own.map((raw) => raw.replaceAll(`@${domain}`, '')),
          kept,
        );
        for (const { name, raw } of original.fields.filter(stays)) {
          if (!ruleFor(name)?.addresses) assert.ok(own.includes(raw));
        }
      }),
      { numRuns: 300 },
    );
  });

  test('rewrite() adds nothing but Received, From, Date and Message-ID, and those only where they are missing', () => {
    fc.assert(
      fc.property(message, (original) => {
        const kept = original.fields.filter(stays);
        const has = (wanted: string) => kept.some((candidate) => candidate.name.toLowerCase() === wanted.toLowerCase());
        const added = ['Received', ...['From', 'Date', 'Message-ID'].filter((wanted) => !has(wanted))];
        const names = rewritten(original).fields.map((each) => each.name);
        assert.deepEqual(names, [...added, ...kept.map((each) => each.name)]);
      }),
      { numRuns: 300 },
    );
  });

  test('rewrite() gives lines that every hub takes, and no others on a second pass', () => {
    fc.assert(
      fc.property(message, (original) => {
        const once = rewritten(original, {}, true);
        const block = headerOctets(once.fields.filter(({ name }) => !ruleFor(name)?.addresses)).toString('latin1');
        assert.doesNotMatch(block, /[\x80-\xff]|[^\n]{999}|\r(?!\n)/);
        assert.deepEqual(rewritten(once, {}, true).fields.slice(1), once.fields);
      }),
      { numRuns: 300 },
    );
  });

  test('rewrite() hands the body on untouched', () => {
    fc.assert(fc.property(message, (original) => assert.equal(rewritten(original).body, original.body)));
  });

  test('rewrite() changes nothing on a second pass but one more Received', () => {
    fc.assert(
      fc.property(message, (original) => {
        const once = rewritten(original);
        assert.deepEqual(rewritten(once).fields.slice(1), once.fields);
      }),
    );
  });

  test('rewrite() gives a block that reads back as the same fields: nothing smuggles a line in', () => {
    const text = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(message, text, text, (original, fullName, hostName) => {
        const result = rewritten(original, { fullName, hostName });
        const again = messageOf(textOf(result));
        assert.deepEqual(
          again.fields.map((each) => each.name),
          result.fields.map((each) => each.name),
        );
        assert.deepEqual(Buffer.concat([...again.body.chunks()]), Buffer.concat([...original.body.chunks()]));
      }),
    );
  });

  test('rewrite() adds lines of at most 78 characters where the name has blanks', () => {
    const words = fc.array(fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }), { maxLength: 30 });
    fc.assert(
      fc.property(words, (parts) => {
        const [, from] = rewritten(messageOf('\n'), { fullName: parts.join(' ') }).fields;
        assert.ok(from);
        const longest = Math.max(
          ...headerOctets([from])
            .toString('latin1')
            .split('\n')
            .map((each) => each.length),
        );
        assert.ok(longest <= 78, `${longest}: ${from.raw}`);
      }),
    );
  });
});

/** Independent of the code: the documented removals. */
function stays(each: HeaderField): boolean {
  const lower = each.name.toLowerCase();
  if (['bcc', 'resent-bcc', 'return-path'].includes(lower)) return false;
  return !(['from', 'date', 'message-id'].includes(lower) && fieldValue(each).trim() === '');
}
