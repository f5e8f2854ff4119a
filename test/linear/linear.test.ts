/** Four times the input takes four times the work, and no more, wherever text of strangers is read: one message holds up no others. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { splitWords } from '../../src/cli/split-words.ts';
import { parseAliases, targetsInFile } from '../../src/config/aliases.ts';
import { reverseAliasesOf } from '../../src/config/revaliases.ts';
import { progressAfter } from '../../src/delivery/put-off.ts';
import { letterFor } from '../../src/hub/letter.ts';
import { mechanisms } from '../../src/hub/mechanisms.ts';
import { parseReply } from '../../src/hub/reply.ts';
import { verdictOf } from '../../src/hub/verdict.ts';
import { addressesIn, addressesInArgument } from '../../src/message/address-list.ts';
import { encodeField, foldField, type Syntax } from '../../src/message/encode-field.ts';
import { fitted } from '../../src/message/fit.ts';
import { headerBlockOf } from '../../src/message/header-block.ts';
import { piecesOf } from '../../src/message/mime-parts.ts';
import { wireEncoder } from '../../src/message/wire.ts';
import { agendaOf } from '../../src/queue/agenda.ts';
import { noProgress, unfinished } from '../../src/queue/progress.ts';
import { parseRequest, requestLine } from '../../src/queue/request.ts';
import { toldIn } from '../../src/queue/told.ts';
import { recipientsFor } from '../../src/route/recipient.ts';
import { parseCommand } from '../../src/submit/command.ts';
import { deliverTo, greeting, letterTo, loginWith, planWith, silent } from '../hub/pieces.ts';
import { scriptedPeer } from '../hub/scripted-peer.ts';
import { fieldOf } from '../message/pieces.ts';
import { addressOf, messageOf, optionsWith, passage, routeWith, settingsWith } from '../route/pieces.ts';
import { fakeSystem } from '../system/fake-system.ts';
import { workOf } from './work.ts';

/** `of` gives the work to be counted, with all that it needs made before. */
interface Row {
  readonly what: string;
  readonly of: (size: number) => () => unknown;
}

/** Four times as much takes four times the work, and a little more where something is sorted; sixteen times where it is quadratic. */
const most = 7;
const size = 600;

function assertLinear(rows: readonly Row[]): void {
  for (const { what, of } of rows) {
    test(`four times as much takes four times the work: ${what}`, async () => {
      // What is done once, such as making a table, is done now.
      await of(10)();
      const [little, much] = [await workOf(of(size)), await workOf(of(4 * size))];
      assert.ok(much < most * little, `${little} steps became ${much}`);
    });
  }
}

function times(text: string): (count: number) => string {
  return (count) => text.repeat(count);
}

const asOctets = (text: string) => Buffer.from(text).toString('latin1');
const numbered = (count: number, each: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => each(index));

