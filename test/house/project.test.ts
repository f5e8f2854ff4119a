/** The project as it is handed on: pinned, complete, up to date, and with no trace of the place where it was made. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { version } from '../../src/version.ts';
import { root, textOf } from './source-files.ts';

interface Package {
  readonly version: string;
  readonly files: readonly string[];
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
}

const described: Package = JSON.parse(textOf('package.json'));

function run(command: string, ...words: string[]) {
  return spawnSync(command, words, { cwd: root, encoding: 'utf8' });
}

describe('package.json', () => {
  test('package.json has the version of src/version.ts', () => assert.equal(described.version, version));

  const { dependencies, devDependencies, optionalDependencies } = described;
  for (const [name, wanted] of Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })) {
    test(`package.json pins ${name} exactly`, () => assert.match(wanted, /^\d+\.\d+\.\d+$/));
  }

  test('package.json pins what package-lock.json installs', () => {
    const lock: { readonly packages: Readonly<Record<string, Partial<Package>>> } = JSON.parse(
      textOf('package-lock.json'),
    );
    const locked = lock.packages[''];
    assert.deepEqual(
      [locked?.version, locked?.dependencies, locked?.devDependencies],
      [version, dependencies, devDependencies],
    );
  });
});

describe('the project', () => {
  const handed = described.files.filter((path) => !path.startsWith('dist/'));
  for (const path of new Set([...handed, 'LICENSE', 'README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md'])) {
    test(`the project has ${path}`, () => assert.ok(existsSync(join(root, path)), path));
  }

  test('the project has fresh generated files', () => {
    const { status, stdout, stderr } = run(process.execPath, 'scripts/generate.ts', '--check');
    assert.equal(status, 0, `run npm run generate: ${stdout}${stderr}`);
  });
});

describe('man pages', () => {
  const skip = run('mandoc', '-T', 'lint', '/dev/null').error ? 'SKIPPED: mandoc is not installed' : false;
  const pages = run('sh', '-c', 'ls man').stdout.split('\n').filter(Boolean);

  for (const page of pages) {
    test(`man/${page} has no fault that mandoc finds`, { skip }, () => {
      const { stdout, stderr } = run('mandoc', '-T', 'lint', `man/${page}`);
      // Manuals of programs that are not installed here, or since mandoc made its list, and our own before they are.
      const faults = `${stdout}${stderr}`
        .split('\n')
        .filter((line) => line && !/referenced manual not found|outdated mandoc\.db lacks/.test(line));
      assert.deepEqual(faults, []);
    });
  }

  test('man pages are there', () => assert.ok(pages.length >= 3));
});

describe('tracked files', () => {
  const { stdout, status } = run('git', 'ls-files', '--cached', '--others', '--exclude-standard');
  const tracked = stdout.split('\n').filter((path) => path !== '' && existsSync(join(root, path)));
  const skip = status === 0 ? false : 'SKIPPED: not a git working copy';

  /** Put together here, so that this file is no exception. */
  const traces: readonly (readonly [string, RegExp])[] = [
    ['a path of the machine it was written on', new RegExp(`(?<![\\w.~-])/${'work'}/`)],
    ['the address of a package registry', new RegExp(`registry\\.${'npmjs'}\\.org|registry\\.${'yarnpkg'}\\.com`)],
    ['a registry setting', new RegExp(`^\\s*registry\\s*${'='}`, 'm')],
    ['an unfinished merge', new RegExp(`^${'<'.repeat(7)} |^${'>'.repeat(7)} `, 'm')],
    ['a private key', new RegExp(`-----BEGIN ([A-Z]+ )?${'PRIVATE'} KEY-----\\n[A-Za-z0-9+/]{20}`)],
  ];
  for (const [what, pattern] of traces) {
    test(`tracked files hold no ${what.replace(/^(an?|the) /, '')}`, { skip }, () => {
      assert.deepEqual(
        tracked.filter((path) => pattern.test(textOf(path))),
        [],
      );
    });
  }

  test('tracked files are no build results', { skip }, () => {
    assert.deepEqual(
      tracked.filter((path) => /^(dist|build|node_modules)\//.test(path)),
      [],
    );
  });
});
