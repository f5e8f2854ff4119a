/** Checked values → Settings: what several keys mean together. */

import type { Collected, Values } from './collect.ts';
import { contradictionsIn, unencrypted } from './contradictions.ts';
import type { KeyName } from './keys.ts';
import { type Keeper, secretOf } from './secret.ts';
import { patternsIn } from './sections.ts';
import { authorityDirectories, authorityFiles } from './system-authorities.ts';
import type { CommonSettings, DeliveryMode, HubAddress, LogChoice, Place, Tls } from './types.ts';

/** Where a key was set last; places later in the list win over earlier ones. */
export type Places = ReadonlyMap<KeyName, { readonly place: string; readonly order: number }>;

export interface Circumstances {
  readonly places: Places;
  readonly revaliasesFile: string;
  readonly system: Keeper;
  /** What reading and checking complained about already. */
  readonly warnings: Collected['warnings'];
  readonly otherHubs: CommonSettings['otherHubs'];
  readonly elsewhere: CommonSettings['elsewhere'];
}

export function settingsOf(values: Values, circumstances: Circumstances): CommonSettings {
  const tls = tlsOf(values);
  const mailhub = hubOf(values, circumstances.places);
  const authPass = secretOf('AuthPass', values, circumstances.system);
  const authorities = authoritiesOf(values, tls, circumstances);
  return {
    root: values.root,
    mailhub,
    otherHubs: circumstances.otherHubs,
    elsewhere: circumstances.elsewhere,
    hostName: values.hostname,
    rewriteDomain: values.RewriteDomain,
    localDomains: values.LocalDomains ?? (circumstances.places.has('LocalDomains') ? [] : undefined),
    fromLineOverride: values.FromLineOverride,
    rewriteHeaders: values.RewriteHeaders,
    sendAs: values.SendAs,
    encodeForHub: values.EncodeForHub,
    discardedKeywords: patternsIn(values.DiscardEhloKeywords ?? '').map((word) => word.toUpperCase()),
    recipientLimit: values.RecipientLimit,
    maxHeaderLength: values.MaxHeaderLength,
    authWarnings: values.AuthWarnings,
    trustedUsers: patternsIn(values.TrustedUsers ?? ''),
    minUserId: values.MinUserId,
    addHeaders: values.AddHeader,
    tls,
    tlsCaFile: authorities.file,
    tlsCaDir: authorities.directory,
    minTls: values.MinTLS === 'TLSv1.3' ? 'TLSv1.3' : 'TLSv1.2',
    tlsCiphers: values.TLSCiphers,
    tlsPins: values.TLSPin,
    tlsCert: values.UseTLSCert ? values.TLSCert : undefined,
    tlsKey: values.UseTLSCert ? values.TLSKey : undefined,
    tlsKeyPass: values.UseTLSCert ? secretOf('TLSKeyPass', values, circumstances.system) : undefined,
    authUser: values.AuthUser,
    authPass,
    authMethod: values.AuthMethod,
    authInsecure: values.AuthInsecure,
    sourceAddresses: values.SourceAddress ?? [],
    connectTimeout: values.ConnectTimeout,
    commandTimeout: values.CommandTimeout,
    dataTimeout: values.DataTimeout,
    deliveryTimeout: values.DeliveryTimeout,
    aliases: placeOf('Aliases', values, circumstances.places),
    queue: placeOf('Queue', values, circumstances.places),
    deliveryMode: deliveryModeOf(values.DeliveryMode),
    minimalBackoff: values.MinimalBackoff,
    maximalBackoff: values.MaximalBackoff,
    queueLifetime: values.QueueLifetime,
    queueUserMessages: values.QueueUserMessages,
    queueUserMegabytes: values.QueueUserMegabytes,
    delayWarning: values.DelayWarning,
    temporaryStatus: values.TemporaryStatus,
    log: { to: logPlaceOf(values.Log), file: values.LogFile, isJson: values.LogFormat === 'json' },
    debug: values.Debug,
    revaliasesFile: circumstances.revaliasesFile,
    warnings: [
      ...circumstances.warnings,
      ...authorities.warnings,
      ...contradictionsIn(values, { tls, mailhub, places: circumstances.places, hasSecret: authPass !== undefined }),
    ],
    obstacles: [
      ...authorities.obstacles,
      ...pinsInVain(values, tls, circumstances.places),
      ...clearPasswordIn(values, tls, circumstances.places),
    ],
  };
}

