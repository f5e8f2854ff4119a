/** The certificate of the benchmark's hub, for all its addresses, and the authority that vouches for it. */

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { addressOf } from './peers.ts';
import { distances } from './scenarios.ts';
import type { Papers } from './sink.ts';

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];

/** Writes authority.crt below `home`. */
export function makePapers(home: string): Papers {
  const at = (name: string) => join(home, name);
  const request = (subject: string, file: string, words: readonly string[]) =>
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        ...newKey,
        '-subj',
        `/CN=${subject}`,
        '-keyout',
        at(`${file}.key`),
        '-out',
        at(`${file}.crt`),
        ...words,
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
  const names = distances.map((distance) => `IP:${addressOf(distance)}`).join(',');
  request('bench authority', 'authority', ['-addext', 'keyUsage=critical,keyCertSign']);
  request('hub.bench.test', 'hub', [
    ...['-CA', at('authority.crt'), '-CAkey', at('authority.key')],
    ...['-addext', `subjectAltName=${names}`, '-addext', 'basicConstraints=critical,CA:FALSE'],
  ]);
  return { certificate: readFileSync(at('hub.crt')), key: readFileSync(at('hub.key')) };
}
