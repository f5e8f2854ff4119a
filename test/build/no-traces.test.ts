import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contentOf, executable, root, script } from './built.ts';

/** What a build leaves behind when it takes paths from its machine: our folders, and those that pkg works in. */
const traces = [
  ...['src', 'scripts', 'node_modules', 'build', 'dist'].map((folder) => `${root}/${folder}`),
  'pkg-sea-',
  '/work-',
];

for (const file of [executable, script]) {
  test(`${file.replace(/.*dist/, 'dist')} does not tell where it was built`, () => {
    const content = contentOf(file);
    assert.deepEqual(
      traces.filter((trace) => content.includes(trace) || content.includes(trace, 0, 'utf16le')),
      [],
    );
  });
}
