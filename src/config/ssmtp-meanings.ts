/** Settings that sSMTP read with the same text but took otherwise, one row each. */

import { parseHub } from './hub-address.ts';
import type { Assignment } from './reader.ts';

export interface Meaning {
  /** What `--check` says; KEY stands for the key's name. */
  readonly says: string;
  /** True at the line where the difference is to be told. */
  holds(line: Assignment, around: Around): boolean;
}

interface Around {
  readonly earlier: readonly Assignment[];
  readonly all: readonly Assignment[];
}

export const meanings: readonly Meaning[] = [
  {
    says: 'sSMTP used the first KEY in the file; here the last one counts',
    holds: ({ key }, { earlier }) => firstWins.has(key.name) && lastOf(earlier, key.name) !== undefined,
  },
  {
    says: 'sSMTP took KEY for NO: it knew no other word than YES',
    holds: (line) => line.key.kind === 'yes-no' && isYes(line) && firstWordOf(line) !== 'yes',
  },
  {
    says: 'sSMTP crashed at a KEY with "@"; here the part behind it counts',
    holds: ({ key, octets }) => key.name === 'RewriteDomain' && octets.includes('@'),
  },
  {
    says: 'sSMTP completed addresses to "user@" with an empty KEY; here it counts as not set',
    holds: ({ key, octets }) => key.name === 'RewriteDomain' && octets === '',
  },
  {
    says: 'sSMTP used KEY as it stands; here only the host name in it counts',
    holds: ({ key, octets }) => key.name === 'hostname' && /@|^[^:]+:[0-9]*$/.test(octets),
  },
  {
    says: 'sSMTP took back UseSTARTTLS=YES here and encrypted nothing; here STARTTLS stays required',
    holds: (line, { earlier }) => line.key.name === 'UseTLS' && !isYes(line) && isYes(lastOf(earlier, 'UseSTARTTLS')),
  },
  {
    says: 'sSMTP went on with TLS from the start after this UseSTARTTLS=NO; here that needs UseTLS=YES',
    holds: (line, { earlier, all }) =>
      line.key.name === 'UseSTARTTLS' &&
      !isYes(line) &&
      isYes(lastOf(earlier, 'UseSTARTTLS')) &&
      !isYes(lastOf(all, 'UseTLS')),
  },
  {
    says: 'sSMTP used port 25, since none is given; here TLS from the start has port 465',
    holds: (line, { all }) =>
      line.key.name === 'UseTLS' && isYes(line) && !isYes(lastOf(all, 'UseSTARTTLS')) && !hasPort(all),
  },
  {
    says: 'sSMTP knew one hub only; here KEY names several',
    holds: ({ key, octets }) => key.name === 'mailhub' && octets.includes(','),
  },
  {
    says: 'sSMTP cut KEY at its first ":"; here it is an IPv6 address',
    holds: ({ key, octets }) => key.name === 'mailhub' && octets.split(':').length > 2,
  },
  {
    says: 'sSMTP took this KEY for LOGIN',
    holds: (line) => line.key.name === 'AuthMethod' && !['', 'login', 'cram-md5'].includes(firstWordOf(line)),
  },
];

const firstWins: ReadonlySet<string> = new Set(['AuthUser', 'AuthPass', 'AuthMethod']);

function lastOf(lines: readonly Assignment[], name: Assignment['key']['name']): Assignment | undefined {
  return lines.findLast(({ key }) => key.name === name);
}

function firstWordOf(line: Assignment): string {
  return line.octets.split(/[ \t]/, 1)[0]?.toLowerCase() ?? '';
}

function isYes(line: Assignment | undefined): boolean {
  return line !== undefined && ['yes', 'true', 'on', '1'].includes(firstWordOf(line));
}

function hasPort(lines: readonly Assignment[]): boolean {
  const hub = lastOf(lines, 'mailhub');
  return (
    Boolean(lastOf(lines, 'RemotePort')?.octets) ||
    (hub !== undefined && parseHub(firstWordOf(hub))?.port !== undefined)
  );
}
