/** parseArguments: what the words mean, for real callers and for random ones. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { defaultOptions, type Options } from '../../src/cli/options.ts';
import { parseArguments } from '../../src/cli/parse-arguments.ts';
import { Failure } from '../../src/failure.ts';
import { callers } from './callers.ts';
import { commandLine, text } from './words.ts';

const parse = (...words: string[]) => parseArguments(words, 'sendmail');

const meanings: readonly { readonly words: readonly string[]; readonly means: Partial<Options> }[] = [
  { words: [], means: {} },
  { words: ['-bm'], means: {} },
  { words: ['-bp'], means: { mode: 'mailq' } },
  { words: ['-bi'], means: { mode: 'newaliases' } },
  { words: ['-I'], means: { mode: 'newaliases' } },
  { words: ['-bv', 'root'], means: { mode: 'verify', operands: ['root'] } },
  { words: ['-bV'], means: { mode: 'version' } },
  { words: ['-V'], means: { mode: 'version' } },
  { words: ['--version'], means: { mode: 'version' } },
  { words: ['--help'], means: { mode: 'help' } },
  { words: ['--check', '-C', '/tmp/x'], means: { mode: 'check', configFile: '/tmp/x' } },
  { words: ['-qIabc', '-qRroot', '-qSroot'], means: { mode: 'queueRun', queueRun: 'Sroot' } },
  { words: ['-q', 'root'], means: { mode: 'queueRun', queueRun: '', operands: ['root'] } },
  { words: ['-bd', '-bm'], means: { mode: 'send' } },
  { words: ['-bd'], means: { mode: 'daemon' } },
  { words: ['-bD'], means: { mode: 'daemon' } },
  { words: ['-bl'], means: { mode: 'daemon' } },
  { words: ['-bt'], means: { mode: 'test' } },
  { words: ['-bh'], means: { mode: 'test' } },
  { words: ['-bH'], means: { mode: 'test' } },
  { words: ['-oee'], means: { errorMode: 'e' } },
  { words: ['-eq'], means: { errorMode: 'q' } },
  { words: ['-e', 'm'], means: { errorMode: 'm' } },
  { words: ['-oe'], means: {} },
  { words: ['-ex'], means: {} },
  { words: ['-OErrorMode=quiet'], means: { errorMode: 'q' } },
  { words: ['-O', 'errormode=p', '-oem'], means: { errorMode: 'm' } },
  { words: ['-oIgnoreDots'], means: { dotEndsMessage: false } },
  { words: ['-O', 'IgnoreDots=True'], means: { dotEndsMessage: false } },
  { words: ['-O', 'IgnoreDots=false'], means: {} },
  { words: ['-oiFalse'], means: {} },
  { words: ['-oInterval=5'], means: {} },
  { words: ['-oiwhatever=5'], means: {} },
  { words: ['-odq', '-oQ/var/spool', '-o7', '-O', 'Nonsense=1', '-o', ''], means: { deliveryMode: 'queue' } },
  { words: ['-odd'], means: { deliveryMode: 'queue' } },
  { words: ['-od', '-odx', '-O', 'DeliveryMode'], means: {} },
  { words: ['-odq', '-O', 'DeliveryMode=interactive'], means: { deliveryMode: 'interactive' } },
  { words: ['-q'], means: { mode: 'queueRun', queueRun: '' } },
  { words: ['-q15m', '-v'], means: { mode: 'queueRun', queueRun: '15m', verbose: true } },
  { words: ['-bp', '-q', '--json'], means: { mode: 'mailq', queueRun: '', json: true } },
  { words: ['-q1h', '-bd'], means: { mode: 'daemon', queueRun: '1h' } },
  { words: ['-4'], means: { addressFamily: 4 } },
  { words: ['-6', '-4'], means: { addressFamily: 4 } },
  { words: ['-v'], means: { verbose: true } },
  { words: ['-r', 'a@x'], means: { envelopeSender: 'a@x' } },
  { words: ['-f', 'a@x', '-r', 'b@y'], means: { envelopeSender: 'b@y' } },
  { words: ['-f', ''], means: { envelopeSender: '' } },
  { words: ['-f', '-t'], means: { envelopeSender: '-t' } },
  { words: ['-F', ''], means: { fullName: '' } },
  { words: ['-au', 'me', '-ap', '-t', '-amPLAIN'], means: { authUser: 'me', authPass: '-t', authMethod: 'PLAIN' } },
  { words: ['-ap', ''], means: { authPass: '' } },
  {
    words: ['-t', 'a@x', '-i', '-', ''],
    means: { recipientsFromHeader: true, dotEndsMessage: false, operands: ['a@x', '-', ''] },
  },
  { words: ['--', '-t', '--help', '--'], means: { operands: ['-t', '--help', '--'] } },
  {
    words: ['-cEGJmnsTUx', '-L', 'tag', '-X/tmp/log', '-psmtp', '-Ac', '-D', 'x', '-Mx', '-Qy', '-h3', '-d'],
    means: { logTag: 'tag', dialogueFile: '/tmp/log', hops: '3' },
  },
  // Names that every object of JavaScript has are nothing special.
  {
    words: ['__proto__', 'constructor', '-F', '__proto__'],
    means: { operands: ['__proto__', 'constructor'], fullName: '__proto__' },
  },
];

describe('parseArguments()', () => {
  for (const { who, words, means } of callers) {
    test(`parseArguments() understands ${who}: ${words.join(' ')}`, () => {
      assert.deepEqual(parse(...words), { ...defaultOptions, ...means });
    });
  }

  for (const { words, means } of meanings) {
    test(`parseArguments() understands ${words.join(' ') || 'no words'}`, () => {
      assert.deepEqual(parse(...words), { ...defaultOptions, ...means });
    });
  }

  for (const [programName, mode] of [
    ['mailq', 'mailq'],
    ['newaliases', 'newaliases'],
    ['ssmtp', 'send'],
    ['sendmail', 'send'],
    ['constructor', 'send'],
  ] as const) {
    test(`parseArguments() called as ${programName} chooses the mode ${mode}`, () => {
      assert.equal(parseArguments([], programName).mode, mode);
    });
  }

  for (const [words, programName, mode] of [
    [['queue', 'flush'], 'ssmtp', 'queue'],
    [['dead-letter', 'resend', 'x'], 'ssmtp', 'deadLetter'],
    [['-v', 'dead-letter', 'resend'], 'sendmail', 'send'],
    [['-C', '/x', 'queue', 'hold', 'ID'], 'ssmtp', 'queue'],
    [['queue', 'flush'], 'sendmail', 'send'],
    [['queue'], 'ssmtp', 'queue'],
    [['queue', 'flsh'], 'ssmtp', 'queue'],
    [['-n', 'root'], 'ssmtp', 'dryRun'],
    [['-n', 'root'], 'sendmail', 'send'],
    [['--dry-run', 'root'], 'sendmail', 'dryRun'],
    [['--explain', '-t'], 'sendmail', 'explain'],
    [['--json', '-bv', 'root'], 'sendmail', 'verify'],
    [['root', 'queue', 'flush'], 'ssmtp', 'send'],
  ] as const) {
    test(`parseArguments() takes ${programName} ${words.join(' ')} for ${mode}`, () => {
      assert.equal(parseArguments(words, programName).mode, mode);
    });
  }

  test('parseArguments() lets -b override the name it is called by', () => {
    assert.equal(parseArguments(['-bm'], 'mailq').mode, 'send');
  });

  test('parseArguments() says what netdata greps for', () => {
    assert.throws(() => parse('-F'), { kind: 'usage', status: 64, message: /option requires an argument/ });
  });

  for (const words of [
    ['--json', 'root'],
    ['--json', '-bs'],
    ['-bx'],
    ['-b', ''],
    ['-bsomething'],
    ['-k'],
    ['--queue'],
  ]) {
    test(`parseArguments() refuses ${words.join(' ')}`, () => {
      assert.throws(() => parse(...words), { name: 'Failure', kind: 'usage' });
    });
  }

  test('parseArguments() takes nothing behind -- for a flag', () => {
    fc.assert(
      fc.property(fc.array(text), (operands) => {
        assert.deepEqual(parse('-i', '--', ...operands), { ...defaultOptions, dotEndsMessage: false, operands });
      }),
    );
  });

  test('parseArguments() keeps the value of -f, -F, -C and -ap as typed', () => {
    fc.assert(
      fc.property(text, (value) => {
        const options = parse('-f', value, '-F', value, '-C', value, '-ap', value);
        const { envelopeSender, fullName, configFile, authPass } = options;
        assert.deepEqual([envelopeSender, fullName, configFile, authPass], [value, value, value, value]);
      }),
    );
  });

  test('parseArguments() throws nothing but Failure usage', () => {
    fc.assert(
      fc.property(commandLine, (words) => {
        try {
          parse(...words);
        } catch (error) {
          assert.ok(error instanceof Failure && error.kind === 'usage', String(error));
        }
      }),
    );
  });
});
