/** Splits sendmail's word forms (`-tif addr`, `-oem`, `-fa@x`, `-b s`) into the plain ones that commander reads. */

import { Failure } from '../failure.ts';
import { type Flag, flags } from './flags.ts';

const usageHint = 'ssmtp --help lists the flags';

/**
 * Gives words in which every flag stands alone and every value stands alone behind it: `-tif a@x` becomes
 * `-t -i -f a@x`. sSMTP's `-au` becomes `--au`, for commander knows no short flag of two letters. Words behind `--` and
 * the lone `-` stay operands.
 *
 * Throws Failure usage with the words "option requires an argument -- X" (netdata greps for them) or naming an unknown flag.
 */
export function splitWords(words: readonly string[]): string[] {
  const split: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (word === '--') return split.concat(words.slice(at));
    if (word === '-' || !word.startsWith('-')) split.push(word);
    else if (word.startsWith('--')) split.push(longFlag(word));
    else {
      const { words: plain, isNextTaken } = splitCluster(word, words[at + 1]);
      for (const each of plain) split.push(each);
      if (isNextTaken) at += 1;
    }
  }
  return split;
}

function longFlag(word: string): string {
  const isPublic = flags.some((flag) => flag.names.includes(word));
  if (!isPublic) throw new Failure('usage', `Cannot understand "${word}": no such flag`, { hint: usageHint });
  return word;
}

/** One word of letters; takes the next word, where there is one, when a value is due that is not in the same word. */
function splitCluster(word: string, next: string | undefined): { words: string[]; isNextTaken: boolean } {
  const split: string[] = [];
  const ended = (...last: string[]) => ({ words: [...split, ...last], isNextTaken: false });
  for (let at = 1; at < word.length; ) {
    const name = nameAt(word, at);
    const flag = flagNamed(name);
    if (!flag) throw new Failure('usage', `Cannot understand "${word}": no flag ${name}`, { hint: usageHint });
    at += name.length - 1;
    if (!flag.value) {
      split.push(plainName(name));
      continue;
    }
    const glued = word.slice(at);
    if (glued) return ended(...withValue(name, glued));
    if (flag.gluedOnly) return ended(...withValue(name, ''));
    // sSMTP: a bare -V as last word asks for the version.
    if (next === undefined && name === '-V') return ended('--version');
    if (next === undefined) throw new Failure('usage', `option requires an argument -- ${name.slice(1)}`);
    return { words: [...split, ...withValue(name, next)], isNextTaken: true };
  }
  return ended();
}

/** The two-letter names (`-au`) before the one-letter ones. */
function nameAt(word: string, at: number): string {
  const pair = `-${word.slice(at, at + 2)}`;
  return pair.length === 3 && at === 1 && flagNamed(pair) ? pair : `-${word.charAt(at)}`;
}

function flagNamed(name: string): Flag | undefined {
  return flags.find((flag) => flag.names.includes(name));
}

/** `--au=user` keeps a value that begins with a dash, or is empty, from being read as anything else. */
function withValue(name: string, value: string): string[] {
  return [plainName(name), value];
}

export function plainName(name: string): string {
  return name.length === 3 && !name.startsWith('--') ? `-${name}` : name;
}
