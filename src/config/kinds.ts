/** What each kind of value looks like and how its octets become a value, one row per kind. */

import { type Address, domainOf, parseAddress } from '../address.ts';
import { hasControl, textOf, trimmed } from '../octets.ts';
import type { ConfigKey, Kind } from './config-key.ts';
import { parseDuration } from './duration.ts';
import { type HubList, hubListSyntax, parseHubs, whatHubMustBe } from './hub-address.ts';
import { parsePin } from './pin.ts';
import { patternsIn } from './sections.ts';
import { parseSourceAddresses } from './source-addresses.ts';
import type { Pin, Secret } from './types.ts';
import { commandWords, firstWordOf } from './words.ts';

/** What a value of each kind becomes; durations are milliseconds, header fields stay octets. */
export interface KindValues {
  text: string;
  recipient: string;
  address: Address;
  hub: HubList;
  domain: string | undefined;
  domains: readonly string[];
  'yes-no': boolean;
  number: number;
  duration: number;
  choice: string | undefined;
  'lenient-choice': string | undefined;
  file: string;
  directory: string;
  'path-or-no': string | undefined;
  header: string;
  secret: Secret;
  command: readonly string[];
  pin: Pin;
  addresses: readonly string[];
}

/** A value with what is odd about it, or what is wrong: the tail of "Cannot use key=value: ". */
export type Parsed<Value> = { readonly value: Value; readonly warning?: string } | { readonly wrong: string };

/** Reads the octets of a value that is not empty. */
export function parseValue(octets: string, key: ConfigKey): Parsed<KindValues[Kind]> {
  if (hasControl(octets)) return { wrong: 'it holds a control character' };
  const kind: KindRow = kinds[key.kind];
  // Blanks beside a comma end no word.
  const whole = key.kind === 'hub' ? octets.split(',').map(trimmed).join(',') : octets;
  const word = kind.oneWord ? firstWordOf(whole) : whole;
  const parsed = kind.parse(word, key);
  if (word === whole || 'wrong' in parsed) return parsed;
  // sSMTP cut these values at the first blank, so `UseTLS=YES please` is a file that works.
  const cut = `it must be one word; what follows "${textOf(word)}" is ignored`;
  return { ...parsed, warning: parsed.warning ? `${cut}; ${parsed.warning}` : cut };
}

/** What a value must be, for messages and manuals: "a number from 1 to 65535". */
export function syntaxOf(key: ConfigKey): string {
  return kinds[key.kind].syntax(key);
}

/** True when the value ends at the first blank, as in sSMTP. */
export function isOneWord(key: ConfigKey): boolean {
  return kinds[key.kind].oneWord;
}

interface KindRow<Value = KindValues[Kind]> {
  readonly oneWord: boolean;
  syntax(key: ConfigKey): string;
  parse(octets: string, key: ConfigKey): Parsed<Value>;
}

const kinds: { readonly [K in Kind]: KindRow<KindValues[K]> } = {
  text: { oneWord: false, syntax: () => 'text', parse: parseText },
  recipient: {
    oneWord: false,
    syntax: () => 'one address, such as admin@example.org, or a name',
    parse: parseRecipient,
  },
  address: {
    oneWord: false,
    syntax: () => 'an address with its domain, such as www@example.org',
    parse: orWrong(parseWholeAddress),
  },
  hub: { oneWord: true, syntax: () => hubListSyntax, parse: parseHubList },
  domain: { oneWord: true, syntax: () => 'a domain name', parse: parseDomain },
  domains: {
    oneWord: false,
    syntax: () => 'domain names with blanks or commas between, none of them a pattern, variable or file',
    parse: orWrong(parseDomains),
  },
  'yes-no': { oneWord: true, syntax: () => 'YES or NO (or true, false, on, off, 1, 0)', parse: orWrong(parseYesNo) },
  number: { oneWord: true, syntax: (key) => `a number from ${key.from} to ${key.to}`, parse: orWrong(parseNumber) },
  duration: {
    oneWord: true,
    syntax: (key) =>
      `a time from ${key.from}ms to ${(key.to ?? 0) / 3600_000}h, such as 500ms, 30s, 10m or 5d (a plain number means seconds)`,
    parse: orWrong(parseTime),
  },
  choice: { oneWord: true, syntax: (key) => `one of ${key.choices?.join(', ')}`, parse: parseChoice },
  'lenient-choice': { oneWord: true, syntax: (key) => `one of ${key.choices?.join(', ')}`, parse: parseChoice },
  file: { oneWord: false, syntax: () => 'the path of a file', parse: parseText },
  directory: { oneWord: false, syntax: () => 'the path of a directory', parse: parseText },
  'path-or-no': { oneWord: false, syntax: () => 'a path that begins with "/", or NO', parse: parsePathOrNo },
  header: { oneWord: false, syntax: () => 'a header field, Name: text', parse: orWrong(parseHeader) },
  secret: { oneWord: false, syntax: () => 'a secret', parse: parseSecret },
  pin: {
    oneWord: true,
    syntax: () => 'sha256// and a base64 digest of the public key, or a SHA-256 fingerprint of the certificate',
    parse: orWrong(parsePin),
  },
  addresses: {
    oneWord: false,
    syntax: () => 'an IPv4 address, an IPv6 address, or one of each with a comma between',
    parse: orWrong(parseSourceAddresses),
  },
  command: {
    oneWord: false,
    syntax: () => 'the path of a program that begins with "/", and its words',
    parse: orWrong(commandWords),
  },
};

