/** Random words of a command line, for properties. */

import fc from 'fast-check';
import { type Flag, flags } from '../../src/cli/flags.ts';

export const flagsWithValue: readonly Flag[] = flags.filter((flag) => flag.value !== undefined && !flag.gluedOnly);

/** Any text, often one that looks like something else. */
export const text = fc.oneof(
  fc.constantFrom('', '-', '--', '-t', '--help', '-f', '<>', 'a@x.example', '-oi', '=', '-au'),
  fc.string({ unit: 'binary' }),
);

const spelling = fc.constantFrom(...flags.flatMap((flag) => flag.names));

/** A flag, with or without something glued to it. */
const flagWord = fc.tuple(spelling, fc.oneof(fc.constant(''), text)).map(([name, value]) => name + value);

/** Nothing that a user might type is left out: flags, clusters, values, operands and nonsense. */
export const commandLine = fc.array(fc.oneof(text, flagWord, spelling), { maxLength: 8 });
