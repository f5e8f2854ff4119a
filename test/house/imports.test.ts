/** One direction: a room imports from itself, from the rooms to its left and from the common files; nothing runs back. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Import, importsOf, rooms, type SourceFile, sourceFiles } from './source-files.ts';

/** What every room may import. */
const common: Readonly<Record<string, 'all' | 'types'>> = {
  'address.ts': 'all',
  'failure.ts': 'all',
  'octets.ts': 'all',
  'once.ts': 'all',
  'printable.ts': 'all',
  'version.ts': 'all',
  'system.ts': 'types',
};

/** What stands above the rooms: each may import what is listed, `*` being everything. */
const above: Readonly<Record<string, readonly string[]>> = {
  'main.ts': ['start.ts'],
  'start.ts': ['run.ts', 'system.ts'],
  'run.ts': ['*'],
  'system.ts': ['world/', 'failure.ts', 'once.ts'],
  'world/': ['world/', 'failure.ts', 'system.ts'],
  'address.ts': ['failure.ts'],
  'failure.ts': [],
  'octets.ts': [],
  'once.ts': [],
  'printable.ts': [],
  'tell.ts': ['cli/options.ts', 'failure.ts', 'printable.ts', 'system.ts'],
  'version.ts': [],
};

/** The one room that opens the door to each package, or to each part of one that stands for itself. */
const doors: Readonly<Record<string, string>> = {
  commander: 'cli',
  ini: 'config',
  'nodemailer/lib/qp': 'message',
  'nodemailer/lib/smtp-connection': 'hub',
};

const files = sourceFiles();

function roomOf(path: string): string | undefined {
  return rooms.find((room) => path.startsWith(`${room}/`));
}

/** Why the import is not allowed; undefined when it is. */
function objection(path: string, { from, isOwn, isTypeOnly }: Import): string | undefined {
  if (!isOwn) return undefined;
  const room = roomOf(path);
  if (room === undefined) {
    const allowed = Object.entries(above).find(
      ([who]) => path === who || (who.endsWith('/') && path.startsWith(who)),
    )?.[1];
    if (allowed === undefined) return 'it stands in no room';
    const isAllowed = allowed.some(
      (what) => what === '*' || what === from || (what.endsWith('/') && from.startsWith(what)),
    );
    return isAllowed ? undefined : 'it may not know that';
  }
  if (from in common) return common[from] === 'types' && !isTypeOnly ? 'only types may be imported' : undefined;
  const other = roomOf(from);
  if (other === undefined) return 'no room may know that';
  return rooms.indexOf(other) > rooms.indexOf(room) ? 'that room is to the right' : undefined;
}

function packageOf({ from }: Import): string {
  const parts = from.split('/');
  if (from in doors) return from;
  return parts.slice(0, from.startsWith('@') ? 2 : 1).join('/');
}

describe('src', () => {
  for (const file of files) {
    test(`src/${file.path} imports in one direction`, () => {
      const wrong = importsOf(file).flatMap((each) => {
        const why = objection(file.path, each);
        return why ? [`${each.from}: ${why}`] : [];
      });
      assert.deepEqual(wrong, []);
    });
  }

  test('src imports packages through one door each', () => {
    const uses = files.flatMap((file) =>
      importsOf(file)
        .filter(({ isOwn, from }) => !isOwn && !from.startsWith('node:'))
        .map((each) => `${packageOf(each)} in ${roomOf(file.path) ?? file.path}`),
    );
    const allowed = Object.entries(doors).map(([name, room]) => `${name} in ${room}`);
    assert.deepEqual([...new Set(uses)].toSorted(), allowed.toSorted());
  });

  test('src names built-in modules with node:', () => {
    const names = files.flatMap((file) => importsOf(file).filter(({ isOwn }) => !isOwn));
    const bare = names.map(packageOf).filter((name) => !name.startsWith('node:') && !(name in doors));
    assert.deepEqual(bare, []);
  });

  test('src has files in every room', () => {
    assert.deepEqual(
      rooms.filter((room) => !files.some(({ path }) => roomOf(path) === room)),
      [],
    );
  });
});

describe('objection()', () => {
  const from = (path: string, more: Partial<Import> = {}): Import => ({
    from: path,
    isOwn: true,
    isTypeOnly: false,
    ...more,
  });
  for (const [path, what, isAllowed] of [
    ['hub/a.ts', from('message/b.ts'), true],
    ['message/a.ts', from('hub/b.ts'), false],
    ['message/a.ts', from('hub/b.ts', { isTypeOnly: true }), false],
    ['hub/a.ts', from('system.ts', { isTypeOnly: true }), true],
    ['hub/a.ts', from('system.ts'), false],
    ['hub/a.ts', from('run.ts'), false],
    ['hub/a.ts', from('world/b.ts'), false],
    ['failure.ts', from('hub/b.ts'), false],
    ['helpers.ts', from('failure.ts'), false],
    ['run.ts', from('hub/b.ts'), true],
  ] as const) {
    test(`objection() ${isAllowed ? 'has none' : 'objects'} when ${path} imports ${what.isTypeOnly ? 'types of ' : ''}${what.from}`, () => {
      assert.equal(objection(path, what) === undefined, isAllowed);
    });
  }
});

describe('importsOf()', () => {
  const text = [
    "import { a } from 'node:fs';",
    "import type { B } from '../b.ts';",
    "import { type C, type D } from './c.ts';",
    "import E, {\n  type F,\n  g,\n} from 'e/lib';",
    "import * as h from '@h/h';",
    "export { i } from './i.ts';",
    "export * from './j.ts';",
    "const k = await import('./k.ts');",
    "import './l.ts';",
  ].join('\n');
  test('importsOf() finds every form', () => {
    const file: SourceFile = { path: 'hub/x.ts', text };
    assert.deepEqual(
      importsOf(file).map(
        ({ from, isOwn, isTypeOnly }) => `${from}${isOwn ? '' : ' (package)'}${isTypeOnly ? ' (types)' : ''}`,
      ),
      [
        'node:fs (package)',
        'b.ts (types)',
        'hub/c.ts (types)',
        'e/lib (package)',
        '@h/h (package)',
        'hub/i.ts',
        'hub/j.ts',
        'hub/k.ts',
        'hub/l.ts',
      ],
    );
  });
});
