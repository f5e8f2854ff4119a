/** `ssmtp --probe`: goes every way that mail may take, up to the message, and tells each step with its time. */

import type { Options } from '../cli/options.ts';
import { type ReportState, reportStatuses, worstOf } from '../cli/report-statuses.ts';
import { readSettings } from '../config/settings.ts';
import { Failure } from '../failure.ts';
import { hubName, type Plan, planWords } from '../hub/plan.ts';
import { type Probed, probe, type Step } from '../hub/probe.ts';
import type { Encryption } from '../hub/shown-certificates.ts';
import type { System } from '../system.ts';
import { type CertificateReport, certificateReports } from './certificate-report.ts';
import {
  type ClosedConfiguration,
  closedConfigurationFor,
  closedNamesFor,
  leftInQueue,
} from './closed-configuration.ts';
import { closedVerdict, noteLines, verdictLine } from './finding.ts';
import { certificateLines, failureLines, probeVerdicts, stepLines } from './probe-lines.ts';
import { knownSettings } from './reasons.ts';
import { folded, type Terminal, terminalOf } from './terminal.ts';
import { type Way, waysFrom } from './ways.ts';

/** Gives the exit status: 0, 1 or 2, as monitoring wants it. */
export async function probeReport(options: Options, system: System, print: (text: string) => void): Promise<number> {
  const desk: Desk = {
    system,
    terminal: terminalOf(system),
    say: options.json ? () => undefined : (lines) => print(lines.map((line) => `${line}\n`).join('')),
  };
  const { state, hubs, failure, verdict = probeVerdicts[state] } = await askEverybody(options, desk);
  const { status } = reportStatuses[state];
  if (options.json) print(`${JSON.stringify({ state, status, hubs, failure: failureForMachines(failure) })}\n`);
  desk.say([verdictLine(state, verdict, desk.terminal)]);
  return status;
}

interface Result {
  readonly state: ReportState;
  readonly hubs: readonly unknown[];
  /** Why nobody could be asked. */
  readonly failure?: Failure;
  /** What to say at the end in place of the state. */
  readonly verdict?: string;
}

async function askEverybody(options: Options, desk: Desk): Promise<Result> {
  const states: ReportState[] = [];
  const hubs: unknown[] = [];
  try {
    const { settings } = knownSettings(options, desk.system);
    for (const way of waysFrom(options, { settings, system: desk.system })) {
      const reports: HubReport[] = [];
      for (const hub of way.hubs) reports.push(await askHub(hub, way, desk));
      states.push(stateOfWay(reports.map(({ state }) => state)));
      hubs.push(...reports.map((report) => forMachines(report, way)));
    }
    return { state: worstOf(states), hubs };
  } catch (error) {
    if (!(error instanceof Failure) || error.kind === 'usage' || error.kind === 'io') throw error;
    const closed = failureOr(() => closedFor(error, options, desk.system));
    if (closed && !(closed instanceof Failure)) {
      desk.say([...noteLines('queue', leftInQueue(closed), desk.terminal), '']);
      return { state: 'warning', hubs, failure: error, verdict: closedVerdict };
    }
    const failure = closed ?? error;
    desk.say([...failureLines(failure, desk.terminal), '']);
    return { state: 'critical', hubs, failure };
  }
}

/** Throws `error` again when neither the configuration nor aliases or revaliases are closed to this user. */
function closedFor(error: Failure, options: Options, system: System): ClosedConfiguration | undefined {
  const closed = closedConfigurationFor(options, system);
  const { settings } = closed ? {} : readSettings(options, system);
  return settings ? closedNamesFor(error, { options, settings, system }) : closed;
}

function failureOr<T>(work: () => T): T | Failure {
  try {
    return work();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

/** Of several hubs one is enough. */
function stateOfWay(states: readonly ReportState[]): ReportState {
  if (states.every((state) => state === 'critical')) return 'critical';
  return states.every((state) => state === 'ok') ? 'ok' : 'warning';
}

interface Desk {
  readonly system: System;
  readonly terminal: Terminal;
  readonly say: (lines: readonly string[]) => void;
}

interface HubReport extends Probed {
  readonly hub: Plan;
  readonly state: ReportState;
  readonly steps: readonly Step[];
  readonly certificates: readonly CertificateReport[];
}

async function askHub(hub: Plan, { account, envelope }: Way, { system, terminal, say }: Desk): Promise<HubReport> {
  const belongs = account === undefined ? '' : `account ${account}: `;
  say(folded(belongs + planWords(hub), terminal.width).map((line) => terminal.paint('bold', line)));
  const steps: Step[] = [];
  const note = (step: Step) => {
    steps.push(step);
    say(stepLines(step, terminal));
  };
  let certificates: readonly CertificateReport[] = [];
  const encrypted = (encryption: Encryption) => {
    certificates = certificateReports(encryption, system.now());
    say(certificateLines(certificates, terminal));
  };
  const found = await probe(hub, { ...envelope, clock: () => system.now().getTime(), note, encrypted });
  if (found.sizeLimit !== undefined) say(noteLines('takes', `messages of up to ${found.sizeLimit} octets`, terminal));
  if (found.failure) say(failureLines(found.failure, terminal));
  say(['']);
  const isDue = certificates.some((certificate) => certificate.is_due);
  return { ...found, hub, state: stateOfHub(found, steps, isDue), steps, certificates };
}

/** A hub that refuses a recipient for now, as greylisting does, delays the mail; any other failure stops it. */
function stateOfHub({ failure }: Probed, steps: readonly Step[], isDue: boolean): ReportState {
  const isPutOff = steps.some(({ result, step }) => result === 'warning' && ['mail', 'rcpt'].includes(step));
  if (steps.some(({ result }) => result === 'error') || (failure && !isPutOff)) return 'critical';
  return isDue || steps.some(({ result }) => result === 'warning') ? 'warning' : 'ok';
}

/** The shape that ssmtp(8) promises: keys may come, none changes its meaning. */
function forMachines(report: HubReport, { account, envelope }: Way) {
  const { hub, state, steps, encryption, certificates, capabilities, sizeLimit, failure } = report;
  return {
    hub: hubName(hub),
    account: account ?? null,
    state,
    sender: envelope.sender,
    recipients: envelope.recipients,
    steps,
    tls: encryption
      ? {
          version: encryption.version,
          cipher: encryption.cipher,
          is_trusted: encryption.isTrusted,
          certificates,
        }
      : null,
    capabilities,
    size_limit: sizeLimit ?? null,
    failure: failureForMachines(failure),
  };
}

/** null when there is none. */
function failureForMachines(failure: Failure | undefined) {
  if (!failure) return null;
  const { kind, status, message, hint } = failure;
  return { kind, status, message, hint: hint ?? null };
}
