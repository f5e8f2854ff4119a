/** splitWords against the word forms of the sendmail interface, section 2. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { splitWords } from '../../src/cli/split-words.ts';
import { Failure } from '../../src/failure.ts';
import { commandLine, flagsWithValue, text } from './words.ts';

const forms: readonly {
  readonly what: string;
  readonly words: readonly string[];
  readonly gives: readonly string[];
}[] = [
  { what: 'a flag alone', words: ['-t'], gives: ['-t'] },
  { what: 'a cluster', words: ['-ti'], gives: ['-t', '-i'] },
  { what: 'a cluster that ends in a flag with a value', words: ['-tif', 'a@x'], gives: ['-t', '-i', '-f', 'a@x'] },
  { what: 'a cluster with the value glued', words: ['-tifa@x'], gives: ['-t', '-i', '-f', 'a@x'] },
  { what: 'a glued value', words: ['-fa@x'], gives: ['-f', 'a@x'] },
  { what: 'a separate value', words: ['-f', 'a@x'], gives: ['-f', 'a@x'] },
  { what: 'an empty value', words: ['-f', '', 'b@y'], gives: ['-f', '', 'b@y'] },
  { what: 'a value that begins with a dash', words: ['-F', '-t'], gives: ['-F', '-t'] },
  { what: 'a value that is --', words: ['-F', '--', '-t'], gives: ['-F', '--', '-t'] },
  { what: 'a value that is a lone dash', words: ['-f', '-'], gives: ['-f', '-'] },
  { what: 'a glued value that begins with a dash', words: ['-F-t'], gives: ['-F', '-t'] },
  { what: 'a setting', words: ['-oi', '-oem'], gives: ['-o', 'i', '-o', 'em'] },
  { what: 'a separate setting', words: ['-o', 'i'], gives: ['-o', 'i'] },
  { what: 'a long setting', words: ['-OErrorMode=m', '-O', 'a=b'], gives: ['-O', 'ErrorMode=m', '-O', 'a=b'] },
  { what: 'a mode', words: ['-bs'], gives: ['-b', 's'] },
  { what: 'a separate mode', words: ['-b', 's'], gives: ['-b', 's'] },
  { what: 'an error mode', words: ['-em'], gives: ['-e', 'm'] },
  { what: '-q alone, whose value is never the next word', words: ['-q', '15m'], gives: ['-q', '', '15m'] },
  { what: '-q with an interval', words: ['-q15m'], gives: ['-q', '15m'] },
  { what: '-q in a cluster', words: ['-vq', 'root'], gives: ['-v', '-q', '', 'root'] },
  { what: '-d alone', words: ['-d', 'root'], gives: ['-d', '', 'root'] },
  { what: '-d with a level', words: ['-d0.1'], gives: ['-d', '0.1'] },
  {
    what: "sSMTP's two letters, separate",
    words: ['-au', 'me', '-ap', '-secret'],
    gives: ['--au', 'me', '--ap', '-secret'],
  },
  { what: "sSMTP's two letters, glued", words: ['-aume', '-amPLAIN'], gives: ['--au', 'me', '--am', 'PLAIN'] },
  { what: '-V with an envelope id', words: ['-Vid', 'root'], gives: ['-V', 'id', 'root'] },
  { what: '-V with a separate envelope id', words: ['-V', 'id'], gives: ['-V', 'id'] },
  { what: '-V as last word', words: ['-V'], gives: ['--version'] },
  { what: '-V at the end of the last cluster', words: ['-tV'], gives: ['-t', '--version'] },
  { what: 'long flags', words: ['--check', '--help', '--version'], gives: ['--check', '--help', '--version'] },
  { what: 'flags behind operands', words: ['a@x', '-i', 'b@y'], gives: ['a@x', '-i', 'b@y'] },
  { what: 'a lone dash', words: ['-', '-i'], gives: ['-', '-i'] },
  { what: 'an empty operand', words: ['', '-i'], gives: ['', '-i'] },
  { what: 'words behind --', words: ['-i', '--', '-t', '--', '--help'], gives: ['-i', '--', '-t', '--', '--help'] },
];

const refusals: readonly { readonly words: readonly string[]; readonly says: RegExp }[] = [
  { words: ['-F'], says: /^option requires an argument -- F$/ },
  { words: ['-ti', '-tf'], says: /^option requires an argument -- f$/ },
  { words: ['-b'], says: /^option requires an argument -- b$/ },
  { words: ['-ap'], says: /^option requires an argument -- ap$/ },
  { words: ['-k'], says: /^Cannot understand "-k": no flag -k$/ },
  { words: ['-tik'], says: /^Cannot understand "-tik": no flag -k$/ },
  { words: ['-a'], says: /^Cannot understand "-a": no flag -a$/ },
  { words: ['-ax', 'me'], says: /^Cannot understand "-ax": no flag -a$/ },
  { words: ['-t-i'], says: /^Cannot understand "-t-i": no flag --$/ },
  { words: ['--nothing'], says: /^Cannot understand "--nothing": no such flag$/ },
  { words: ['--au', 'me'], says: /^Cannot understand "--au": no such flag$/ },
  { words: ['--check=x'], says: /^Cannot understand "--check=x": no such flag$/ },
];

describe('splitWords()', () => {
  for (const { what, words, gives } of forms) {
    test(`splitWords() reads ${what}`, () => assert.deepEqual(splitWords(words), gives));
  }

  for (const { words, says } of refusals) {
    test(`splitWords() refuses ${words.join(' ')}`, () => {
      assert.throws(() => splitWords(words), { name: 'Failure', kind: 'usage', message: says });
    });
  }

  test('splitWords() gives the same for a glued and for a separate value', () => {
    const value = fc.string({ minLength: 1, unit: 'binary' });
    fc.assert(
      fc.property(fc.constantFrom(...flagsWithValue.flatMap((flag) => flag.names)), value, (name, glued) => {
        assert.deepEqual(splitWords([name + glued, 'end']), splitWords([name, glued, 'end']));
      }),
    );
  });

  test('splitWords() keeps every value as it is, whatever it looks like', () => {
    fc.assert(
      fc.property(fc.constantFrom(...flagsWithValue.flatMap((flag) => flag.names)), text, (name, value) => {
        assert.deepEqual(splitWords([name, value, 'end']).slice(1), [value, 'end']);
      }),
    );
  });

  test('splitWords() leaves everything behind -- as it is', () => {
    fc.assert(
      fc.property(fc.array(text), (operands) => {
        assert.deepEqual(splitWords(['-t', '--', ...operands]), ['-t', '--', ...operands]);
      }),
    );
  });

  test('splitWords() throws nothing but Failure usage', () => {
    fc.assert(
      fc.property(commandLine, (words) => {
        try {
          splitWords(words);
        } catch (error) {
          assert.ok(error instanceof Failure && error.kind === 'usage', String(error));
        }
      }),
    );
  });
});
