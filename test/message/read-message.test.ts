import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { Failure } from '../../src/failure.ts';
import { headerBlockOf, headerLimit } from '../../src/message/header-block.ts';
import { readMessage } from '../../src/message/read-message.ts';
import type { Message } from '../../src/message/types.ts';
import { cutInto, cuts, octetsOf } from './pieces.ts';

const plain = { loneDot: 'text', temporaryDirectories: [] } as const;
const dotted = { loneDot: 'dropped', temporaryDirectories: [] } as const;
const typed = { loneDot: 'end', temporaryDirectories: [] } as const;

test('readMessage() gives fields and body', async () => {
  const message = await readMessage(octetsOf('From a today\nA: 1\r\n\tx\n\r\nbody\0\xff\n.\n'), plain);
  assert.deepEqual(message.fields, [{ name: 'A', raw: 'A: 1\r\n\tx\n' }]);
  assert.equal(textOf(message), 'body\0\xff\n.\n');
  assert.equal(textOf(message), 'body\0\xff\n.\n', 'a second time');
  assert.equal(message.body.size, 9);
  assert.equal(message.body.eightBit, true);
});

test('readMessage() reads nothing as an empty message', async () => {
  for (const options of [plain, dotted]) {
    const message = await readMessage([], options);
    assert.deepEqual(message.fields, []);
    assert.deepEqual([message.body.size, message.body.eightBit, [...message.body.chunks()]], [0, false, []]);
  }
});

const bricks = fc.constantFrom(
  'A: b\n',
  '\n',
  '\r\n',
  '\n\n',
  '.',
  '..',
  '\n.',
  '\r\n.',
  '\n.\n',
  '\n.\r\n',
  '\r',
  'x',
  ' ',
  '\xff',
  '\n..\n',
);
const anyInput = fc.string({ unit: bricks, maxLength: 15 });

test('readMessage() does not care how the input is cut', async () => {
  await fc.assert(
    fc.asyncProperty(anyInput, cuts, fc.constantFrom(plain, dotted, typed), async (input, lengths, options) => {
      const whole = await readMessage([Buffer.from(input, 'latin1')], options);
      const cut = await readMessage(cutInto(input, lengths), options);
      assert.deepEqual(cut.fields, whole.fields);
      assert.equal(textOf(cut), textOf(whole));
      assert.equal(cut.body.size, textOf(whole).length);
      assert.equal(cut.body.eightBit, textOf(whole).includes('\xff'));
    }),
    { numRuns: 1000 },
  );
});

const dots: [input: string, raws: string[], body: string][] = [
  ['A: 1\n\nbody\n.\nkept', ['A: 1\n'], 'body\n.\nkept'],
  ['A: 1\r\n\r\nbody\r\n.\r\nkept', ['A: 1\r\n'], 'body\r\n.\r\nkept'],
  ['A: 1\n\nbody\n.\n', ['A: 1\n'], 'body\n'],
  ['A: 1\n\nbody\n.\r\n', ['A: 1\n'], 'body\n'],
  ['A: 1\n\nbody\n.', ['A: 1\n'], 'body\n'],
  ['A: 1\n\nbody\n.\r', ['A: 1\n'], 'body\n'],
  ['A: 1\n\nbody\n.\n.\n', ['A: 1\n'], 'body\n.\n'],
  ['A: 1\n\nbody\n.\n\n', ['A: 1\n'], 'body\n.\n\n'],
  ['A: 1\n\nbody\n.\n ', ['A: 1\n'], 'body\n.\n '],
  ['A: 1\n\nbody\n.\r\r\n', ['A: 1\n'], 'body\n.\r\r\n'],
  ['A: 1\n\nbody.\n', ['A: 1\n'], 'body.\n'],
  ['.\nkept', [], '.\nkept'],
  ['.', [], ''],
  ['.\n', [], ''],
  ['.\r\nkept', [], '.\r\nkept'],
  ['A: 1\n.\nB: 2', ['A: 1\n'], '.\nB: 2'],
  ['A: 1\n.\n', ['A: 1\n'], ''],
  ['A: 1\n\n..\n...\n.x\nx..\n. \n', ['A: 1\n'], '..\n...\n.x\nx..\n. \n'],
  ['..A: 1\n', ['..A: 1\n'], ''],
  ['A: 1\n..B: 2\n\n', ['A: 1\n', '..B: 2\n'], ''],
  ['\n.\r.\r\r\nx', [], '.\r.\r\r\nx'],
  ['\nx\r.\ry\n', [], 'x\r.\ry\n'],
  ['\nx\r.', [], 'x\r.'],
  ['\n..', [], '..'],
];

