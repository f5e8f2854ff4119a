/** What `--check` says of the domains that belong to this machine: at them, addresses are those of its users. */

import type { Reading } from '../config/settings.ts';
import type { Settings } from '../config/types.ts';
import { localDomainsOf } from '../route/local-domains.ts';
import type { System } from '../system.ts';
import type { Finding } from './finding.ts';
import { domainWords } from './reasons.ts';

/** The domains that count, and those that one might expect among them, each with what decided. */
export function localFindings(settings: Settings, system: System, reading: Reading): Finding[] {
  const domainVerdict = localDomainsOf(settings, system);
  const machine = system.hostName().replace(/\.$/, '');
  const expected = ['localhost', 'localhost.localdomain', machine, machine.replace(/\..*/, ''), settings.hostName];
  const names = new Set([...(settings.localDomains ?? []), ...expected].flatMap((name) => name?.toLowerCase() || []));
  const judged = [...names].map((name) => ({ name, verdict: domainVerdict(name) }));
  const local = judged.flatMap(({ name, verdict }) => (verdict.isLocal ? [name] : []));
  const others = judged.flatMap(({ name, verdict }): Finding[] => {
    if (verdict.isLocal || verdict.by === 'elsewhere') return [];
    const result = verdict.by === 'closed mailname' ? 'warning' : 'note';
    return [{ what: 'local', result, text: `not local: ${domainWords(name, verdict, reading)}` }];
  });
  const text = ['names without a domain', ...(local.length > 0 ? [`addresses at ${local.join(', ')}`] : [])].join(', ');
  return [{ what: 'local', result: 'ok', text }, ...others];
}
