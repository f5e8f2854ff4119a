/** How `--check` looks on a terminal. */

import type { Entry } from '../config/collect.ts';
import type { AccountReading } from '../config/settings.ts';
import type { Settings } from '../config/types.ts';
import { printable } from '../printable.ts';
import type { Checked } from './check.ts';
import { findingLines, verdictLine } from './finding.ts';
import { folded, type Terminal } from './terminal.ts';

/** Lines without their ends, at most as wide as the terminal, which has room for 40 characters at least. */
export function checkLines(checked: Checked, terminal: Terminal): string[] {
  const { file, settings, findings, warnings, differences, errors, state } = checked;
  const errorLines = errors.flatMap(({ message, hint }) => (hint ? [message, `  ${hint}`] : [message]));
  const sections = [
    titled(`Settings (${file})`, settingLines(checked.entries, file, terminal), terminal),
    settings ? folded(summaryOf(settings), terminal.width) : [],
    ...checked.accounts.map((account) => accountLines(account, checked, terminal)),
    ...checked.hubs.map(({ name, place, entries }) =>
      titled(`Hub ${name} (${place})`, settingLines(entries, file, terminal), terminal),
    ),
    titled(
      'Around it',
      findings.flatMap((finding) => findingLines(finding, terminal)),
      terminal,
    ),
    titled('Read differently by sSMTP', complaintLines(differences, terminal), terminal),
    titled('Warnings', complaintLines(warnings, terminal), terminal),
    titled('Errors', complaintLines(errorLines, terminal), terminal),
    [verdictLine(state, verdictOf(checked), terminal)],
  ];
  return sections.filter((lines) => lines.length > 0).flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]));
}

function verdictOf({ file, state, errors, verdict }: Checked): string {
  if (verdict !== undefined) return verdict;
  if (errors.length > 0) return `${printable(file)} cannot be used`;
  if (state === 'critical') return 'No errors in the configuration, but mail would not leave';
  return state === 'warning' ? 'No errors, but see the warnings' : 'No errors';
}

function titled(title: string, lines: readonly string[], { width, paint }: Terminal): string[] {
  return lines.length > 0 ? [...folded(title, width).map((line) => paint('bold', line)), ...lines] : [];
}

/** Each complaint begins at the margin; what follows of it is indented. */
function complaintLines(complaints: readonly string[], { width }: Terminal): string[] {
  return complaints.flatMap((complaint) => {
    const own = complaint.startsWith('  ') ? '    ' : '  ';
    return folded(complaint, width - 4).map((line, index) => (index === 0 ? own : '    ') + line);
  });
}

/** An account shows what is set for it alone. */
function accountLines(account: AccountReading, { settings, file }: Checked, terminal: Terminal): string[] {
  const { name, place, patterns, entries } = account;
  const found = settings?.accounts.find((each) => each.name === name);
  return titled(
    `Account ${name} (${place})`,
    [
      ...settingRow({ name: 'match', value: patterns.join(' '), place: '' }, terminal),
      ...settingLines(entries, file, terminal),
      ...(found ? folded(summaryOf(found.settings), terminal.width - 2).map((line) => `  ${line}`) : []),
    ],
    terminal,
  );
}

function settingLines(entries: readonly Entry[], file: string, terminal: Terminal): string[] {
  return entries.flatMap(({ key, shown, place }) => {
    const { name } = key;
    if (place !== undefined)
      return settingRow({ name, value: shown || `(empty: ${key.whenEmpty})`, place: placeIn(file, place) }, terminal);
    return shown === undefined
      ? settingRow({ name, value: `(not set: ${key.otherwise})`, place: '' }, terminal)
      : settingRow({ name, value: shown, place: 'default' }, terminal);
  });
}

/** The title names the file already. */
function placeIn(file: string, place: string): string {
  const line = place.startsWith(`${file}:`) ? place.slice(file.length + 1) : '';
  return /^\d+$/.test(line) ? `line ${line}` : place;
}

/** The longest name of a key, and "line 123" or "default". */
const columns = { name: 20, place: 10 };

function settingRow(
  { name, value, place }: { name: string; value: string; place: string },
  { width, paint }: Terminal,
): string[] {
  const room = width - 2 - columns.name - columns.place;
  const isShort = place.length < columns.place;
  const lines = folded(value, isShort && place !== '' ? room : room + columns.place);
  const after = isShort ? [] : folded(`(${place})`, room + columns.place);
  const isOurs = place === 'default' || value.startsWith('(not set: ');
  return [...lines, ...after].map((line, index) => {
    const start = `  ${(index === 0 ? name : '').padEnd(columns.name)}`;
    const end = index === 0 && isShort && place !== '' ? line.padEnd(room) + place.padStart(columns.place) : line;
    return isOurs ? paint('dim', start + end) : start + end;
  });
}

const encryption = { none: 'no encryption', starttls: 'STARTTLS required', implicit: 'TLS from the start' } as const;

function summaryOf({ mailhub, tls, authUser, authPass }: Settings): string {
  const host = mailhub.host.includes(':') ? `[${mailhub.host}]` : mailhub.host;
  const login =
    authUser === undefined ? 'no login' : `login as "${authUser}" ${authPass ? 'with' : 'without'} a password`;
  return `Mail goes to ${host} port ${mailhub.port}, ${encryption[tls]}, ${login}`;
}
