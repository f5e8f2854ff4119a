/** Where an entry of the log goes, and in which form. Whatever goes wrong here, the mail does not notice. */

import type { LogChoice } from '../config/types.ts';
import { shortened } from '../printable.ts';
import { logToErrorOutput } from './error-output.ts';
import { logToJournal } from './journal.ts';
import type { LogFields } from './line.ts';
import { logToFile } from './log-file.ts';
import { logToSystem, type Priority, tagText } from './syslog.ts';

export interface LogEntry {
  /** One printable line. */
  readonly text: string;
  readonly priority: Priority;
  /** Of an entry about a message. */
  readonly fields?: LogFields;
}

export interface Means {
  /** undefined while the configuration is not known. */
  readonly choice: LogChoice | undefined;
  readonly tag: string | undefined;
  readonly now: Date;
}

/** What cannot go into the journal or the file goes to the system log, where there is one. Never throws. */
export function writeLog(entries: readonly LogEntry[], means: Means): void {
  writeSyslog(leftForSyslog(entries, means), means);
}

function leftForSyslog(entries: readonly LogEntry[], means: Means): readonly LogEntry[] {
  const { to = 'syslog', file = '' } = means.choice ?? {};
  const lines = () => entries.map((entry) => lineOf(entry, means));
  switch (to) {
    case 'none':
      return [];
    case 'syslog':
      return entries;
    case 'journal':
      return entries.filter((entry) => !isInJournal(entry, means));
    case 'file':
      return logToFile(file, lines()) ? [] : entries;
    case 'stderr':
      logToErrorOutput(lines());
      return [];
    default:
      return to satisfies never;
  }
}

function isInJournal({ text, priority, fields }: LogEntry, { tag }: Means): boolean {
  return fields !== undefined && logToJournal(text, fields, { priority, tag });
}

/** One process for each priority. */
function writeSyslog(entries: readonly LogEntry[], means: Means): void {
  for (const priority of ['info', 'warning', 'err', 'debug'] as const) {
    const lines = entries.filter((entry) => entry.priority === priority).map((entry) => messageOf(entry, means));
    if (lines.length > 0) logToSystem(lines, { priority, tag: means.tag });
  }
}

/** As a file has it: with the time and the program, which the system log adds by itself. */
function lineOf(entry: LogEntry, means: Means): string {
  const { now, tag, choice } = means;
  if (choice?.isJson) return messageOf(entry, means);
  return `${now.toISOString()} ${tagText(tag)}[${process.pid}]: ${entry.text}`;
}

/** Octets of a line that every system log takes whole (RFC 3164 §4.1), its own header aside. */
const longest = 960;

function messageOf({ text, priority, fields }: LogEntry, { now, tag, choice }: Means): string {
  if (!choice?.isJson) return text;
  const about = { time: now.toISOString(), program: tagText(tag), pid: process.pid, priority };
  if (!fields) return JSON.stringify({ ...about, message: shortened(text, longest / 2) });
  const lines = [fields, shorter(fields, 80), shorter(fields, 16)].map((each) => JSON.stringify({ ...about, ...each }));
  return lines.find((line) => Buffer.byteLength(line) <= longest) ?? JSON.stringify(about);
}

/** Texts of at most so many octets; recipients are counted. */
function shorter(fields: LogFields, octets: number): LogFields {
  const pairs = Object.entries(fields).map(([name, value]): [string, LogFields[string]] => {
    if (typeof value === 'string') return [name, shortened(value, octets)];
    return [name, typeof value === 'number' ? value : [`+${value.length}`]];
  });
  return Object.fromEntries(pairs);
}
