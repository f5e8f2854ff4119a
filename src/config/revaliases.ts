/** revaliases, `login:address[:mailhub[:port]]`: which address and hub a user's mail goes out with. */

import { parseAddress } from '../address.ts';
import { textOf, trimmed } from '../octets.ts';
import { once, oncePer } from '../once.ts';
import type { System } from '../system.ts';
import { cannotRead, isMissing } from './file-reason.ts';
import { hubSyntax, parseHub, parsePort, whatHubMustBe } from './hub-address.ts';
import { type Line, linesOf } from './lines.ts';
import type { ReverseAlias, Settings } from './types.ts';

/** What the file says for a login name. */
export type ReverseAliases = (loginName: string) => ReverseAlias | undefined;

/**
 * The file is read at the first lookup, which throws Failure config when it cannot be read: its lines name senders and mail hubs, so
 * mail must not leave without them. A missing file counts as empty.
 */
export function reverseAliasesOf(
  { revaliasesFile }: Pick<Settings, 'revaliasesFile'>,
  system: Pick<System, 'readFile'>,
): ReverseAliases {
  const linesOfEach = once(() => linesByLogin(octetsIn(revaliasesFile, system)));
  return oncePer((loginName) => aliasIn(linesOfEach().get(loginName) ?? [], revaliasesFile).alias);
}

function octetsIn(file: string, system: Pick<System, 'readFile'>): string {
  try {
    return system.readFile(file);
  } catch (error) {
    if (isMissing(error)) return '';
    throw cannotRead(file, error);
  }
}

/**
 * The last line for a login name wins, field by field, so an empty field leaves an earlier line's. A line that cannot
 * be understood is not used; the warnings begin with `file:line: `.
 */
export function reverseAliasOf(
  fileOctets: string,
  loginName: string,
  fileName: string,
): { alias: ReverseAlias | undefined; warnings: string[] } {
  return aliasIn(linesByLogin(fileOctets).get(loginName) ?? [], fileName);
}

/** A header may name thousands of users: the file is read once for all of them. */
function linesByLogin(fileOctets: string): Map<string | undefined, Line[]> {
  const byLogin = new Map<string | undefined, Line[]>();
  for (const line of linesOf(fileOctets)) {
    const login = loginOf(line);
    const earlier = byLogin.get(login);
    if (earlier) earlier.push(line);
    else byLogin.set(login, [line]);
  }
  return byLogin;
}

function aliasIn(lines: readonly Line[], fileName: string): { alias: ReverseAlias | undefined; warnings: string[] } {
  const warnings: string[] = [];
  let alias: ReverseAlias | undefined;
  let unusableHub: string | undefined;
  for (const line of lines) {
    const read = readLine(line);
    const place = `${fileName}:${line.number}`;
    if ('wrong' in read) {
      warnings.push(`${place}: ${read.wrong}`);
      if (read.isOfHub) unusableHub = `${place}: ${read.wrong}`;
      continue;
    }
    if (read.host !== undefined) unusableHub = undefined;
    alias = {
      place,
      address: read.address ?? alias?.address,
      host: read.host ?? alias?.host,
      port: read.port ?? alias?.port,
    };
  }
  if (unusableHub === undefined) return { alias, warnings };
  const { place = fileName, address, host, port } = alias ?? {};
  return { alias: { place, address, host, port, unusableHub }, warnings };
}

/** What is wrong with the whole file, for `--check`. */
export function reverseAliasFaults(fileOctets: string, fileName: string): string[] {
  return linesOf(fileOctets).flatMap((line) => {
    const read = readLine(line);
    return 'wrong' in read ? [`${fileName}:${line.number}: ${read.wrong}`] : [];
  });
}

function loginOf({ octets }: Line): string | undefined {
  const colon = octets.indexOf(':');
  return colon < 0 ? undefined : textOf(trimmed(octets.slice(0, colon)));
}

interface Fault {
  readonly wrong: string;
  readonly isOfHub?: true;
}

function readLine({ octets }: Line): Omit<ReverseAlias, 'place'> | Fault {
  const [login = '', address, ...hubFields] = octets.split(':').map((field) => textOf(trimmed(field)));
  if (address === undefined || login === '') {
    return {
      wrong: 'Cannot use the line: it must be login:address, login:address:mailhub or login:address:mailhub:port',
    };
  }
  const parsedAddress = address === '' ? undefined : parseAddress(address);
  if (address !== '' && !parsedAddress) return { wrong: `Cannot use the line: "${address}" is not an address` };
  const hubText = hubFields.join(':');
  const hub = readHub(hubText);
  if (hub) return { address: parsedAddress, ...hub };
  const wrong = `Cannot use the line: the mail hub must be ${whatHubMustBe(hubText, hubSyntax)}`;
  return { wrong, isOfHub: true };
}

/** `host`, `host:port`, `[v6]:port`, `:port` and nothing at all. */
function readHub(text: string): { host: string | undefined; port: number | undefined } | undefined {
  if (text === '' || text === ':') return { host: undefined, port: undefined };
  if (!text.startsWith(':')) return parseHub(text);
  const port = parsePort(text.slice(1));
  return port === undefined ? undefined : { host: undefined, port };
}
