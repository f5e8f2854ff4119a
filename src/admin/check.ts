/** `ssmtp --check`: what the configuration was understood to say, what is wrong with it and around it, what sSMTP did otherwise. */

import type { Options } from '../cli/options.ts';
import { type ReportState, reportStatuses, worstOf } from '../cli/report-statuses.ts';
import { isOfClosedFile } from '../config/file-reason.ts';
import { type Inspection, inspectSettings } from '../config/inspection.ts';
import { modeOf } from '../config/permissions.ts';
import type { Complaint } from '../config/settings.ts';
import type { Settings } from '../config/types.ts';
import { Failure } from '../failure.ts';
import { dropPlaceFor, sharedPlaceFor } from '../queue/safety.ts';
import { troubleAt } from '../queue/spool.ts';
import type { System } from '../system.ts';
import { certificateFindings } from './certificate-findings.ts';
import { checkLines } from './check-lines.ts';
import { closedVerdict, type Finding, type Result } from './finding.ts';
import { localFindings } from './local-findings.ts';
import { hubFindings, linkFindings, logFinding, type Machine, nameFindings } from './machine-findings.ts';
import { nameFileFindings } from './name-file-findings.ts';
import { queueFinding, troubleFinding } from './queue-finding.ts';
import { runnerFinding } from './runner-finding.ts';
import { secretFindings } from './secret-findings.ts';
import { terminalOf } from './terminal.ts';
import { tlsFindings } from './tls-findings.ts';
import { waysFrom } from './ways.ts';

/** All that was looked at. */
export interface Checked extends Inspection {
  readonly state: ReportState;
  readonly findings: readonly Finding[];
  /** What to say at the end in place of the state. */
  readonly verdict?: string;
}

interface Means extends Pick<Machine, 'resolve'> {
  readonly print: (text: string) => void;
}

/** Gives the exit status: 0, 1 or 2, as monitoring wants it. */
export async function checkReport(options: Options, system: System, { print, resolve }: Means): Promise<number> {
  const checked = await checkAll(options, system, resolve);
  const { status } = reportStatuses[checked.state];
  if (options.json) print(`${JSON.stringify(forMachines(checked, status))}\n`);
  else
    print(
      checkLines(checked, terminalOf(system))
        .map((line) => `${line}\n`)
        .join(''),
    );
  return status;
}

async function checkAll(options: Options, system: System, resolve: Means['resolve']): Promise<Checked> {
  const inspection = inspectSettings(options, system);
  const place = inspection.settings ? undefined : dropPlaceFor(options, system);
  if (place !== undefined) return closedTo(inspection, place, system);
  const { findings, errors } = await findingsFor(inspection, options, { system, resolve });
  const states: ReportState[] = [
    ...[...inspection.errors, ...errors].map(() => 'critical' as const),
    ...inspection.warnings.map(() => 'warning' as const),
    ...findings.map(({ result }) => stateOf[result]),
  ];
  return { ...inspection, errors: [...inspection.errors, ...errors], findings, state: worstOf(states) };
}

function closedTo({ file, revaliasesFile }: Inspection, place: string, system: System): Checked {
  const queue = { path: place, isNamed: false };
  const trouble = troubleAt(place);
  const found: Finding = trouble
    ? { ...troubleFinding(trouble), result: 'error' }
    : queueFinding({ queue }, system, file);
  const around = [found, runnerFinding(place, system), ...linkFindings(system)];
  const closed: Finding = { what: 'settings', result: 'note', text: `${file} is closed to this user` };
  const nothing = { entries: [], accounts: [], hubs: [], secretFiles: [], warnings: [], errors: [], differences: [] };
  const findings = [closed, ...around];
  const end = trouble
    ? ({ state: 'critical', verdict: 'Mail of this user would not leave' } as const)
    : ({ state: 'warning', verdict: closedVerdict } as const);
  return { file, revaliasesFile, settings: undefined, ...nothing, findings, ...end };
}

const stateOf: Readonly<Record<Result, ReportState>> = { ok: 'ok', note: 'ok', warning: 'warning', error: 'critical' };

/** What a configuration file of one's own says has nothing to do with who is called sendmail. */
async function findingsFor(inspection: Inspection, options: Options, around: Pick<Machine, 'system' | 'resolve'>) {
  const { settings, file } = inspection;
  const { system } = around;
  const links = options.configFile === undefined ? linkFindings(system) : [];
  if (!settings) return { findings: links, errors: [] };
  const others = [
    ...nameFindings({ settings, system }),
    ...localFindings(settings, system, inspection),
    ...nameFileFindings(settings, system, options.configFile === undefined ? file : undefined),
    ...queueFindings(settings, system, options.configFile === undefined ? file : undefined),
    logFinding({ settings, system }),
    ...links,
  ];
  try {
    const ways = waysFrom(options, { settings, system });
    const hubs = ways.flatMap((way) => way.hubs);
    const named = [...tlsFindings(hubs), ...certificateFindings(hubs), ...secretFindings(hubs)];
    return { findings: [...(await hubFindings(ways, around)), ...named, ...others], errors: [] };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (isOfClosedFile(error) && sharedPlaceFor(options, settings, system) !== undefined)
      return { findings: [...others, goesThroughQueue(error)], errors: [] };
    const complaint: Complaint = { message: error.message, ...(error.hint && { hint: error.hint }) };
    return { findings: others, errors: [complaint] };
  }
}

function goesThroughQueue({ message }: Failure): Finding {
  return {
    what: 'settings',
    result: 'note',
    text: `${message}: mail of this user that needs it goes through the queue`,
  };
}

/** Who runs the queue reads the usual configuration. */
function queueFindings({ queue }: Settings, system: System, file: string | undefined): Finding[] {
  const finding = queueFinding({ queue }, system, file);
  const isUsed = queue !== undefined && file !== undefined && modeOf(queue.path, system) !== undefined;
  return isUsed ? [finding, runnerFinding(queue.path, system)] : [finding];
}

/** The shape that ssmtp(8) promises: keys may come, none changes its meaning. */
function forMachines(checked: Checked, status: number) {
  const { state, file, entries, accounts, hubs, findings, warnings, errors, differences } = checked;
  const settings = (shown: Inspection['entries']) =>
    shown.map(({ key, shown: value, place }) => ({ key: key.name, value: value ?? null, place: place ?? null }));
  return {
    state,
    status,
    file,
    settings: settings(entries),
    accounts: accounts.map(({ name, place, patterns, entries: own }) => ({
      name,
      place,
      match: patterns,
      settings: settings(own),
    })),
    hubs: hubs.map(({ name, place, entries: own }) => ({ name, place, settings: settings(own) })),
    findings,
    differences,
    warnings,
    errors: errors.map(({ message, hint }) => ({ message, hint: hint ?? null })),
  };
}
