/** What the documents name exists: files, folders, scripts of package.json; docs/ARCHITECTURE.md names every room. */

import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { rooms, root, textOf } from './source-files.ts';

const inDocs = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));
const documents = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', ...inDocs.map((name) => `docs/${name}`)];

/** A file of the project, or a folder; `{a,b}` stands for both. */
const path = /^[\w./{},-]+(\.(ts|json|md|case|py)|\/)$/;

/** Made, not kept. */
const made = /^\/|^(build|dist|node_modules)\//;

function pathsIn(text: string): string[] {
  const quoted = [...text.matchAll(/`([^`\n]+)`/g)].map(([, found = '']) => found);
  return quoted.filter((found) => path.test(found)).flatMap(alternatives);
}

function alternatives(text: string): string[] {
  const [, before = '', list, after = ''] = /^(.*)\{(.*)\}(.*)$/.exec(text) ?? [];
  return list === undefined ? [text] : list.split(',').map((each) => before + each + after);
}

for (const document of documents) {
  describe(document, () => {
    const text = textOf(document);

    test(`${document} names files and folders that exist`, () => {
      const missing = pathsIn(text).filter(
        (named) => !made.test(named) && !['', 'src'].some((place) => existsSync(join(root, place, named))),
      );
      assert.deepEqual(missing, []);
    });

    test(`${document} has links to files that exist`, () => {
      const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, target = '']) => target);
      const folder = join(root, document, '..');
      assert.deepEqual(
        links.filter((target) => !existsSync(join(folder, target))),
        [],
      );
    });

    test(`${document} names scripts that exist`, () => {
      const { scripts }: { readonly scripts: Readonly<Record<string, string>> } = JSON.parse(textOf('package.json'));
      const ofNpm = [...text.matchAll(/npm run (?:--silent )?([a-z][a-z:-]*)/g)].map(([, name = '']) => name);
      assert.deepEqual(
        ofNpm.filter((name) => scripts[name] === undefined),
        [],
      );
      const ours = [...text.matchAll(/(?<![\w/])scripts\/[a-z][\w./-]*\w/g)].map(([name]) => name);
      assert.deepEqual(
        ours.filter((name) => !existsSync(join(root, name))),
        [],
      );
    });
  });
}

describe('docs/ARCHITECTURE.md', () => {
  const text = textOf('docs/ARCHITECTURE.md');

  test('docs/ARCHITECTURE.md names the rooms in their order', () => {
    const named = [...text.matchAll(/^\| `(\w+)\/` \| /gm)].map(([, room]) => room);
    assert.deepEqual(named, rooms);
  });

  test('docs/ARCHITECTURE.md names whatever stands in src', () => {
    const there = readdirSync(join(root, 'src'), { withFileTypes: true });
    const names = there.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name));
    assert.deepEqual(
      names.filter((name) => !text.includes(`\`${name}\``)),
      [],
    );
  });
});
