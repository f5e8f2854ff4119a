/** docs/CALLERS.md: every program that is known to call sendmail, and what becomes of its words. */

import { type Caller, callers, groups, titleOf } from '../../test/callers/callers.ts';
import { programs, titleOfProgram } from '../../test/callers/programs.ts';
import { flagUses } from '../../test/callers/treatments.ts';
import { markdownTable } from './tables.ts';

export function callersDocument(): string {
  const notYet = callers.filter((caller) => caller.notYet);
  const served = callers.length - notYet.length;
  return [
    '# Programs that call sendmail',
    '',
    '<!-- Made from test/callers/callers.ts by "npm run generate"; edit that. -->',
    '',
    introduction,
    '',
    `${served} of ${callers.length} are served. Not yet: ${notYet.map(({ name }) => name).join(', ') || 'none'}.`,
    ...groups.flatMap((group) => [
      '',
      `## ${group}`,
      ...callers.filter((caller) => caller.group === group).map(section),
    ]),
    '',
  ].join('\n');
}

const introduction = `What each program writes on sendmail's command line, and what is done with it. \`a@x.example\` stands for the sender that the
program fills in, \`b@y.example\` and \`c@y.example\` for recipients; the source says where the words are written.

A test runs each row with exactly these words, under the name the caller uses, with a message such as the caller's on
standard input, against a mail hub that offers DSN, 8BITMIME, SIZE and PIPELINING. It holds the envelope, every octet of the
message, the exit status and everything printed against the row. Where a second test is named, the real program, unmodified,
sends through ssmtp and a real Postfix into a mailbox. To run one of them:

    scripts/node --test --test-name-pattern='Debian cron' test/callers/callers.test.ts`;

function section(caller: Caller): string {
  const flags = flagUses(caller.words).map(({ words, treatment }) => [code(words), treatment]);
  return [
    '',
    `### ${caller.name}`,
    '',
    `Called ${caller.called}. Source: ${caller.source}.`,
    '',
    `    ${commandLine(caller)}`,
    '',
    ...(flags.length > 0 ? [markdownTable(['flag', 'what is done with it'], flags), ''] : []),
    outcomeOf(caller),
    testsOf(caller),
  ].join('\n');
}

function commandLine({ as, words }: Caller): string {
  return [as === 'lib/sendmail' ? '/usr/lib/sendmail' : (as ?? 'sendmail'), ...words.map(quoted)].join(' ');
}

function code(words: readonly string[]): string {
  return `\`${words.map(quoted).join(' ')}\``;
}

/** As a shell would want it. */
function quoted(word: string): string {
  return /^[\w@.,/=:+-]+$/.test(word) ? word : `'${word}'`;
}

function outcomeOf({ notYet, sends, status = 0, prints }: Caller): string {
  if (notYet) return `**Not served yet**: status 64, \`${notYet.stderr?.join(' ') ?? ''}\`.`;
  if (sends) return `**Served**: ${envelopeText(sends)}${prints ? '' : ', without a word'}.`;
  return `**Served**: status ${status}, \`${[...(prints?.stdout ?? []), ...(prints?.stderr ?? [])].join(' ')}\`.`;
}

function testsOf(caller: Caller): string {
  const real = programs.filter((program) => program.caller === caller.name);
  return [
    `Test: “${titleOf(caller)}” in test/callers/callers.test.ts`,
    ...real.map((program) => `; “${titleOfProgram(program)}” in test/callers/programs.test.ts`),
    '.',
  ].join('');
}

function envelopeText({ sender, recipients }: NonNullable<Caller['sends']>): string {
  const from = sender.startsWith('$USER@') ? 'the user’s own address' : `\`<${sender}>\``;
  const to = recipients.map((recipient) =>
    recipient === 'admin@example.org' ? 'whom root= names' : `\`${recipient}\``,
  );
  return `from ${from} to ${to.join(', ')}`;
}
