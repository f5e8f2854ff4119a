import assert from 'node:assert/strict';
import { hostname, userInfo } from 'node:os';
import { test } from 'node:test';
import { contentOf, executable, root, script } from './built.ts';

/** What a build leaves behind when it takes paths from its machine: our folders, and those that pkg works in. */
const paths = [
  ...['src', 'scripts', 'node_modules', 'build', 'dist'].map((folder) => `${root}/${folder}`),
  'pkg-sea-',
  '/work-',
];

/** What else tells of a machine, as far as it says anything: words that Node or the program use themselves do not. */
const words = [hostname(), userInfo().username, userInfo().homedir, ...Object.values(process.env)]
  .filter((word) => word !== undefined && word.length >= 6)
  .filter((word) => ![process.execPath, script].some((file) => isIn(contentOf(file), word ?? '')));

for (const file of [executable, script]) {
  test(`${file.replace(/.*dist/, 'dist')} does not tell where it was built, and by whom`, () => {
    const content = contentOf(file);
    assert.deepEqual(
      [...paths, ...words].filter((trace) => isIn(content, trace ?? '')),
      [],
    );
  });
}

function isIn(content: Buffer, text: string): boolean {
  return content.includes(text) || content.includes(text, 0, 'utf16le');
}
