/** What dist/ssmtp needs of a machine's memory. The hub looks at it each time that it waits for the hub. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { SMTPServer } from 'smtp-server';
import { makePapers } from '../bench/papers.ts';
import { type MemoryOf, memoryOf, mostOf } from '../rig/memory-of.ts';
import { missingForEndToEnd } from '../rig/requirements.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../rig/temporary.ts';
import { contentOf, executable } from './built.ts';

const megabyte = 1_000_000;
const short = 'Subject: short\n\nbody\n';
const large = Buffer.concat([Buffer.from('Subject: large\n\n'), Buffer.alloc(25 * megabyte, `${'x'.repeat(71)}\n`)]);

const cases = [
  { what: 'a short message in clear', isSecret: false, message: short, own: 16, largest: 60 },
  { what: 'a short message with TLS and a login', isSecret: true, message: short, own: 18, largest: 60 },
  { what: '25 MB in clear', isSecret: false, message: large, own: 32, largest: 70 },
  { what: '25 MB with TLS and a login', isSecret: true, message: large, own: 32, largest: 70 },
];

describe('memory', { skip: missingForEndToEnd }, () => {
  let directory: TemporaryDirectory;
  before(async () => {
    directory = await temporaryDirectory('memory');
  });
  after(() => directory[Symbol.asyncDispose]());

  for (const { what, isSecret, message, own, largest } of cases) {
    test(`dist/ssmtp sends ${what} in ${own} MB of its own`, async () => {
      const found = await send(directory.path, { isSecret, message });
      assert.ok(found.own <= own * megabyte, `${found.own}`);
      assert.ok(found.largest <= largest * megabyte, `${found.largest} in all`);
    });
  }

  test('dist/ssmtp has no thread but its own, V8’s one and the one that wakes it', async () => {
    const { threads } = await send(directory.path, { isSecret: true, message: short });
    assert.ok(threads <= 3, `${threads} threads`);
  });

  const group = memoryGroup();
  const skip = group === undefined && 'SKIPPED: there is no memory controller that this process may use';
  for (const { what, isSecret, message } of cases) {
    test(`dist/ssmtp sends ${what} where 24 MB are all that it may have`, { skip }, async () => {
      // Its pages are the machine's, as they are wherever it has run before.
      contentOf(executable);
      await send(directory.path, { isSecret, message, group });
    });
  }
  after(() => group && rmdirSync(group));
});

interface Sending {
  readonly isSecret: boolean;
  readonly message: string | Buffer;
  /** The control group to run in. */
  readonly group?: string | undefined;
}

/** Gives the most that it had at any time when the hub had heard something and not answered yet. */
async function send(home: string, { isSecret, message, group }: Sending): Promise<MemoryOf> {
  const { certificate, key } = makePapers(home);
  let most: MemoryOf | undefined;
  let pid: number | undefined;
  const look = () => {
    const found = pid === undefined ? undefined : memoryOf(pid);
    if (found) most = mostOf(most, found);
  };
  const hub = new SMTPServer({
    cert: certificate,
    key,
    disabledCommands: isSecret ? [] : ['STARTTLS', 'AUTH'],
    authMethods: ['CRAM-MD5'],
    disableReverseLookup: true,
    size: 30 * megabyte,
    onAuth: ({ username }, _session, answer) => answer(null, { user: username }),
    onRcptTo: (_address, _session, answer) => {
      look();
      answer();
    },
    onData: (stream, _session, answer) => {
      let pieces = 0;
      stream.on('data', () => {
        pieces += 1;
        if (pieces % 16 === 0) look();
      });
      stream.on('end', () => {
        look();
        answer();
      });
    },
  });
  hub.listen(0, '127.0.0.1');
  await once(hub.server, 'listening');
  const address = hub.server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  const login = `UseTLS=YES\nUseSTARTTLS=YES\nTLS_CA_File=${home}/authority.crt\nAuthUser=me\nAuthPass=x\nAuthMethod=CRAM-MD5\n`;
  const configuration = join(home, 'ssmtp.conf');
  writeFileSync(configuration, `mailhub=127.0.0.1:${port}\nhostname=here.example\nQueue=NO\n${isSecret ? login : ''}`, {
    mode: 0o600,
  });
  const words = [executable, '-C', configuration, 'someone@example.org'];
  const inGroup = ['-c', `echo $$ >"$0/cgroup.procs" && exec "$@"`, group ?? '/', ...words];
  const child = spawn('bash', group === undefined ? ['-c', 'exec "$0" "$@"', ...words] : inGroup, {
    env: { HOME: home },
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  pid = child.pid;
  child.stdin.on('error', () => undefined).end(message);
  try {
    const [[status, signal], stderr] = await Promise.all([once(child, 'close'), text(child.stderr)]);
    assert.deepEqual({ status, signal, stderr }, { status: 0, signal: null, stderr: '' });
  } finally {
    hub.close();
  }
  assert.ok(most, 'the hub has heard nothing');
  return most;
}

/** A control group of its own whose processes may have 24 MB; undefined where there can be none. */
function memoryGroup(): string | undefined {
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  const mounted = (type: RegExp) => mounts.find((line) => type.test(line))?.split(' ')[4];
  const own = readFileSync('/proc/self/cgroup', 'utf8');
  const first = mounted(/ - cgroup .*\bmemory\b/);
  const second = mounted(/ - cgroup2 /);
  const forms = [
    { root: first, path: /^\d+:(?:.*,)?memory(?:,.*)?:(.*)$/m.exec(own)?.[1], limit: 'memory.limit_in_bytes' },
    { root: second, path: /^0::(.*)$/m.exec(own)?.[1], limit: 'memory.max' },
  ];
  for (const { root, path, limit } of forms) {
    if (root === undefined || path === undefined) continue;
    const group = join(root, path, `ssmtp-test-${process.pid}`);
    const has = (step: () => void) => {
      try {
        step();
        return true;
      } catch {
        return false; // Not for us to make, or without this controller.
      }
    };
    if (!has(() => mkdirSync(group))) continue;
    if (has(() => writeFileSync(join(group, limit), String(24 * megabyte), { flag: 'r+' }))) return group;
    rmdirSync(group);
  }
  return undefined;
}
