/** How `--probe` looks on a terminal: a line for each step, its time at the right. */

import type { ReportState } from '../cli/report-statuses.ts';
import type { Failure } from '../failure.ts';
import type { Step } from '../hub/probe.ts';
import type { CertificateReport } from './certificate-report.ts';
import { type Colour, folded, type Terminal } from './terminal.ts';

const marks: Readonly<Record<Step['result'], { word: string; colour: Colour }>> = {
  ok: { word: 'ok', colour: 'green' },
  note: { word: 'note', colour: 'dim' },
  warning: { word: 'warn', colour: 'yellow' },
  error: { word: 'FAIL', colour: 'red' },
};

/** Characters of each column; the text has what is left of the line. */
const columns = { mark: 6, name: 10, time: 11 };
const margin = '  ';

export function stepLines({ step, result, text, milliseconds }: Step, terminal: Terminal): string[] {
  const room = terminal.width - margin.length - columns.mark - columns.name - columns.time;
  const [first = '', ...rest] = folded(text, room);
  const { word, colour } = marks[result];
  const mark = terminal.paint(colour, word.padEnd(columns.mark));
  const time = terminal.paint('dim', `${milliseconds} ms`.padStart(columns.time));
  return [
    `${margin}${mark}${step.padEnd(columns.name)}${first.padEnd(room)}${time}`,
    ...rest.map((line) => `${' '.repeat(margin.length + columns.mark + columns.name)}${line}`),
  ];
}

/** The hub's own certificate, then those of its issuers. */
export function certificateLines(certificates: readonly CertificateReport[], terminal: Terminal): string[] {
  return certificates.flatMap((certificate, index) => {
    const { subject, names, issuer, valid_from, valid_to, days_left, is_due } = certificate;
    const left = days_left < 0 ? `expired ${-days_left} days ago` : `${days_left} days left`;
    const when = `valid from ${valid_from.slice(0, 10)} to ${valid_to.slice(0, 10)}, ${left}`;
    const who = index === 0 && names.length > 0 ? names.join(', ') : subject;
    const signed = issuer === subject ? 'signed by itself' : `signed by ${issuer}`;
    return [
      ...noteLines(index === 0 ? 'shows' : 'signed by', index === 0 ? `${who}; ${signed}` : who, terminal),
      ...noteLines('', when, terminal).map((line) => (is_due ? terminal.paint('yellow', line) : line)),
    ];
  });
}

/** Something that is no step, in their columns. */
export function noteLines(title: string, text: string, { width }: Terminal): string[] {
  const indent = margin.length + columns.mark;
  const lines = folded(text, width - indent - columns.name);
  return lines.map((line, index) => `${' '.repeat(indent)}${(index === 0 ? title : '').padEnd(columns.name)}${line}`);
}

export function failureLines({ message, hint }: Failure, { width, paint }: Terminal): string[] {
  const lines = folded(message, width - margin.length).map((line) => paint('red', line));
  const advice = hint === undefined ? [] : folded(hint, width - margin.length);
  return [...lines, ...advice].map((line) => margin + line);
}

const verdicts: Readonly<Record<ReportState, { text: string; colour: Colour }>> = {
  ok: { text: 'Mail would leave', colour: 'green' },
  warning: { text: 'Mail would leave, but see the warnings', colour: 'yellow' },
  critical: { text: 'Mail would not leave', colour: 'red' },
};

export function verdictLine(state: ReportState, { paint }: Terminal): string {
  return paint(verdicts[state].colour, verdicts[state].text);
}
