/** What `--check` finds on the machine around the configuration: hub names, the queue, and who is called sendmail. */

import type { Options } from '../cli/options.ts';
import { modeOf, octal } from '../config/permissions.ts';
import type { Settings } from '../config/types.ts';
import { Failure } from '../failure.ts';
import type { Plan } from '../hub/plan.ts';
import { journalSocket } from '../log/journal.ts';
import { entriesIn, placeAt } from '../queue/directory.ts';
import { arrivalOf, type EntryName, secondsOf } from '../queue/entry-name.ts';
import type { System } from '../system.ts';
import type { Finding } from './finding.ts';
import { waysFrom } from './ways.ts';

export interface Machine {
  readonly settings: Settings;
  readonly system: System;
  /** Asks the name service for the addresses of a hub; rejects with Failure. */
  readonly resolve: (hub: Plan) => Promise<readonly string[]>;
}

/**
 * The name of each hub, asked of the name service and nobody else: an error when it leaves some way without a hub, else a warning.
 * Throws Failure when there is no way at all.
 */
export async function hubFindings(options: Options, machine: Machine): Promise<Finding[]> {
  const ways = waysFrom(options, machine).map(({ hubs }) => hubs);
  const byName = new Map(ways.flat().map((hub) => [hub.host, hub]));
  const asked = await Promise.all(
    [...byName].map(async ([host, hub]) => ({ host, finding: await hubFinding(hub, machine) })),
  );
  const unknown = new Set(asked.filter(({ finding }) => finding.result === 'error').map(({ host }) => host));
  const lost = ways.filter((hubs) => hubs.every(({ host }) => unknown.has(host)));
  const needed = new Set(lost.flatMap((hubs) => hubs.map(({ host }) => host)));
  return asked.map(({ host, finding }) =>
    unknown.has(host) && !needed.has(host) ? { ...finding, result: 'warning' } : finding,
  );
}

async function hubFinding(hub: Plan, { resolve }: Machine): Promise<Finding> {
  try {
    const addresses = await resolve(hub);
    return { what: 'hub', result: 'ok', text: [...new Set([hub.host, ...addresses])].join(' ') };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { what: 'hub', result: 'error', text: error.message };
  }
}

/** Seconds for which a message may be due before somebody should ask who runs the queue. */
const patience = 3600;

export function queueFinding({ settings, system }: Pick<Machine, 'settings' | 'system'>): Finding {
  const { queue } = settings;
  const permissions = queue && system.permissionsOf(queue.path);
  const place = permissions && placeAt(queue.path);
  if (!queue || !permissions || !place) {
    return { what: 'queue', result: 'note', text: 'none: mail that cannot leave now is kept in ~/dead.letter' };
  }
  const owner = system.userOf(permissions.uid)?.name ?? `user id ${permissions.uid}`;
  const where = `${queue.path} of ${owner}, mode ${octal(permissions.mode)}`;
  const wrong = objectionTo(permissions.mode);
  if (wrong !== undefined) return { what: 'queue', result: 'warning', text: `${where}: ${wrong}` };
  try {
    return backlogFinding(where, [...entriesIn(place)], secondsOf(system.now()));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { what: 'queue', result: 'note', text: `${where}; only its owner and root may look inside` };
  }
}

/** With mode 3733 anyone may leave a message, and nobody sees or removes those of others. */
function objectionTo(mode: number): string | undefined {
  if ((mode & 0o022) !== 0 && (mode & 0o1000) === 0)
    return 'others may remove files there; its mode must be 3733, or 700';
  if ((mode & 0o044) !== 0) return 'others may see who sends mail; its mode should be 3733, or 700';
  return undefined;
}

function backlogFinding(where: string, names: readonly EntryName[], now: number): Finding {
  const messages = names.filter(({ state }) => state !== 'writing');
  if (messages.length === 0) return { what: 'queue', result: 'ok', text: `${where}: empty` };
  const held = messages.filter(({ state }) => state === 'hold');
  const oldest = Math.min(...messages.map(({ id }) => arrivalOf(id)));
  const late = messages.filter(({ state, due, claim }) => state !== 'hold' && !claim && due < now - patience);
  const count = `${messages.length} message${messages.length === 1 ? '' : 's'}`;
  const holding = held.length > 0 ? `, ${held.length} on hold` : '';
  const text = `${where}: ${count}${holding}, the oldest ${durationText(now - oldest)} old`;
  if (late.length === 0) return { what: 'queue', result: 'ok', text };
  return { what: 'queue', result: 'warning', text: `${text}; ${late.length} should have been tried: nobody runs it` };
}

function durationText(seconds: number): string {
  const units = [
    { name: 'day', length: 86_400 },
    { name: 'hour', length: 3600 },
    { name: 'minute', length: 60 },
  ];
  const unit = units.find(({ length }) => seconds >= length) ?? { name: 'second', length: 1 };
  const count = Math.max(0, Math.floor(seconds / unit.length));
  return `${count} ${unit.name}${count === 1 ? '' : 's'}`;
}

/** Where the log goes; a machine without one loses no mail. */
export function logFinding({ settings, system }: Pick<Machine, 'settings' | 'system'>): Finding {
  const { to, file } = settings.log;
  const modeAt = (path: string) => modeOf(path, system);
  const note = (text: string): Finding => ({ what: 'log', result: 'note', text });
  const hasSyslog = modeAt('/dev/log') !== undefined;
  if (to === 'none') return note('none');
  if (to === 'stderr') return { what: 'log', result: 'ok', text: 'standard error' };
  if (to === 'syslog' && !hasSyslog) return note('none: /dev/log does not exist');
  if (to === 'journal' && modeAt(journalSocket) === undefined) return note('no journal runs here; Log=syslog counts');
  if (to !== 'file') return { what: 'log', result: 'ok', text: to };
  const mode = modeAt(file);
  if (mode === undefined) return note(`${file} does not exist yet`);
  if (mode & 0o002) return { what: 'log', result: 'warning', text: `${file}: every user may change it` };
  return { what: 'log', result: 'ok', text: `${file} (mode ${octal(mode)}); lines of others go to the system log` };
}

/** Where other programs look for us. */
const names = [
  { what: 'sendmail', path: '/usr/sbin/sendmail' },
  { what: 'sendmail', path: '/usr/lib/sendmail' },
  { what: 'mailq', path: '/usr/bin/mailq' },
  { what: 'newaliases', path: '/usr/bin/newaliases' },
] as const;

/** Only what is there and is not ours does harm: a machine need not have them all. */
export function linkFindings(system: Pick<System, 'programAt'>): Finding[] {
  return names.map(({ what, path }) => {
    const found = system.programAt(path);
    if (!found) return { what, result: 'note', text: `${path} does not exist` };
    if (found.isThis) return { what, result: 'ok', text: `${path} is this program` };
    return { what, result: 'warning', text: `${path} is another program, ${found.path}` };
  });
}