describe('header fields', () => {
  const values: readonly (readonly [string, Syntax, (count: number) => string])[] = [
    ['words', 'text', times('ü b ')],
    ['one word', 'text', times('ü')],
    ['words in two charsets', 'text', (count) => 'ü \xfc '.repeat(count)],
    ['a long word before short ones', 'text', (count) => 'ü'.repeat(count) + ' ü'.repeat(count)],
    ['comments', 'addresses', times('(ü(b)) ')],
    ['comments within a comment', 'addresses', (count) => `(ü${'(b)'.repeat(count)})`],
    ['quoted pairs in a comment', 'addresses', (count) => `(ü${'\\a'.repeat(count)}b)`],
    ['an open comment', 'addresses', (count) => `ü ${'('.repeat(count)}`],
    ['a deep comment', 'addresses', (count) => `ü ${'('.repeat(count)}${')'.repeat(count)}`],
    ['addresses with names', 'addresses', times('ü <a@b.example>, ')],
    ['angles in one item', 'addresses', times('ü <a@b.example> ')],
    ['open angles', 'addresses', times('ü <')],
    ['open literals', 'addresses', times('ü [')],
    ['routes', 'addresses', (count) => `ü <${'@a,'.repeat(count)}`],
    ['groups', 'addresses', times('ü: a@b;')],
    ['quotes', 'addresses', times('"ü" ')],
    ['parameters', 'parameters', times('; a="ü"')],
    ['open quotes of parameters', 'parameters', (count) => `ü${'; a="\\"'.repeat(count)}`],
    ['spaces before a parameter', 'parameters', (count) => `ü;${' '.repeat(count)}a`],
    ['spaces behind a parameter', 'parameters', (count) => `ü; a${' '.repeat(count)}b`],
    ['comments between parameters', 'parameters', times('; a="ü" (ü)')],
    ['comments in a structured field', 'structured', times('ü (ü) ')],
    ['open comments in a structured field', 'structured', (count) => `ü ${'('.repeat(count)}`],
    ['URIs', 'uris', times('<ü> (ü), ')],
    ['open URIs', 'uris', times('ü <')],
    ['open comments between URIs', 'uris', times('<ü> (')],
    ['names before identifiers', 'phrases', times('ü <ü> ')],
    ['spaces', 'text', (count) => `ü${' '.repeat(count)}`],
    ['line ends', 'text', times('ü\n ')],
  ];
  assertLinear(
    values.map(([what, syntax, value]) => ({
      what: `encodeField() of ${what}`,
      of: (count) => {
        const field = fieldOf(`X: ${value(count).replaceAll('ü', asOctets('ü'))}\n`);
        return () => encodeField(field, syntax, 'x');
      },
    })),
  );

  const lines: readonly (readonly [string, (count: number) => string])[] = [
    ['words', times('word ')],
    ['one word', times('xxxx')],
    ['commas', times('x,x,')],
    ['spaces', times('    ')],
    ['lines', times('x\n ')],
  ];
  assertLinear(
    lines.map(([what, value]) => ({
      what: `foldField() of ${what}`,
      of: (count) => {
        const field = fieldOf(`X: ${value(count)}\n`);
        return () => foldField(field);
      },
    })),
  );

  assertLinear([
    { what: 'header fields', of: (count) => over(times('X: y\n')(count), headerBlockOf) },
    { what: 'lines of one field', of: (count) => over(`X: y\n${' z\n'.repeat(count)}`, headerBlockOf) },
    { what: 'mbox lines', of: (count) => over(times('From a\n')(count), headerBlockOf) },
    { what: 'a line that is no field', of: (count) => over(times('x')(count), headerBlockOf) },
    {
      what: 'addresses in an argument',
      of: (count) => () => addressesInArgument(numbered(count, (index) => `a${index}@b.example`).join()),
    },
    { what: 'colons in a list of addresses', of: (count) => () => addressesIn('a: '.repeat(count)) },
  ]);
});

function over<T>(latin1: string, read: (octets: Buffer) => T): () => T {
  const octets = Buffer.from(latin1, 'latin1');
  return () => read(octets);
}

