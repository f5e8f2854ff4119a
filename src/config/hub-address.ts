/** `host`, `host:port`, `[IPv6]:port` → host and port; the one place that knows how a hub is written. */

import { isIPv4, isIPv6 } from 'node:net';
import { domainToASCII } from 'node:url';

export interface HubText {
  /** A host name in ASCII, or an address as `canonicalAddress` writes it, without brackets. */
  readonly host: string;
  readonly port: number | undefined;
}

/** What a hub must look like, as the tail of "it must be …". */
export const hubSyntax = 'a host, host:port or [IPv6 address]:port';

/** A hub, and those that are asked in its place when it cannot take the message for now. */
export interface HubList extends HubText {
  readonly others?: readonly HubText[];
}

/** What a list of hubs must look like, as the tail of "it must be …". */
export const hubListSyntax = `${hubSyntax}, or several of them with commas between`;

const mostHubs = 10;

export function parseHubs(text: string): HubList | undefined {
  const hubs = text.split(',').map((each) => parseHub(each.trim()));
  const [first, ...others] = hubs.filter((hub) => hub !== undefined);
  if (!first || others.length + 1 < hubs.length || hubs.length > mostHubs) return undefined;
  return others.length > 0 ? { ...first, others } : first;
}

export function parseHub(text: string): HubText | undefined {
  const { host: written, port } = halvesOf(text);
  const host = hostIn(written);
  if (host === undefined) return undefined;
  if (port === '') return { host, port: undefined };
  const number = parsePort(port);
  return number === undefined ? undefined : { host, port: number };
}

export function parsePort(text: string): number | undefined {
  if (!/^[0-9]{1,5}$/.test(text)) return undefined;
  const port = Number(text);
  return port >= 1 && port <= 65535 ? port : undefined;
}

/** What a hub that cannot be used must be, as the tail of "it must be …"; `text` is one hub, or a list where `syntax` says so. */
export function whatHubMustBe(text: string, syntax: string): string {
  const hosts = text
    .replaceAll(/[[\]]/g, '')
    .split(',')
    .map((each) => halvesOf(each.trim()).host);
  const meant = hosts.map(ipv4Meant).find((address) => address !== undefined);
  return meant === undefined ? syntax : `written as ${meant}, the address that it means`;
}

/** Names compare without regard to case, and to the dot that may end one. */
export function isSameHost(one: string, other: string): boolean {
  return comparable(one) === comparable(other);
}

/**
 * The address in the one form that the certificate, `[hub …]` and messages know it by: IPv4 in four decimal numbers, IPv6 as RFC 5952
 * has it, an IPv4-mapped one as the IPv4 address that is connected to. undefined when it is no address, or written in another way.
 */
export function canonicalAddress(text: string): string | undefined {
  if (isIPv4(text)) return text;
  if (!isIPv6(text)) return undefined;
  const [address, zone] = text.split('%');
  const short = new URL(`smtp://[${address}]`).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(short);
  const halves = mapped?.slice(1).map((hex) => Number.parseInt(hex, 16));
  if (halves) return halves.flatMap((half) => [half >> 8, half & 0xff]).join('.');
  return zone === undefined ? short : `${short}%${zone}`;
}

function comparable(host: string): string {
  return host.toLowerCase().replace(/\.$/, '');
}

/** Splits off the port; a host without brackets but with several colons is an IPv6 address without a port. */
function halvesOf(text: string): { host: string; port: string } {
  const bracket = text.indexOf(']');
  if (text.startsWith('[')) {
    const rest = text.slice(bracket + 1);
    const host = canonicalAddress(text.slice(1, bracket));
    // Anything but ":port" after the bracket, or a name within, makes the host unusable.
    return host !== undefined && (rest === '' || rest.startsWith(':'))
      ? { host, port: rest.slice(1) }
      : { host: '', port: '' };
  }
  const colon = text.indexOf(':');
  if (colon < 0 || text.indexOf(':', colon + 1) >= 0) return { host: text, port: '' };
  return { host: text.slice(0, colon), port: text.slice(colon + 1) };
}

function hostIn(written: string): string | undefined {
  if (written.includes(':')) return canonicalAddress(written);
  const name = asciiName(written);
  if (name === undefined || written.startsWith('-')) return undefined;
  return endsInNumber(name) && !isIPv4(written) ? undefined : name;
}

/** A name in letters of other scripts is the one in ASCII that resolver, SNI and certificate have (RFC 5890). */
function asciiName(written: string): string | undefined {
  if (!/^[A-Za-z0-9._\u0080-\uffff-]+$/.test(written) || /^\.$|\.\.$/.test(written)) return undefined;
  const isAscii = !/[^\x00-\x7f]/.test(written);
  return isAscii ? written : domainToASCII(written) || undefined;
}

/** No top-level domain is a number (RFC 3696 §2): resolvers take such a name for an address, and each in its own way. */
function endsInNumber(name: string): boolean {
  return /(^|\.)([0-9]+|0x[0-9a-f]*)\.?$/i.test(name);
}

/** `127.1`, `0177.0.0.1`, `2130706433`, `127.0.0.1.` and digits of other scripts, as inet_aton(3) and browsers read them. */
function ipv4Meant(written: string): string | undefined {
  const name = asciiName(written);
  if (name === undefined || isIPv4(written)) return undefined;
  try {
    const { hostname } = new URL(`http://${name}`);
    return isIPv4(hostname) ? hostname : undefined;
  } catch {
    return undefined;
  }
}
