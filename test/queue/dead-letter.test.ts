/** keepDeadLetter: the last resort keeps the whole message, in a file that nobody else can lay hands on. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import fc from 'fast-check';
import type { Message } from '../../src/message/types.ts';
import { keepDeadLetter, type Remains } from '../../src/queue/dead-letter.ts';
import type { System } from '../../src/system.ts';
import { bodyOf, messageOf } from '../route/pieces.ts';
import { fakeSystem } from '../system/fake-system.ts';

const isRoot = process.geteuid?.() === 0;
let home = '';
/** Where letters go that no home takes; removed after each test. */
let elsewhere: string[] = [];

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'ssmtp-test-dead-letter-'));
});

afterEach(() => {
  chmodSync(home, 0o700);
  rmSync(home, { recursive: true });
  for (const path of elsewhere) rmSync(path, { force: true });
  elsewhere = [];
});

function systemWith(changes: Partial<System> = {}): System {
  // No two runs of the tests share a name in /var/tmp.
  const randomHex = () => `test${process.pid}${Math.random().toString(36).slice(2)}`;
  return fakeSystem({ environment: { HOME: home }, randomHex, ...changes });
}

function remainsOf(message: string | Message, changes: Partial<Remains> = {}): Remains {
  const read = typeof message === 'string' ? messageOf(message) : message;
  return { message: read, sender: 'a@x.example', recipients: ['b@y.example'], reason: 'Cannot x: y', ...changes };
}

function keep(remains: Remains, system = systemWith()): string {
  const path = keepDeadLetter(remains, system);
  if (!path.startsWith(home)) elsewhere.push(path);
  return path;
}

const raw = () => readFileSync(join(home, 'dead.letter'), 'latin1');
const letter = () => raw().replaceAll(/^X-Dead-Letter-Seal: \S+ \d+\n/gm, '');
const notes = 'X-Dead-Letter: Cannot x: y\nX-Dead-Letter-From: a@x.example\nX-Dead-Letter-To: b@y.example\n';
const postmark = 'From a@x.example Sun Nov 22 07:05:13 2026\n';