describe('routing', () => {
  const local = (count: number) => numbered(count, (index) => `user${index}`).join(', ');
  const messages: readonly (readonly [string, (count: number) => string])[] = [
    ['recipients', (count) => `To: ${numbered(count, (index) => `a${index}@b.example`).join(', ')}\n`],
    ['local recipients', (count) => `To: ${local(count)}\n`],
    ['local senders', (count) => `To: a@b.example\nFrom: ${local(count)}\n`],
    ['the same list of recipients', (count) => `To: ${'list, '.repeat(count)}\n`],
    ['fields', (count) => `To: a@b.example\n${'X: y\n'.repeat(count)}`],
    ['fields that are removed', (count) => `To: a@b.example\n${'Bcc: c@b.example\n'.repeat(count)}`],
    ['fields named To', (count) => `${'To: a@b.example\n'.repeat(count)}`],
    ['fields that are encoded', (count) => `To: a@b.example\n${'X: \xfc\n'.repeat(count)}`],
    ['words that are no addresses', (count) => `To: ok@b.example, ${'a b, '.repeat(count)}\n`],
    [
      'a Received field with one "by" after the other',
      (count) => `To: a@b.example\nReceived: ${'by x '.repeat(count)}\n`,
    ],
    ['a Received field with ids', (count) => `To: a@b.example\nReceived: by x ${'id y '.repeat(count)}\n`],
    [
      'a Content-Type of parameters',
      (count) => `To: a@b.example\nContent-Type: text/plain${'; boundary '.repeat(count)}\n`,
    ],
  ];
  /** As many lines of each file as the message has addresses. */
  const systemWith = (count: number) =>
    fakeSystem({
      readFile: (path) =>
        path.endsWith('revaliases')
          ? numbered(count, (index) => `user${index}:u${index}@example.org\n`).join('')
          : `list: ${numbered(count, (index) => `member${index}@b.example`).join()}\n`,
    });
  const settings = settingsWith({ aliases: { path: '/etc/aliases', isNamed: true } });
  assertLinear(
    messages.map(([what, header]) => ({
      what: `a message with ${what}`,
      of: (count) => {
        const message = messageOf(`${header(count)}\nhello\n`);
        const options = optionsWith({ recipientsFromHeader: true });
        const system = systemWith(count);
        return () => letterFor(message, options, { settings, system, passage });
      },
    })),
  );

  const letters = (text: string, bits: number) =>
    [...text].map((each, at) => ((bits >> at) & 1 ? each.toUpperCase() : each)).join('');
  /** In capitals and small letters. */
  const spellings = (count: number) => numbered(count, (index) => `list@${letters('localhost.localdomain', index)}`);
  const names = (count: number) => numbered(count, (index) => `name${index}`);
  const members = (count: number) => numbered(count, (index) => `member${index}@b.example`).join();
  /** `aliases`, revaliases and `list`, a file that is included, beside a message to or from `names`. */
  const lists: readonly {
    readonly what: string;
    readonly names: (count: number) => readonly string[];
    readonly aliases: (count: number) => string;
    readonly list?: (count: number) => string;
    readonly root?: (count: number) => string;
  }[] = [
    { what: 'one alias', names: spellings, aliases: (count) => `list: ${members(count)}\n` },
    { what: 'one alias for a file', names: spellings, aliases: () => 'list: :include:/list\n', list: members },
    { what: 'the default alias', names, aliases: (count) => `default: ${members(count)}\n` },
    { what: 'the default alias for a file', names, aliases: () => 'default: :include:/list\n', list: members },
    {
      what: 'aliases for one file',
      names,
      aliases: (count) =>
        names(count)
          .map((name) => `${name}: :include:/list\n`)
          .join(''),
      list: members,
    },
    {
      what: 'aliases for one file of the same address',
      names,
      aliases: (count) =>
        names(count)
          .map((name) => `${name}: :include:/list\n`)
          .join(''),
      list: times('member@b.example\n'),
    },
    {
      what: 'aliases that lead to one list',
      names,
      aliases: (count) =>
        `${names(count)
          .map((name) => `${name}: list\n`)
          .join('')}list: ${members(count)}\n`,
    },
    {
      what: 'system users',
      names: (count) => numbered(count, (index) => `root@${letters('localhost.localdomain', index)}`),
      aliases: () => '',
      root: members,
    },
  ];
  assertLinear(
    lists.flatMap((row) =>
      [`To: b@b.example\nCc: `, 'To: '].map((start) => ({
        what: `a message that names ${row.what} in ${start.slice(-4, -2)} as often as the list is long`,
        of: (count: number) => {
          const message = messageOf(`${start}${row.names(count).join(', ')}\n\nhello\n`);
          const isAll = start === 'To: ';
          const options = optionsWith(isAll ? { recipientsFromHeader: true } : { operands: ['b@b.example'] });
          const root = row.root?.(count);
          const settings = settingsWith({ root, aliases: { path: '/etc/aliases', isNamed: true } });
          const system = fakeSystem({
            readFile: () => row.aliases(count),
            readListFile: () => ({ octets: row.list?.(count) ?? '', owner: 0, isOpenToOthers: false }),
          });
          return () => letterFor(message, options, { settings, system, passage });
        },
      })),
    ),
  );

  test('many spellings of a sender cost no more than the lines of revaliases', async () => {
    const work = (count: number) => {
      const line = 'user:u@example.org\n'.repeat(count);
      const from = numbered(count, (index) => `user@${letters('localhost.localdomain', index)}`).join(', ');
      const message = messageOf(`To: a@b.example\nFrom: ${from}\n\nhello\n`);
      const system = fakeSystem({ readFile: () => line });
      const options = optionsWith({ recipientsFromHeader: true });
      return workOf(() => letterFor(message, options, { settings: settingsWith(), system, passage }));
    };
    await work(10);
    const [little, much] = [await work(size), await work(4 * size)];
    assert.ok(much < most * little, `${little} steps became ${much}`);
  });

  const aliasesIn = (text: string) => ({ aliases: () => parseAliases(text, '/etc/aliases') });
  /** Each alias leads to the next one twice: 2^levels ways. */
  const tree = (levels: number) => numbered(levels, (index) => `a${index}: a${index + 1}, a${index + 1}\n`).join('');
  const pairs = (levels: number) =>
    numbered(
      levels,
      (index) => `a${index}: a${index + 1}, b${index + 1}\nb${index}: a${index + 1}, b${index + 1}\n`,
    ).join('');
  assertLinear([
    { what: 'aliases that lead to the next one twice', of: (count) => follow(tree(count)) },
    { what: 'aliases that lead to two of the next level', of: (count) => follow(pairs(count)) },
    {
      what: 'an alias with many targets',
      of: (count) => follow(`a0: ${numbered(count, (index) => `t${index}`).join()}`),
    },
    { what: 'a line of aliases(5) without a colon', of: (count) => () => parseAliases(`a${' '.repeat(count)}b`, 'f') },
    { what: 'an open quote in aliases(5)', of: (count) => () => parseAliases(`a: ${'"\\"'.repeat(count)}`, 'f') },
    { what: 'carriage returns in aliases(5)', of: (count) => () => parseAliases(`a: ${'\r'.repeat(count)}b`, 'f') },
    { what: 'a list in a file', of: (count) => () => targetsInFile('a@b.example\n'.repeat(count)) },
    {
      what: 'revaliases of many users',
      of: (count) => {
        const find = reverseAliasesOf({ revaliasesFile: '/etc/revaliases' }, systemWith(count));
        return () => numbered(count, (index) => `user${index}`).map(find);
      },
    },
  ]);

  function follow(text: string): () => unknown {
    const route = routeWith(aliasesIn(text));
    route.aliases();
    return () => recipientsFor(addressOf('a0'), route);
  }
});

