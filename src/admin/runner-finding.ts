/** What `--check` finds of whoever runs the queue: systemd, cron, or a process that goes on running it. */

import { modeOf } from '../config/permissions.ts';
import type { System } from '../system.ts';
import type { Finding } from './finding.ts';

const units = [
  '/etc/systemd/system/timers.target.wants/ssmtp-queue.timer',
  '/etc/systemd/system/paths.target.wants/ssmtp-queue.path',
];

const tables = ['/etc/cron.d/ssmtp', '/etc/crontab', '/var/spool/cron/crontabs/ssmtp', '/var/spool/cron/crontabs/root'];

/** `path` is the directory of the queue. Not everybody sees all processes, and the tables of others: their doubt is no warning. */
export function runnerFinding(path: string, system: System): Finding {
  const found = runnersOf(system);
  if (found.length > 0) return { what: 'runner', result: 'ok', text: found.join(', ') };
  const { uid } = system.user();
  const isCertain = uid === 0 || uid === ownerOf(path, system);
  const said = 'nothing runs the queue: no unit of systemd is switched on, no line of cron does it, no ssmtp -q5m runs';
  return isCertain ? { what: 'runner', result: 'warning', text: said } : { what: 'runner', result: 'note', text: said };
}

function ownerOf(path: string, system: System): number | undefined {
  return modeOf(path, system) ? system.permissionsOf(path)?.uid : undefined;
}

function runnersOf(system: System): string[] {
  const isThere = (path: string) => modeOf(path, system) !== undefined;
  const hasSystemd = isThere('/run/systemd/system');
  const enabled = hasSystemd ? units.filter(isThere).map((path) => path.slice(path.lastIndexOf('/') + 1)) : [];
  const cron = tables.filter((path) => linesIn(path, system).some((line) => runsQueue(line, hasSystemd)));
  const process = system.commandLines().some(isDaemon) ? ['a process that goes on, ssmtp -q'] : [];
  return [...enabled, ...cron, ...process];
}

/** The line of the Debian package leaves the queue to systemd where that runs. */
function runsQueue(line: string, hasSystemd: boolean): boolean {
  if (line.startsWith('#') || (hasSystemd && line.includes('/run/systemd/system'))) return false;
  return /\b(?:ssmtp|sendmail)\s+(?:-q|queue (?:run|flush))/.test(line);
}

/** The executable, or the script behind its Node. */
function isDaemon(words: readonly string[]): boolean {
  const isOurs = words.slice(0, 2).some((word) => /(?:^|\/)(?:ssmtp|sendmail)(?:\.cjs)?$/.test(word));
  return isOurs && words.some((word) => /^-q\d/.test(word));
}

function linesIn(path: string, system: System): string[] {
  try {
    return system.readFile(path).split('\n');
  } catch (error) {
    if (error instanceof Error) return [];
    throw error;
  }
}
