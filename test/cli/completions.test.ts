/** The completions, asked in the shells themselves. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmod, copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, test } from 'node:test';
import { wordsToStart } from '../rig/program.ts';
import { temporaryDirectory } from '../rig/temporary.ts';

const folder = resolve(import.meta.dirname, '../../completions');

/** What each shell is to offer; `some` may stand among others. `id` is what waits in the queue. */
const linesFor = (id: string) => [
  { line: 'ssmtp --ch', all: ['--check'] },
  { line: 'ssmtp --dr', all: ['--dry-run'] },
  { line: 'ssmtp -b', some: ['-bp', '-bs', '-bv'], none: ['-bd'] },
  { line: 'ssmtp -am SC', all: ['SCRAM-SHA-1', 'SCRAM-SHA-1-PLUS', 'SCRAM-SHA-256', 'SCRAM-SHA-256-PLUS'] },
  { line: 'ssmtp -N ne', all: ['never'] },
  { line: 'ssmtp qu', all: ['queue'] },
  { line: 'ssmtp queue fl', all: ['flush'] },
  { line: 'ssmtp de', all: ['dead-letter'] },
  { line: 'ssmtp dead-letter re', all: ['resend'] },
  { line: 'ssmtp dead-letter resend /etc/passw', some: ['/etc/passwd'] },
  { line: 'ssmtp queue show ', all: [id, 'ALL'] },
  { line: `ssmtp queue delete ${id.slice(0, 9)}`, all: [id] },
  { line: `ssmtp queue show ${id} AL`, all: ['ALL'] },
  { line: 'ssmtp -C /etc/passw', some: ['/etc/passwd'] },
];

const bash = `. "$0/ssmtp.bash"
words=($1)
[[ $1 != *' ' ]] || words+=('')
COMP_WORDS=("\${words[@]}") COMP_CWORD=$((\${#words[@]} - 1))
_ssmtp
printf '%s\\n' "\${COMPREPLY[@]}"`;

const fish = `source $argv[1]/ssmtp.fish
complete -C $argv[2] | string split -f 1 \\t`;

/** On a terminal of its own, where ^T completes the word and prints the line. */
const zsh = `zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "PS1=; unsetopt zle_bracketed_paste; fpath=($HOME \\$fpath); autoload -Uz compinit; compinit -u -D
show() { zle complete-word; print -r \\"<\\$BUFFER>\\"; exit }; zle -N show; bindkey '^T' show; stty -echo; print ready"
zpty -r shell seen $'*\\nready*'
zpty -w -n shell "$1"$'\\x14'
zpty -r shell seen '*<*>*'
print -r -- "\${\${seen##*<}%%>*}"
zpty -d shell`;

function ask(command: string, words: readonly string[], directory: string): string[] {
  const { stdout, stderr } = spawnSync(command, words, {
    encoding: 'utf8',
    env: { PATH: `${directory}:/usr/bin:/bin`, HOME: directory, TERM: 'dumb' },
  });
  assert.equal(stderr, '');
  return stdout.split('\n').filter(Boolean).toSorted();
}

/** With `ssmtp` on the PATH: the program itself, and one message in its queue. */
async function withProgram(use: (directory: string, id: string) => Promise<void>): Promise<void> {
  await using directory = await temporaryDirectory('completions');
  const program = join(directory.path, 'ssmtp');
  const queue = join(directory.path, 'queue');
  await mkdir(queue, { mode: 0o700 });
  const configuration = join(directory.path, 'ssmtp.conf');
  await writeFile(configuration, `mailhub=127.0.0.1:1\nhostname=here.example\nQueue=${queue}\n`);
  await mkdir(join(directory.path, 'link'));
  const words = await wordsToStart(join(directory.path, 'link'), 'ssmtp');
  await writeFile(program, `#!/bin/sh\nexec ${words.join(' ')} -C ${configuration} "$@"\n`);
  await chmod(program, 0o755);
  spawnSync(program, ['-odq', 'you@example.org'], { input: 'hello\n' });
  const [name = ''] = await readdir(queue);
  await use(directory.path, name.slice(0, name.indexOf('-')));
}

function missing(shell: string): string | false {
  if (spawnSync(shell, ['-c', 'true']).status === 0) return false;
  return `SKIPPED: not installed: ${shell} (see scripts/debian-packages.txt)`;
}

describe('completions', () => {
  for (const [shell, script] of [
    ['bash', bash],
    ['fish', fish],
  ] as const) {
    test(`completions in ${shell} offer what makes sense`, { skip: missing(shell) }, () =>
      withProgram(async (directory, id) => {
        for (const { line, ...expected } of linesFor(id)) {
          const found = ask(shell, ['-c', script, folder, line], directory);
          if ('all' in expected) assert.deepEqual(found, expected.all, line);
          if ('some' in expected)
            assert.deepEqual(
              expected.some.filter((word) => !found.includes(word)),
              [],
              line,
            );
          if ('none' in expected)
            assert.deepEqual(
              expected.none.filter((word) => found.includes(word)),
              [],
              line,
            );
        }
      }),
    );
  }

  test('completions in zsh offer what makes sense', { skip: missing('zsh') }, () =>
    withProgram(async (directory, id) => {
      await copyFile(join(folder, 'ssmtp.zsh'), join(directory, '_ssmtp'));
      for (const { line, ...expected } of linesFor(id)) {
        if (!('all' in expected) || expected.all.length > 1) continue;
        const becomes = `${line.slice(0, line.lastIndexOf(' '))} ${expected.all[0]} `;
        assert.deepEqual(ask('zsh', ['-fc', zsh, 'zsh', line], directory), [becomes], line);
      }
    }),
  );
});