describe('bodies', () => {
  const type = (boundary: string) => `Content-Type: multipart/mixed; boundary=${boundary}\n\n`;
  /** As deep as they are followed, and one line for each. */
  const nested = (count: number) =>
    `MIME-Version: 1.0\n${numbered(count, (index) => `${type(`b${index}`)}--b${index}\n`).join('')}\nü\n`;
  const bodies: readonly (readonly [string, (count: number) => string])[] = [
    ['tiny parts', (count) => `${type('b')}${'--b\n\nü\n'.repeat(count)}--b--\n`],
    ['parts of header lines', (count) => `${type('b')}--b\n${'X: y\n'.repeat(count)}\nü\n--b--\n`],
    ['delimiters without parts', (count) => `${type('b')}${'--b\n'.repeat(count)}ü\n`],
    ['ends of one multipart', (count) => `${type('b')}--b\n\nü\n${'--b--\n'.repeat(count)}`],
    ['multiparts in multiparts', nested],
    ['messages in messages', (count) => `${'Content-Type: message/rfc822\n\n'.repeat(count)}X: ü\n\nü\n`],
    ['lines', times('ü\n')],
    ['one line', times('ü')],
    ['carriage returns', (count) => `\n${'ü\r'.repeat(count)}`],
    ['lines of dashes', (count) => `${nested(40)}${'--\n'.repeat(count)}`],
  ];
  assertLinear(
    bodies.map(([what, text]) => ({
      what: `fitted() over ${what}`,
      of: (count) => {
        const message = messageOf(asOctets(text(count)));
        return () => [...fitted(message, false).body.chunks()];
      },
    })),
  );

  test('piecesOf() asks each line once, however deep the multipart is', async () => {
    const lines = (depth: number) => messageOf(`${nested(depth)}${'--\n'.repeat(20 * size)}`);
    const [shallow, deep] = [lines(2), lines(45)];
    const [few, many] = [await workOf(() => [...piecesOf(shallow)]), await workOf(() => [...piecesOf(deep)])];
    assert.ok(many < 1.5 * few, `${few} steps became ${many}`);
  });

  assertLinear(
    (['.\n', '\n', '\r', 'x'] as const).map((text) => ({
      what: `the wire form of ${JSON.stringify(text)}`,
      of: (count) => over(text.repeat(count), (octets) => wireEncoder().encode(octets)),
    })),
  );
});

