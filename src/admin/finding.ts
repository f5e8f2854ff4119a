/** One thing that a report has looked at, and how it looks in a line. */

import type { ReportState } from '../cli/report-statuses.ts';
import { isDenied } from '../config/file-reason.ts';
import type { Failure } from '../failure.ts';
import { type Colour, folded, type Terminal } from './terminal.ts';

/** `note`: worth saying, and no harm; `warning`: mail may suffer; `error`: it will. */
export type Result = 'ok' | 'note' | 'warning' | 'error';

export interface Finding {
  /** What was looked at, in one word. */
  readonly what: string;
  readonly result: Result;
  /** What was found, or why it failed. */
  readonly text: string;
}

/** Whoever may not read the configuration leaves mail in the queue, and is told no more than that. */
export const closedVerdict = "Mail of this user goes through the queue; root or the queue's owner can see the rest";

/** Of what cannot be used. Who asks may be less than those who send: what is only closed to this user is a note. */
export function refusedFinding(what: string, { message, hint, cause }: Failure): Finding {
  return {
    what,
    result: isDenied(cause) ? 'note' : 'error',
    text: hint === undefined ? message : `${message}. ${hint}`,
  };
}

/** Several hubs share what is named above all sections. */
export function eachOnce(findings: readonly Finding[]): Finding[] {
  return [...new Map(findings.map((finding) => [finding.text, finding])).values()];
}

const marks: Readonly<Record<Result, { word: string; colour: Colour }>> = {
  ok: { word: 'ok', colour: 'green' },
  note: { word: 'note', colour: 'dim' },
  warning: { word: 'warn', colour: 'yellow' },
  error: { word: 'FAIL', colour: 'red' },
};

const margin = '  ';
/** Characters of each column; the text has what is left of the line. */
const columns = { mark: 6, name: 12 };

/** `right` stands at the end of the first line, in at most 10 characters. */
export function findingLines({ what, result, text }: Finding, terminal: Terminal, right = ''): string[] {
  const { word, colour } = marks[result];
  const [first = '', ...rest] = noteLines(what, text, terminal, right);
  const marked = margin + terminal.paint(colour, word.padEnd(columns.mark)) + first.slice(margin.length + columns.mark);
  return [marked, ...rest];
}

/** The same columns without a mark. */
export function noteLines(title: string, text: string, { width, paint }: Terminal, right = ''): string[] {
  const indent = margin.length + columns.mark;
  const room = width - indent - columns.name - (right === '' ? 0 : 11);
  return folded(text, room).map((line, index) => {
    const start = `${' '.repeat(indent)}${(index === 0 ? title : '').padEnd(columns.name)}`;
    return index === 0 && right !== '' ? start + line.padEnd(room) + paint('dim', right.padStart(11)) : start + line;
  });
}

/** What a report ends with, in the colour of its state. */
export function verdictLine(state: ReportState, text: string, { paint }: Terminal): string {
  return paint(({ ok: 'green', warning: 'yellow', critical: 'red' } as const)[state], text);
}
