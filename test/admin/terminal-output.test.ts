/** What is meant for eyes fits into 80 columns, and is coloured on a terminal only that can show it and may. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { runProgram } from '../rig/program.ts';

const escapeCharacter = '\x1b';
const place = `/etc/ssl/certs/${'a-long-name-'.repeat(8)}.pem`;
const conf = [
  'root=admin@example.org',
  'mailhub=127.0.0.1:1',
  'Queue=NO',
  'Log=none',
  'AddHeader=X-Note: words that go on for longer than a line of a terminal has room for, and then for some more of it',
  `TLS_CA_File=${place}`,
  '[account work]',
  'match=*@work.example',
  'mailhub=127.0.0.1:2',
  'UseSTARTTLS=YES',
  'AuthUser=somebody-with-a-rather-long-name@a-rather-long-domain-name.work.example',
  '',
].join('\n');

const reports = [
  { words: ['--help'], isColoured: false },
  { words: ['--version'], isColoured: false },
  { words: ['--check'], isColoured: true },
  { words: ['--probe'], isColoured: true },
  { words: ['queue', 'list'], isColoured: false },
] as const;

/** Of util-linux: gives the program a terminal. */
const isMissing = spawnSync('sh', ['-c', 'command -v script']).status !== 0;
const skip = isMissing ? 'SKIPPED: script(1) is not installed' : false;
const onTerminal = 'exec script -qec "stty cols 80 rows 40; exec $(printf "%q " "$@")" /dev/null';

function longLinesIn(text: string): string[] {
  const plain = text.replaceAll(new RegExp(`${escapeCharacter}\\[[0-9;]*m`, 'g'), '').replaceAll('\r', '');
  return plain.split('\n').filter((line) => line.length > 80);
}

function shown(words: readonly string[], environment: Record<string, string>, shell?: string) {
  return runProgram({ name: 'ssmtp', words, conf, environment, ...(shell === undefined ? {} : { shell }) });
}

describe('terminalOf()', () => {
  for (const { words, isColoured } of reports) {
    const name = words.join(' ');

    test(`terminalOf() keeps what ${name} prints into a pipe within 80 columns, without escape sequences`, async () => {
      const { stdout, stderr } = await shown(words, { TERM: 'xterm-256color' });
      assert.notEqual(stdout, '', stderr);
      assert.deepEqual(longLinesIn(stdout), []);
      assert.ok(!(stdout + stderr).includes(escapeCharacter));
    });

    test(`terminalOf() lets ${name} ${isColoured ? 'be coloured' : 'stay plain'} on a terminal of 80 columns`, {
      skip,
    }, async () => {
      const { stdout } = await shown(words, { TERM: 'xterm-256color' }, onTerminal);
      assert.deepEqual(longLinesIn(stdout), []);
      assert.equal(stdout.includes(`${escapeCharacter}[`), isColoured);
    });

    for (const [why, environment] of [
      ['NO_COLOR', { TERM: 'xterm-256color', NO_COLOR: '1' }],
      ['a dumb terminal', { TERM: 'dumb' }],
    ] as const) {
      test(`terminalOf() heeds ${why} in ${name}`, { skip }, async () => {
        const { stdout } = await shown(words, environment, onTerminal);
        assert.notEqual(stdout, '');
        assert.deepEqual(longLinesIn(stdout), []);
        assert.ok(!stdout.includes(escapeCharacter));
      });
    }
  }
});