describe('the hub', () => {
  const refusals = (count: number) =>
    numbered(count, (index) => `a${index}@b.example`).map((name) => ({
      recipient: addressOf(name),
      reply: { code: 450, enhanced: undefined, text: '450 later' },
    }));
  const envelope = { sender: '', recipients: [], malformed: [], notifications: silent } as const;
  assertLinear([
    { what: 'a reply of many lines', of: (count) => () => parseReply('250-x\n'.repeat(count)) },
    { what: 'a reply of one line', of: (count) => () => parseReply(`250 ${'x '.repeat(count)}`) },
    {
      what: 'recipients who are queued',
      of: (count) => {
        const refused = refusals(count);
        return () => verdictOf({ accepted: [], refused, reply: undefined, size: 0 }, envelope, refused);
      },
    },
    {
      what: 'a challenge of SCRAM that is none',
      of: (count) => {
        const scram = mechanisms.find(({ name }) => name === 'SCRAM-SHA-1');
        const login = loginWith();
        const say = async () => `${'A'.repeat(count)}!`;
        return () =>
          scram
            ?.speak({ login, plan: planWith(), binding: undefined, say, isDone: () => false })
            .catch(() => undefined);
      },
    },
  ]);

  // Before the next one, whose session tells each of its many steps that it is over, a moment after the end.
  test('four times as much takes four times the work: recipients in one transaction', async () => {
    const work = async (recipients: number) => {
      const names = numbered(recipients, (index) => `a${index}@y.example`);
      const said = [
        ...greeting,
        'S: 250-hub.test',
        'S: 250 PIPELINING',
        'C: MAIL…',
        ...names.map((name) => `C: RCPT TO:<${name}>`),
        'C: DATA',
        ...['sender', ...names].map(() => 'S: 250 ok'),
        'S: 354 go',
        'C: <content>',
        'S: 250 ok',
        'C: QUIT',
      ];
      await using peer = await scriptedPeer(said);
      return workOf(() => deliverTo(peer, letterTo(...names), { recipientLimit: 100_000 }));
    };
    await work(10);
    const [little, much] = [await work(size), await work(4 * size)];
    assert.ok(much < most * little, `${little} steps became ${much}`);
  });
  test('sixteen times as much takes sixteen times the work: recipients of whom the hub takes one at a time', async () => {
    const work = async (recipients: number) => {
      await using peer = await scriptedPeer(async (talk) => {
        talk.say('220 hub.test ESMTP');
        let accepted = 0;
        for (let line = await talk.line(); line !== 'QUIT'; line = await talk.line()) {
          if (line.startsWith('MAIL')) accepted = 0;
          if (line === 'DATA') {
            talk.say('354 go');
            await talk.content();
          }
          if (line.startsWith('RCPT')) accepted += 1;
          talk.say(line.startsWith('RCPT') && accepted > 1 ? '452 4.5.3 too many' : '250 ok');
        }
      });
      const letter = letterTo(...numbered(recipients, (index) => `a${index}@y.example`));
      const counted = await workOf(async () => {
        const { delivery } = await deliverTo(peer, letter, { recipientLimit: 2, port: peer.port });
        assert.equal(delivery?.accepted.length, recipients);
      });
      return counted;
    };
    await work(10);
    const [little, much] = [await work(100), await work(1600)];
    assert.ok(much < 24 * little, `${little} steps became ${much}`);
  });
});

