/** readListFile(): a list that a user owns, or may lay, gives nobody what only the runner of the queue may read. */

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  lchownSync,
  linkSync,
  mkdirSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { readListFile } from '../../src/world/list-file.ts';
import { temporaryDirectory } from '../rig/temporary.ts';

const skip = process.getuid?.() !== 0 && 'SKIPPED: only root can give files away';
const [runner, alice, bob] = [12_345, 12_346, 12_347];

/** Reads as the runner of the queue; gives the text, or why it is not read. */
function readAs(uid: number, path: string, namedBy: number): string {
  process.setegid?.(runner);
  process.seteuid?.(uid);
  try {
    return readListFile(path, namedBy).octets;
  } catch (error) {
    assert.ok(error instanceof Error);
    return `refused: ${error.message.replace(/, [a-z]+ '.*/, '')}`;
  } finally {
    process.seteuid?.(0);
    process.setegid?.(0);
  }
}

interface Place {
  readonly at: (name: string) => string;
  readonly directory: (name: string, owner: number, mode: number) => void;
  readonly file: (name: string, owner: number, mode: number) => void;
  readonly link: (name: string, target: string, owner: number) => void;
}

async function withPlace(use: (place: Place) => Promise<void> | void): Promise<void> {
  await using base = await temporaryDirectory('lists');
  const at = (name: string) => join(base.path, name);
  const place: Place = {
    at,
    directory(name, owner, mode) {
      mkdirSync(at(name));
      chownSync(at(name), owner, owner);
      chmodSync(at(name), mode);
    },
    file(name, owner, mode) {
      writeFileSync(at(name), `content of ${name}`);
      chownSync(at(name), owner, runner);
      chmodSync(at(name), mode);
    },
    link(name, target, owner) {
      symlinkSync(target.startsWith('/') || target.startsWith('.') ? target : at(target), at(name));
      lchownSync(at(name), owner, owner);
    },
  };
  // As /etc/ssmtp/ssmtp.conf: root's, for the runner to read.
  place.directory('etc', 0, 0o755);
  place.file('etc/secret', 0, 0o640);
  place.file('etc/public', 0, 0o644);
  place.directory('home', alice, 0o755);
  place.file('home/list', alice, 0o640);
  place.directory('etc/closed', 0, 0o750);
  chownSync(at('etc/closed'), 0, runner);
  place.file('etc/closed/public', 0, 0o644);
  await use(place);
}

const denied = 'refused: whoever named it may not read it';