test('readMessage() drops a lone dot that is the last line, when told to, and nothing else', async () => {
  for (const [input, raws, body] of dots) {
    for (const chunks of [[Buffer.from(input)], octetsOf(input)]) {
      const message = await readMessage(chunks, dotted);
      assert.deepEqual([message.fields.map(({ raw }) => raw), textOf(message)], [raws, body], JSON.stringify(input));
    }
  }
});

for (const [options, rule] of [
  [dotted, withoutLastDot],
  [typed, upToFirstDot],
] as const) {
  test(`readMessage() does with dots what the naive rule says: ${options.loneDot}`, async () => {
    await fc.assert(
      fc.asyncProperty(anyInput, cuts, async (input, lengths) => {
        const octets = Buffer.from(rule(input), 'latin1');
        const message = await readMessage(cutInto(input, lengths), options);
        const { fields, bodyStart } = headerBlockOf(octets);
        assert.deepEqual(message.fields, fields);
        assert.equal(textOf(message), octets.toString('latin1', bodyStart));
      }),
      { numRuns: 2000 },
    );
  });
}

test('readMessage() asks a terminal for nothing behind the lone dot and closes the source', async () => {
  let isClosed = false;
  async function* terminal() {
    try {
      yield Buffer.from('A: 1\n\nbody\n');
      yield Buffer.from('.\n');
      assert.fail('was asked for more');
    } finally {
      isClosed = true;
    }
  }
  assert.equal(textOf(await readMessage(terminal(), typed)), 'body\n');
  assert.ok(isClosed);
});

test('readMessage() sees an octet above 127 wherever it stands', async () => {
  for (const input of ['\n\xe9aaaa', '\naa\xe9aa', '\naaaa\xe9']) {
    for (const chunks of [octetsOf(input), [Buffer.from(input, 'latin1')]]) {
      assert.equal((await readMessage(chunks, plain)).body.eightBit, true);
    }
  }
  const rest = [Buffer.alloc(2_000_000, 'a'), Buffer.from([0xe9]), Buffer.from('a')];
  assert.equal((await readMessage(rest, plain)).body.eightBit, true);
  assert.equal((await readMessage(octetsOf('S: \xe9\n\na'), plain)).body.eightBit, false);
});

test('readMessage() looks behind the limit of the header before it calls a field complete', async () => {
  const field = Buffer.alloc(headerLimit, 'A: x\n ');
  assert.equal((await readMessage([field], plain)).fields.length, 1);
  const message = await readMessage([field, Buffer.from('y')], plain);
  assert.deepEqual([message.fields, message.body.size], [[], headerLimit + 1]);
});

test('readMessage() may be handed the same buffer again and again', async () => {
  function* reusing() {
    const buffer = Buffer.alloc(1000);
    for (let turn = 0; turn < 3000; turn += 1) yield buffer.fill(turn === 0 ? '\n' : 48 + (turn % 10));
  }
  const body = textOf(await readMessage(reusing(), plain));
  assert.equal(body.length, 2_999_999);
  assert.equal(body.slice(998, 1001), '\n11');
  assert.equal(body.slice(-2001, -1999), '78');
});

const large = '0123456789abcdef'.repeat(300_000);

test('readMessage() keeps a large body in a file that has no name', async (context) => {
  const directory = mkdtempSync(join(tmpdir(), 'ssmtp-test-'));
  context.after(() => rmSync(directory, { recursive: true }));
  const message = await readMessage(cutInto(`A: 1\n\n${large}`, [70_001, 3]), {
    loneDot: 'dropped',
    temporaryDirectories: ['/nonexistent', directory],
  });
  assert.deepEqual(readdirSync(directory), []);
  if (process.platform === 'linux') {
    const [file = '', ...more] = openFiles().filter((path) => path.startsWith(directory));
    assert.match(file, /\/ssmtp-[^/]* \(deleted\)$/);
    assert.deepEqual(more, []);
  }
  assert.equal(message.body.size, large.length);
  const chunks = [...message.body.chunks()];
  assert.ok(chunks.every(({ length }) => length > 0 && length <= 65536));
  assert.equal(Buffer.concat(chunks).toString(), large);
  const [one, other] = [message.body.chunks()[Symbol.iterator](), message.body.chunks()[Symbol.iterator]()];
  assert.deepEqual([one.next().value, other.next().value, one.next().value], [chunks[0], chunks[0], chunks[1]]);
});

