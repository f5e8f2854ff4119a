/** What programs and places are called in documents. */

import type { ProgramId } from '../../test/bench/peers.ts';
import type { Security } from '../../test/bench/sink.ts';

export const programNames: Readonly<Record<ProgramId, string>> = {
  ssmtp: '**ssmtp**',
  'ssmtp with queue': 'ssmtp, with a queue',
  'ssmtp -odb': '**ssmtp -odb**',
  msmtp: 'msmtp',
  sSMTP: 'sSMTP',
  dma: 'dma',
  nullmailer: 'nullmailer',
  curl: 'curl',
  'empty script': "*Node's empty script*",
};

export const securityNames: Readonly<Record<Security, string>> = {
  none: 'in clear',
  starttls: 'STARTTLS and CRAM-MD5',
  implicit: 'TLS and CRAM-MD5',
};

/** `recipients/none/50/100` becomes "100 recipients, in clear, 50 ms". */
export function placeOf(scenario: string): string {
  const [group = '', second = '', third = '', fourth = ''] = scenario.split('/');
  const security = securityNames[second as Security] ?? ''; // 'free' has none
  switch (group) {
    case 'one':
      return `one message, ${security}, ${third} ms`;
    case 'recipients':
      return `${fourth} recipients, ${security}, ${third} ms`;
    case 'large':
      return `25 MB, ${security}, ${third} ms`;
    case 'many':
      return `200 messages, ${third === '1' ? 'one after another' : `${third} at a time`}, ${security}`;
    case 'drain':
      return `queue of 1,000, ${security}, ${third} ms`;
    default:
      return `hub ${second} ms away`;
  }
}