function placeOf(name: 'Aliases' | 'Queue', values: Values, places: Places): Place | undefined {
  const path = values[name];
  return path === undefined ? undefined : { path, isNamed: places.has(name) };
}

function deliveryModeOf(word: string | undefined): DeliveryMode {
  return word === 'background' || word === 'queue' ? word : 'interactive';
}

function logPlaceOf(word: string | undefined): LogChoice['to'] {
  return word === 'journal' || word === 'file' || word === 'stderr' || word === 'none' ? word : 'syslog';
}

/** Whatever the order of the lines: `UseTLS=NO` never takes back a STARTTLS that was asked for. */
function tlsOf(values: Values): Tls {
  if (values.UseSTARTTLS) return 'starttls';
  return values.UseTLS ? 'implicit' : 'none';
}

function hubOf(values: Values, places: Places): HubAddress {
  const { host, port } = values.mailhub;
  const usual = tlsOf(values) === 'implicit' ? 465 : 25;
  const isRemotePortLater = (places.get('RemotePort')?.order ?? -1) > (places.get('mailhub')?.order ?? -1);
  return { host, port: (isRemotePortLater ? (values.RemotePort ?? port) : (port ?? values.RemotePort)) ?? usual };
}

/**
 * A file copied from another distribution names that one's system authorities, which are not there: ours are meant. Any other
 * missing file stays named, and sending fails: an administrator who chose authorities must not get others.
 */
function authoritiesOf(values: Values, tls: Tls, { places, system }: Circumstances) {
  const warnings: string[] = [];
  const obstacles: string[] = [];
  const chosen = (name: 'TLS_CA_File' | 'TLS_CA_Dir', systemPaths: readonly string[]) => {
    const path = values[name];
    if (path === undefined || !isAbsent(path, system)) return path;
    const complaint = `${places.get(name)?.place}: Cannot use ${name}="${path}": it does not exist`;
    const parts = path.split('/').filter((part) => part !== '');
    const isSystems = systemPaths.includes(`/${parts.join('/')}`);
    if (isSystems) warnings.push(`${complaint}, the system's authorities are used`);
    else (tls === 'none' ? warnings : obstacles).push(complaint);
    return isSystems ? undefined : path;
  };
  const file = chosen('TLS_CA_File', authorityFiles);
  return { file, directory: chosen('TLS_CA_Dir', authorityDirectories), warnings, obstacles };
}

/** Whoever names the key of the hub wants no other one to get the mail, and without TLS nobody shows a key. */
function pinsInVain({ TLSPin: pins }: Values, tls: Tls, places: Places): string[] {
  return pins.length > 0 && tls === 'none' ? [`${places.get('TLSPin')?.place}: Cannot use TLSPin: ${unencrypted}`] : [];
}

function clearPasswordIn(values: Values, tls: Tls, places: Places): string[] {
  const isAllowed = values.AuthInsecure || values.AuthMethod === 'CRAM-MD5';
  if (values.AuthUser === undefined || tls !== 'none' || isAllowed) return [];
  return [
    `${places.get('AuthUser')?.place}: Cannot send the password without TLS: write UseSTARTTLS=YES or UseTLS=YES`,
  ];
}

function isAbsent(path: string, system: Circumstances['system']): boolean {
  try {
    return system.permissionsOf(path) === undefined;
  } catch (error) {
    // A directory on the way may be closed to the user; then reading the file fails later, in clear words.
    if (error instanceof Error) return false;
    throw error;
  }
}
