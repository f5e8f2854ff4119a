import assert from 'node:assert/strict';
import { hostname, userInfo } from 'node:os';
import { test } from 'node:test';
import { contentOf, executable, root, script } from './built.ts';
import { tracesIn } from './traces.ts';

/** What a build leaves behind when it takes paths from its machine: our folders, and those that pkg works in. */
const paths = [
  ...['src', 'scripts', 'node_modules', 'build', 'dist'].map((folder) => `${root}/${folder}`),
  'pkg-sea-',
  '/work-',
];

/** What else tells of a machine, as far as it says anything: words that Node or the program use themselves do not. */
const words = [hostname(), userInfo().username, userInfo().homedir, ...root.split('/'), ...Object.values(process.env)]
  .filter((word) => word !== undefined && word.length >= 6)
  .filter((word) => ![process.execPath, script].some((file) => tracesIn(contentOf(file), [word ?? '']).length > 0));

for (const file of [executable, script]) {
  test(`${file.replace(/.*dist/, 'dist')} does not tell where it was built, and by whom`, () => {
    assert.deepEqual(tracesIn(contentOf(file), [...paths, ...words.map(String)]), []);
  });
}