function orWrong<Value>(parse: (octets: string, key: ConfigKey) => Value | undefined): KindRow<Value>['parse'] {
  return (octets, key) => {
    const value = parse(octets, key);
    return value === undefined ? { wrong: `it must be ${syntaxOf(key)}` } : { value };
  };
}

function parseText(octets: string): Parsed<string> {
  return { value: textOf(octets) };
}

function parseHubList(octets: string): Parsed<HubList> {
  const value = parseHubs(textOf(octets));
  return value ? { value } : { wrong: `it must be ${whatHubMustBe(textOf(octets), hubListSyntax)}` };
}

function parsePathOrNo(octets: string, key: ConfigKey): Parsed<string | undefined> {
  if (octets.startsWith('/')) return { value: textOf(octets) };
  return parseYesNo(octets) === false ? { value: undefined } : { wrong: `it must be ${syntaxOf(key)}` };
}

/** A bad address is only reported: it spoils mail for root, while the rest of the mail can go. */
function parseRecipient(octets: string, key: ConfigKey): Parsed<string> {
  const value = textOf(octets);
  return parseAddress(value)
    ? { value }
    : { value, warning: `it must be ${syntaxOf(key)}; mail for system users cannot be sent` };
}

function parseWholeAddress(octets: string): Address | undefined {
  const address = parseAddress(textOf(octets));
  return address !== undefined && domainOf(address) !== undefined ? address : undefined;
}

/** Files in the wild say `rewriteDomain=me@example.org`, `hostname=me@example.org` and `hostname=smtp.example.org:587`. */
function parseDomain(octets: string, key: ConfigKey): Parsed<string | undefined> {
  const text = textOf(octets);
  const domain = withoutPort(text.slice(text.lastIndexOf('@') + 1));
  if (/[<>(),;\\"]/.test(domain)) return { wrong: `it must be ${syntaxOf(key)}` };
  if (domain === text) return { value: domain };
  if (domain === '') return { value: undefined, warning: `it must be ${syntaxOf(key)}; it is ignored` };
  return { value: domain, warning: `it must be ${syntaxOf(key)}; only "${domain}" is used` };
}

/** A domain that no address can have would be understood by nobody but its author. */
function parseDomains(octets: string): string[] | undefined {
  const addresses = patternsIn(textOf(octets)).map((domain) => parseAddress(`x@${domain}`));
  const domains = addresses.map((address) => address && domainOf(address));
  return domains.every((domain) => domain !== undefined) ? domains : undefined;
}

function withoutPort(text: string): string {
  return text.replace(/^([^:]+):[0-9]*$/, '$1');
}

const yesAndNo: ReadonlyMap<string, boolean> = new Map([
  ['yes', true],
  ['no', false],
  ['true', true],
  ['false', false],
  ['on', true],
  ['off', false],
  ['1', true],
  ['0', false],
]);

function parseYesNo(octets: string): boolean | undefined {
  return yesAndNo.get(octets.toLowerCase());
}

function parseNumber(octets: string, key: ConfigKey): number | undefined {
  return /^[0-9]{1,15}$/.test(octets) ? within(Number(octets), key) : undefined;
}

function parseTime(octets: string, key: ConfigKey): number | undefined {
  const time = parseDuration(octets);
  return time === undefined ? undefined : within(time, key);
}

function within(number: number, key: ConfigKey): number | undefined {
  return number >= (key.from ?? 0) && number <= (key.to ?? Infinity) ? number : undefined;
}

/** No mail depends on a lenient one: another word for the log, or one that sSMTP took. By others mail might leave as was not meant. */
function parseChoice(octets: string, key: ConfigKey): Parsed<string | undefined> {
  const value = key.choices?.find((choice) => choice.toLowerCase() === octets.toLowerCase());
  const wrong = `it must be ${syntaxOf(key)}`;
  const isOdd = key.kind === 'lenient-choice' && !(key.neverOf && octets.toUpperCase().startsWith(key.neverOf));
  return value ? { value } : isOdd ? { value, warning: `${wrong}; it is ignored` } : { wrong };
}

/** RFC 5322, 2.2: a field name is printable US-ASCII without the colon. */
function parseHeader(octets: string): string | undefined {
  return /^[!-9;-~]+:/.test(octets) ? octets : undefined;
}

function parseSecret(octets: string): Parsed<Secret> {
  return { value: () => Buffer.from(octets, 'latin1') };
}
