/** startAgain(): the program is told which message it was started for, and other users are not. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { fileVariableOf, keys, variableOf } from '../../src/config/keys.ts';
import { temporaryDirectory } from '../rig/temporary.ts';
import { waitFor } from '../rig/wait.ts';

const again = new URL('../../src/world/again.ts', import.meta.url);
const file = '6B0571789654F581-0123456789abcdef.n1795519109';

test('startAgain() names the file in the environment, where no other user sees it', async () => {
  await using directory = await temporaryDirectory('again');
  const script = join(directory.path, 'program.mjs');
  const seen = join(directory.path, 'seen.json');
  await writeFile(
    script,
    `import { renameSync, writeFileSync } from 'node:fs';
import { fileToDeliver, startAgain } from '${again}';
const words = process.argv.slice(2);
if (words.length === 0) startAgain('${file}', 'ssmtp.conf');
else {
  writeFileSync('${seen}~', JSON.stringify({ words, directory: process.cwd(), file: fileToDeliver(process.env) }));
  renameSync('${seen}~', '${seen}');
}
`,
  );
  await promisify(execFile)(process.execPath, [script], { cwd: directory.path });
  const found = await waitFor('the program', () => readFile(seen, 'utf8').catch(() => undefined));
  assert.deepEqual(JSON.parse(found), {
    words: ['-C', join(directory.path, 'ssmtp.conf'), '-qI6B0571789654F581'],
    directory: '/',
    file,
  });
});

test('the variable is that of no key', async () => {
  const text = await readFile(again, 'utf8');
  const variable = /'(SSMTP_\w+)'/.exec(text)?.[1];
  assert.ok(variable);
  for (const key of keys) assert.ok(![variableOf(key), fileVariableOf(key)].includes(variable));
});
