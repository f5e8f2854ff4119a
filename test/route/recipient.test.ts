/** recipientsFor: local names go where aliases and root= send them, and every step is told. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseAliases } from '../../src/config/aliases.ts';
import { once } from '../../src/once.ts';
import { nothingSeen, objectionTo, recipientsFor } from '../../src/route/recipient.ts';
import { fakeSystem } from '../system/fake-system.ts';
import { addressOf, routeWith, settingsWith } from './pieces.ts';

const aliases = `
postmaster: root
staff: alice, bob@elsewhere.example, \\carol
alice: alice@home.example
loop: pool
pool: loop, bob
self: self, other@x.example
job: |/usr/bin/job, /var/mail/job, dan
list: :include:/etc/list
lost: :include:/nonexistent
lists: :include:/etc/lists
open: :include:/etc/open
secret: :include:/etc/secret
large: :include:/etc/large
daemon: ops@example.net
`;

const system = fakeSystem({
  permissionsOf: () => ({ mode: 0o644, uid: 7, gid: 7 }),
  readListFile: (path, namedBy) => {
    const list = (octets: string, isOpenToOthers = false) => {
      assert.equal(namedBy, 7, 'the owner of the file that names it');
      return { octets, owner: 7, isOpenToOthers };
    };
    if (path === '/etc/lists') return list(':include:/etc/list\n:Include:/etc/lists\n:include:/nonexistent\n');
    if (path === '/etc/list') return list('one@x.example\n# no\nstaff\n');
    if (path === '/etc/open') return list('two@x.example, :include:/etc/list', true);
    if (path === '/etc/secret') return list('three@x.example\r\n\n  # x\nAuthPass = se cret\n|job\n"se cret\n/se/cret');
    if (path === '/etc/large') throw new Error('it is larger than 1 MiB');
    const number = /^\/many\/(\d+)$/.exec(path)?.[1];
    if (number !== undefined) return list(`m${number}@x.example, :include:/many/${Number(number) + 1}`);
    throw Object.assign(new Error('ENOENT'), { code: 'ENOENT', errno: -2 });
  },
});

function becomes(
  name: string,
  text = aliases,
  settings = settingsWith({ aliases: { path: '/etc/aliases', isNamed: true } }),
) {
  const around = { settings, system, aliases: once(() => parseAliases(text, '/etc/aliases')) };
  return recipientsFor(addressOf(name), routeWith(around));
}

describe('recipientsFor()', () => {
  for (const [name, addresses, malformed = []] of [
    ['bob', ['bob@example.org']],
    ['alice', ['alice@home.example']],
    ['ALICE@localhost', ['alice@home.example']],
    ['alice@elsewhere.example', ['alice@elsewhere.example']],
    ['staff', ['alice@home.example', 'bob@elsewhere.example', 'carol@example.org']],
    ['postmaster', ['admin@example.org']],
    ['root', ['admin@example.org']],
    ['mailer-daemon', ['admin@example.org']],
    ['daemon', ['ops@example.net']],
    ['loop', ['loop@example.org', 'bob@example.org']],
    ['self', ['self@example.org', 'other@x.example']],
    ['job', ['dan@example.org'], ['|/usr/bin/job', '/var/mail/job']],
    ['list', ['one@x.example', 'alice@home.example', 'bob@elsewhere.example', 'carol@example.org']],
    ['lost', [], [':include:/nonexistent']],
    [
      'lists',
      ['one@x.example', 'alice@home.example', 'bob@elsewhere.example', 'carol@example.org'],
      [':include:/nonexistent'],
    ],
    ['large', [], [':include:/etc/large (it is larger than 1 MiB)']],
    ['open', ['two@x.example'], [':include:/etc/list']],
    ['secret', ['three@x.example'], [4, 5, 6, 7].map((line) => `:include:/etc/secret line ${line}`)],
  ] as const) {
    test(`recipientsFor() makes ${addresses.join(', ') || 'nobody'} of ${name}`, () => {
      const found = becomes(name);
      assert.deepEqual([found.addresses, found.malformed], [addresses, malformed]);
    });
  }

  test('recipientsFor() follows no more than 100 files', () => {
    const { addresses, malformed } = becomes('x', 'x: :include:/many/1');
    assert.equal(addresses.length, 100);
    assert.deepEqual(malformed, [':include:/many/101']);
  });

  test('recipientsFor() follows none that a file names which every user may change', () => {
    const open = fakeSystem({ ...system, permissionsOf: () => ({ mode: 0o666, uid: 0, gid: 0 }) });
    const settings = settingsWith({ aliases: { path: '/etc/aliases', isNamed: true } });
    const around = { settings, system: open, aliases: () => parseAliases('x: :include:/etc/list', '/etc/aliases') };
    assert.deepEqual(recipientsFor(addressOf('x'), routeWith(around)).malformed, [':include:/etc/list']);
  });

  test('recipientsFor() sends a name without an entry of its own to default', () => {
    assert.deepEqual(becomes('unknown', 'default: all@x.example\nalice: \\alice').addresses, ['all@x.example']);
    assert.deepEqual(becomes('alice', 'default: all@x.example\nalice: \\alice').addresses, ['alice@example.org']);
  });

  for (const { name, text, addresses } of [
    { name: '"alice"', text: 'default: all@x.example\nalice: a@x.example', addresses: ['a@x.example'] },
    { name: '"Al\\ice"@localhost', text: 'alice: a@x.example', addresses: ['a@x.example'] },
    { name: 'staff', text: 'staff: "bob"@localhost\nbob: b@x.example', addresses: ['b@x.example'] },
    { name: '"a b"', text: '"a b": c@x.example', addresses: ['c@x.example'] },
    { name: '"a b"', text: 'bob: b@x.example', addresses: ['"a b"@example.org'] },
    { name: '"a..b"', text: 'bob: b@x.example', addresses: ['"a..b"@example.org'] },
    { name: '"alice"@elsewhere.example', text: 'alice: a@x.example', addresses: ['"alice"@elsewhere.example'] },
  ]) {
    test(`recipientsFor() knows ${name} by the name without its quotes: ${text}`, () => {
      assert.deepEqual(becomes(name, text).addresses, addresses);
    });
  }

  test('recipientsFor() reaches the end of a long chain of aliases', () => {
    const chain = Array.from({ length: 5000 }, (_, index) => `n${index}: n${index + 1}\n`).join('');
    assert.deepEqual(becomes('n0', `${chain}n5000: end@x.example`).addresses, ['end@x.example']);
  });

  test('recipientsFor() follows an alias once, however many ways lead to it', () => {
    const tree = Array.from({ length: 40 }, (_, index) => `n${index}: n${index + 1}, n${index + 1}\n`).join('');
    assert.deepEqual(becomes('n0', `${tree}n40: end@x.example, n0`).addresses, ['end@x.example', 'n0@example.org']);
  });

  test('recipientsFor() follows neither a name after a backslash nor one of another machine', () => {
    const text = 'staff: \\alice, bob@elsewhere.example\nalice: a@x.example\nbob: b@x.example';
    assert.deepEqual(becomes('staff', text).addresses, ['alice@example.org', 'bob@elsewhere.example']);
  });

  test('recipientsFor() leaves nobody out of a long list', () => {
    const names = Array.from({ length: 30_000 }, (_, index) => `a${index}@x.example`);
    assert.deepEqual(becomes('many', `many: ${names.join()}`).addresses, names);
  });

  test('recipientsFor() tells how it came to that', () => {
    assert.deepEqual(
      becomes('postmaster').steps.map(({ by }) => by),
      ['alias', 'root'],
    );
    assert.deepEqual(
      becomes('bob').steps.map(({ by }) => by),
      ['domain'],
    );
    assert.deepEqual(
      becomes('bob@x.example').steps.map(({ by }) => by),
      ['nothing'],
    );
  });

  test('recipientsFor() reads no aliases for a foreign recipient', () => {
    const around = {
      settings: settingsWith(),
      system,
      aliases: () => assert.fail('they were read'),
    };
    assert.deepEqual(recipientsFor(addressOf('bob@x.example'), routeWith(around)).addresses, ['bob@x.example']);
  });

  test('recipientsFor() ends however aliases lead to each other', () => {
    const many = Array.from({ length: 40 }, (_, index) => `a${index}: a${index + 1}, b${index}`).join('\n');
    assert.ok(becomes('a0', many).addresses.length <= 41);
  });
});

test('objectionTo() names programs and files', () => {
  assert.match(objectionTo('|x'), /program/);
  assert.match(objectionTo('/x'), /file/);
  assert.equal(objectionTo('x y'), 'it is not an address');
  assert.equal(objectionTo(':include:/x'), 'the list cannot be read');
  assert.equal(objectionTo(':include:/x line 7'), 'the line of the list is not an address');
});

test('recipientsFor() takes no list from one recipient because the list of another user names it in vain', () => {
  const world = fakeSystem({
    permissionsOf: () => ({ mode: 0o644, uid: 0, gid: 0 }),
    readListFile: (path, namedBy) => {
      if (path === '/home/list') return { octets: ':include:/etc/staff\n', owner: 7, isOpenToOthers: false };
      if (namedBy !== 0) throw new Error('whoever named it may not read it');
      return { octets: 'staff@x.example\n', owner: 0, isOpenToOthers: false };
    },
  });
  const text = 'club: :include:/home/list\nstaff: :include:/etc/staff\n';
  const route = routeWith({
    settings: settingsWith({ aliases: { path: '/etc/aliases', isNamed: true } }),
    system: world,
    aliases: once(() => parseAliases(text, '/etc/aliases')),
  });
  const seen = nothingSeen();
  assert.deepEqual(recipientsFor(addressOf('club'), route, seen).malformed, [
    ':include:/etc/staff (whoever named it may not read it)',
  ]);
  assert.deepEqual(recipientsFor(addressOf('staff'), route, seen).addresses, ['staff@x.example']);
  assert.deepEqual(recipientsFor(addressOf('STAFF@localhost'), route, seen).addresses, []);
});