test('readMessage() keeps a large body in memory when no directory takes it', async () => {
  for (const temporaryDirectories of [[], ['/nonexistent', '/proc/self']]) {
    const message = await readMessage(cutInto(`\n${large}`, [65_536]), { loneDot: 'text', temporaryDirectories });
    assert.equal(textOf(message), large);
  }
});

test('readMessage() loses nothing when the disk is full', () => {
  // The largest file is 1.5 MiB here, so that writing fails in the middle of a piece; SIGXFSZ would kill.
  const script = `
    import { readMessage } from './src/message/read-message.ts';
    process.on('SIGXFSZ', () => {});
    const octets = Buffer.alloc(5_000_000, '0123456789');
    const { body } = await readMessage([Buffer.from('\\n'), octets], { loneDot: 'text', temporaryDirectories: [${JSON.stringify(tmpdir())}] });
    for (const turn of [1, 2]) if (!Buffer.concat([...body.chunks()]).equals(octets)) throw new Error('differs');
    console.log('whole', body.size);`;
  const limited = 'ulimit -f 3001 && exec "$0" --input-type=module --eval "$1"';
  const { stdout, stderr } = spawnSync('sh', ['-c', limited, process.execPath, script], {
    cwd: new URL('../..', import.meta.url),
    encoding: 'utf8',
  });
  assert.equal(stdout, 'whole 5000000\n', stderr);
});

test('readMessage() says why the input cannot be read', async () => {
  async function* broken() {
    yield Buffer.from('A: 1\n');
    throw Object.assign(new Error('EISDIR: illegal operation on a directory, read'), { errno: -21, code: 'EISDIR' });
  }
  for (const options of [plain, dotted]) {
    await assert.rejects(readMessage(broken(), options), {
      name: 'Failure',
      kind: 'unreadable',
      message: 'Cannot read the message: illegal operation on a directory',
    });
  }
});

test('readMessage() passes on a failure that has its own words', async () => {
  const failure = new Failure('temporary', 'Cannot go on: interrupted');
  // biome-ignore lint/correctness/useYield: it fails before there is anything to yield
  async function* broken(): AsyncGenerator<Buffer> {
    throw failure;
  }
  await assert.rejects(readMessage(broken(), plain), failure);
});

test('readMessage() needs little memory for a large message', () => {
  const script = `
    import { readMessage } from './src/message/read-message.ts';
    function* input() {
      yield Buffer.from('A: 1\\n\\n');
      for (let turn = 0; turn < 3200; turn += 1) yield Buffer.alloc(65_536, 'x'.repeat(70) + '\\n.');
    }
    const { body } = await readMessage(input(), { loneDot: 'dropped', temporaryDirectories: [${JSON.stringify(tmpdir())}] });
    let size = 0;
    for (const chunk of body.chunks()) size += chunk.length;
    if (size !== body.size || size < 200_000_000) throw new Error(String(size));
    console.log(process.resourceUsage().maxRSS);`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: new URL('../..', import.meta.url),
    encoding: 'utf8',
  });
  assert.ok(Number(stdout) > 0 && Number(stdout) < 200_000, `${stdout} KiB ${stderr}`);
});

function textOf({ body }: Message): string {
  return Buffer.concat([...body.chunks()]).toString('latin1');
}

/** Line by line, as the definition reads. */
function withoutLastDot(input: string): string {
  const lines = input.split(/(?<=\n)/);
  return (isLoneDot(lines.at(-1) ?? '') ? lines.slice(0, -1) : lines).join('');
}

function upToFirstDot(input: string): string {
  const lines = input.split(/(?<=\n)/);
  const dot = lines.findIndex(isLoneDot);
  return lines.slice(0, dot < 0 ? lines.length : dot).join('');
}

function isLoneDot(line: string): boolean {
  return /^\.\r?\n?$/.test(line);
}

function openFiles(): string[] {
  return readdirSync('/proc/self/fd').map(linkOf);
}

/** The directory's own descriptor is gone by the time it is looked at. */
function linkOf(descriptor: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`);
  } catch {
    return '';
  }
}
