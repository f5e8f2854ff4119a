/** Where the message goes and how: everything the conversation with the hub needs to know, as plain values. */

import { isSameHost } from '../config/hub-address.ts';
import type { CommonSettings, Pin, Secret, Tls } from '../config/types.ts';
import { Failure, type FailureKind } from '../failure.ts';
import type { Route } from '../route/route.ts';
import { clientNameOf } from './client-name.ts';
import { stopwatch } from './stopwatch.ts';

export interface Plan {
  readonly host: string;
  readonly port: number;
  /** 0: whatever the resolver gives. */
  readonly addressFamily: 0 | 4 | 6;
  /** What EHLO says; undefined: the address of the connection. */
  readonly clientName: string | undefined;
  /** Where connections come from, one for each family that is used; empty: the system chooses. */
  readonly sourceAddresses: readonly string[];
  readonly tls: Tls;
  readonly tlsFiles: {
    ca: string | undefined;
    caDir: string | undefined;
    cert: string | undefined;
    key: string | undefined;
  };
  /** Of the key in `tlsFiles`, which need not be encrypted. */
  readonly keyPass: Secret | undefined;
  readonly minTls: 'TLSv1.2' | 'TLSv1.3';
  readonly ciphers: string | undefined;
  /** In place of authorities and names; empty when they count. */
  readonly pins: readonly Pin[];
  readonly login: Login | undefined;
  /** EHLO keywords, in capitals, that count as not offered. */
  readonly discarded: readonly string[];
  /** Recipients in one transaction. */
  readonly recipientLimit: number;
  /** A message that the hub need not take as it is may be encoded. */
  readonly encodes: boolean;
  /** Milliseconds. */
  readonly connectTimeout: number;
  readonly commandTimeout: number;
  readonly dataTimeout: number;
  /** What is left for the whole delivery when this hub's turn comes. */
  readonly deliveryTimeout: number;
  /** Other hubs, in the order in which they are asked when this one cannot take a message for now. */
  readonly others: readonly Plan[];
}

export interface Login {
  readonly user: string;
  readonly pass: Secret;
  /** The one mechanism to use; undefined: the best that is offered. */
  readonly method: string | undefined;
  /** AuthInsecure=yes: the password may cross the network in clear. */
  readonly insecure: boolean;
}

/**
 * revaliases may send a user's mail to a hub of its own; only the fields it names are replaced. Throws Failure config when that hub
 * cannot be used: the mail must not take another one.
 */
export function planOf(route: Route): Plan {
  const { settings, reverseAlias } = route;
  const { host, port, unusableHub } = reverseAlias ?? {};
  if (unusableHub !== undefined) throw new Failure('config', unusableHub);
  if (host === undefined) {
    const plan = planWith(settings, route);
    return { ...plan, port: port ?? plan.port, others: settings.otherHubs.map((hub) => planWith(hub, route)) };
  }
  const hubs = [settings, ...settings.otherHubs];
  const known = hubs.find(({ mailhub }) => isSameHost(mailhub.host, host)) ?? settings.elsewhere ?? settings;
  return { ...planWith(known, route), host, port: port ?? settings.mailhub.port };
}

function planWith(settings: CommonSettings, { options, identity }: Route): Plan {
  return {
    host: settings.mailhub.host,
    port: settings.mailhub.port,
    addressFamily: options.addressFamily,
    clientName: clientNameOf(identity.hostName),
    sourceAddresses: settings.sourceAddresses,
    tls: settings.tls,
    tlsFiles: { ca: settings.tlsCaFile, caDir: settings.tlsCaDir, cert: settings.tlsCert, key: settings.tlsKey },
    keyPass: settings.tlsKeyPass,
    minTls: settings.minTls,
    ciphers: settings.tlsCiphers,
    pins: settings.tlsPins,
    login: loginOf(settings),
    discarded: settings.discardedKeywords,
    recipientLimit: settings.recipientLimit,
    encodes: settings.encodeForHub,
    connectTimeout: settings.connectTimeout,
    commandTimeout: settings.commandTimeout,
    dataTimeout: settings.dataTimeout,
    deliveryTimeout: settings.deliveryTimeout,
    others: [],
  };
}

/** Failures that another hub may not have: nobody was asked for a login or told that the message is wrong. */
const passing: readonly FailureKind[] = ['unknownHost', 'unavailable', 'temporary', 'protocol'];

/**
 * What can be done by any of the plan's hubs is done by the first that can, within DeliveryTimeout for all of them together; throws
 * what the last of them was asked for in vain.
 */
export async function withAnyHub<T>(plan: Plan, work: (plan: Plan) => Promise<T>, mayGoOn = () => true): Promise<T> {
  const [next, ...rest] = plan.others;
  const elapsed = stopwatch();
  try {
    return await work(plan);
  } catch (error) {
    const isPassing = error instanceof Failure && passing.includes(error.kind);
    const deliveryTimeout = plan.deliveryTimeout - elapsed();
    if (!next || !isPassing || !mayGoOn() || deliveryTimeout <= 0) throw error;
    return withAnyHub({ ...next, others: rest, deliveryTimeout }, work, mayGoOn);
  }
}

function loginOf(settings: CommonSettings): Login | undefined {
  if (settings.authUser === undefined) return undefined;
  return {
    user: settings.authUser,
    pass: settings.authPass ?? (() => Buffer.alloc(0)),
    method: settings.authMethod,
    insecure: settings.authInsecure,
  };
}

/** As it stands in the log. */
export function hubName({ host, port }: Plan): string {
  return `${host}:${port}`;
}

/** The same for plans whose messages may share a session: hub, encryption and login are. */
export function wayOf(plan: Plan): string {
  const { host, port, tls, tlsFiles, minTls, ciphers, pins, login, discarded, sourceAddresses } = plan;
  const encryption = [tls, tlsFiles, minTls, ciphers, pins];
  return JSON.stringify([host, port, encryption, login?.user, login?.method, discarded, sourceAddresses]);
}

/** The way in words; no secret is in it. */
export function planWords({ host, port, tls, login }: Plan): string {
  const encryption = { none: 'no encryption', starttls: 'STARTTLS required', implicit: 'TLS from the start' }[tls];
  const shown = host.includes(':') ? `[${host}]` : host;
  return `${shown} port ${port}, ${encryption}, ${login ? `login as "${login.user}"` : 'no login'}`;
}
