/** README.md, as far as a test can read it: each of its commands is run by one. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rows } from '../chroot/readme-commands.ts';
import { textOf } from './source-files.ts';

/** In a block of shell each line is a command; within the text, what begins with a program that is called. */
const places =
  /^```sh\n(.*?)^```$|`((?:sudo|scripts\/|npm|ssmtp|sendmail|mailq|newaliases|systemd|\/usr\S*\/uninstall)[^`]*)`/gms;
/** Names of files and settings. */
const noCommand = /^(ssmtp\.(conf|authpass|tlskeypass)\S*|scripts\/\S+\.txt)$/;

function commandsOf(document: string): string[] {
  const found = [...document.matchAll(places)].flatMap(([, block, inline = '']) =>
    block === undefined
      ? [inline]
      : block
          .replaceAll(/ *\\\n */g, ' ')
          .trimEnd()
          .split('\n'),
  );
  return [...new Set(found.filter((command) => !noCommand.test(command)))];
}

test('README.md has no command that no test runs', () => {
  assert.deepEqual(
    commandsOf(textOf('README.md')),
    rows.map(({ command }) => command),
    'each has a row in test/chroot/readme-commands.ts, in the order of README.md',
  );
});

for (const { command, elsewhere: [file, words] = [] } of rows.filter(({ elsewhere }) => elsewhere)) {
  test(`README.md's ${command} is run by ${file}`, () => assert.ok(textOf(file ?? '').includes(words ?? '')));
}
