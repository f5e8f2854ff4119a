/** Values as the rooms hand them on, for tests: each with the usual content, changed where a test says so. */

import { isAscii } from 'node:buffer';
import type { Address } from '../../src/address.ts';
import { parseAddress } from '../../src/address.ts';
import { defaultOptions, type Options } from '../../src/cli/options.ts';
import type { Settings } from '../../src/config/types.ts';
import { headerBlockOf, headerOctets } from '../../src/message/header-block.ts';
import type { Body, Message } from '../../src/message/types.ts';
import type { Identity } from '../../src/route/identity.ts';
import { listsFrom } from '../../src/route/included-list.ts';
import { localDomainsOf } from '../../src/route/local-domains.ts';
import type { Passage } from '../../src/route/rewrite.ts';
import type { Route } from '../../src/route/route.ts';
import { fakeSystem } from '../system/fake-system.ts';

export function addressOf(text: string): Address {
  const address = parseAddress(text);
  if (address === undefined) throw new Error(`the test's own address is none: ${text}`);
  return address;
}

export function optionsWith(changes: Partial<Options> = {}): Options {
  return { ...defaultOptions, ...changes };
}

export function settingsWith(changes: Partial<Settings> = {}): Settings {
  return { ...usualSettings, ...changes };
}

const usualSettings: Settings = {
  root: 'admin@example.org',
  mailhub: { host: 'hub.example.org', port: 25 },
  otherHubs: [],
  elsewhere: undefined,
  hostName: undefined,
  rewriteDomain: undefined,
  localDomains: undefined,
  fromLineOverride: false,
  rewriteHeaders: true,
  sendAs: undefined,
  encodeForHub: true,
  discardedKeywords: [],
  recipientLimit: 100,
  maxHeaderLength: 1_048_576,
  authWarnings: false,
  trustedUsers: [],
  accounts: [],
  secretFiles: [],
  minUserId: 1000,
  addHeaders: [],
  tls: 'none',
  tlsCaFile: undefined,
  tlsCaDir: undefined,
  minTls: 'TLSv1.2',
  tlsCiphers: undefined,
  tlsPins: [],
  tlsCert: undefined,
  tlsKey: undefined,
  tlsKeyPass: undefined,
  authUser: undefined,
  authPass: undefined,
  authMethod: undefined,
  authInsecure: false,
  sourceAddresses: [],
  connectTimeout: 30_000,
  commandTimeout: 60_000,
  dataTimeout: 600_000,
  deliveryTimeout: 3_600_000,
  aliases: undefined,
  queue: undefined,
  deliveryMode: 'interactive',
  minimalBackoff: 300_000,
  maximalBackoff: 14_400_000,
  queueLifetime: 432_000_000,
  queueUserMessages: 10_000,
  queueUserMegabytes: 1024,
  delayWarning: 0,
  temporaryStatus: 75,
  log: { to: 'none', file: '', isJson: false },
  debug: false,
  revaliasesFile: '/etc/ssmtp/revaliases',
  warnings: [],
  obstacles: [],
};

export function identityWith(changes: Partial<Identity> = {}): Identity {
  return {
    user: { uid: 1000, name: 'alice', fullName: 'Alice Example', home: '/home/alice' },
    hostName: 'box.example.org',
    traceName: 'box.example.org',
    domain: 'example.org',
    ownAddress: addressOf('alice@example.org'),
    requestedSender: undefined,
    plainSender: undefined,
    fullName: 'Alice Example',
    ...changes,
  };
}

export const passage: Passage = { now: new Date(2026, 10, 22, 7, 5, 13), id: 'A1B2C3D4E5F6' };

/** A message as it is read from latin1 text. */
export function messageOf(latin1: string): Message {
  const octets = Buffer.from(latin1, 'latin1');
  const { fields, bodyStart } = headerBlockOf(octets);
  return { fields, body: bodyOf([octets.subarray(bodyStart)]) };
}

/** A body that comes in exactly these chunks. */
export function bodyOf(chunks: readonly Buffer[]): Body {
  const octets = Buffer.concat(chunks);
  const hasLongLine = octets
    .toString('latin1')
    .split('\n')
    .some((line) => line.length > 998);
  return {
    size: octets.length,
    eightBit: !isAscii(octets),
    hasLongLine,
    hasUnsafeOctet: /\0|\r(?!\n)/.test(octets.toString('latin1')),
    chunks: () => chunks.filter((chunk) => chunk.length > 0),
  };
}

/** The message as stored, latin1. */
export function textOf({ fields, body }: Message): string {
  return Buffer.concat([headerOctets(fields), ...body.chunks()]).toString('latin1');
}

/** A route of plain values; what is not given is usual. */
export function routeWith(changes: Partial<Route> = {}): Route {
  const settings = changes.settings ?? settingsWith();
  const system = changes.system ?? fakeSystem();
  return {
    options: optionsWith(),
    settings,
    system,
    identity: identityWith(),
    account: undefined,
    reverseAlias: undefined,
    reverseAliases: () => undefined,
    localDomains: localDomainsOf(settings, system),
    aliases: () => undefined,
    lists: listsFrom(system),
    ...changes,
  };
}
