/** The machine's own name. */

import { hostname } from 'node:os';
import { linesOf } from './lines.ts';

/**
 * A node name without a dot is looked up in hosts(5), as gethostbyname in sSMTP would, because a sender at an
 * unqualified host is refused by most hubs.
 */
export function readHostName(): string {
  const nodeName = hostname();
  if (nodeName.includes('.')) return nodeName;
  for (const line of linesOf('/etc/hosts')) {
    const [, ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    const qualified = names.find((name) => name.includes('.') && !name.startsWith('localhost'));
    if (qualified && names.includes(nodeName)) return qualified;
  }
  return nodeName;
}
