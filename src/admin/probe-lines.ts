/** How `--probe` looks on a terminal: a line for each step, its time at the right. */

import type { ReportState } from '../cli/report-statuses.ts';
import type { Failure } from '../failure.ts';
import type { Step } from '../hub/probe.ts';
import type { CertificateReport } from './certificate-report.ts';
import { findingLines, noteLines } from './finding.ts';
import { folded, type Terminal } from './terminal.ts';

/** What a refused certificate says of itself stands in the failure below. */
export function stepLines({ step, result, text, milliseconds }: Step, terminal: Terminal): string[] {
  const shown = text.indexOf(' (it is for ');
  const short = shown >= 0 && text.endsWith(')') ? text.slice(0, shown) : text;
  return findingLines({ what: step, result, text: short }, terminal, `${milliseconds} ms`);
}

/** The hub's own certificate, then those of its issuers. */
export function certificateLines(certificates: readonly CertificateReport[], terminal: Terminal): string[] {
  return certificates.flatMap((certificate, index) => {
    const { subject, names, issuer, valid_from, valid_to, days_left, is_due } = certificate;
    const left = days_left < 0 ? `expired ${-days_left} days ago` : `${days_left} days left`;
    const when = `valid from ${valid_from.slice(0, 10)} to ${valid_to.slice(0, 10)}, ${left}`;
    const signer = issuer === subject ? 'itself' : issuer;
    const own = `${names.length > 0 ? names.join(', ') : subject}; signed by ${signer}`;
    return [
      ...(index === 0 ? noteLines('shows', own, terminal) : noteLines('signed by', subject, terminal)),
      ...(is_due
        ? findingLines({ what: '', result: 'warning', text: `${when}: renew it` }, terminal)
        : noteLines('', when, terminal)),
    ];
  });
}

export function failureLines({ message, hint }: Failure, { width, paint }: Terminal): string[] {
  const lines = folded(message, width - 2).map((line) => paint('red', line));
  const advice = hint === undefined ? [] : folded(hint, width - 2);
  return [...lines, ...advice].map((line) => `  ${line}`);
}

export const probeVerdicts: Readonly<Record<ReportState, string>> = {
  ok: 'Mail would leave',
  warning: 'Mail would leave, but see the warnings',
  critical: 'Mail would not leave',
};