describe('the queue', () => {
  const told = toldIn({ path: '/nonexistent', owner: 0 }, fakeSystem());
  const names = (count: number) => numbered(count, (index) => `a${index}@b.example`);
  const request = (count: number) =>
    requestLine({
      operands: names(count),
      recipientsFromHeader: false,
      envelopeSender: undefined,
      fullName: undefined,
      notify: undefined,
      returns: undefined,
      envelopeId: undefined,
    }).subarray(0, -1);

  test('keyOf() takes no notice of what stands in brackets, addresses and digits', () => {
    for (const reason of ['no room for <a b> in box 7 of me@x.example', 'no room for <c> in box 12 of you@y.example']) {
      assert.equal(told.keyOf(reason), 'no room for  in box  of ');
    }
    assert.equal(told.keyOf('450 4.2.1 box 7 is full'), '450 4.2.1');
  });

  assertLinear([
    { what: 'a reason of one word', of: (count) => () => told.keyOf('a'.repeat(count)) },
    { what: 'a reason with open brackets', of: (count) => () => told.keyOf('<'.repeat(count)) },
    { what: 'a reason of at signs', of: (count) => () => told.keyOf('@'.repeat(count)) },
    {
      what: 'recipients who have the message',
      of: (count) => () => unfinished(names(count), { ...noProgress, done: names(count) }),
    },
    {
      what: 'progress of many recipients',
      of: (count) => () => progressAfter(noProgress, { served: names(count), waiting: [], lost: [] }),
    },
    { what: 'the first line of a file', of: (count) => () => parseRequest(request(count)) },
    {
      what: 'names of files',
      of: (count) => () =>
        agendaOf(
          numbered(count, String).map((id, index) => ({
            id,
            key: undefined,
            state: 'new' as const,
            due: count - index,
            claim: undefined,
          })),
        ),
    },
  ]);
});

describe('callers', () => {
  assertLinear([
    { what: 'words of the command line', of: (count) => () => splitWords(numbered(count, (index) => `a${index}`)) },
    { what: 'flags of the command line', of: (count) => () => splitWords(numbered(count, () => '-i')) },
    { what: 'flags in one word', of: (count) => () => splitWords([`-${'i'.repeat(count)}`]) },
    {
      what: 'a command with quotes',
      of: (count) => () => parseCommand(Buffer.from(`MAIL FROM:<${'"a"'.repeat(count)}>`)),
    },
    {
      what: 'a command with an open quote',
      of: (count) => () => parseCommand(Buffer.from(`MAIL FROM:<${'"\\'.repeat(count)}>`)),
    },
    {
      what: 'a command with parameters',
      of: (count) => () => parseCommand(Buffer.from(`MAIL FROM:<>${' SIZE=1'.repeat(count)}`)),
    },
  ]);
});
