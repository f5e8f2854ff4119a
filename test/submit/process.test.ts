/** -bs as a process: clients that do not read, that go away, and that talk nonsense. */

import assert from 'node:assert/strict';
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, test } from 'node:test';
import { scriptedPeer } from '../hub/scripted-peer.ts';
import { isScript, programPath } from '../rig/program.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../rig/temporary.ts';
import { randomFrom } from '../torture/random.ts';

async function start(directory: TemporaryDirectory, port = 1): Promise<ChildProcessWithoutNullStreams> {
  const configuration = join(directory.path, 'ssmtp.conf');
  await writeFile(configuration, `mailhub=127.0.0.1:${port}\nhostname=here.example\nAliases=NO\n`);
  const words = isScript ? [process.execPath, programPath] : [programPath];
  const child = spawn(words[0] ?? '', [...words.slice(1), '-bs', '-C', configuration], {
    env: { HOME: directory.path },
  });
  child.stdin.on('error', () => undefined);
  return child;
}

describe('ssmtp -bs', () => {
  test('ends at SIGTERM although nobody reads what it says', async () => {
    await using directory = await temporaryDirectory('process');
    const child = await start(directory);
    const exit = once(child, 'exit');
    // More answers than a pipe holds; the client reads none of them, so the program stops reading, too.
    child.stdin.write('HELP\r\n'.repeat(20_000));
    await once(child.stdout, 'readable');
    await new Promise((resolve) => setTimeout(resolve, 300));
    child.kill('SIGTERM');
    const [status, signal] = await exit;
    assert.deepEqual([status, signal], [75, null]);
    child.stdout.destroy();
  });

  test('answers thousands of commands in one write, in order', async () => {
    await using directory = await temporaryDirectory('process');
    const child = await start(directory);
    child.stdin.end(`${'NOOP\r\nVRFY x\r\n'.repeat(3000)}QUIT\r\n`);
    const lines = (await text(child.stdout)).split('\r\n');
    assert.equal(lines.length, 6000 + 3);
    assert.deepEqual([lines[1]?.slice(0, 3), lines[6000]?.slice(0, 3), lines[6001]], ['250', '252', '221 2.0.0 Bye']);
  });

  test('survives a hundred clients that talk nonsense', async () => {
    await using directory = await temporaryDirectory('process');
    await using hub = await scriptedPeer(async (talk) => {
      talk.say('220 hub.test');
      for (;;) {
        const line = await talk.line().catch(() => 'QUIT');
        if (line === 'QUIT') return;
        talk.say(line === 'DATA' ? '354 go on' : '250 fine');
        if (line === 'DATA') {
          await talk.content();
          talk.say('250 taken');
        }
      }
    });
    const random = randomFrom(20_261_124);
    const parts = [
      'EHLO c',
      'MAIL FROM:<a@x.example>',
      'RCPT TO:<b@y.example>',
      'DATA',
      '.',
      'RSET',
      'BDAT 3 LAST',
      'xyz',
      'NOOP',
      '\0\xff',
      '',
    ];
    for (let round = 0; round < 25; round += 1) {
      const children = await Promise.all([0, 1, 2, 3].map(() => start(directory, hub.port)));
      const outcomes = children.map(async (child) => {
        const said = Array.from(
          { length: 30 },
          () => parts[random() % parts.length] + (random() % 5 ? '\r\n' : '\n'),
        ).join('');
        for (let at = 0; at < said.length; ) {
          const size = 1 + (random() % 50);
          child.stdin.write(Buffer.from(said.slice(at, at + size), 'latin1'));
          at += size;
        }
        child.stdin.end();
        const [stdout, stderr, [status]] = await Promise.all([
          text(child.stdout),
          text(child.stderr),
          once(child, 'exit'),
        ]);
        assert.equal(stderr, '');
        assert.equal(status, 0);
        for (const line of stdout.split('\r\n').slice(0, -1)) assert.match(line, /^[2-5]\d\d[ -]/);
      });
      await Promise.all(outcomes);
    }
  });
});
