import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { reachableByAll } from './reachable.ts';
import { temporaryDirectory } from './temporary.ts';

for (const { mode, isSame } of [
  { mode: 0o755, isSame: true },
  { mode: 0o711, isSame: true },
  { mode: 0o750, isSame: false },
  { mode: 0o700, isSame: false },
]) {
  const gives = isSame ? 'the path itself' : 'another place';
  test(`reachableByAll() gives ${gives} for a file below a directory of mode ${mode.toString(8)}`, async () => {
    await using directory = await temporaryDirectory('reachable');
    const above = join(directory.path, 'home');
    await mkdir(join(above, 'clone'), { recursive: true });
    const program = join(above, 'clone/program');
    await writeFile(program, '#!/bin/sh\necho started\n');
    await chmod(program, 0o755);
    await chmod(above, mode);
    const found = reachableByAll(program);
    assert.equal(found === program, isSame);
    assert.equal(execFileSync(found, { encoding: 'utf8' }), 'started\n');
    const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
    assert.equal(execFileSync(found, { encoding: 'utf8', cwd: '/', ...user }), 'started\n');
  });
}

test('reachableByAll() leaves nothing behind', async () => {
  await using directory = await temporaryDirectory('reachable');
  await mkdir(join(directory.path, 'home'), { mode: 0o700 });
  const program = join(directory.path, 'home/program');
  await writeFile(program, '');
  const script = `import { reachableByAll } from '${import.meta.dirname}/reachable.ts';
console.log(reachableByAll(${JSON.stringify(program)}));`;
  const words = ['--input-type=module', '--eval', script];
  const found = execFileSync(process.execPath, words, { encoding: 'utf8' }).trim();
  assert.match(found, /ssmtp-test-program-\w+\/program$/);
  await assert.rejects(stat(found), { code: 'ENOENT' });
});
