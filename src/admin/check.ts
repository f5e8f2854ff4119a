/** The text of `ssmtp --check`: what the configuration was understood to say, what is wrong, what sSMTP did otherwise. */

import { reportStatuses } from '../cli/report-statuses.ts';
import type { Entry } from '../config/collect.ts';
import { inspectSettings } from '../config/inspection.ts';
import type { AccountReading, SettingsOptions, Surroundings } from '../config/settings.ts';
import type { Settings } from '../config/types.ts';

/** `status` is what monitoring expects; what sSMTP did otherwise does not change it. */
export function checkReport(options: SettingsOptions, system: Surroundings): { text: string; status: number } {
  const inspection = inspectSettings(options, system);
  const { file, settings, warnings, differences, errors } = inspection;
  const errorLines = errors.flatMap(({ message, hint }) => (hint ? [message, `  ${hint}`] : [message]));
  const parts = [
    titled(`Settings (${file})`, settingLines(inspection.entries)),
    settings ? [summaryOf(settings)] : [],
    ...inspection.accounts.map((account) => accountLines(account, settings)),
    titled('Read differently by sSMTP', differences),
    titled('Warnings', warnings),
    titled('Errors', errorLines),
    [errors.length > 0 ? `${file} cannot be used` : 'No errors'],
  ];
  const text = parts
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
  const state = errors.length > 0 ? 'critical' : warnings.length > 0 ? 'warning' : 'ok';
  return { text, status: reportStatuses[state].status };
}

function titled(title: string, lines: readonly string[]): string[] {
  return lines.length > 0 ? [title, ...lines.map((line) => `  ${line}`)] : [];
}

/** An account shows what is set for it alone. */
function accountLines({ name, place, patterns, entries }: AccountReading, settings: Settings | undefined): string[] {
  const account = settings?.accounts.find((each) => each.name === name);
  const lines = [`match = ${patterns.join(' ')}`, ...settingLines(entries)];
  return [...titled(`Account ${name} (${place})`, lines), ...(account ? [`  ${summaryOf(account.settings)}`] : [])];
}

function settingLines(entries: readonly Entry[]): string[] {
  const table = entries.map(({ key, shown, place }) => {
    if (place !== undefined) return [key.name, shown || `(empty: ${key.whenEmpty})`, place];
    return shown === undefined ? [key.name, `(not set: ${key.otherwise})`, ''] : [key.name, shown, 'default'];
  });
  const widths = [0, 1].map((column) => Math.min(40, Math.max(...table.map((row) => row[column]?.length ?? 0))));
  return table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

const encryption = { none: 'no encryption', starttls: 'STARTTLS required', implicit: 'TLS from the start' } as const;

function summaryOf({ mailhub, tls, authUser, authPass }: Settings): string {
  const host = mailhub.host.includes(':') ? `[${mailhub.host}]` : mailhub.host;
  const login =
    authUser === undefined ? 'no login' : `login as "${authUser}" ${authPass ? 'with' : 'without'} a password`;
  return `Mail goes to ${host} port ${mailhub.port}, ${encryption[tls]}, ${login}`;
}
