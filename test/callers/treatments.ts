/** What is done with each flag that callers use: for people to read, in docs/CALLERS.md. */

export interface FlagUse {
  /** As typed, with its value. */
  readonly words: readonly string[];
  readonly treatment: string;
}

/** Flags whose value is the next word, in the form that callers use. */
const valueBehind = ['-f', '-F', '-B', '-N', '-R'];

/** By the word without its value; what is not there as a whole is looked up by its first letter. */
const treatments: Readonly<Record<string, string>> = {
  '-t': 'recipients come from To, Cc and Bcc',
  '-i': 'a lone dot is text',
  '-oi': 'a lone dot is text',
  '-f': 'envelope sender',
  '-F': 'name in From, when the message has no From',
  '-B': 'accepted; the body itself tells whether it is 8-bit',
  '-N': 'NOTIFY= for each recipient, where the hub can do it',
  '-R': 'RET= for the sender, where the hub can do it',
  '-V': 'ENVID= for the sender, where the hub can do it',
  '-v': 'shows the dialogue with the hub on standard error',
  '-m': 'accepted, no effect: whoever is named gets a copy, the sender included',
  '-oem': 'errors are printed and told by the exit status, not mailed back',
  '-oep': 'errors are printed and told by the exit status',
  '-odi': 'the message is handed over before the program ends',
  '-odb': 'the program ends as soon as the message is in the queue; without one, when it is handed over',
  '-oA': 'accepted, no effect: Aliases= names the aliases file',
  '-ODeliveryMode=b': 'the program ends as soon as the message is in the queue; without one, when it is handed over',
  '-OErrorMode=m': 'errors are printed and told by the exit status, not mailed back',
  '-bs': 'SMTP on standard input and output',
};

/** The flags among a caller's words, in their order. Throws an Error for one that nobody has described. */
export function flagUses(words: readonly string[]): FlagUse[] {
  const rest = [...words];
  const uses: FlagUse[] = [];
  for (let word = rest.shift(); word !== undefined && word !== '--'; word = rest.shift()) {
    if (!word.startsWith('-')) continue;
    const value = valueBehind.includes(word) ? rest.splice(0, 1) : [];
    uses.push({ words: [word, ...value], treatment: treatmentOf(word) });
  }
  return uses;
}

function treatmentOf(word: string): string {
  const treatment = treatments[word] ?? treatments[word.slice(0, 3)] ?? treatments[word.slice(0, 2)];
  if (treatment === undefined) throw new Error(`nobody has described what is done with ${word}`);
  return treatment;
}
