/** `host`, `host:port`, `[IPv6]:port` → host and port; the one place that knows how a hub is written. */

export interface HubText {
  /** A host name, an IPv4 address, or an IPv6 address without brackets. */
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
  const { host, port } = halvesOf(text);
  if (!isHost(host)) return undefined;
  if (port === '') return { host, port: undefined };
  const number = parsePort(port);
  return number === undefined ? undefined : { host, port: number };
}

export function parsePort(text: string): number | undefined {
  if (!/^[0-9]{1,5}$/.test(text)) return undefined;
  const port = Number(text);
  return port >= 1 && port <= 65535 ? port : undefined;
}

/** Splits off the port; a host without brackets but with several colons is an IPv6 address without a port. */
function halvesOf(text: string): { host: string; port: string } {
  const bracket = text.indexOf(']');
  if (text.startsWith('[') && bracket > 0) {
    const rest = text.slice(bracket + 1);
    const host = text.slice(1, bracket);
    // Anything but ":port" behind the bracket, or a name within, makes the host unusable.
    return (rest === '' || rest.startsWith(':')) && isIpv6(host)
      ? { host, port: rest.slice(1) }
      : { host: '', port: '' };
  }
  const colon = text.indexOf(':');
  if (colon < 0 || text.indexOf(':', colon + 1) >= 0) return { host: text, port: '' };
  return { host: text.slice(0, colon), port: text.slice(colon + 1) };
}

function isHost(host: string): boolean {
  return host.includes(':') ? isIpv6(host) : /^[A-Za-z0-9._\u0080-\uffff-]+$/.test(host) && !host.startsWith('-');
}

/** Loose, since the resolver has the last word: digits and colons, with "::" or all eight groups (RFC 4291, 2.2). */
function isIpv6(host: string): boolean {
  const isComplete = host.includes('::') || host.split(':').length >= 7;
  return isComplete && /^[0-9A-Fa-f:.]+(%[A-Za-z0-9._-]+)?$/.test(host);
}
