/** Completions for bash, zsh and fish: what does something, and what can stand behind it. */

import {
  deadLetterCommands,
  errorModes,
  type Flag,
  flags,
  modes,
  notifyConditions,
  queueCommands,
  settingRows,
} from '../../src/cli/flags.ts';
import { keys } from '../../src/config/keys.ts';

interface Word {
  readonly word: string;
  readonly help: string;
  /** Absent when nothing stands behind it; empty when anything may. */
  readonly values?: 'files' | readonly string[];
}

const origin = 'Made from src/cli/flags.ts by "npm run generate"; edit that.';

/** The ids of what waits, one a line; nothing when the user may not list them. */
const ids = `ssmtp queue list --json 2>/dev/null | sed -n 's/.*"queue_id":"\\([0-9A-F]*\\)".*/\\1/p'`;

const takeIds = queueCommands.filter(({ takesIds }) => takesIds).map(({ word }) => word);

function allWords(): Word[] {
  const [forLetters, others] = [['-b', '-o', '-e'], flags.filter(hasEffect)];
  return [
    ...others
      .filter(({ names }) => !forLetters.includes(names[0]))
      .flatMap((flag) => flag.names.map((word) => ({ word, help: flag.help, ...valuesOf(flag) }))),
    ...modes.filter(({ refusal }) => !refusal).map(({ letter, help }) => ({ word: `-b${letter}`, help })),
    ...settingRows.filter(({ sets }) => sets).map(({ letter, help }) => ({ word: `-o${letter}`, help })),
    ...errorModes.map((letter) => ({ word: `-oe${letter}`, help: 'How errors are told' })),
  ];
}

function hasEffect({ sets, puts, looksUp }: Flag): boolean {
  return Boolean(sets ?? puts ?? looksUp);
}

function valuesOf({ names, value, looksUp, gluedOnly }: Flag): { values?: 'files' | readonly string[] } {
  if (value === undefined || gluedOnly) return {};
  if (value === 'file') return { values: 'files' };
  if (looksUp === 'notify') return { values: notifyConditions };
  if (looksUp === 'returns') return { values: value.split('|') };
  const method = keys.find(({ name }) => name === 'AuthMethod');
  return { values: names[0] === '-am' ? (method?.choices ?? []) : [] };
}

export function bashCompletion(): string {
  const words = allWords();
  const behind = (pattern: Word['values']) =>
    words.filter(({ values }) => JSON.stringify(values) === JSON.stringify(pattern)).map(({ word }) => word);
  const lists = words.flatMap(({ word, values }) =>
    Array.isArray(values) && values.length > 0 ? [{ word, values }] : [],
  );
  return `# Completion of ssmtp in bash. ${origin}

_ssmtp() {
  local word=\${COMP_WORDS[COMP_CWORD]} words=''
  COMPREPLY=()
  case \${COMP_WORDS[COMP_CWORD - 1]} in
    ${behind('files').join(' | ')})
      mapfile -t COMPREPLY < <(compgen -f -- "$word")
      return
      ;;
    ${behind([]).join(' | ')}) return ;;
${lists.map(({ word, values }) => `    ${word}) words='${values.join(' ')}' ;;`).join('\n')}
    *)
      if [[ \${COMP_WORDS[1]} == queue ]] && ((COMP_CWORD > 1)); then
        if ((COMP_CWORD == 2)); then
          words='${queueCommands.map(({ word }) => word).join(' ')}'
        elif [[ \${COMP_WORDS[2]} == @(${takeIds.join('|')}) ]]; then
          words="ALL $(${ids})"
        fi
      elif [[ \${COMP_WORDS[1]} == dead-letter ]] && ((COMP_CWORD > 1)); then
        if ((COMP_CWORD > 2)); then
          mapfile -t COMPREPLY < <(compgen -f -- "$word")
          return
        fi
        words='${deadLetterCommands.map(({ word }) => word).join(' ')}'
      elif [[ $word == -* ]]; then
        words='${words.map(({ word }) => word).join(' ')}'
      elif ((COMP_CWORD == 1)); then
        words='dead-letter queue'
      fi
      ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}
complete -F _ssmtp ssmtp
`;
}