describe('keepDeadLetter() content', () => {
  test('keepDeadLetter() writes one mbox message: postmark, notes, header, body, empty line', () => {
    assert.equal(keep(remainsOf('Subject: s\nBcc: c@z\n\nbody\n')), join(home, 'dead.letter'));
    assert.equal(letter(), `${postmark}${notes}Subject: s\nBcc: c@z\n\nbody\n\n`);
  });

  test('keepDeadLetter() quotes a line of the header that begins as a message does', () => {
    keep(remainsOf('From : a@b\nSubject: s\n\n'));
    assert.equal(letter(), `${postmark}${notes}>From : a@b\nSubject: s\n\n\n`);
  });

  for (const name of ['X-Dead-Letter', 'x-dead-letter-from', 'X-Dead-Letter-To'])
    test(`keepDeadLetter() keeps a field ${name} of the message apart from its own notes`, () => {
      const fields = { sender: undefined, recipients: [] };
      keep(remainsOf(`${name}: evil\nA: 1\n\n`, fields));
      const content = `${name}: evil\nA: 1\n\n`;
      assert.match(
        raw(),
        new RegExp(`^From .*\nX-Dead-Letter: .*\nX-Dead-Letter-Seal: \\S+ ${content.length}\n${content}\n$`),
      );
    });

  test('keepDeadLetter() notes that nobody was to get it', () => {
    keep(remainsOf('A: 1\n\n', { recipients: [], isForNobody: true }));
    assert.match(letter(), /\nX-Dead-Letter-To: \nA: 1\n/);
  });

  test('keepDeadLetter() notes words that are no address last, for one may hold a quote without end', () => {
    keep(remainsOf('A: 1\n\n', { recipients: ['"x', 'b@y.example', '\0c@y.example'] }));
    assert.match(letter(), /\nX-Dead-Letter-To: b@y\.example, "x, @@c@y\.example\nA: 1\n/);
  });

  test('keepDeadLetter() begins a line of its own behind what others have left without an end', () => {
    writeFileSync(join(home, 'dead.letter'), 'torn', { mode: 0o600 });
    keep(remainsOf('A: 1\n\n'));
    assert.ok(letter().startsWith(`torn\n${postmark}`));
  });

  test('keepDeadLetter() seals what it writes with a key that is for its user alone, and the length', () => {
    keep(remainsOf('A: 1\n\nFrom one\n'));
    const key = readFileSync(join(home, '.dead.letter.key'), 'latin1').trim();
    assert.equal(statSync(join(home, '.dead.letter.key')).mode & 0o777, 0o600);
    assert.ok(raw().includes(`\nX-Dead-Letter-Seal: ${key} 16\nA: 1\n\n>From one\n\n`), raw());
    keep(remainsOf('A: 1\n\ntwo'));
    assert.ok(raw().includes(`\nX-Dead-Letter-Seal: ${key} 9\nA: 1\n\ntwo\n\n`), raw());
  });

  for (const [what, spoil] of [
    ['that others may read', (path: string) => chmodSync(path, 0o644)],
    ['with two names', (path: string) => linkSync(path, `${path}.other`)],
    ['without an end', (path: string) => writeFileSync(path, 'cut')],
    [
      'behind a link',
      (path: string) => {
        renameSync(path, `${path}.other`);
        symlinkSync(`${path}.other`, path);
      },
    ],
  ] as const) {
    test(`keepDeadLetter() makes a new key in place of one ${what}`, () => {
      keep(remainsOf('A: 1\n\n'));
      const path = join(home, '.dead.letter.key');
      const before = readFileSync(path, 'latin1');
      spoil(path);
      keep(remainsOf('A: 1\n\n'));
      assert.notEqual(readFileSync(path, 'latin1'), before);
      assert.equal(lstatSync(path).mode & 0o777, 0o600);
      assert.equal(new Set(raw().match(/(?<=Seal: )\S+/g)).size, 2);
    });
  }

  test('keepDeadLetter() seals a file of one message with a part of its name', () => {
    const path = keep(remainsOf('A: 1\n\nbody'), systemWith({ environment: {} }));
    const key = path.slice(path.lastIndexOf('.') + 1);
    assert.ok(readFileSync(path, 'latin1').includes(`\nX-Dead-Letter-Seal: ${key} 10\n`));
  });

  test('keepDeadLetter() appends', () => {
    keep(remainsOf('A: 1\n\none'));
    keep(remainsOf('B: 2\n\ntwo'));
    assert.equal(letter(), `${postmark}${notes}A: 1\n\none\n\n${postmark}${notes}B: 2\n\ntwo\n\n`);
  });

  for (const { what, sender, recipients, holds } of [
    {
      what: 'the null sender',
      sender: '',
      recipients: [],
      holds: 'From alice Sun Nov 22 07:05:13 2026\nX-Dead-Letter: Cannot x: y\nX-Dead-Letter-From: <>\n\n',
    },
    {
      what: 'no sender',
      sender: undefined,
      recipients: ['b', 'c'],
      holds: 'From alice Sun Nov 22 07:05:13 2026\nX-Dead-Letter: Cannot x: y\nX-Dead-Letter-To: b, c\n\n',
    },
    {
      what: 'a sender that would break the postmark',
      sender: 'a\nFrom <b>',
      recipients: [],
      holds: 'From aFromb Sun Nov 22 07:05:13 2026\nX-Dead-Letter: Cannot x: y\nX-Dead-Letter-From: @@a@@From@@b@@\n\n',
    },
    {
      what: 'a recipient that would break the notes',
      sender: 'a',
      recipients: ['b\n\nFrom c'],
      holds: 'X-Dead-Letter-To: b From c\n\n',
    },
    {
      what: 'text beyond ASCII',
      sender: 'jörg@x',
      recipients: [],
      holds: Buffer.from('From jörg@x Sun').toString('latin1'),
    },
  ]) {
    test(`keepDeadLetter() writes ${what}`, () => {
      keep(remainsOf('\n', { sender, recipients }));
      assert.ok(letter().includes(holds), letter());
    });
  }

  for (const { body, gives } of [
    { body: 'From me', gives: '>From me\n\n' },
    { body: 'x\nFrom me\nFrom \n', gives: 'x\n>From me\n>From \n\n' },
    {
      body: 'xFrom me\n From x\nFrom: y\n>From z\nfrom w\n',
      gives: 'xFrom me\n From x\nFrom: y\n>>From z\nfrom w\n\n',
    },
    { body: 'x\r\nFrom me\r\n', gives: 'x\r\n>From me\r\n\n' },
    { body: '>>From \n>>Fro\n>>x\n>', gives: '>>>From \n>>Fro\n>>x\n>\n\n' },
    { body: 'ends in Fro', gives: 'ends in Fro\n\n' },
    { body: 'x\nFrom', gives: 'x\nFrom\n\n' },
    { body: '', gives: '\n' },
    { body: '\n', gives: '\n\n' },
    { body: '\0\xff\r', gives: '\0\xff\r\n\n' },
  ]) {
    test(`keepDeadLetter() quotes the body ${JSON.stringify(body)}, wherever its chunks are cut`, () => {
      const octets = Buffer.from(body, 'latin1');
      for (let cut = 0; cut <= octets.length; cut += 1) {
        for (let end = cut; end <= octets.length; end += 1) {
          const chunks = [octets.subarray(0, cut), octets.subarray(cut, end), octets.subarray(end)];
          rmSync(join(home, 'dead.letter'), { force: true });
          keep(remainsOf({ fields: [], body: bodyOf(chunks) }));
          assert.equal(letter(), `${postmark}${notes}\n${gives}`);
        }
      }
    });
  }

  test('keepDeadLetter() gives a file of its own to a body of more than 1 MiB', () => {
    for (const [size, name] of [
      [1_048_576, /dead\.letter$/],
      [1_048_577, /dead\.letter\.\w+$/],
    ] as const)
      assert.match(keep(remainsOf({ fields: [], body: bodyOf([Buffer.alloc(size, 'x')]) })), name);
  });

  test('keepDeadLetter() keeps every octet of a body that is larger than one piece', () => {
    const unit = fc.constantFrom('F', 'r', 'o', 'm', ' ', '\n', 'From ', '\nFrom ', '\r\n', '\xe4');
    const [text = ''] = fc.sample(fc.string({ unit, minLength: 40_000, maxLength: 40_000, size: 'max' }), {
      numRuns: 1,
      seed: 1,
    });
    const octets = Buffer.from(text.repeat(Math.ceil(1_100_000 / text.length)), 'latin1');
    const chunks = Array.from({ length: Math.ceil(octets.length / 65_536) }, (_, index) =>
      octets.subarray(index * 65_536, (index + 1) * 65_536),
    );
    const path = keep(remainsOf({ fields: [], body: bodyOf(chunks) }));
    assert.match(path, /dead\.letter\.\w+$/, 'a file of its own');
    assert.ok(readFileSync(path, 'latin1').startsWith(postmark));
    const body = readFileSync(path, 'latin1').replace(/^(?:.+\n)+\n/, '');
    assert.doesNotMatch(body, /^From /m);
    assert.ok(body.replaceAll(/^>(>*From )/gm, '$1').startsWith(octets.toString('latin1')));
    assert.match(body, /\n\n$/);
  });
});

describe('keepDeadLetter() places', () => {
  test('keepDeadLetter() makes a file for its user alone, and closes one that is open to others', () => {
    keep(remainsOf('A: 1\n\n'));
    assert.equal(statSync(join(home, 'dead.letter')).mode & 0o777, 0o600);
    chmodSync(join(home, 'dead.letter'), 0o666);
    keep(remainsOf('A: 1\n\n'));
    assert.equal(statSync(join(home, 'dead.letter')).mode & 0o777, 0o600);
  });

  test('keepDeadLetter() takes the home of the user database when HOME is unset, relative or /', () => {
    for (const HOME of [undefined, '', 'relative', '/']) {
      const user = () => ({ uid: 1000, name: 'alice', fullName: '', home });
      assert.equal(keep(remainsOf('\n'), systemWith({ environment: { HOME }, user })), join(home, 'dead.letter'));
    }
  });

  test('keepDeadLetter() tries the home of the user database when HOME takes nothing', () => {
    const user = () => ({ uid: 1000, name: 'alice', fullName: '', home });
    const environment = { HOME: join(home, 'missing') };
    assert.equal(keep(remainsOf('\n'), systemWith({ environment, user })), join(home, 'dead.letter'));
  });

  test('keepDeadLetter() makes a new file in /var/tmp when there is no home', () => {
    const path = keep(remainsOf('A: 1\n\nbody'), systemWith({ environment: {} }));
    assert.match(path, /^\/var\/tmp\/dead\.letter\.1000\.test/);
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.match(readFileSync(path, 'latin1'), /\nA: 1\n\nbody\n\n$/);
  });

  test('keepDeadLetter() never takes a file in /var/tmp that is there already', () => {
    const system = systemWith({ environment: {}, randomHex: () => `test${process.pid}` });
    const path = keep(remainsOf('\n'), system);
    assert.throws(() => keepDeadLetter(remainsOf('\n'), system), {
      kind: 'io',
      message: `Cannot keep the message: ${path}: file already exists`,
    });
  });

  const traps: readonly {
    readonly what: string;
    readonly lay: (path: string) => void;
    readonly skip?: string | false;
  }[] = [
    {
      what: 'a symbolic link to a file',
      lay: (path) => {
        writeFileSync(`${path}.target`, 'untouched');
        symlinkSync(`${path}.target`, path);
      },
    },
    { what: 'a symbolic link to nothing', lay: (path) => symlinkSync(`${path}.nothing`, path) },
    {
      what: 'a hard link',
      lay: (path) => {
        writeFileSync(`${path}.target`, 'untouched');
        linkSync(`${path}.target`, path);
      },
    },
    { what: 'a fifo that nobody reads', lay: makeFifo },
    { what: 'a directory', lay: (path) => mkdirSync(path) },
    {
      what: "another user's file",
      lay: (path) => {
        writeFileSync(path, 'untouched');
        chownSync(path, 65534, 65534);
      },
      skip: isRoot ? false : 'only root can give a file away',
    },
  ];
  for (const { what, lay, skip = false } of traps) {
    test(`keepDeadLetter() does not write to ${what}`, { skip }, () => {
      const path = join(home, 'dead.letter');
      lay(path);
      const kept = keep(remainsOf('A: 1\n\nbody'));
      assert.match(kept, /^\/var\/tmp\//);
      for (const target of [path, `${path}.target`]) {
        const file = statSync(target, { throwIfNoEntry: false });
        if (file?.isFile()) assert.equal(readFileSync(target, 'latin1'), 'untouched');
      }
    });
  }

  const skip = isRoot ? 'root may write everywhere' : false;
  test('keepDeadLetter() goes elsewhere when the home may not be written', { skip }, () => {
    chmodSync(home, 0o500);
    assert.match(keep(remainsOf('\n')), /^\/var\/tmp\//);
  });
});

describe('keepDeadLetter() trouble', () => {
  /** Its second piece cannot be read back. */
  function brokenBody(size: number) {
    function* chunks() {
      yield Buffer.from('first');
      throw Object.assign(new Error('EIO: i/o error, read'), { errno: -5, code: 'EIO' });
    }
    return { size, eightBit: false, hasLongLine: false, hasUnsafeOctet: false, chunks };
  }

  for (const size of [10, 10_000_000]) {
    test(`keepDeadLetter() leaves a letter as it was when one of ${size} octets cannot be written whole`, () => {
      keep(remainsOf('A: 1\n\none\n'));
      const before = letter();
      const system = systemWith();
      const fallback = `/var/tmp/dead.letter.1000.test${process.pid}`;
      elsewhere.push(fallback);
      const remains = remainsOf({ fields: [], body: brokenBody(size) });
      assert.throws(() => keepDeadLetter(remains, { ...system, randomHex: () => `test${process.pid}` }), {
        name: 'Failure',
        kind: 'io',
        message: `Cannot keep the message: ${home}/dead.letter${size > 1024 ** 2 ? `.test${process.pid}` : ''}: i/o error, ${fallback}: i/o error`,
      });
      assert.equal(letter(), before);
    });
  }

  test('keepDeadLetter() leaves no torn letter behind', () => {
    const fallback = `/var/tmp/dead.letter.1000.test${process.pid}`;
    elsewhere.push(fallback);
    const system = systemWith({ randomHex: () => `test${process.pid}` });
    assert.throws(() => keepDeadLetter(remainsOf({ fields: [], body: brokenBody(10) }), system), { kind: 'io' });
    assert.equal(statSync(fallback, { throwIfNoEntry: false }), undefined);
    // Not removed: another process may have it open and write a letter of its own.
    assert.equal(letter(), '');
  });
});

function makeFifo(path: string): void {
  const { status } = spawnSync('mkfifo', [path]);
  assert.equal(status, 0, 'mkfifo works');
}
