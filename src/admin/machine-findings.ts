/** What `--check` finds on the machine around the configuration: hub names, the log, and who is called sendmail. */

import { parseAddress } from '../address.ts';
import { modeOf, octal } from '../config/permissions.ts';
import type { Settings } from '../config/types.ts';
import { Failure } from '../failure.ts';
import { clientNameOf } from '../hub/client-name.ts';
import type { Plan } from '../hub/plan.ts';
import { journalSocket } from '../log/journal.ts';
import { quoted } from '../printable.ts';
import type { System } from '../system.ts';
import type { Finding } from './finding.ts';
import type { Way } from './ways.ts';

export interface Machine {
  readonly settings: Settings;
  readonly system: System;
  /** Asks the name service for the addresses of a hub; rejects with Failure. */
  readonly resolve: (hub: Plan) => Promise<readonly string[]>;
}

/** The name of each hub, asked of the name service and nobody else: an error when it leaves some way without a hub, else a warning. */
export async function hubFindings(ways: readonly Way[], machine: Pick<Machine, 'resolve'>): Promise<Finding[]> {
  const byName = new Map(ways.flatMap(({ hubs }) => hubs).map((hub) => [hub.host, hub]));
  const asked = await Promise.all(
    [...byName].map(async ([host, hub]) => ({ host, finding: await hubFinding(hub, machine) })),
  );
  const unknown = new Set(asked.filter(({ finding }) => finding.result === 'error').map(({ host }) => host));
  const lost = ways.filter(({ hubs }) => hubs.every(({ host }) => unknown.has(host)));
  const needed = new Set(lost.flatMap(({ hubs }) => hubs.map(({ host }) => host)));
  return asked.map(({ host, finding }) =>
    unknown.has(host) && !needed.has(host) ? { ...finding, result: 'warning' } : finding,
  );
}

async function hubFinding(hub: Plan, { resolve }: Pick<Machine, 'resolve'>): Promise<Finding> {
  try {
    const addresses = await resolve(hub);
    return { what: 'hub', result: 'ok', text: [...new Set([hub.host, ...addresses])].join(' ') };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { what: 'hub', result: 'error', text: error.message };
  }
}

/** What is wrong with the name of this machine, if anything is: mail that needs none of it leaves all the same. */
export function nameFindings({ settings, system }: Pick<Machine, 'settings' | 'system'>): Finding[] {
  const name = settings.hostName ?? system.hostName();
  const domain = settings.rewriteDomain ?? name;
  const isUsable = parseAddress(`root@${domain}`) !== undefined;
  if (!isUsable)
    return [
      {
        what: 'name',
        result: 'warning',
        text: `no address can be made with ${quoted(domain)}: set hostname= or rewriteDomain=`,
      },
    ];
  if (clientNameOf(name) !== undefined) return [];
  const text = `${quoted(name)} is no domain, so EHLO says the address of the connection: set hostname=`;
  return [{ what: 'name', result: 'note', text }];
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
  { what: 'sendmail', path: '/usr/sbin/sendmail', isNeeded: true },
  { what: 'sendmail', path: '/usr/lib/sendmail', isNeeded: false },
  { what: 'mailq', path: '/usr/bin/mailq', isNeeded: false },
  { what: 'newaliases', path: '/usr/bin/newaliases', isNeeded: false },
] as const;

/** A machine need not have them all; whoever only tries the program out, and is not root, need not have any. */
export function linkFindings(system: Pick<System, 'programAt' | 'user'>): Finding[] {
  return names.map(({ what, path, isNeeded }) => {
    const found = system.programAt(path);
    if (!found && isNeeded && system.user().uid === 0)
      return { what, result: 'warning', text: `${path} does not exist: whatever sends mail looks for it there` };
    if (!found) return { what, result: 'note', text: `${path} does not exist` };
    if (found.isThis) return { what, result: 'ok', text: `${path} is this program` };
    return { what, result: 'warning', text: `${path} is another program, ${found.path}` };
  });
}