describe('readListFile()', { skip }, () => {
  for (const { what, lay, path, namedBy = 0, gives, as = runner } of [
    { what: "root's list in root's directory", path: 'etc/secret', gives: 'content of etc/secret' },
    { what: 'a list of a user in his own directory', path: 'home/list', gives: 'content of home/list' },
    {
      what: 'a link of a user to what only the runner reads',
      lay: ({ link }) => link('home/x', 'etc/secret', alice),
      path: 'home/x',
      gives: denied,
    },
    {
      what: 'a directory of a user that is a link to another',
      lay: ({ link }) => link('home/x', 'etc', alice),
      path: 'home/x/secret',
      gives: denied,
    },
    {
      what: 'a link of a user with .. in it',
      lay: ({ link }) => link('home/x', '../etc/secret', alice),
      path: 'home/x',
      gives: denied,
    },
    {
      what: 'a link of a user to what everybody may read',
      lay: ({ link }) => link('home/x', 'etc/public', alice),
      path: 'home/x',
      gives: 'content of etc/public',
    },
    {
      what: 'a link of a user to a file that everybody might read, if they got there',
      lay: ({ link }) => link('home/x', 'etc/closed/public', alice),
      path: 'home/x',
      gives: denied,
    },
    {
      what: 'a link of root to a list of a user',
      lay: ({ link }) => link('etc/x', 'home/list', 0),
      path: 'etc/x',
      gives: 'content of home/list',
    },
    {
      what: 'a link of root to a link of a user',
      lay: ({ link }) => {
        link('etc/x', 'home/y', 0);
        link('home/y', 'etc/secret', alice);
      },
      path: 'etc/x',
      gives: denied,
    },
    {
      what: 'a file of another in the directory of a user',
      lay: ({ file }) => file('home/x', bob, 0o640),
      path: 'home/x',
      gives: denied,
    },
    {
      what: 'a directory of another in the directory of a user',
      lay: ({ directory, file }) => {
        directory('home/x', bob, 0o755);
        file('home/x/list', bob, 0o640);
      },
      path: 'home/x/list',
      gives: denied,
    },
    {
      what: 'a list in a directory that a group may write to, unless all may read it',
      lay: ({ directory, file }) => {
        directory('x', 0, 0o775);
        file('x/list', alice, 0o640);
      },
      path: 'x/list',
      gives: denied,
    },
    {
      what: 'a list that all may read in a directory that a group may write to',
      lay: ({ directory, file }) => {
        directory('x', 0, 0o775);
        file('x/list', alice, 0o644);
      },
      path: 'x/list',
      gives: 'content of x/list',
    },
    {
      what: 'a list in a directory that all may write to',
      lay: ({ directory, file }) => {
        directory('x', 0, 0o777);
        file('x/list', 0, 0o644);
      },
      path: 'x/list',
      gives: 'refused: every user could have laid it there',
    },
    {
      what: 'a list that a user has laid into a directory that all may write to',
      lay: ({ directory, file }) => {
        directory('x', 0, 0o1777);
        file('x/list', alice, 0o644);
      },
      path: 'x/list',
      gives: 'refused: every user could have laid it there',
    },
    {
      what: "root's list in a sticky directory",
      lay: ({ directory, file }) => {
        directory('x', 0, 0o1777);
        file('x/list', 0, 0o640);
      },
      path: 'x/list',
      gives: 'content of x/list',
    },
    {
      what: 'a second name of a secret in a sticky directory',
      lay: ({ directory, at }) => {
        directory('x', 0, 0o1777);
        linkSync(at('etc/secret'), at('x/list'));
      },
      path: 'x/list',
      gives: denied,
    },
    {
      what: 'a list that every user may change',
      lay: ({ file }) => file('etc/x', 0, 0o646),
      path: 'etc/x',
      gives: 'refused: every user may write to it',
    },
    { what: 'what the list of a user names', path: 'etc/secret', namedBy: alice, gives: denied },
    {
      what: 'what the list of a user names and all may read',
      path: 'etc/public',
      namedBy: alice,
      gives: 'content of etc/public',
    },
    {
      what: 'what the list of a user names of his own',
      path: 'home/list',
      namedBy: alice,
      gives: 'content of home/list',
    },
    { what: 'what the list of a user names of another', path: 'home/list', namedBy: bob, gives: denied },
    { what: 'for root what the list of a user names', path: 'etc/secret', namedBy: alice, gives: denied, as: 0 },
    {
      what: 'for a user what he names himself',
      path: 'etc/public',
      namedBy: alice,
      gives: 'content of etc/public',
      as: alice,
    },
    {
      what: 'for a user, by the link of another, what is his own',
      lay: ({ directory, link }) => {
        directory('x', bob, 0o755);
        link('x/list', 'home/list', bob);
      },
      path: 'x/list',
      gives: denied,
      as: alice,
    },
    {
      what: 'a pipe',
      lay: ({ at }) => execFileSync('mkfifo', [at('home/x')]),
      path: 'home/x',
      gives: 'refused: it is not a regular file',
    },
    { what: 'a directory', path: 'home', gives: 'refused: it is a directory' },
    { what: 'a file taken for a directory', path: 'home/list/x', gives: 'refused: it is not a regular file' },
    { what: 'nothing', path: 'home/none', gives: 'refused: ENOENT: no such file or directory' },
    {
      what: 'a link to itself',
      lay: ({ link }) => link('home/x', 'home/x', alice),
      path: 'home/x',
      gives: 'refused: too many levels of symbolic links',
    },
    {
      what: 'a file beyond 1 MiB',
      lay: ({ file, at }) => {
        file('home/x', alice, 0o644);
        truncateSync(at('home/x'), 1024 ** 2 + 1);
      },
      path: 'home/x',
      gives: 'refused: it is larger than 1 MiB',
    },
  ] as {
    what: string;
    lay?: (place: Place) => void;
    path: string;
    namedBy?: number;
    gives: string;
    as?: number;
  }[]) {
    test(`readListFile() ${gives.startsWith('refused') ? 'refuses' : 'reads'} ${what}`, async () => {
      await withPlace((place) => {
        lay?.(place);
        assert.equal(readAs(as, place.at(path), namedBy), gives);
      });
    });
  }

  test('readListFile() tells whose list it is, and who may change it', async () => {
    await withPlace(({ at }) => {
      chmodSync(at('home/list'), 0o660);
      assert.deepEqual(readListFile(at('home/list'), 0), {
        octets: 'content of home/list',
        owner: alice,
        isOpenToOthers: true,
      });
    });
  });

  test('readListFile() gives nothing away while directories change places', { timeout: 60_000 }, async () => {
    await withPlace(async ({ at, directory, file, link }) => {
      directory('home/a', alice, 0o755);
      file('home/a/public', alice, 0o644);
      link('home/b', 'etc/closed', alice);
      const swap = `process.chdir('${at('home')}');
        const { renameSync } = process.getBuiltinModule('node:fs');
        for (;;) for (const [from, to] of ['ac', 'ba', 'ab', 'ca']) renameSync(from, to);`;
      const swapping = spawn(process.execPath, ['-e', swap], { stdio: 'ignore' });
      try {
        for (const end = Date.now() + 2000; Date.now() < end; ) {
          const text = readAs(runner, at('home/a/public'), 0);
          assert.ok(text === 'content of home/a/public' || text.startsWith('refused'), text);
        }
      } finally {
        swapping.kill();
        await once(swapping, 'close');
      }
    });
  });
});