export function zshCompletion(): string {
  const action = ({ values }: Word) => {
    if (values === undefined) return '';
    if (values === 'files') return ':file:_files';
    return `:value:${values.length > 0 ? `(${values.join(' ')})` : ' '}`;
  };
  const specifications = allWords().map((each) => {
    const glue = each.values === undefined ? '' : '+';
    return quoted(`${each.word}${glue}[${each.help.replaceAll(/[[\]]/g, '\\$&')}]${action(each)}`);
  });
  return `#compdef ssmtp
# Completion of ssmtp in zsh. ${origin}

if (( CURRENT > 2 )) && [[ $words[2] == queue ]]; then
  local -a commands waiting
  if (( CURRENT == 3 )); then
    commands=(
${queueCommands.map(({ word, help }) => `      ${quoted(`${word}:${help}`)}`).join('\n')}
    )
    _describe command commands
  elif [[ $words[3] == (${takeIds.join('|')}) ]]; then
    waiting=(ALL \${(f)"$(${ids})"})
    compadd -a waiting
  fi
  return
fi

if (( CURRENT > 2 )) && [[ $words[2] == dead-letter ]]; then
  local -a commands
  if (( CURRENT == 3 )); then
    commands=(
${deadLetterCommands.map(({ word, help }) => `      ${quoted(`${word}:${help}`)}`).join('\n')}
    )
    _describe command commands
  else
    _files
  fi
  return
fi

_arguments \\
${[...specifications, quoted('1:recipient or command:(dead-letter queue)'), quoted('*:recipient: ')].map((each) => `  ${each}`).join(' \\\n')}
`;
}

export function fishCompletion(): string {
  const option = ({ word }: Word) => {
    if (word.startsWith('--')) return `-l ${word.slice(2)}`;
    return word.length === 2 ? `-s ${word.slice(1)}` : `-o ${word.slice(1)}`;
  };
  const behind = ({ values }: Word) => {
    if (values === undefined) return '';
    return values === 'files' ? ' -r -F' : ` -x${values.length > 0 ? ` -a ${quoted(values.join(' '))}` : ''}`;
  };
  const commands = queueCommands.map(({ word }) => word);
  const inQueue = `__fish_seen_subcommand_from queue; and not __fish_seen_subcommand_from ${commands.join(' ')}`;
  const deadLetterWords = deadLetterCommands.map(({ word }) => word);
  const inDeadLetter = `__fish_seen_subcommand_from dead-letter; and not __fish_seen_subcommand_from ${deadLetterWords.join(' ')}`;
  return [
    `# Completion of ssmtp in fish. ${origin}`,
    '',
    'complete -c ssmtp -f',
    "complete -c ssmtp -n __fish_is_first_arg -a queue -d 'Look after what waits'",
    "complete -c ssmtp -n __fish_is_first_arg -a dead-letter -d 'Look after what could not be sent'",
    ...allWords().map((each) => `complete -c ssmtp ${option(each)}${behind(each)} -d ${quoted(each.help)}`),
    ...queueCommands.map(({ word, help }) => `complete -c ssmtp -n '${inQueue}' -a ${word} -d ${quoted(help)}`),
    ...deadLetterCommands.map(
      ({ word, help }) => `complete -c ssmtp -n '${inDeadLetter}' -a ${word} -d ${quoted(help)}`,
    ),
    `complete -c ssmtp -n '__fish_seen_subcommand_from dead-letter; and __fish_seen_subcommand_from ${deadLetterWords.join(' ')}' -F`,
    `complete -c ssmtp -n '__fish_seen_subcommand_from ${takeIds.join(' ')}' -a ALL`,
    `complete -c ssmtp -n '__fish_seen_subcommand_from ${takeIds.join(' ')}' -a "(${ids.replaceAll('\\', '\\\\').replaceAll('"', '\\"')})"`,
    '',
  ].join('\n');
}

/** As sh and zsh want it; fish takes the same but for the way to write a quote. */
function quoted(text: string): string {
  if (text.includes("'"))
    throw new Error(`Cannot quote ${text}: not every shell writes a quote in quotes the same way`);
  return `'${text}'`;
}
