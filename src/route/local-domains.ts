/** Which domains belong to this machine. Mail for all others goes to the mail hub, each address as it stands. */

import { domainToASCII } from 'node:url';
import { domainOf } from '../address.ts';
import { isMissing } from '../config/file-reason.ts';
import type { KeyName } from '../config/keys.ts';
import type { CommonSettings, Settings } from '../config/types.ts';
import { addressesInArgument } from '../message/address-list.ts';
import { textOf } from '../octets.ts';
import { once } from '../once.ts';
import type { System } from '../system.ts';

/** Whether a domain belongs to this machine, and what decided. */
export type DomainVerdict =
  | { readonly isLocal: true; readonly by: 'LocalDomains' | 'localhost' | 'own name' }
  /** `by` is a key whose value names the domain, or LocalDomains=, which does not name this one. */
  | { readonly isLocal: false; readonly by: MailDomainKey | 'LocalDomains' }
  /** /etc/mailname names it, or cannot be read. */
  | { readonly isLocal: false; readonly by: 'mailname' | 'closed mailname' }
  | { readonly isLocal: false; readonly by: 'short name' | 'elsewhere' };

export type MailDomainKey = Extract<KeyName, 'hostname' | 'RewriteDomain' | 'AuthUser' | 'root' | 'SendAs'>;

export type LocalDomains = (domain: string) => DomainVerdict;

/** Debian policy §11.6: the domain of the mail addresses of this machine's users. */
export const mailNameFile = '/etc/mailname';

/**
 * LocalDomains= as it stands. Without it the names of this machine, unless they are a mail domain: people at a mail domain have
 * mailboxes at the hub, and not every one of them is the user of that name here. `settings` are those of all accounts.
 */
export function localDomainsOf(settings: Settings, system: Pick<System, 'hostName' | 'readFile'>): LocalDomains {
  const listed = settings.localDomains && new Set(settings.localDomains.map(comparable));
  const own = once(() => comparable(system.hostName()));
  const keys = once(() => mailDomainsIn(settings));
  const mailName = once(() => mailNameIn(system));
  return (domain) => {
    const name = comparable(domain);
    if (listed?.has(name)) return { isLocal: true, by: 'LocalDomains' };
    const isOwn = name === own() || name === own().split('.', 1)[0];
    const isLocalhost = /^localhost(\.localdomain)?$/.test(name);
    if (listed) return { isLocal: false, by: isOwn || isLocalhost ? 'LocalDomains' : 'elsewhere' };
    if (isLocalhost) return { isLocal: true, by: 'localhost' };
    // RFC 5321 §2.3.5: a name without a dot is no mail domain.
    if (isOwn && !name.includes('.')) return { isLocal: true, by: 'own name' };
    const key = keys().get(name);
    if (key) return { isLocal: false, by: key };
    if (!isOwn) return { isLocal: false, by: 'elsewhere' };
    if (isShort(name)) return { isLocal: false, by: 'short name' };
    if (mailName() === undefined) return { isLocal: false, by: 'closed mailname' };
    return mailName()?.has(name) ? { isLocal: false, by: 'mailname' } : { isLocal: true, by: 'own name' };
  };
}

/** The form in which domains are compared: A-labels in lower case, without a dot at the end. */
function comparable(domain: string): string {
  const ascii = /[^\x00-\x7f]/.test(domain) ? domainToASCII(domain) : '';
  return (ascii || domain).toLowerCase().replace(/\.$/, '');
}

/** The domains that the configuration gives to mail, each with the key that names it first. */
function mailDomainsIn(settings: Settings): ReadonlyMap<string, MailDomainKey> {
  const all = [settings, ...settings.accounts.map((account) => account.settings)].flatMap(eachHub);
  const found = all.flatMap(({ hostName, rewriteDomain, authUser, root, sendAs }) => [
    ...named('hostname', hostName),
    ...named('RewriteDomain', rewriteDomain),
    ...named('AuthUser', authUser?.includes('@') ? authUser.slice(authUser.lastIndexOf('@') + 1).trim() : undefined),
    ...addressesInArgument(root ?? '').places.flatMap(({ address }) => named('root', domainOf(address))),
    ...named('SendAs', sendAs && domainOf(sendAs)),
  ]);
  return new Map(found.toReversed());
}

function named(key: MailDomainKey, domain: string | undefined): (readonly [string, MailDomainKey])[] {
  return domain ? [[comparable(domain), key]] : [];
}

function eachHub(settings: CommonSettings): CommonSettings[] {
  return [settings, ...settings.otherHubs, ...(settings.elsewhere ? [settings.elsewhere] : [])];
}

/**
 * `example.org` and `example.co.uk` are registered by somebody, who has mail there; a host has a label of its own in front. The last
 * labels that are never registered: RFC 6762 §3 and appendix G, RFC 6761 §6.3, and `localdomain`, which installers give.
 */
function isShort(name: string): boolean {
  if (/^[^.]+\.(local|localdomain|localhost|lan|home|internal|intranet|private|corp)$/.test(name)) return false;
  return /^[^.]+\.(?:(?:ac|co|com|edu|gov|net|or|org)\.[a-z]{2}|[^.]+)$/.test(name);
}

/** The names in /etc/mailname; none when it does not exist, undefined when nobody can say. */
function mailNameIn(system: Pick<System, 'readFile'>): ReadonlySet<string> | undefined {
  try {
    const words = textOf(system.readFile(mailNameFile))
      .split('\n')
      .map((line) => line.replace(/#.*/, '').trim());
    return new Set(words.filter((word) => word !== '').map(comparable));
  } catch (error) {
    if (isMissing(error)) return new Set();
    if (error instanceof Error) return undefined;
    throw error;
  }
}
