/** `[hub NAME]` and the lines below it: what counts for one of the hubs that mailhub= names. */

import { textOf } from '../octets.ts';
import { type HubText, isSameHost, parseHub, whatHubMustBe } from './hub-address.ts';
import type { KeyName } from './keys.ts';
import type { Assignment } from './reader.ts';
import { besides, keyPassKeys, secretKeys, secretSources, type Together } from './together.ts';

export interface HubSection extends HubText {
  /** As it is written: `smtp2.example.org:465`. */
  readonly name: string;
  /** `/etc/ssmtp/ssmtp.conf:12` */
  readonly place: string;
  readonly assignments: readonly Assignment[];
}

const tlsKeys = ['UseTLS', 'UseSTARTTLS'] as const satisfies readonly KeyName[];
const loginKeys = ['AuthUser', ...secretKeys, 'AuthMethod', 'AuthInsecure'] as const satisfies readonly KeyName[];
const authorityKeys = ['TLS_CA_File', 'TLS_CA_Dir'] as const satisfies readonly KeyName[];
const certificateKeys = ['UseTLSCert', 'TLSCert', 'TLSKey', ...keyPassKeys] as const satisfies readonly KeyName[];

/** The keys that may stand in the section of a hub. */
export const hubKeys: readonly KeyName[] = [
  'RemotePort',
  ...tlsKeys,
  ...certificateKeys,
  ...authorityKeys,
  'MinTLS',
  'TLSCiphers',
  'TLSPin',
  ...loginKeys,
  'SourceAddress',
  'ConnectTimeout',
  'CommandTimeout',
  'DataTimeout',
  'DiscardEhloKeywords',
  'RecipientLimit',
];

const together: readonly Together[] = [
  { by: tlsKeys, drops: tlsKeys },
  // A password must not reach a hub that it was not meant for.
  { by: ['AuthUser'], drops: loginKeys },
  ...secretSources,
  { by: authorityKeys, drops: authorityKeys },
  { by: ['TLSCert'], drops: certificateKeys },
  { by: ['TLSPin'], drops: ['TLSPin'] },
];

/** What stands in `[hub host]`, `[hub host:port]` or `[hub [IPv6]:port]`; undefined for any other section. */
export function hubNamed(line: string): string | undefined {
  const name = textOf(/^\[\s*hub\s+(\S+)\s*\]$/i.exec(line)?.[1] ?? '');
  return parseHub(name) ? name : undefined;
}

/** What the heading of a section that is none must be, as the tail of "it must be …". */
export function whatSectionMustBe(line: string): string {
  const hub = textOf(/^\[\s*hub\s+(\S+)\s*\]$/i.exec(line)?.[1] ?? '');
  return whatHubMustBe(hub, '[account name] or [hub name]');
}

/** A section without a port is for every port of the host. */
export function sectionsFor(hub: HubText, sections: readonly HubSection[]): HubSection[] {
  return sections.filter(({ host, port }) => isSameHost(host, hub.host) && (port === undefined || port === hub.port));
}

/** What counts for a hub: what stands elsewhere, but for what its own sections replace; then those. */
export function assignmentsForHub(elsewhere: readonly Assignment[], sections: readonly HubSection[]): Assignment[] {
  const own = sections.flatMap(({ assignments }) => assignments);
  return [...besides(own, elsewhere, together), ...own];
}

/** It says by itself how TLS starts, or where. */
export function saysOf(sections: readonly HubSection[], names: readonly KeyName[]): boolean {
  return sections.some(({ assignments }) => assignments.some(({ key }) => names.includes(key.name)));
}

export const tlsStart: readonly KeyName[] = tlsKeys;
