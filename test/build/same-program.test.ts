import assert from 'node:assert/strict';
import { accessSync, constants } from 'node:fs';
import { test } from 'node:test';
import { version } from '../../src/version.ts';
import { contentOf, executable, type Outcome, run, script } from './built.ts';

const forms = [executable, script];

for (const file of forms) {
  test(`${file.replace(/.*dist/, 'dist')} can be executed and tells its version`, async () => {
    accessSync(file, constants.X_OK);
    const outcome = await run(file, { words: ['--version'] });
    assert.deepEqual(outcome, { status: 0, stdout: `ssmtp ${version}\n`, stderr: '' } satisfies Outcome);
  });
}

test('dist/ssmtp.cjs names its interpreter', () => {
  assert.match(contentOf(script).toString('latin1', 0, 80), /^#!\/usr\/bin\/env node\n(?!#!)/);
});

const calls: { name: string; words: string[]; status: number; stderr: RegExp }[] = [
  { name: 'sendmail', words: ['-V'], status: 0, stderr: /^$/ },
  { name: 'sendmail', words: ['--help'], status: 0, stderr: /^$/ },
  { name: 'sendmail', words: ['-Z'], status: 64, stderr: /^sendmail: / },
  { name: 'sendmail', words: ['--no-such-flag'], status: 64, stderr: /^sendmail: / },
  {
    name: 'sendmail',
    words: ['-C', '/nonexistent/ssmtp.conf', 'root'],
    status: 78,
    stderr: /^sendmail: .*\/nonexistent/,
  },
  // What belongs to Node on Node's own command line is ours here.
  { name: 'ssmtp', words: ['--inspect'], status: 64, stderr: /^ssmtp: / },
  { name: 'ssmtp', words: ['--eval=0'], status: 64, stderr: /^ssmtp: / },
];

for (const { name, words, status, stderr } of calls) {
  test(`both forms answer "${[name, ...words].join(' ')}" alike`, async () => {
    const [fromExecutable, fromScript] = await Promise.all(forms.map((file) => run(file, { name, words })));
    assert.deepEqual(fromScript, fromExecutable);
    assert.equal(fromExecutable?.status, status);
    assert.match(fromExecutable?.stderr ?? '', stderr);
  });
}

test('the name by which it is called decides what it does', async () => {
  for (const file of forms) {
    const [mailq, sendmail] = await Promise.all([
      run(file, { name: 'mailq', words: [] }),
      run(file, { name: 'sendmail', words: ['-bp'] }),
    ]);
    assert.deepEqual({ ...mailq, stderr: mailq.stderr.replace(/^mailq:/, 'sendmail:') }, sendmail);
  }
});
