/** `--help`: the tables, printed. */

import { failureKinds } from '../failure.ts';
import { deadLetterCommands, flags, modes, queueCommands, settingRows } from './flags.ts';
import { reportStatuses } from './report-statuses.ts';

export function helpText(): string {
  const shown = flags.filter((flag) => !flag.help.startsWith('Accepted for compatibility'));
  return [
    'Usage: ssmtp [flags] [recipient ...] < message',
    '       sendmail, mailq and newaliases are the same program under other names',
    '',
    'Relays the message on standard input to the mail hub named in ssmtp.conf(5).',
    section(
      'Flags',
      shown.map((flag) => [flag.names.map((name) => withValue(name, flag.value)).join(', '), flag.help]),
    ),
    section(
      'Modes',
      modes.map((mode) => [`-b${mode.letter}`, mode.refusal ? `Refused: ${mode.refusal}` : mode.help]),
    ),
    section(
      'Settings',
      settingRows.map((row) => [`-o${row.letter}, -O ${row.name}`, row.help]),
    ),
    section(
      'The queue, as root or user ssmtp',
      queueCommands.map((row) => [`ssmtp queue ${row.word}${row.takesIds ? ' ID ...' : ''}`, row.help]),
    ),
    section(
      'Messages that could not be sent',
      deadLetterCommands.map((row) => [`ssmtp dead-letter ${row.word} [FILE]`, row.help]),
    ),
    section('Exit status', exitStatuses()),
    section('Exit status of --check and --probe, for monitoring', reportStatusRows()),
    '',
  ].join('\n');
}

/** Every row: [what, meaning], the status as text. */
export function exitStatuses(): [string, string][] {
  const rows = Object.values(failureKinds).map(({ status, help }): [string, string] => [String(status), help]);
  return [['0', 'the hub accepted the message for every recipient, or it is safe in the queue'], ...rows];
}

export function reportStatusRows(): [string, string][] {
  return Object.values(reportStatuses).map(({ status, help }): [string, string] => [String(status), help]);
}

function withValue(name: string, value: string | undefined): string {
  return value ? `${name} ${value}` : name;
}

/** Two columns in 80. */
function section(title: string, rows: readonly (readonly [string, string])[]): string {
  const width = Math.min(28, Math.max(...rows.map(([what]) => what.length)) + 2);
  const lines = rows.flatMap(([what, meaning]) => {
    const [first = '', ...rest] = wrapped(meaning, 78 - width);
    const isLong = what.length + 2 > width;
    return [
      isLong ? `  ${what}` : `  ${what.padEnd(width)}${first}`,
      ...(isLong ? [first, ...rest] : rest).map((line) => ' '.repeat(width + 2) + line),
    ];
  });
  return ['', `${title}:`, ...lines].join('\n');
}

/** Lines of at most `width` characters; a longer word has a line of its own. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.pop();
    if (last === undefined) lines.push(word);
    else if (last.length + word.length < width) lines.push(`${last} ${word}`);
    else lines.push(last, word);
  }
  return lines;
}
