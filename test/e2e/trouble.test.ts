/** Whatever goes wrong: no crash, no hang, one line that says why, the message kept, and never status 0. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { scriptedPeer } from '../hub/scripted-peer.ts';
import { assertKept, hubIsDown, runFailing } from '../rig/failing.ts';
import { runProgram } from '../rig/program.ts';
import { missingForEndToEnd } from '../rig/requirements.ts';
import { textMessage } from '../rig/suite.ts';
import { temporaryDirectory } from '../rig/temporary.ts';
import { waitFor } from '../rig/wait.ts';
import { startScriptedHub } from '../scripted-hub.ts';

/** The name service is asked in a network of its own. */
const noNetwork =
  spawnSync('unshare', ['--mount', '--net', 'ip', 'link', 'set', 'lo', 'up']).status !== 0 &&
  'SKIPPED: it needs root, unshare and ip';

const kept = '; the message is kept in \\$HOME/dead\\.letter$';

describe('trouble', { skip: missingForEndToEnd }, () => {
  test('a hub that is down: 69, kept', async () => {
    const line = new RegExp(`^sendmail: Cannot reach mail hub 127\\.0\\.0\\.1:1: connection refused${kept}`);
    assertKept(await runFailing({}, { status: 69, line }));
  });

  test('a hub whose name does not exist: 68, kept', async () => {
    const name = `${'no-such-host-'.repeat(6)}.invalid`; // no resolver needs to be asked about a label this long
    const line = new RegExp(`^sendmail: Cannot find mail hub "${name}": .*${kept}`);
    assertKept(await runFailing({ conf: `mailhub=${name}\n` }, { status: 68, line }));
  });

  test('a name service that never answers: 75 and kept, and nobody waits for it', { skip: noNetwork }, async () => {
    const silent = `require("dgram").createSocket("udp4").bind(53, "127.0.0.1", () => console.log("ready"))`;
    const steps = [
      'ip link set lo up && mkfifo ready',
      'echo nameserver 127.0.0.1 >resolv.conf && echo options timeout:30 attempts:5 >>resolv.conf',
      'mount --bind resolv.conf /etc/resolv.conf',
      '{ "$0" -e "$SILENT" >ready 2>/dev/null </dev/null & }',
      'read -r _ <ready && { "$@"; status=$?; kill $!; exit $status; }',
    ];
    const call = {
      conf: 'mailhub=hub.example\nConnectTimeout=1s\n',
      shell: `exec unshare --mount --net bash -c '${steps.join(' && ')}' "$NODE_HERE" "$@"`,
      environment: { NODE_HERE: process.execPath, SILENT: silent },
    };
    const line = new RegExp(`^sendmail: Cannot find mail hub "hub\\.example": the name service gives no answer${kept}`);
    assertKept(await runFailing(call, { status: 75, line }));
  });

  for (const [name, shell] of Object.entries({
    'closed standard input': '"$@" <&-',
    'a directory as standard input': '"$@" </',
    'standard input that only writes': '"$@" 0>/dev/null',
  })) {
    test(`${name}: 66`, async () => {
      await runFailing({ shell }, { status: 66, line: /^sendmail: Cannot read the message: / });
    });
  }

  test('all three closed: 66', async () => {
    const shell = '"$@" <&- >&- 2>&-';
    assert.equal((await runProgram({ conf: hubIsDown, words: ['bob@example.net'], shell })).status, 66);
  });

  test('a terminal and no recipient: 64, not a hang', async () => {
    const shell = `script -qec "$(printf '%q ' "$@")" /dev/null`;
    const { status, stdout } = await runProgram({ conf: hubIsDown, words: [], shell });
    assert.equal(status, 64);
    assert.match(stdout, /^sendmail: Cannot send: no recipient\r\n/);
  });

  for (const [name, shell] of Object.entries({
    'closed standard error': '"$@" 2>&-',
    '/dev/full as standard error': '"$@" 2>/dev/full',
    'standard error that nobody reads': '{ "$@"; echo "$?" >status; } 2>&1 | true; exit "$(cat status)"',
    'an empty environment': 'exec env -i HOME="$HOME" "$@" 2>/dev/null',
  })) {
    test(`${name} and a hub that is down: 69, kept`, async () => {
      const outcome = await runProgram({ conf: hubIsDown, stdin: textMessage, words: ['bob@example.net'], shell });
      assert.deepEqual({ status: outcome.status, stderr: outcome.stderr }, { status: 69, stderr: '' });
      assertKept(outcome);
    });
  }

  test('--help into a full disk: 74', async () => {
    const { status, stderr } = await runProgram({ words: ['--help'], shell: '"$@" >/dev/full' });
    assert.equal(status, 74);
    assert.match(stderr, /^sendmail: Cannot write to standard output: /);
  });

  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    test(`${signal} while the hub is silent: 75, kept`, async () => {
      await using hub = await startScriptedHub(['S: <silence>']);
      const call = { conf: `mailhub=127.0.0.1:${hub.port}\n`, interrupt: { when: hub.connected, signal } };
      const line = new RegExp(`^sendmail: Cannot .*${kept}`);
      assertKept(await runFailing(call, { status: 75, line }));
    });
  }

  test('SIGTERM while AuthPassCommand runs: 75, kept, and the command is ended', async () => {
    await using directory = await temporaryDirectory('command');
    const [script, file] = ['script', 'pid'].map((name) => join(directory.path, name)) as [string, string];
    writeFileSync(script, `echo $$ >${file}\nexec sleep 600\n`);
    const running = () => Number(existsSync(file) && readFileSync(file, 'latin1')) || undefined;
    const conf = `mailhub=127.0.0.1:1\nAuthUser=alice\nAuthPassCommand=/bin/sh ${script}\n`;
    const when = waitFor('the command', running);
    const line = new RegExp(`^sendmail: Cannot go on: interrupted by SIGTERM${kept}`);
    assertKept(await runFailing({ conf, interrupt: { when, signal: 'SIGTERM' } }, { status: 75, line }));
    await waitFor('the end of the command', () => (existsSync(`/proc/${running()}`) ? undefined : true));
  });

  /** How many transactions the message takes, and whether the signal comes before or behind the last one's message. */
  const late = [
    ['when the hub has the whole message', ['bob@example.net'], 'behind'],
    ['when some have it, and the hub is told of others', ['bob@example.net', 'eve@example.net'], 'before'],
  ] as const;
  for (const [what, words, place] of late) {
    test(`SIGTERM ${what}: 0 as soon as the hub has answered`, async () => {
      let interrupt = () => {};
      const when = new Promise<void>((resolve) => {
        interrupt = resolve;
      });
      const atPlace = async (here: 'before' | 'behind', recipient: string) => {
        if (here !== place || recipient !== words.at(-1)) return;
        interrupt();
        await new Promise(setImmediate);
      };
      await using hub = await scriptedPeer(async (talk) => {
        talk.say('220 hub');
        await talk.line();
        talk.say('250-hub', '250 PIPELINING');
        for (const recipient of words) {
          for (const _command of ['MAIL', 'RCPT', 'DATA']) await talk.line();
          await atPlace('before', recipient);
          talk.say('250 ok', '250 ok', '354 go');
          await talk.content();
          await atPlace('behind', recipient);
          talk.say('250 queued');
        }
        await talk.gone();
      });
      const conf = `mailhub=127.0.0.1:${hub.port}\nRecipientLimit=1\n`;
      const outcome = await runProgram({ conf, stdin: textMessage, words, interrupt: { when, signal: 'SIGTERM' } });
      await hub.played();
      assert.deepEqual([outcome.status, outcome.stderr], [0, '']);
    });
  }
});
